import type { Facts } from '../decision/facts.ts';
import { derivedFrom, withGovernedOnce } from '../decision/governance.ts';
import { subjectOf } from '../decision/subject.ts';
import { classify } from '../policy/classify.ts';
import type { EffectivePolicy, Layer } from '../policy/compose.ts';
import { matches } from '../policy/conditions.ts';
import type { AfterMerge } from '../policy/policy.ts';
import type { Duty } from './record.ts';

/**
 * What the policy asks for after the merge of a pull request: every entry of `after-merge` whose condition holds under any layer, on the
 * facts of the last decision. What is not certain counts as holding: asking for more is the stricter side.
 */
export function dutiesOf(effective: EffectivePolicy, facts: Facts): readonly Duty[] {
  const duties = effective.layers.flatMap((layer) => matching(layer, facts).map(dutyOf));
  return [...new Map(duties.map((duty) => [JSON.stringify(duty), duty])).values()];
}

function matching({ policy }: Layer, facts: Facts): readonly AfterMerge[] {
  if (policy.afterMerge.length === 0) return [];
  const subject = subjectOf(facts);
  const classification = withGovernedOnce(policy, subject, classify(policy, subject), facts.history);
  const derived = derivedFrom(classification);
  return policy.afterMerge.filter(({ when }) => matches(when, subject, derived).holds !== false);
}

function dutyOf({ apply, verify, onFailure }: AfterMerge): Duty {
  return {
    apply: apply === undefined ? null : { deployments: [...apply.deployments], within: apply.within },
    verify: verify === undefined ? null : { workflows: [...verify.workflows], within: verify.within },
    onFailure: { issue: onFailure.issue, notify: [...onFailure.notify] },
  };
}
