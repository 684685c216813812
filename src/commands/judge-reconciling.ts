import { escaped } from '../decision/escape.ts';
import type { Reconciliation, Statement } from '../decision/reconciliation.ts';
import type { Matter } from '../findings/matter.ts';
import { helpText } from './answers.ts';
import type { Outcome } from './judge.ts';
import { elsewhereText, settledText, statusText } from './reconciliation-text.ts';
import type { Speech } from './speech.ts';

/** What a command on the issue of a reconciliation says of what it is about; undefined for all others. */
export function statementOf({ id, by, at, read }: Speech): Statement | undefined {
  if (!read.ok || read.command.word !== 'reconcile') return undefined;
  const { verdict, rationale } = read.command;
  return { id, by, at, verdict, rationale };
}

export type ReconcilingCircumstances = {
  readonly matter: Matter;
  /** Null where the policy names nobody who may reconcile it. */
  readonly reconciled: Reconciliation | null;
  /** How it stood before this was said. `mended`: it has been put right without anybody's judging it. */
  readonly before: 'open' | 'settled' | 'mended';
};

/** Judges one command that was said on the issue of a reconciliation. */
export function judgeReconciling(speech: Speech, circumstances: ReconcilingCircumstances): Outcome {
  const { matter, reconciled } = circumstances;
  if (!speech.read.ok) return refused('command-syntax', speech.read.problem);
  switch (speech.read.command.word) {
    case 'reconcile':
      return judged(speech, circumstances);
    case 'help':
      return { kind: 'taken', answer: helpText(['reconcile', 'status', 'explain', 'help']) };
    case 'status':
    case 'explain':
      return { kind: 'taken', answer: reconciled === null ? nobody : statusText(reconciled, matter) };
    default:
      return refused('not-now', elsewhereText(matter));
  }
}

const nobody =
  'The policy names nobody who may reconcile this: add a `break-glass` section with `require` and `reconcile-within`, and say `/status` here.';

function judged({ id }: Speech, { matter, reconciled, before }: ReconcilingCircumstances): Outcome {
  if (before === 'mended') return refused('not-now', 'It has been put right since, so nothing is left to reconcile.');
  if (reconciled === null) return refused('not-now', nobody);
  if (before === 'settled') return refused('not-now', `This is settled already. ${settledText(reconciled, matter)}`);
  const found = reconciled.refused.find((refusal) => refusal.id === id);
  if (found === undefined) return { kind: 'taken', answer: null };
  return { kind: 'refused', reason: found.reason, said: escaped(found.reason.message, 1_000) };
}

function refused(code: 'command-syntax' | 'not-now', said: string): Outcome {
  return { kind: 'refused', reason: { code, message: said }, said };
}
