import type { Classification } from './classification.ts';
import { classify, gateOf } from './classify.ts';
import type { EffectivePolicy, Layer } from './compose.ts';
import type { Subject } from './subject.ts';

export type LayerReading = { readonly layer: Layer; readonly classification: Classification };

/** What each layer makes of a subject, each by itself. Decide every one; the strictest decision holds. */
export function readings({ layers }: EffectivePolicy, subject: Subject): readonly [LayerReading, ...LayerReading[]] {
  const [first, ...rest] = layers;
  const read = (layer: Layer): LayerReading => ({ layer, classification: classify(layer.policy, subject) });
  return [read(first), ...rest.map(read)];
}

/**
 * The environment that names the check of a base branch: the first layer's that claims it, so that no repository can
 * move a branch from one environment of the organization to another. Undefined is `unclassified`.
 */
export function gateEnvironment({ layers }: EffectivePolicy, base: string): string | undefined {
  for (const { policy } of layers) {
    const gate = gateOf(policy.environments, base);
    if (gate !== undefined) return gate;
  }
  return undefined;
}

/** Whether what was permitted for one environment is permitted for another: environments are ordered strictest first. */
export function atLeastAsStrict(effective: EffectivePolicy | undefined, permitted: string, wanted: string): boolean {
  if (permitted === wanted) return true;
  const order = effective?.layers[0].policy.environments.map(({ name }) => name) ?? [];
  const [one, other] = [order.indexOf(permitted), order.indexOf(wanted)];
  return one !== -1 && other !== -1 && one < other;
}

/**
 * The environment of the policy that a deployment environment of GitHub belongs to; one that names no deployments has that of its own
 * name. GitHub's names do not differ by case alone. Only the organization's policy says this, where there is one.
 */
export function deploymentEnvironment({ layers }: EffectivePolicy, deployment: string): string | undefined {
  const isIt = (name: string) => name.toLowerCase() === deployment.toLowerCase();
  const { environments } = layers[0].policy;
  return environments.find(({ name, deployments }) => (deployments.length === 0 ? isIt(name) : deployments.some(isIt)))
    ?.name;
}
