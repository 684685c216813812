import type { Environment } from './deployment-types.ts';
import { covers } from './installations.ts';
import type { Repository } from './types.ts';
import { found, now, Refusal, takeId, type World } from './world.ts';

export function environmentsOf(world: World, repository: Repository): readonly Environment[] {
  return world.environments.get(repository.id) ?? [];
}

/** Environments are told apart whatever their case (docs: "Environment names are not case sensitive"). */
export function findEnvironment(world: World, repository: Repository, name: string): Environment | undefined {
  return environmentsOf(world, repository).find((each) => each.name.toLowerCase() === name.toLowerCase());
}

/** The environment by its name; a workflow or a deployment that names one that is not there makes it, without protection. */
export function environmentNamed(world: World, repository: Repository, name: string): Environment {
  const known = findEnvironment(world, repository, name);
  if (known) return known;
  const at = now(world);
  const environment: Environment = {
    id: takeId(world),
    repositoryId: repository.id,
    name,
    rules: [],
    canAdminsBypass: true,
    createdAt: at,
    updatedAt: at,
  };
  world.environments.set(repository.id, [...environmentsOf(world, repository), environment]);
  return environment;
}

export function protectEnvironment(
  world: World,
  environment: Environment,
  input: { readonly apps?: readonly number[]; readonly canAdminsBypass?: boolean },
): void {
  // docs: "You can enable up to six deployment protection rules on an environment at the same time."
  if ((input.apps?.length ?? 0) > 6) throw new Refusal(422, 'At most six deployment protection rules can be enabled.');
  for (const appId of input.apps ?? []) found(world.appsById.get(appId), `no app ${appId}`);
  const kept = new Map(environment.rules.map((rule) => [rule.appId, rule]));
  if (input.apps) environment.rules = input.apps.map((appId) => kept.get(appId) ?? { id: takeId(world), appId });
  if (input.canAdminsBypass !== undefined) environment.canAdminsBypass = input.canAdminsBypass;
  environment.updatedAt = now(world);
}

/**
 * Whether an app can hold a deployment here. A rule of the app under test needs its installation on the repository, the permission
 * and the subscription; a suspended installation hears nothing, and what asks for it waits.
 */
export function canGate(world: World, repository: Repository, appId: number): boolean {
  if (appId !== world.app.id) return true;
  const installation = world.installationByAccount.get(repository.ownerId);
  if (!installation || installation.removedAt !== null || !covers(installation, repository)) return false;
  return world.app.permissions.deployments === 'write' && world.app.events.includes('deployment_protection_rule');
}
