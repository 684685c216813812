import { backtest, type Compared } from '../../src/decision/backtest.ts';
import { decide } from '../../src/decision/decide.ts';
import type { Decision, PolicyInForce } from '../../src/decision/decision.ts';
import type { Facts } from '../../src/decision/facts.ts';
import type { EffectivePolicy } from '../../src/policy/compose.ts';
import { answered, approval, type Changes, facts, policy, type World } from './facts.ts';

/** What is recorded of a decision: itself, and the facts that it was reached from, with all that was looked up for it. */
export function recorded(under: PolicyInForce, given: Facts, world: World = {}): { decision: Decision; facts: Facts } {
  let last = given;
  const decision = answered(given, world, (current) => {
    last = current;
    return decide(under, current);
  });
  return { decision, facts: last };
}

export function effective(text: string, repository?: string): EffectivePolicy {
  const loaded = policy(text, repository);
  if (loaded.kind !== 'valid') throw new Error('a policy that is not valid');
  return loaded.effective;
}

const signed = { reviews: [approval('bo', '10:00'), approval('rita', '11:00')] };

/** What one policy decided of a pull request that `bo` and `rita` have signed, and what another one makes of it. */
export function compared(from: string, to: string, changes: Changes = {}, world: World = {}): Compared | undefined {
  const { decision, facts: given } = recorded(policy(from), facts({ ...signed, ...changes }), world);
  return backtest(effective(to), decision, given);
}
