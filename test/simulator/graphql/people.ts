import type { GraphQLResolveInfo } from 'graphql';
import { accountNodeId, accountUrl } from '../shapes/people.ts';
import { accountById, childTeams, organizationByLogin, teamMembers } from '../world/people.ts';
import type { GitPerson, Organization, Team } from '../world/types.ts';
import { found, nodeId, type World } from '../world/world.ts';
import { connection, type PageArgs } from './connection.ts';

/** In GraphQL a bot's login has no "[bot]" at its end, unlike in REST. */
export function actorNode(world: World, id: number) {
  const account = accountById(world, id);
  const url = accountUrl(world, account);
  const login = account.type === 'Bot' ? account.login.replace(/\[bot\]$/, '') : account.login;
  return {
    __typename: account.type,
    id: accountNodeId(account),
    databaseId: account.id,
    login,
    name: account.name,
    email: '',
    url,
    resourcePath: url.slice(world.webUrl.length),
    avatarUrl: `https://avatars.githubusercontent.com/u/${account.id}?v=4`,
    createdAt: account.createdAt,
    isEmployee: false,
    isViewer: account.id === world.app.botId,
    status: null,
  };
}

export function optionalActor(world: World, id: number | null) {
  return id === null || !world.accounts.has(id)
    ? null
    : accountById(world, id).type === 'Organization'
      ? organizationNode(world, organizationByLogin(world, accountById(world, id).login))
      : actorNode(world, id);
}

/** `user` is null for a mail address no account has claimed. */
export function gitActorNode(world: World, person: GitPerson) {
  const id = world.emails.get(person.email.toLowerCase());
  const account = id === undefined ? undefined : world.accounts.get(id);
  return {
    __typename: 'GitActor',
    name: person.name,
    email: person.email,
    date: person.date,
    avatarUrl: 'https://avatars.githubusercontent.com/u/0?v=4',
    user: account?.type === 'User' ? actorNode(world, account.id) : null,
  };
}

interface MembersArgs extends PageArgs {
  readonly query?: string | null;
  readonly membership?: 'ALL' | 'IMMEDIATE' | 'CHILD_TEAM' | null;
  readonly role?: 'MEMBER' | 'MAINTAINER' | null;
}

function membersOf(world: World, team: Team, args: MembersArgs): readonly number[] {
  const all = teamMembers(world, team);
  const ids = [...all].filter(([id, role]) => {
    const immediate = team.members.has(id);
    if (args.membership === 'IMMEDIATE' && !immediate) return false;
    if (args.membership === 'CHILD_TEAM' && immediate) return false;
    if (args.role && args.role.toLowerCase() !== role) return false;
    return !args.query || accountById(world, id).login.toLowerCase().includes(args.query.toLowerCase());
  });
  return ids.map(([id]) => id);
}

export function teamNode(world: World, team: Team): object {
  const login = accountById(world, team.organizationId).login;
  return {
    __typename: 'Team',
    id: nodeId('T', team.id),
    databaseId: team.id,
    slug: team.slug,
    name: team.name,
    combinedSlug: `${login}/${team.slug}`,
    description: null,
    privacy: team.privacy === 'secret' ? 'SECRET' : 'VISIBLE',
    createdAt: team.createdAt,
    updatedAt: team.createdAt,
    url: `${world.webUrl}/orgs/${login}/teams/${team.slug}`,
    organization: () => organizationNode(world, found(world.organizations.get(team.organizationId))),
    parentTeam: () => {
      const parent = team.parentId === null ? undefined : world.teams.get(team.parentId);
      return parent ? teamNode(world, parent) : null;
    },
    members: (args: MembersArgs, _: unknown, info: GraphQLResolveInfo) =>
      connection(membersOf(world, team, args), args, info, (id) => actorNode(world, id)),
    childTeams: (args: PageArgs, _: unknown, info: GraphQLResolveInfo) =>
      connection(childTeams(world, team), args, info, (child) => teamNode(world, child)),
  };
}

export function organizationNode(world: World, organization: Organization) {
  const { accountId } = organization;
  return {
    ...actorNode(world, accountId),
    __typename: 'Organization',
    team: (args: { readonly slug: string }) => {
      const team = organization.teams.get(args.slug.toLowerCase());
      return team ? teamNode(world, team) : null;
    },
    teams: (args: PageArgs, _: unknown, info: GraphQLResolveInfo) =>
      connection([...organization.teams.values()], args, info, (team) => teamNode(world, team)),
    membersWithRole: (args: PageArgs, _: unknown, info: GraphQLResolveInfo) =>
      connection([...organization.members.keys()], args, info, (id) => actorNode(world, id)),
  };
}
