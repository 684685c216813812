import type { Decision } from '../decision/decision.ts';
import { answerTo, helpText } from './answers.ts';
import { type Outcome, type Reconciling, reconcilingElsewhere } from './judge.ts';
import type { Heard, Speech } from './speech.ts';

export type ClosedCircumstances = {
  readonly merged: boolean;
  readonly reconciling: Reconciling;
  /** The last decision about it; null when there never was one. */
  readonly decision: Decision | null;
};

/** Judges one command that was said on a pull request that is merged or closed. */
export function judgeClosed({ word }: Speech, heard: Heard, circumstances: ClosedCircumstances): Outcome {
  const { merged, reconciling, decision } = circumstances;
  if (heard.kind === 'problem') return refused('command-syntax', heard.problem);
  const how = merged ? 'merged' : 'closed';
  switch (word) {
    case 'reconcile':
      return refused('not-now', reconcilingElsewhere(reconciling));
    case 'help':
      return { kind: 'taken', answer: helpText(['status', 'explain', 'help']) };
    case 'status':
    case 'explain':
      if (decision === null) return refused('not-now', `It is ${how}, and nothing was ever decided about it.`);
      return { kind: 'taken', answer: `It is ${how}. The last decision about it:\n\n${answerTo(word, decision)}` };
    default:
      return refused(
        'not-now',
        merged ? 'It is merged, so this changes nothing any more.' : 'It is closed. Reopen it first.',
      );
  }
}

function refused(code: 'command-syntax' | 'not-now', said: string): Outcome {
  return { kind: 'refused', reason: { code, message: said }, said };
}
