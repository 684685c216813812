import type { Facts } from '../decision/facts.ts';
import { epochOf } from '../decision/time.ts';

/**
 * The head of the pull request at an instant; null when it cannot be told. A head is known from the push that a delivery told, or from the
 * first decision about it. Comments carry whole seconds, so one in the second of a push counts as before it: the safe side.
 */
export function headAt({ heads, history }: Pick<Facts, 'heads' | 'history'>, at: string): string | null {
  const instant = epochOf(at);
  const known = heads
    .filter(({ unannounced }) => unannounced !== true)
    .map(({ sha, at: told }) => {
      const decided = history.questions.filter(({ head }) => head === sha).map((question) => epochOf(question.at));
      return { sha, since: Math.min(epochOf(told), ...decided) };
    });
  return known.findLast(({ since }) => since <= instant)?.sha ?? null;
}
