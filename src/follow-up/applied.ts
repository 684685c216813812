import { epochOf } from '../decision/time.ts';
import type { Applied, DeploymentSeen } from './record.ts';

type Told = { readonly deployment: DeploymentSeen; readonly state: string; readonly at: number };

/** GitHub's names of environments do not differ by case alone. */
export function isNamed(environment: string): (deployment: DeploymentSeen) => boolean {
  return (deployment) => deployment.environment.toLowerCase() === environment.toLowerCase();
}

/** What was told of the deployments to an environment, oldest first; at one instant success comes last, as it heals. */
export function toldOf(deployments: readonly DeploymentSeen[], environment: string): readonly Told[] {
  const rank = ({ state }: Told): number => (state === 'success' ? 1 : 0);
  return deployments
    .filter(isNamed(environment))
    .flatMap((deployment) => deployment.statuses.map(({ state, at }) => ({ deployment, state, at: epochOf(at) })))
    .sort((one, other) => one.at - other.at || rank(one) - rank(other) || one.deployment.id - other.deployment.id);
}

/**
 * When a commit was first running in an environment, from `start` on: at `start` itself if what succeeded there last before holds it. A
 * deployment that has succeeded and was replaced by one without the commit before `start` is gone.
 */
export function appliedFrom(
  start: number,
  { commit, environment }: { readonly commit: string; readonly environment: string },
  deployments: readonly DeploymentSeen[],
): Applied | undefined {
  const successes = toldOf(deployments, environment).filter(({ state }) => state === 'success');
  const running = successes.findLast(({ at }) => at < start);
  if (running?.deployment.holds.includes(commit) === true) return appliedBy(environment, running.deployment, start);
  const first = successes.find(({ at, deployment }) => at >= start && deployment.holds.includes(commit));
  return first && appliedBy(environment, first.deployment, first.at);
}

function appliedBy(environment: string, { id, sha }: DeploymentSeen, at: number): Applied {
  return { environment, deployment: id, sha, at };
}

/** When a commit had reached each of these environments; undefined while it has not. */
export function reachedAll(
  start: number,
  commit: string,
  environments: readonly string[],
  deployments: readonly DeploymentSeen[],
): number | undefined {
  const applied = environments.map((environment) => appliedFrom(start, { commit, environment }, deployments));
  return applied.some((one) => one === undefined)
    ? undefined
    : Math.max(start, ...applied.map((one) => one?.at ?? start));
}
