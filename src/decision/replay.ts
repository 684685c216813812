import { digestOf } from '../audit/canonical.ts';
import { decide } from './decide.ts';
import type { Decision, PolicyInForce } from './decision.ts';
import { essenceOf } from './essence.ts';
import { Facts } from './facts.ts';

/** A decision as it was recorded, with what it was reached from. */
export type RecordedDecision = {
  readonly id: number;
  readonly repository: string;
  readonly pull: number;
  readonly at: string;
  readonly state: Decision['state'];
  /** Of its essence, and, in the ledger, of its facts. */
  readonly digest: string;
  readonly factsDigest: string;
  readonly engine: string;
  readonly facts: unknown;
};

export type Replayed =
  | { readonly kind: 'same' }
  | { readonly kind: 'different'; readonly now: Decision }
  /** The facts are not those that the ledger has the digest of. They may name accounts as erased: whether they were, the ledger says. */
  | { readonly kind: 'facts-changed'; readonly erased: readonly number[] }
  | { readonly kind: 'unreadable'; readonly problem: string };

/** Derives a recorded decision again. The same is the normal answer. */
export function replay(recorded: RecordedDecision, policy: PolicyInForce): Replayed {
  if (digestOf(recorded.facts) !== recorded.factsDigest) {
    const erased = [...JSON.stringify(recorded.facts).matchAll(/erased-(\d+)/g)].map(([, id]) => Number(id));
    return { kind: 'facts-changed', erased: [...new Set(erased)] };
  }
  const facts = Facts.safeParse(recorded.facts);
  if (!facts.success) {
    const [issue] = facts.error.issues;
    return { kind: 'unreadable', problem: `${issue?.path.join('.')}: ${issue?.message}` };
  }
  const now = decide(policy, facts.data);
  return digestOf(essenceOf(now)) === recorded.digest ? { kind: 'same' } : { kind: 'different', now };
}
