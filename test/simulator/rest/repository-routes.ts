import { commitShape, fileShape } from '../shapes/commit.ts';
import { fullTeamShape, organizationShape, publicUserShape, userShape } from '../shapes/people.ts';
import { fullRepositoryShape, propertyValues, repositoryHtmlUrl, repositoryUrl } from '../shapes/repository.ts';
import { commitOf } from '../world/git.ts';
import {
  accountById,
  accountByLogin,
  atLeast,
  organizationByLogin,
  roleOf,
  teamBySlug,
  teamMembers,
} from '../world/people.ts';
import { threeDotDiff } from '../world/pull-facts.ts';
import type { Organization, Repository, Role, Team, TreeEntry } from '../world/types.ts';
import { found, nodeId, Refusal } from '../world/world.ts';
import { repositoryIn, resolveCommit } from './access.ts';
import { type Context, numberParam, ok, paged, param, type Reply, type Route } from './router.ts';

function fileContent(context: Context, repository: Repository, path: string, entry: TreeEntry, ref: string) {
  const content = context.world.blobs.get(entry.sha) ?? Buffer.alloc(0);
  const self = `${repositoryUrl(context.world, repository)}/contents/${path}?ref=${ref}`;
  const git = `${repositoryUrl(context.world, repository)}/git/blobs/${entry.sha}`;
  const html = `${repositoryHtmlUrl(context.world, repository)}/blob/${ref}/${path}`;
  return {
    type: 'file',
    size: content.length,
    name: path.split('/').at(-1) ?? path,
    path,
    sha: entry.sha,
    url: self,
    git_url: git,
    html_url: html,
    download_url: `${html}?raw=true`,
    _links: { self, git, html },
    content: content.toString('base64').replace(/(.{60})/g, '$1\n'),
    encoding: 'base64',
  };
}

/** A directory lists what is directly in it; files carry no content there. */
function directory(
  context: Context,
  repository: Repository,
  tree: ReadonlyMap<string, TreeEntry>,
  path: string,
  ref: string,
) {
  const prefix = path === '' ? '' : `${path}/`;
  const listed = new Map<string, unknown>();
  for (const [name, entry] of tree) {
    if (!name.startsWith(prefix)) continue;
    const [first = '', ...rest] = name.slice(prefix.length).split('/');
    const { content: _, encoding: __, ...file } = fileContent(context, repository, prefix + first, entry, ref);
    listed.set(first, rest.length === 0 ? file : { ...file, type: 'dir', size: 0, download_url: null });
  }
  return [...listed.values()];
}

function contents(context: Context): Reply {
  const repository = repositoryIn(context);
  const path = (context.params.path ?? '').replace(/^\/|\/$/g, '');
  const ref = context.query.get('ref') ?? repository.defaultBranch;
  const sha =
    repository.branches.get(ref.replace(/^refs\/heads\//, '')) ??
    (context.world.networkCommits.has(`${repository.networkId}:${ref}`) ? ref : undefined);
  const { tree } = commitOf(context.world, found(sha, `No commit found for the ref ${ref}`));
  const entry = tree.get(path);
  if (entry) return ok(fileContent(context, repository, path, entry, ref));
  const entries = directory(context, repository, tree, path, ref);
  if (entries.length === 0) throw new Refusal(404, 'Not Found');
  return ok(entries);
}

function gitRef(context: Context): Reply {
  const repository = repositoryIn(context);
  const ref = param(context, 'ref');
  const sha = found(ref.startsWith('heads/') ? repository.branches.get(ref.slice(6)) : undefined);
  const api = repositoryUrl(context.world, repository);
  return ok({
    ref: `refs/${ref}`,
    node_id: nodeId('REF', `${repository.id}:${ref}`),
    url: `${api}/git/refs/${ref}`,
    object: { sha, type: 'commit', url: `${api}/git/commits/${sha}` },
  });
}

/** The legacy `permission` folds maintain into write and triage into read (docs); `role_name` tells them apart. */
const legacy: Readonly<Record<Role | 'none', string>> = {
  none: 'none',
  read: 'read',
  triage: 'read',
  write: 'write',
  maintain: 'write',
  admin: 'admin',
};

function permission(context: Context): Reply {
  const repository = repositoryIn(context);
  const account = accountByLogin(context.world, param(context, 'username'));
  const role = roleOf(context.world, repository, account.id);
  const has = (wanted: Role) => atLeast(role, wanted);
  const permissions = {
    admin: has('admin'),
    maintain: has('maintain'),
    push: has('write'),
    triage: has('triage'),
    pull: has('read'),
  };
  const user = { ...userShape(context.world, account.id), permissions, role_name: role };
  return ok({ permission: legacy[role], role_name: role, user });
}

function organizationIn(context: Context): Organization {
  const organization = organizationByLogin(context.world, param(context, 'org'));
  const { caller } = context;
  if (caller.kind !== 'installation' || caller.installation.accountId !== organization.accountId)
    throw new Refusal(404, 'Not Found');
  return organization;
}

function teamIn(context: Context): Team {
  return teamBySlug(organizationIn(context), param(context, 'team_slug'));
}

function showTeam(context: Context): Reply {
  const team = teamIn(context);
  const repositories = [...context.world.repositories.values()].filter((repository) =>
    repository.teamPermissions.has(team.id),
  ).length;
  return ok(fullTeamShape(context.world, team, { members: teamMembers(context.world, team).size, repositories }));
}

function listMembers(context: Context): Reply {
  const wanted = context.query.get('role') ?? 'all';
  const members = [...teamMembers(context.world, teamIn(context))].filter(
    ([, role]) => wanted === 'all' || role === wanted,
  );
  return paged(context, members, ([id]) => userShape(context.world, id));
}

function showMembership(context: Context): Reply {
  const team = teamIn(context);
  const account = accountByLogin(context.world, param(context, 'username'));
  const role = found(teamMembers(context.world, team).get(account.id));
  const url = `${context.world.apiUrl}/organizations/${team.organizationId}/team/${team.id}/memberships/${account.login}`;
  return ok({ url, role, state: 'active' });
}

/** Of the organization itself: who is invited and has not answered would be `pending`, and nobody is here. */
function showOrganizationMembership(context: Context): Reply {
  const { world } = context;
  const organization = organizationIn(context);
  const account = accountByLogin(world, param(context, 'username'));
  const role = found(organization.members.get(account.id));
  const shape = organizationShape(world, organization);
  return ok({
    url: `${shape.url}/memberships/${account.login}`,
    state: 'active',
    role,
    organization_url: shape.url,
    organization: shape,
    user: userShape(world, account.id),
  });
}

function propertySchema(context: Context): Reply {
  const definitions = [...organizationIn(context).propertyDefinitions.values()];
  return ok(
    definitions.map((definition) => ({
      property_name: definition.name,
      url: `${context.world.apiUrl}/orgs/${param(context, 'org')}/properties/schema/${definition.name}`,
      source_type: 'organization',
      value_type: definition.valueType,
      required: definition.required,
      default_value: definition.defaultValue,
      description: null,
      allowed_values: definition.allowedValues,
      values_editable_by: definition.valuesEditableBy,
    })),
  );
}

function showCommit(context: Context): Reply {
  const repository = repositoryIn(context);
  const commit = commitOf(context.world, resolveCommit(context, repository, param(context, 'ref')));
  const files = threeDotDiff(context.world, commit.parents[0] ?? commit.sha, commit.sha);
  const [additions, deletions] = [
    files.reduce((sum, file) => sum + file.additions, 0),
    files.reduce((sum, file) => sum + file.deletions, 0),
  ];
  return ok({
    ...commitShape(context.world, repository, commit),
    stats: { additions, deletions, total: additions + deletions },
    files: files.map((file) => fileShape(context.world, repository, commit.sha, file)),
  });
}

const repo = '/repos/{owner}/{repo}';

export const repositoryRoutes: readonly Route[] = [
  {
    operation: `GET ${repo}`,
    access: 'metadata:read',
    handle: (context) => ok(fullRepositoryShape(context.world, repositoryIn(context))),
  },
  { operation: `GET ${repo}/contents/{path}`, access: 'contents:read', handle: contents },
  { operation: `GET ${repo}/git/ref/{ref}`, access: 'contents:read', handle: gitRef },
  { operation: `GET ${repo}/commits/{ref}`, access: 'contents:read', handle: showCommit },
  { operation: `GET ${repo}/collaborators/{username}/permission`, access: 'metadata:read', handle: permission },
  {
    operation: `GET ${repo}/properties/values`,
    access: 'metadata:read',
    handle: (context) => {
      const values = propertyValues(context.world, repositoryIn(context));
      return ok(Object.entries(values).map(([property_name, value]) => ({ property_name, value })));
    },
  },
  { operation: 'GET /orgs/{org}/teams/{team_slug}', access: 'members:read', handle: showTeam },
  { operation: 'GET /orgs/{org}/teams/{team_slug}/members', access: 'members:read', handle: listMembers },
  {
    operation: 'GET /orgs/{org}/teams/{team_slug}/memberships/{username}',
    access: 'members:read',
    handle: showMembership,
  },
  {
    operation: 'GET /orgs/{org}/memberships/{username}',
    access: 'members:read',
    handle: showOrganizationMembership,
  },
  {
    operation: 'GET /orgs/{org}/properties/schema',
    access: 'organization_custom_properties:read',
    handle: propertySchema,
  },
  {
    operation: 'GET /users/{username}',
    access: 'metadata:read',
    handle: (context) => ok(publicUserShape(context.world, accountByLogin(context.world, param(context, 'username')))),
  },
  {
    operation: 'GET /user/{account_id}',
    access: 'metadata:read',
    handle: (context) =>
      ok(publicUserShape(context.world, accountById(context.world, numberParam(context, 'account_id')))),
  },
];
