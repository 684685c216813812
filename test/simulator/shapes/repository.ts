import { accountById } from '../world/people.ts';
import type { Label, Repository } from '../world/types.ts';
import { found, nodeId, type World } from '../world/world.ts';
import { organizationShape, userShape } from './people.ts';

export function fullName(world: World, repository: Repository): string {
  return `${accountById(world, repository.ownerId).login}/${repository.name}`;
}

export function repositoryUrl(world: World, repository: Repository): string {
  return `${world.apiUrl}/repos/${fullName(world, repository)}`;
}

export function repositoryHtmlUrl(world: World, repository: Repository): string {
  return `${world.webUrl}/${fullName(world, repository)}`;
}

const addresses = {
  forks_url: '/forks',
  keys_url: '/keys{/key_id}',
  collaborators_url: '/collaborators{/collaborator}',
  teams_url: '/teams',
  hooks_url: '/hooks',
  issue_events_url: '/issues/events{/number}',
  events_url: '/events',
  assignees_url: '/assignees{/user}',
  branches_url: '/branches{/branch}',
  tags_url: '/tags',
  blobs_url: '/git/blobs{/sha}',
  git_tags_url: '/git/tags{/sha}',
  git_refs_url: '/git/refs{/sha}',
  trees_url: '/git/trees{/sha}',
  statuses_url: '/statuses/{sha}',
  languages_url: '/languages',
  stargazers_url: '/stargazers',
  contributors_url: '/contributors',
  subscribers_url: '/subscribers',
  subscription_url: '/subscription',
  commits_url: '/commits{/sha}',
  git_commits_url: '/git/commits{/sha}',
  comments_url: '/comments{/number}',
  issue_comment_url: '/issues/comments{/number}',
  contents_url: '/contents/{+path}',
  compare_url: '/compare/{base}...{head}',
  merges_url: '/merges',
  archive_url: '/{archive_format}{/ref}',
  downloads_url: '/downloads',
  issues_url: '/issues{/number}',
  pulls_url: '/pulls{/number}',
  milestones_url: '/milestones{/number}',
  notifications_url: '/notifications{?since,all,participating}',
  labels_url: '/labels{/name}',
  releases_url: '/releases{/id}',
  deployments_url: '/deployments',
} as const;

/** The short form that workflow runs carry. */
export function repositoryLiteShape(world: World, repository: Repository) {
  const url = repositoryUrl(world, repository);
  return {
    id: repository.id,
    node_id: nodeId('R', repository.id),
    name: repository.name,
    full_name: fullName(world, repository),
    private: repository.visibility !== 'public',
    owner: userShape(world, repository.ownerId),
    html_url: repositoryHtmlUrl(world, repository),
    description: repository.description,
    fork: repository.forkOf !== null,
    url,
    ...Object.fromEntries(Object.entries(addresses).map(([key, path]) => [key, url + path])),
  };
}

export function repositoryShape(world: World, repository: Repository) {
  const html = repositoryHtmlUrl(world, repository);
  const openIssues = [...repository.issues.values()].filter((issue) => issue.state === 'open').length;
  return {
    ...repositoryLiteShape(world, repository),
    created_at: repository.createdAt,
    updated_at: repository.updatedAt,
    pushed_at: repository.pushedAt,
    git_url: `git://github.com/${fullName(world, repository)}.git`,
    ssh_url: `git@github.com:${fullName(world, repository)}.git`,
    clone_url: `${html}.git`,
    svn_url: html,
    homepage: null,
    size: 1,
    stargazers_count: 0,
    watchers_count: 0,
    language: null,
    has_issues: true,
    has_projects: true,
    has_downloads: true,
    has_wiki: false,
    has_pages: false,
    has_discussions: false,
    forks_count: 0,
    mirror_url: null,
    archived: repository.archived,
    disabled: false,
    open_issues_count: openIssues,
    license: null,
    allow_forking: true,
    is_template: false,
    web_commit_signoff_required: false,
    topics: repository.topics,
    visibility: repository.visibility,
    forks: 0,
    open_issues: openIssues,
    watchers: 0,
    default_branch: repository.defaultBranch,
    custom_properties: propertyValues(world, repository),
  };
}

/** GET /repos/{owner}/{repo} says more than webhooks do. */
export function fullRepositoryShape(world: World, repository: Repository) {
  const organization = world.organizations.get(repository.ownerId);
  return {
    ...repositoryShape(world, repository),
    network_count: 0,
    subscribers_count: 0,
    permissions: { admin: false, maintain: false, push: false, triage: false, pull: true },
    ...(organization ? { organization: userShape(world, organization.accountId) } : {}),
  };
}

/** Values as seen from outside: the definition's default stands where nothing was set. */
export function propertyValues(world: World, repository: Repository) {
  const definitions = world.organizations.get(repository.ownerId)?.propertyDefinitions;
  const values = [...(definitions?.values() ?? [])].map((definition) => [
    definition.name,
    repository.properties.get(definition.name) ?? definition.defaultValue,
  ]);
  return Object.fromEntries(values.filter(([, value]) => value !== null));
}

export function installationRepositoryShape(world: World, repository: Repository) {
  const { id, node_id, name, full_name, private: isPrivate } = repositoryLiteShape(world, repository);
  return { id, node_id, name, full_name, private: isPrivate };
}

export function organizationOf(world: World, repository: Repository) {
  const organization = world.organizations.get(repository.ownerId);
  return organization ? { organization: organizationShape(world, organization) } : {};
}

export function labelShape(world: World, repository: Repository, label: Label) {
  return {
    id: label.id,
    node_id: nodeId('LA', label.id),
    url: `${repositoryUrl(world, repository)}/labels/${encodeURIComponent(label.name)}`,
    name: label.name,
    description: '',
    color: label.color,
    default: false,
  };
}

export function repositoryById(world: World, id: number): Repository {
  return found(world.repositories.get(id));
}

export function repositoryReference(world: World, repository: Repository) {
  return { id: repository.id, url: repositoryUrl(world, repository), name: repository.name };
}
