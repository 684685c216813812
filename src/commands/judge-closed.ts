import type { Decision } from '../decision/decision.ts';
import type { Account } from '../decision/values.ts';
import { type Standing, standingLine } from '../follow-up/words.ts';
import { answerTo, helpText } from './answers.ts';
import { type Outcome, type Reconciling, reconcilingElsewhere } from './judge.ts';
import type { Heard, Speech } from './speech.ts';

export type ClosedCircumstances = {
  readonly merged: boolean;
  readonly reconciling: Reconciling;
  /** Who may say after the merge that it has failed. */
  readonly mayRollBack: (account: Account) => boolean;
  /** The last decision about it; null when there never was one. */
  readonly decision: Decision | null;
  /** How it stands since it was merged; null where nothing is followed. */
  readonly standing: Standing | null;
};

/** Judges one command that was said on a pull request that is merged or closed. */
export function judgeClosed({ word, by }: Speech, heard: Heard, circumstances: ClosedCircumstances): Outcome {
  const { merged, reconciling, decision, mayRollBack, standing } = circumstances;
  if (heard.kind === 'problem') return refused('command-syntax', heard.problem);
  const how = merged ? 'merged' : 'closed';
  const since = [`It is ${how}.`, ...(standing === null ? [] : [`${standingLine(standing)}\n\n`])];
  switch (word) {
    case 'reconcile':
      return refused('not-now', reconcilingElsewhere(reconciling));
    case 'rollback':
      if (!merged) return refused('not-now', 'It was closed without being merged, so there is nothing to roll back.');
      if (!mayRollBack(by))
        return refused(
          'not-entitled',
          'Only an approver of this change or an owner of a system that it touches can say so.',
        );
      return { kind: 'taken', answer: null };
    case 'help':
      return {
        kind: 'taken',
        answer: helpText([...(merged && mayRollBack(by) ? (['rollback'] as const) : []), 'status', 'explain', 'help']),
      };
    case 'status':
    case 'explain':
      if (decision === null) return refused('not-now', `It is ${how}, and nothing was ever decided about it.`);
      return {
        kind: 'taken',
        answer: [...since, `The last decision about it:\n\n${answerTo(word, decision)}`].join(' '),
      };
    default:
      return refused(
        'not-now',
        merged ? 'It is merged, so this changes nothing any more.' : 'It is closed. Reopen it first.',
      );
  }
}

function refused(code: 'command-syntax' | 'not-now' | 'not-entitled', said: string): Outcome {
  return { kind: 'refused', reason: { code, message: said }, said };
}
