import { accountById } from '../world/people.ts';
import type { Account, Installation, Organization, Team } from '../world/types.ts';
import { found, nodeId, type World } from '../world/world.ts';

const accountPrefixes = { User: 'U', Bot: 'BOT', Organization: 'O' } as const;

export function accountNodeId(account: Account): string {
  return nodeId(accountPrefixes[account.type], account.id);
}

/** Bots' pages live under /apps, without the suffix their login carries. */
export function accountUrl(world: World, account: Account): string {
  const path = account.type === 'Bot' ? `apps/${account.login.replace(/\[bot\]$/, '')}` : account.login;
  return `${world.webUrl}/${path}`;
}

export function userShape(world: World, id: number) {
  const account = accountById(world, id);
  const url = `${world.apiUrl}/users/${encodeURIComponent(account.login)}`;
  return {
    login: account.login,
    id: account.id,
    node_id: accountNodeId(account),
    avatar_url: `https://avatars.githubusercontent.com/u/${account.id}?v=4`,
    gravatar_id: '',
    url,
    html_url: accountUrl(world, account),
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: account.type,
    site_admin: false,
  };
}

export function optionalUser(world: World, id: number | null) {
  return id === null || !world.accounts.has(id) ? null : userShape(world, id);
}

/** GET /users/{username}; `suspended_at` is there for suspended accounts of an enterprise. */
export function publicUserShape(world: World, account: Account) {
  return {
    ...userShape(world, account.id),
    name: account.name,
    company: null,
    blog: '',
    location: null,
    email: null,
    hireable: null,
    bio: null,
    public_repos: 0,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: account.createdAt,
    updated_at: account.createdAt,
    ...(account.suspendedAt === null ? {} : { suspended_at: account.suspendedAt }),
  };
}

export function organizationShape(world: World, organization: Organization) {
  const account = accountById(world, organization.accountId);
  const url = `${world.apiUrl}/orgs/${account.login}`;
  return {
    login: account.login,
    id: account.id,
    node_id: accountNodeId(account),
    url,
    repos_url: `${url}/repos`,
    events_url: `${url}/events`,
    hooks_url: `${url}/hooks`,
    issues_url: `${url}/issues`,
    members_url: `${url}/members{/member}`,
    public_members_url: `${url}/public_members{/member}`,
    avatar_url: `https://avatars.githubusercontent.com/u/${account.id}?v=4`,
    description: null,
  };
}

function teamBase(world: World, team: Team) {
  const login = accountById(world, team.organizationId).login;
  const url = `${world.apiUrl}/organizations/${team.organizationId}/team/${team.id}`;
  return {
    name: team.name,
    id: team.id,
    node_id: nodeId('T', team.id),
    slug: team.slug,
    description: null,
    privacy: team.privacy,
    notification_setting: 'notifications_enabled',
    url,
    html_url: `${world.webUrl}/orgs/${login}/teams/${team.slug}`,
    members_url: `${url}/members{/member}`,
    repositories_url: `${url}/repos`,
    permission: 'pull',
  };
}

/** As webhooks send it. */
export function teamShape(world: World, team: Team) {
  const parent = team.parentId === null ? undefined : world.teams.get(team.parentId);
  return { ...teamBase(world, team), parent: parent ? teamBase(world, parent) : null };
}

/** As REST answers: with `type`, and parents likewise. */
export function restTeamShape(world: World, team: Team) {
  const parent = team.parentId === null ? undefined : world.teams.get(team.parentId);
  const type = 'organization';
  return { ...teamBase(world, team), type, parent: parent ? { ...teamBase(world, parent), type } : null };
}

export function fullTeamShape(
  world: World,
  team: Team,
  counts: { readonly members: number; readonly repositories: number },
) {
  const organization = found(world.organizations.get(team.organizationId));
  const account = accountById(world, team.organizationId);
  return {
    ...restTeamShape(world, team),
    members_count: counts.members,
    repos_count: counts.repositories,
    created_at: team.createdAt,
    updated_at: team.createdAt,
    organization: {
      ...organizationShape(world, organization),
      html_url: accountUrl(world, account),
      name: account.name,
      has_organization_projects: true,
      has_repository_projects: true,
      public_repos: 0,
      public_gists: 0,
      followers: 0,
      following: 0,
      created_at: account.createdAt,
      updated_at: account.createdAt,
      archived_at: null,
      type: 'Organization',
    },
  };
}

export function installationShape(world: World, installation: Installation) {
  const account = accountById(world, installation.accountId);
  return {
    id: installation.id,
    account: userShape(world, account.id),
    repository_selection: installation.selection,
    access_tokens_url: `${world.apiUrl}/app/installations/${installation.id}/access_tokens`,
    repositories_url: `${world.apiUrl}/installation/repositories`,
    html_url: `${world.webUrl}/organizations/${account.login}/settings/installations/${installation.id}`,
    app_id: world.app.id,
    app_slug: world.app.slug,
    target_id: account.id,
    target_type: account.type,
    permissions: world.app.permissions,
    events: world.app.events,
    created_at: installation.createdAt,
    updated_at: installation.createdAt,
    single_file_name: null,
    has_multiple_single_files: false,
    single_file_paths: [],
    suspended_by: optionalUser(world, installation.suspendedBy),
    suspended_at: installation.suspendedAt,
  };
}
