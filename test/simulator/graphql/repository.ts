import type { GraphQLResolveInfo } from 'graphql';
import { fullName, repositoryHtmlUrl } from '../shapes/repository.ts';
import { pullsAssociatedWith } from '../world/associations.ts';
import { commitOf, isAncestor } from '../world/git.ts';
import { queueOf } from '../world/merge-queue.ts';
import { roleGivenTo, roleOf } from '../world/people.ts';
import type { CheckRun, Commit, GitPerson, Label, PullRequest, Repository } from '../world/types.ts';
import { found, nodeId, type World } from '../world/world.ts';
import { connection, fail, type PageArgs } from './connection.ts';
import { deploymentsField } from './deployments.ts';
import type { GraphqlContext } from './execute.ts';
import { issueNode, issueOrPullNode } from './issue.ts';
import { mustReadQueues, queueNode } from './merge-queue.ts';
import { actorNode, gitActorNode, optionalActor } from './people.ts';
import { pullNode } from './pull-request.ts';
import { signatureNode } from './signature.ts';
import { blobNode, fileNode, treeNode } from './trees.ts';

const coAuthor = /^co-authored-by:\s*(.+?)\s*<([^>]+)>\s*$/gim;

/** The author first, then everybody named in Co-authored-by trailers, each address once. */
export function authorsOf(commit: Commit): readonly GitPerson[] {
  const trailers = [...commit.message.matchAll(coAuthor)].map((match) => ({
    name: match[1] ?? '',
    email: match[2] ?? '',
    date: commit.author.date,
  }));
  const seen = new Set<string>();
  return [commit.author, ...trailers].filter(
    (person) => !seen.has(person.email.toLowerCase()) && seen.add(person.email.toLowerCase()),
  );
}

export function commitNode(world: World, repository: Repository, sha: string): object {
  const commit = commitOf(world, sha);
  const [headline = '', ...rest] = commit.message.split('\n');
  const body = rest.join('\n').trim();
  return {
    __typename: 'Commit',
    id: nodeId('C', `${repository.id}:${sha}`),
    oid: sha,
    abbreviatedOid: sha.slice(0, 7),
    message: commit.message,
    messageHeadline: headline,
    messageBody: body,
    committedDate: commit.committer.date,
    authoredDate: commit.author.date,
    authoredByCommitter: commit.author.email === commit.committer.email,
    committedViaWeb: commit.committer.email === 'noreply@github.com',
    url: `${repositoryHtmlUrl(world, repository)}/commit/${sha}`,
    author: () => gitActorNode(world, commit.author),
    committer: () => gitActorNode(world, commit.committer),
    authors: (args: PageArgs, _: unknown, info: GraphQLResolveInfo) =>
      connection(authorsOf(commit), args, info, (person) => gitActorNode(world, person)),
    parents: (args: PageArgs, _: unknown, info: GraphQLResolveInfo) =>
      connection(commit.parents, args, info, (parent) => commitNode(world, repository, parent)),
    file: ({ path }: { readonly path: string }) => fileNode(world, repository, sha, path),
    tree: { __typename: 'Tree', oid: commit.treeSha, id: nodeId('TREE', commit.treeSha) },
    signature: commit.signedByGitHub === true ? signatureNode(commit) : null,
    repository: () => repositoryNode(world, repository),
    associatedPullRequests: (args: PageArgs, _: unknown, info: GraphQLResolveInfo) =>
      connection(pullsAssociatedWith(world, repository, sha), args, info, (pull) => pullNode(world, pull)),
    statusCheckRollup: () => rollupNode(world, repository, sha),
  };
}

function runNode(world: World, repository: Repository, run: CheckRun) {
  const app = found(world.appsById.get(run.appId));
  return {
    __typename: 'CheckRun',
    id: nodeId('CR', run.id),
    databaseId: run.id,
    name: run.name,
    status: run.status.toUpperCase(),
    conclusion: run.conclusion?.toUpperCase() ?? null,
    externalId: run.externalId,
    title: run.title,
    summary: run.summary,
    text: run.text,
    startedAt: run.startedAt,
    completedAt: run.completedAt,
    url: `${repositoryHtmlUrl(world, repository)}/runs/${run.id}`,
    checkSuite: {
      __typename: 'CheckSuite',
      id: nodeId('CS', run.suiteId),
      databaseId: run.suiteId,
      app: { __typename: 'App', id: nodeId('A', app.id), databaseId: app.id, slug: app.slug, name: app.name },
    },
  };
}

function rollupNode(world: World, repository: Repository, sha: string) {
  const latest = new Map((repository.checkRunsBySha.get(sha) ?? []).map((run) => [`${run.appId} ${run.name}`, run]));
  const runs = [...latest.values()];
  if (runs.length === 0) return null;
  const pending = runs.some((run) => run.status !== 'completed');
  const failed = runs.some((run) => !['success', 'neutral', 'skipped', null].includes(run.conclusion));
  return {
    __typename: 'StatusCheckRollup',
    state: failed ? 'FAILURE' : pending ? 'PENDING' : 'SUCCESS',
    contexts: (args: PageArgs, _: unknown, info: GraphQLResolveInfo) =>
      connection(runs, args, info, (run) => runNode(world, repository, run)),
  };
}

function headOf(repository: Repository, ref: string): string | undefined {
  if (ref === 'HEAD') return repository.branches.get(repository.defaultBranch);
  return repository.branches.get(ref.replace(/^refs\/heads\//, ''));
}

/** `<commit-ish>` or `<commit-ish>:<path>`, as `git rev-parse` reads it. */
function objectNode(
  world: World,
  repository: Repository,
  args: { readonly oid?: string | null; readonly expression?: string | null },
) {
  if (args.oid) {
    if (world.networkCommits.has(`${repository.networkId}:${args.oid}`)) return commitNode(world, repository, args.oid);
    return world.blobs.has(args.oid) ? blobNode(world, repository, args.oid) : null;
  }
  const [ref = '', ...rest] = (args.expression ?? '').split(':');
  const sha = headOf(repository, ref) ?? ref;
  if (!world.networkCommits.has(`${repository.networkId}:${sha}`)) return null;
  if (rest.length === 0) return commitNode(world, repository, sha);
  const path = rest.join(':');
  const { tree } = commitOf(world, sha);
  const entry = tree.get(path);
  if (entry?.mode === '160000') return null;
  if (entry) return blobNode(world, repository, entry.sha);
  return [...tree.keys()].some((name) => name.startsWith(`${path}/`)) || path === ''
    ? treeNode(world, repository, sha, path)
    : null;
}

export function refNode(world: World, repository: Repository, name: string): object | null {
  const sha = repository.branches.get(name);
  if (sha === undefined) return null;
  return {
    __typename: 'Ref',
    id: nodeId('REF', `${repository.id}:refs/heads/${name}`),
    name,
    prefix: 'refs/heads/',
    target: () => commitNode(world, repository, sha),
    repository: () => repositoryNode(world, repository),
    compare: (args: { readonly headRef: string }) => {
      const head = headOf(repository, args.headRef);
      return head === undefined
        ? null
        : { __typename: 'Comparison', status: isAncestor(world, sha, head) ? 'AHEAD' : 'DIVERGED' };
    },
  };
}

export function labelNode(label: Label) {
  return {
    __typename: 'Label',
    id: nodeId('LA', label.id),
    name: label.name,
    color: label.color,
    description: null,
    isDefault: false,
  };
}

interface PullsArgs extends PageArgs {
  readonly states?: readonly string[] | null;
  readonly baseRefName?: string | null;
  readonly headRefName?: string | null;
  readonly labels?: readonly string[] | null;
  readonly orderBy?: { readonly field: 'CREATED_AT' | 'UPDATED_AT'; readonly direction: 'ASC' | 'DESC' } | null;
}

function pullsOf(repository: Repository, args: PullsArgs): readonly PullRequest[] {
  const stateOf = (pull: PullRequest) => (pull.merged ? 'MERGED' : pull.state.toUpperCase());
  const matching = [...repository.pulls.values()].filter(
    (pull) =>
      (!args.states || args.states.includes(stateOf(pull))) &&
      (!args.baseRefName || pull.baseRef === args.baseRefName) &&
      (!args.headRefName || pull.headRef === args.headRefName) &&
      (!args.labels || args.labels.some((label) => pull.labels.includes(label))),
  );
  if (args.orderBy?.field === 'UPDATED_AT') matching.sort((a, b) => (a.updatedAt < b.updatedAt ? -1 : 1));
  return args.orderBy?.direction === 'DESC' ? matching.reverse() : matching;
}

export function repositoryNode(world: World, repository: Repository): object {
  const url = repositoryHtmlUrl(world, repository);
  const list =
    <T>(items: readonly T[], node: (item: T) => unknown) =>
    (args: PageArgs, _: unknown, info: GraphQLResolveInfo) =>
      connection(items, args, info, node);
  return {
    __typename: 'Repository',
    id: nodeId('R', repository.id),
    databaseId: repository.id,
    name: repository.name,
    nameWithOwner: fullName(world, repository),
    description: repository.description,
    url,
    visibility: repository.visibility.toUpperCase(),
    isPrivate: repository.visibility !== 'public',
    isFork: repository.forkOf !== null,
    isArchived: repository.archived,
    isDisabled: false,
    isEmpty: repository.branches.size === 0,
    isInOrganization: world.organizations.has(repository.ownerId),
    createdAt: repository.createdAt,
    updatedAt: repository.updatedAt,
    pushedAt: repository.pushedAt,
    mergeQueue: (args: { readonly branch?: string | null }, context: GraphqlContext) => {
      mustReadQueues(context);
      const queue = queueOf(world, repository, args.branch ?? repository.defaultBranch);
      return queue && queueNode(world, queue);
    },
    deployments: deploymentsField(world, repository),
    owner: () => optionalActor(world, repository.ownerId),
    parent: () =>
      repository.forkOf === null ? null : repositoryNode(world, found(world.repositories.get(repository.forkOf))),
    defaultBranchRef: () => refNode(world, repository, repository.defaultBranch),
    ref: (args: { readonly qualifiedName: string }) =>
      refNode(world, repository, args.qualifiedName.replace(/^refs\/heads\//, '')),
    refs: (args: PageArgs, _: unknown, info: GraphQLResolveInfo) =>
      connection([...repository.branches.keys()], args, info, (name) => refNode(world, repository, name)),
    object: (args: { readonly oid?: string | null; readonly expression?: string | null }) =>
      objectNode(world, repository, args),
    repositoryTopics: list(repository.topics, (name) => ({
      __typename: 'RepositoryTopic',
      id: nodeId('RT', name),
      topic: { __typename: 'Topic', name, id: nodeId('TO', name) },
    })),
    labels: list([...repository.labels.values()], labelNode),
    label: (args: { readonly name: string }) => {
      const label = repository.labels.get(args.name);
      return label ? labelNode(label) : null;
    },
    pullRequest: (args: { readonly number: number }) => {
      const pull = repository.pulls.get(args.number);
      return pull
        ? pullNode(world, pull)
        : fail('NOT_FOUND', `Could not resolve to a PullRequest with the number of ${args.number}.`);
    },
    pullRequests: (args: PullsArgs, _: unknown, info: GraphQLResolveInfo) =>
      connection(pullsOf(repository, args), args, info, (pull) => pullNode(world, pull)),
    issue: (args: { readonly number: number }) => {
      const issue = repository.issues.get(args.number);
      return issue
        ? issueNode(world, issue)
        : fail('NOT_FOUND', `Could not resolve to an Issue with the number of ${args.number}.`);
    },
    issueOrPullRequest: (args: { readonly number: number }) => {
      const issue = repository.pulls.get(args.number) ?? repository.issues.get(args.number);
      return issue
        ? issueOrPullNode(world, issue)
        : fail('NOT_FOUND', `Could not resolve to an issue or pull request with the number of ${args.number}.`);
    },
    collaborators: (args: CollaboratorsArgs, _: unknown, info: GraphQLResolveInfo) =>
      collaboratorsConnection(world, repository, args, info),
    codeowners: { __typename: 'RepositoryCodeowners', errors: [] },
  };
}

interface CollaboratorsArgs extends PageArgs {
  readonly affiliation?: 'ALL' | 'DIRECT' | 'OUTSIDE' | null;
  readonly login?: string | null;
  readonly query?: string | null;
}

/** Everybody with access that was given to them: a public repository's readers are no collaborators. */
function collaboratorsConnection(
  world: World,
  repository: Repository,
  args: CollaboratorsArgs,
  info: GraphQLResolveInfo,
) {
  if (args.affiliation && args.affiliation !== 'ALL')
    fail('UNSUPPORTED', 'the simulator lists collaborators of every affiliation only');
  const people = [...world.accounts.values()]
    .filter((account) => account.type === 'User' && roleGivenTo(world, repository, account.id) !== 'none')
    .filter((account) => !args.login || account.login.toLowerCase() === args.login.toLowerCase())
    .filter((account) => !args.query || account.login.toLowerCase().includes(args.query.toLowerCase()));
  const page = connection(people, args, info, (account) => actorNode(world, account.id));
  return {
    ...page,
    edges: () =>
      page.edges().map((edge, index) => {
        const account =
          people.find((each) => each.id === (edge.node as { databaseId: number }).databaseId) ?? people[index];
        return { ...edge, permission: roleOf(world, repository, account?.id ?? 0).toUpperCase() };
      }),
  };
}
