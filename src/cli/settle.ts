import { decide } from '../decision/decide.ts';
import type { Decision, PolicyInForce } from '../decision/decision.ts';
import type { Facts } from '../decision/facts.ts';
import { Lookups, type Want } from '../decision/lookups.ts';

/** What is known of a fact that a decision asks for: its value, or why there is none; undefined if nothing is known at all. */
export type Answer = (want: Want, facts: Facts) => { readonly ok: unknown } | { readonly error: string } | undefined;

/** Answers lead to further wants: policy, people and files are three steps, and this is more than twice that. */
const MOST_ROUNDS = 8;

/** Decides, answers what the decision asks for, and decides again, until it asks for nothing more that has an answer. */
export function settle(policy: PolicyInForce, given: Facts, answer: Answer): Decision {
  let facts = given;
  let decision = decide(policy, facts);
  for (let round = 0; round < MOST_ROUNDS && decision.wants.length > 0; round += 1) {
    const lookups = withAnswers(facts, decision.wants, answer);
    if (lookups === undefined) break;
    facts = { ...facts, lookups };
    decision = decide(policy, facts);
  }
  return decision;
}

function withAnswers(facts: Facts, wants: readonly Want[], answer: Answer): Lookups | undefined {
  const next: Record<string, Readonly<Record<string, unknown>> | undefined> = { ...facts.lookups };
  let answered = 0;
  for (const want of wants) {
    const found = answer(want, facts);
    if (found === undefined) continue;
    answered += 1;
    next[want.kind] = { ...next[want.kind], [want.key]: 'ok' in found ? { ...found, at: facts.at } : found };
  }
  return answered === 0 ? undefined : Lookups.parse(next);
}
