import type { Reason } from './decision.ts';
import { fingerprintOf } from './fingerprint.ts';
import type { Reader } from './reader.ts';
import type { Decisive } from './reviews.ts';
import { epochOf } from './time.ts';

/**
 * Whether an approval is bound to the present content. What counts is the commit in the `submitted` delivery: the one
 * that the API shows later moves (T03). Without a delivery, only what cannot be otherwise is believed (T04).
 */
export type Bound =
  | { readonly kind: 'bound'; readonly commit: string }
  | { readonly kind: 'loose'; readonly reason: Reason };

/** With `survives`, an approval of another head holds while content and classification are the same. */
export function bindingOf(
  approval: Decisive,
  survives: ((commit: string) => boolean) | undefined,
  reader: Reader,
): Bound {
  const { headSha } = reader.facts.pull;
  const commit = provenCommit(approval, reader);
  if (commit === undefined) return { kind: 'loose', reason: unproven };
  if (commit === headSha || survives?.(commit) === true) return { kind: 'bound', commit };
  return { kind: 'loose', reason: stale(commit, headSha) };
}

function provenCommit(approval: Decisive, { facts }: Reader): string | undefined {
  if (approval.source === 'command') return approval.commit ?? undefined;
  const delivered = facts.deliveredReviews.find(({ id }) => id === approval.number);
  if (delivered !== undefined) return delivered.commit ?? undefined;
  if (approval.commit === null) return undefined;
  if (approval.commit !== facts.pull.headSha) return approval.commit;
  const head = facts.heads.at(-1);
  const wasHead = head !== undefined && head.sha === approval.commit && epochOf(head.at) < approval.at;
  return wasHead ? approval.commit : undefined;
}

/** The content of two heads is the same, as far as their fingerprints are known. */
export function sameContent(commit: string, reader: Reader): boolean {
  const then = fingerprintOf(commit, reader);
  const now = fingerprintOf(reader.facts.pull.headSha, reader);
  return then !== undefined && then === now;
}

const unproven: Reason = {
  code: 'unproven-commit',
  message: 'Nothing proves which commit this approval was given on. Please approve again.',
};

function stale(commit: string, head: string): Reason {
  const message = `It was given on ${commit.slice(0, 10)}, and the head is now ${head.slice(0, 10)}. Look at what changed and approve again.`;
  return { code: 'stale-commit', message };
}
