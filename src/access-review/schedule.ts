import { epochOf, instantAfter } from '../decision/time.ts';
import type { Duration } from '../policy/schema/values.ts';

/** When reviews begin, and until when they are to be done. Instants are milliseconds since 1970. */

/** Nobody needs longer to read a list, and a review that lies about attests what was true at its beginning. */
const LONGEST_MS = 14 * 86_400_000;

export type Past = {
  /** When a policy that asks for reviews was first met here. */
  readonly since: string;
  /** The newest review; null before the first. */
  readonly last: { readonly openedAt: string; readonly finishedAt: string } | null;
};

export function lengthOf(every: Duration): number {
  return instantAfter(0, every, undefined);
}

/**
 * When the next review is to be opened: `every` after the policy came to ask for it, and then `every` after the one before it was opened.
 * One that was finished too late is not followed by another at once: what was missed is on record as overdue, and the next comes when it
 * would have come anyway, at most `every` after the late one was finished.
 */
export function nextOpening({ since, last }: Past, every: Duration): number {
  const length = lengthOf(every);
  if (last === null) return epochOf(since) + length;
  const opened = epochOf(last.openedAt);
  const passed = Math.floor((epochOf(last.finishedAt) - opened) / length);
  return opened + (Math.max(0, passed) + 1) * length;
}

/** Until when a review is to be attested: 14 days, or half the time until the next, whichever is shorter. */
export function reviewBy(openedAt: number, every: Duration): number {
  return openedAt + Math.min(LONGEST_MS, lengthOf(every) / 2);
}
