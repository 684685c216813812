import { atLeast, roleOf, teamMembers } from './people.ts';
import { type BypassActor, type BypassMode, type Protection, type Ruleset, roleIds } from './rule-types.ts';
import type { Repository, Role } from './types.ts';
import type { World } from './world.ts';

/** A role stands for those above it too. */
function hasRole(world: World, repository: Repository, accountId: number, id: number | null): boolean {
  const role = (Object.keys(roleIds) as Role[]).find((name) => roleIds[name] === id);
  return role !== undefined && atLeast(roleOf(world, repository, accountId), role);
}

function isActor(world: World, repository: Repository, actor: BypassActor, accountId: number): boolean {
  const id = actor.actor_id ?? -1;
  switch (actor.actor_type) {
    case 'User':
      return id === accountId;
    case 'Integration':
      return world.appsById.get(id)?.botId === accountId;
    case 'OrganizationAdmin':
      return world.organizations.get(repository.ownerId)?.members.get(accountId) === 'admin';
    case 'RepositoryRole':
      return hasRole(world, repository, accountId, actor.actor_id);
    case 'Team': {
      const team = world.teams.get(id);
      return team !== undefined && teamMembers(world, team).has(accountId);
    }
    default:
      return false;
  }
}

const widest: readonly BypassMode[] = ['exempt', 'always', 'pull_request'];

/** How somebody may pass a ruleset by, the widest of what the list says; null when not at all. */
export function bypassModeOf(
  world: World,
  repository: Repository,
  ruleset: Ruleset,
  accountId: number,
): BypassMode | null {
  const modes = ruleset.bypassActors
    .filter((actor) => isActor(world, repository, actor, accountId))
    .map((actor) => actor.bypass_mode);
  return widest.find((mode) => modes.includes(mode)) ?? null;
}

/** docs: branch protection does not apply to administrators unless "Do not allow bypassing" is on. */
export function passesProtection(
  world: World,
  repository: Repository,
  protection: Protection,
  accountId: number,
): boolean {
  return !protection.enforceAdmins && roleOf(world, repository, accountId) === 'admin';
}
