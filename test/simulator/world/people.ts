import type { Account, Organization, Repository, Role, Team } from './types.ts';
import { found, now, Refusal, takeId, type World } from './world.ts';

export function createAccount(
  world: World,
  input: {
    readonly login: string;
    readonly type?: Account['type'];
    readonly name?: string;
    readonly email?: string;
    readonly id?: number;
  },
): Account {
  const key = input.login.toLowerCase();
  if (world.logins.has(key)) throw new Refusal(422, `login ${input.login} is taken`);
  const id = input.id ?? takeId(world);
  const emails = [`${id}+${input.login}@users.noreply.github.com`, input.email ?? `${input.login}@acme.example`];
  const account: Account = {
    id,
    type: input.type ?? 'User',
    login: input.login,
    name: input.name ?? input.login,
    emails,
    suspendedAt: null,
    createdAt: now(world),
  };
  world.accounts.set(id, account);
  world.logins.set(key, id);
  if (account.type !== 'Organization') for (const email of emails) world.emails.set(email.toLowerCase(), id);
  return account;
}

export function accountByLogin(world: World, login: string): Account {
  return found(world.accounts.get(world.logins.get(login.toLowerCase()) ?? -1));
}

export function accountById(world: World, id: number): Account {
  return found(world.accounts.get(id));
}

/** The app an account is the bot of. */
export function appIdOf(world: World, accountId: number): number | null {
  return [...world.appsById.values()].find((app) => app.botId === accountId)?.id ?? null;
}

/** The freed login can be taken by anybody at once, as on GitHub. */
export function renameAccount(world: World, account: Account, login: string): void {
  const holder = world.logins.get(login.toLowerCase());
  if (holder !== undefined && holder !== account.id) throw new Refusal(422, `login ${login} is taken`);
  world.logins.delete(account.login.toLowerCase());
  for (const repository of world.repositories.values()) {
    if (repository.ownerId !== account.id) continue;
    world.repositoryNames.delete(`${account.login}/${repository.name}`.toLowerCase());
    world.repositoryNames.set(`${login}/${repository.name}`.toLowerCase(), repository.id);
  }
  account.login = login;
  world.logins.set(login.toLowerCase(), account.id);
}

export function createOrganization(world: World, login: string): Organization {
  const account = createAccount(world, { login, type: 'Organization' });
  const organization: Organization = {
    accountId: account.id,
    members: new Map(),
    teams: new Map(),
    propertyDefinitions: new Map(),
    rulesets: [],
    basePermission: 'none',
  };
  world.organizations.set(account.id, organization);
  return organization;
}

export function organizationByLogin(world: World, login: string): Organization {
  return found(world.organizations.get(world.logins.get(login.toLowerCase()) ?? -1));
}

export function createTeam(
  world: World,
  organization: Organization,
  input: {
    readonly slug: string;
    readonly name?: string;
    readonly parent?: string;
    readonly privacy?: Team['privacy'];
  },
): Team {
  const parent = input.parent === undefined ? null : teamBySlug(organization, input.parent);
  const team: Team = {
    id: takeId(world),
    organizationId: organization.accountId,
    slug: input.slug,
    name: input.name ?? input.slug,
    privacy: input.privacy ?? 'closed',
    parentId: parent?.id ?? null,
    members: new Map(),
    createdAt: now(world),
  };
  organization.teams.set(team.slug, team);
  world.teams.set(team.id, team);
  return team;
}

export function teamBySlug(organization: Organization, slug: string): Team {
  return found(organization.teams.get(slug.toLowerCase()));
}

export function childTeams(world: World, team: Team): readonly Team[] {
  const organization = found(world.organizations.get(team.organizationId));
  return [...organization.teams.values()].filter((other) => other.parentId === team.id);
}

/** Members of a team include those of its child teams (docs: "List team members"). Owners appear as maintainers. */
export function teamMembers(world: World, team: Team): ReadonlyMap<number, 'member' | 'maintainer'> {
  const organization = found(world.organizations.get(team.organizationId));
  const members = new Map<number, 'member' | 'maintainer'>();
  for (const [id, role] of team.members)
    members.set(id, organization.members.get(id) === 'admin' ? 'maintainer' : role);
  for (const child of childTeams(world, team)) {
    for (const [id, role] of teamMembers(world, child)) if (!members.has(id)) members.set(id, role);
  }
  return members;
}

const ranks: Readonly<Record<Role | 'none', number>> = { none: 0, read: 1, triage: 2, write: 3, maintain: 4, admin: 5 };

export function atLeast(role: Role | 'none', wanted: Role): boolean {
  return ranks[role] >= ranks[wanted];
}

/** A team has what was given to it or to a team above it. */
export function teamReaches(world: World, team: Team, repository: Repository): boolean {
  if (repository.teamPermissions.has(team.id)) return true;
  const parent = team.parentId === null ? undefined : world.teams.get(team.parentId);
  return parent !== undefined && teamReaches(world, parent, repository);
}

/** The highest of what was given to somebody: owner, organization base permission, direct collaborator, team, parent team. */
export function roleGivenTo(world: World, repository: Repository, accountId: number): Role | 'none' {
  const account = world.accounts.get(accountId);
  if (!account || account.suspendedAt !== null) return 'none';
  const organization = world.organizations.get(repository.ownerId);
  const roles: (Role | 'none')[] = [];
  if (repository.ownerId === accountId || organization?.members.get(accountId) === 'admin') roles.push('admin');
  if (organization?.members.has(accountId)) roles.push(organization.basePermission);
  roles.push(repository.collaborators.get(accountId) ?? 'none');
  for (const [teamId, role] of repository.teamPermissions) {
    const team = world.teams.get(teamId);
    if (team && teamMembers(world, team).has(accountId)) roles.push(role);
  }
  return roles.reduce((best, role) => (ranks[role] > ranks[best] ? role : best), 'none');
}

/** What somebody may do: what was given to them, and reading what is public. */
export function roleOf(world: World, repository: Repository, accountId: number): Role | 'none' {
  const given = roleGivenTo(world, repository, accountId);
  const isSuspended = world.accounts.get(accountId)?.suspendedAt !== null;
  return given === 'none' && repository.visibility === 'public' && !isSuspended ? 'read' : given;
}
