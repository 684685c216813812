import { escaped } from '../decision/escape.ts';
import type { Reconciliation, Statement } from '../decision/reconciliation.ts';
import { helpText } from './answers.ts';
import type { Outcome } from './judge.ts';
import { settledText, statusText } from './reconciliation-text.ts';
import type { Speech } from './speech.ts';

/** What a command on the issue of a reconciliation says of the broken glass; undefined for all others. */
export function statementOf({ id, by, at, read }: Speech): Statement | undefined {
  if (!read.ok || read.command.word !== 'reconcile') return undefined;
  const { verdict, rationale } = read.command;
  return { id, by, at, verdict, rationale };
}

/** Judges one command that was said on the issue of a reconciliation. `before` says whether it was settled before this was said. */
export function judgeReconciling(
  speech: Speech,
  pull: number,
  reconciliation: Reconciliation,
  before: 'open' | 'settled',
): Outcome {
  if (!speech.read.ok) return refused('command-syntax', speech.read.problem);
  switch (speech.read.command.word) {
    case 'reconcile':
      return before === 'settled'
        ? refused('not-now', `This is settled already. ${settledText(reconciliation)}`)
        : stated(speech, reconciliation);
    case 'help':
      return { kind: 'taken', answer: helpText(['reconcile', 'status', 'explain', 'help']) };
    case 'status':
    case 'explain':
      return { kind: 'taken', answer: statusText(reconciliation) };
    default:
      return refused('not-now', `This issue is about a broken glass. Say it on the pull request, #${pull}.`);
  }
}

function stated({ id }: Speech, { refused: out }: Reconciliation): Outcome {
  const found = out.find((refusal) => refusal.id === id);
  if (found === undefined) return { kind: 'taken', answer: null };
  return { kind: 'refused', reason: found.reason, said: escaped(found.reason.message, 1_000) };
}

function refused(code: 'command-syntax' | 'not-now', said: string): Outcome {
  return { kind: 'refused', reason: { code, message: said }, said };
}
