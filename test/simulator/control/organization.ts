import { teamShape, userShape } from '../shapes/people.ts';
import { repositoryShape } from '../shapes/repository.ts';
import { announce, announceOrganization } from '../world/events.ts';
import {
  announceInstallation,
  installApp,
  removeInstallation,
  selectRepositories,
  suspendInstallation,
} from '../world/installations.ts';
import {
  accountByLogin,
  createAccount,
  createOrganization,
  createTeam,
  organizationByLogin,
  renameAccount,
  teamBySlug,
} from '../world/people.ts';
import { defineProperty, repositoryByName } from '../world/repositories.ts';
import type { Account, Installation, Organization, PropertyDefinition, Role, Team } from '../world/types.ts';
import { found, now, type World } from '../world/world.ts';

interface TeamMember {
  readonly organization: string;
  readonly team: string;
  readonly user: string;
  readonly as?: string;
}

/** Who does it, when nobody is named: the organization itself. */
function actor(world: World, as: string | undefined, organization: Organization): number {
  if (as !== undefined) return accountByLogin(world, as).id;
  return [...organization.members].find(([, role]) => role === 'admin')?.[0] ?? organization.accountId;
}

function installationOf(world: World, organization: string): Installation {
  return found(
    world.installationByAccount.get(organizationByLogin(world, organization).accountId),
    'the app is not installed there',
  );
}

function memberRemoved(world: World, organization: Organization, user: Account, senderId: number): void {
  organization.members.delete(user.id);
  for (const team of organization.teams.values()) team.members.delete(user.id);
  const login = accountByLogin(world, world.accounts.get(organization.accountId)?.login ?? '').login;
  const url = `${world.apiUrl}/orgs/${login}`;
  announceOrganization(world, organization, senderId, ['organization', 'member_removed'], () => ({
    membership: {
      url: `${url}/memberships/${user.login}`,
      state: 'active',
      role: 'unaffiliated',
      organization_url: url,
      user: userShape(world, user.id),
    },
  }));
}

function announceMembership(
  world: World,
  organization: Organization,
  team: Team,
  user: Account,
  senderId: number,
  action: 'added' | 'removed',
): void {
  announceOrganization(world, organization, senderId, ['membership', action], () => ({
    scope: 'team',
    member: userShape(world, user.id),
    team: teamShape(world, team),
  }));
}

function announceRole(
  world: World,
  repositoryName: string,
  senderId: number,
  user: Account,
  before: Role | undefined,
  after: Role | null,
): void {
  const repository = repositoryByName(world, repositoryName);
  const action = after === null ? 'removed' : before === undefined ? 'added' : 'edited';
  const to = after === 'admin' ? 'admin' : 'write';
  const changes =
    action === 'added'
      ? { changes: { permission: { to } } }
      : { changes: { old_permission: { from: before ?? 'read' } } };
  announce(world, repository, senderId, ['member', action], () => ({
    member: userShape(world, user.id),
    ...(action === 'removed' ? {} : changes),
  }));
}

export function organizationControl(world: World) {
  return {
    createUser: (input: {
      readonly login: string;
      readonly type?: 'User' | 'Bot';
      readonly name?: string;
      readonly email?: string;
      readonly id?: number;
    }) => {
      const account = createAccount(world, input);
      return { id: account.id, login: account.login, email: account.emails.at(-1) };
    },
    addEmail: (input: { readonly user: string; readonly email: string }) => {
      const account = accountByLogin(world, input.user);
      account.emails.push(input.email);
      world.emails.set(input.email.toLowerCase(), account.id);
    },
    renameUser: (input: { readonly user: string; readonly login: string }) =>
      renameAccount(world, accountByLogin(world, input.user), input.login),
    suspendUser: (input: { readonly user: string; readonly suspended?: boolean }) => {
      accountByLogin(world, input.user).suspendedAt = input.suspended === false ? null : now(world);
    },
    createOrganization: (input: {
      readonly login: string;
      readonly owners?: readonly string[];
      readonly members?: readonly string[];
    }) => {
      const organization = createOrganization(world, input.login);
      for (const login of input.owners ?? []) organization.members.set(accountByLogin(world, login).id, 'admin');
      for (const login of input.members ?? []) organization.members.set(accountByLogin(world, login).id, 'member');
      return { id: organization.accountId, login: input.login };
    },
    addMember: (input: {
      readonly organization: string;
      readonly user: string;
      readonly role?: 'admin' | 'member';
    }) => {
      organizationByLogin(world, input.organization).members.set(
        accountByLogin(world, input.user).id,
        input.role ?? 'member',
      );
    },
    removeMember: (input: { readonly organization: string; readonly user: string; readonly as?: string }) => {
      const organization = organizationByLogin(world, input.organization);
      memberRemoved(world, organization, accountByLogin(world, input.user), actor(world, input.as, organization));
    },
    createTeam: (input: {
      readonly organization: string;
      readonly slug: string;
      readonly name?: string;
      readonly parent?: string;
      readonly members?: readonly string[];
      readonly privacy?: 'closed' | 'secret';
    }) => {
      const organization = organizationByLogin(world, input.organization);
      const team = createTeam(world, organization, input);
      for (const login of input.members ?? []) {
        const { id } = accountByLogin(world, login);
        if (!organization.members.has(id)) organization.members.set(id, 'member');
        team.members.set(id, 'member');
      }
      return { id: team.id, slug: team.slug };
    },
    addTeamMember: (input: TeamMember) => {
      const organization = organizationByLogin(world, input.organization);
      const [team, user] = [teamBySlug(organization, input.team), accountByLogin(world, input.user)];
      team.members.set(user.id, 'member');
      if (!organization.members.has(user.id)) organization.members.set(user.id, 'member');
      announceMembership(world, organization, team, user, actor(world, input.as, organization), 'added');
    },
    removeTeamMember: (input: TeamMember) => {
      const organization = organizationByLogin(world, input.organization);
      const [team, user] = [teamBySlug(organization, input.team), accountByLogin(world, input.user)];
      team.members.delete(user.id);
      announceMembership(world, organization, team, user, actor(world, input.as, organization), 'removed');
    },
    setRole: (input: {
      readonly repository: string;
      readonly user: string;
      readonly role: Role | null;
      readonly as?: string;
    }) => {
      const repository = repositoryByName(world, input.repository);
      const user = accountByLogin(world, input.user);
      const before = repository.collaborators.get(user.id);
      if (input.role === null) repository.collaborators.delete(user.id);
      else repository.collaborators.set(user.id, input.role);
      const senderId = input.as === undefined ? repository.ownerId : accountByLogin(world, input.as).id;
      announceRole(world, input.repository, senderId, user, before, input.role);
    },
    setTeamRole: (input: {
      readonly repository: string;
      readonly team: string;
      readonly role: Role | null;
      readonly as?: string;
    }) => {
      const repository = repositoryByName(world, input.repository);
      const organization = found(world.organizations.get(repository.ownerId));
      const team = teamBySlug(organization, input.team);
      if (input.role === null) repository.teamPermissions.delete(team.id);
      else repository.teamPermissions.set(team.id, input.role);
      const action = input.role === null ? 'removed_from_repository' : 'added_to_repository';
      announceOrganization(world, organization, actor(world, input.as, organization), ['team', action], () => ({
        team: teamShape(world, team),
        repository: repositoryShape(world, repository),
      }));
    },
    defineProperty: (
      input: Pick<PropertyDefinition, 'name'> & Partial<PropertyDefinition> & { readonly organization: string },
    ) => {
      const { organization, ...definition } = input;
      const defaults = {
        valueType: 'string',
        allowedValues: null,
        defaultValue: null,
        required: false,
        valuesEditableBy: 'org_actors',
      } as const;
      defineProperty(world, organizationByLogin(world, organization).accountId, { ...defaults, ...definition });
    },
    install: (input: {
      readonly organization: string;
      readonly repositories?: readonly string[];
      readonly id?: number;
      readonly as?: string;
    }) => {
      const organization = organizationByLogin(world, input.organization);
      const repositoryIds = input.repositories?.map((name) => repositoryByName(world, name).id);
      const installation = installApp(world, organization.accountId, actor(world, input.as, organization), {
        ...(repositoryIds ? { selection: 'selected' as const, repositoryIds } : {}),
        ...(input.id === undefined ? {} : { id: input.id }),
      });
      return { id: installation.id };
    },
    selectRepositories: (input: {
      readonly organization: string;
      readonly add?: readonly string[];
      readonly remove?: readonly string[];
      readonly as?: string;
    }) => {
      const by = (names: readonly string[] | undefined) => (names ?? []).map((name) => repositoryByName(world, name));
      const who = actor(world, input.as, organizationByLogin(world, input.organization));
      selectRepositories(world, installationOf(world, input.organization), who, {
        add: by(input.add),
        remove: by(input.remove),
      });
    },
    suspendInstallation: (input: {
      readonly organization: string;
      readonly suspended?: boolean;
      readonly as?: string;
    }) => {
      const who = actor(world, input.as, organizationByLogin(world, input.organization));
      suspendInstallation(world, installationOf(world, input.organization), who, input.suspended ?? true);
    },
    removeInstallation: (input: { readonly organization: string; readonly as?: string }) => {
      const who = actor(world, input.as, organizationByLogin(world, input.organization));
      removeInstallation(world, installationOf(world, input.organization), who);
    },
    announceInstallation: (input: { readonly organization: string }) => {
      const organization = organizationByLogin(world, input.organization);
      announceInstallation(
        world,
        installationOf(world, input.organization),
        actor(world, undefined, organization),
        'created',
      );
    },
  };
}
