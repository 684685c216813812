/** What came of one attempt to send, as far as it concerns what to do next. */
export type Answer =
  | {
      readonly kind: 'answered';
      readonly status: number;
      /** How long the receiver asks to wait. */
      readonly retryAfterMs: number | undefined;
      /** The receiver's own word for what is wrong, such as Slack's `no_service`. */
      readonly word: string | undefined;
    }
  | { readonly kind: 'unanswered'; readonly why: string };

export type Outcome =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'retried'; readonly reason: string; readonly waitMs: number }
  | { readonly kind: 'gave-up'; readonly reason: string };

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** How long to wait after each failed attempt: ten attempts over some 22 hours, so that a night's outage is outlived. */
export const waits: readonly number[] = [
  SECOND,
  5 * SECOND,
  30 * SECOND,
  2 * MINUTE,
  10 * MINUTE,
  HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
];

/** The longest that a receiver may ask to be waited for. */
const longestWait = 24 * HOUR;

/** The request itself is refused, or the address is none any more: the same again would be answered the same. */
const final: readonly number[] = [400, 401, 403, 404, 410];

/** What follows from the answer to the attempt of that number, counted from 1. */
export function outcomeOf(answer: Answer, attempt: number): Outcome {
  if (answer.kind === 'answered' && answer.status >= 200 && answer.status < 300) return { kind: 'delivered' };
  const reason = reasonOf(answer);
  if (answer.kind === 'answered' && final.includes(answer.status)) return { kind: 'gave-up', reason };
  const wait = waits[attempt - 1];
  if (wait === undefined) return { kind: 'gave-up', reason: `${reason} This was attempt ${attempt}, the last.` };
  const asked = answer.kind === 'answered' ? (answer.retryAfterMs ?? 0) : 0;
  return { kind: 'retried', reason, waitMs: Math.max(wait, Math.min(asked, longestWait)) };
}

function reasonOf(answer: Answer): string {
  if (answer.kind === 'unanswered') return answer.why;
  const { status, word } = answer;
  const redirect = status >= 300 && status < 400 ? ', a redirect, which is not followed' : '';
  return `The receiver answered ${status}${redirect}${word === undefined ? '' : ` (${word})`}.`;
}
