import type { Classification } from '../policy/classification.ts';
import { classify } from '../policy/classify.ts';
import type { EffectivePolicy, Layer } from '../policy/compose.ts';
import type { Freeze } from '../policy/policy.ts';
import type { Decision, Hold } from './decision.ts';
import type { Facts } from './facts.ts';
import { withGovernedOnce } from './governance.ts';
import { freezeHolds, freezeStage, freezesInForce, windowHolds } from './holds.ts';
import { readerOf } from './reader.ts';
import { requirementsOf } from './requirements.ts';
import { subjectOf } from './subject.ts';
import { epochOf } from './time.ts';

/** A pull request that was merged, as it was decided last. */
export type Merged = { readonly decision: Pick<Decision, 'state' | 'plan' | 'at'>; readonly facts: Facts };

/**
 * What keeps a merged change from being deployed to an environment at this instant: freezes and closed windows of the present policy, looked
 * at again. A broken glass passes them all; whoever let the change through a freeze has let it through that one.
 */
export function heldNow(
  effective: EffectivePolicy,
  { decision, facts }: Merged,
  environment: string,
  at: string,
): readonly Hold[] {
  if (decision.state === 'overridden') return [];
  const now = { ...facts, at };
  return distinct(
    effective.layers.flatMap((layer) => {
      const reader = readerOf(now, epochOf(at));
      const classification = classified(layer, now);
      if (classification.proposal.governed === false) return [];
      // What was merged for a stricter environment may be deployed to this one, which may be frozen by itself.
      const environments = [...classification.environments, { name: environment }];
      const inForce = freezesInForce(layer.policy, { environments }, reader);
      const before = letThrough(layer, classification, { decision, facts });
      const { windows } = requirementsOf(layer.policy, classification, classification.rules);
      return [
        ...freezeHolds(
          inForce.filter(({ name }) => !before.includes(name)),
          false,
        ),
        ...windowHolds(windows, layer.policy, reader),
      ];
    }),
  );
}

/** Freezes of an environment at this instant, where nothing is known of what would be deployed: a rollback, a baseline. */
export function frozenNow(effective: EffectivePolicy, environment: string, at: string): readonly Hold[] {
  const reader = { now: epochOf(at), again: () => undefined };
  const touched = { environments: [{ name: environment }] };
  return distinct(
    effective.layers.flatMap(({ policy }) => freezeHolds(freezesInForce(policy, touched, reader), false)),
  );
}

function classified({ policy }: Layer, facts: Facts): Classification {
  const subject = subjectOf(facts);
  return withGovernedOnce(policy, subject, classify(policy, subject), facts.history);
}

/** Names of freezes that were in force when it was decided, and through which their approvers let it. */
function letThrough(
  { policy }: Layer,
  classification: Classification,
  { decision, facts }: Merged,
): readonly Freeze['name'][] {
  const stage = decision.plan.find(({ name }) => name === freezeStage);
  if (stage?.complete !== true) return [];
  const then = readerOf(facts, epochOf(decision.at));
  return freezesInForce(policy, classification, then).flatMap(({ name, approvers }) =>
    approvers.length > 0 ? [name] : [],
  );
}

function distinct(holds: readonly Hold[]): readonly Hold[] {
  return [...new Map(holds.map((hold) => [hold.message, hold])).values()];
}
