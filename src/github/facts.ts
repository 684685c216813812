import type { Facts, HeadFact } from '../decision/facts.ts';
import type { CommentFact, CommitFact, FileFact, ReviewFact } from '../decision/listed.ts';
import type { Lookups } from '../decision/lookups.ts';
import { type Account, webFlow } from '../decision/values.ts';
import type {
  ActorNode,
  CommentNode,
  CommitNode,
  PullNode,
  RepositoryNode,
  ReviewNode,
  TimelineNode,
} from './pull-query.ts';

/** The facts that one query tells; the rest comes from deliveries, earlier decisions and lookups. */
export type QueriedFacts = Pick<
  Facts,
  'repository' | 'pull' | 'files' | 'commits' | 'reviews' | 'comments' | 'labels' | 'dismissals'
>;

const KINDS: Readonly<Record<string, Account['kind']>> = {
  User: 'user',
  Bot: 'bot',
  Organization: 'organization',
  Mannequin: 'mannequin',
};

/** An actor as an account; null for one who is gone, or of a type that nobody knows. */
export function accountOf(actor: ActorNode | undefined): Account | null {
  if (actor === null || actor === undefined || actor.databaseId === null || actor.databaseId === undefined) return null;
  const kind = KINDS[actor.__typename];
  if (kind === undefined) return null;
  // GraphQL leaves out the `[bot]` that a machine's login ends with everywhere else.
  const login = kind === 'bot' && !actor.login.endsWith('[bot]') ? `${actor.login}[bot]` : actor.login;
  return { id: actor.databaseId, login, kind };
}

type UserNode = { readonly databaseId?: number | null | undefined; readonly login: string } | null | undefined;

type GitActor = {
  readonly name?: string | null | undefined;
  readonly email?: string | null | undefined;
  readonly user?: UserNode;
};

/** The address that GitHub gives every account: `ID+LOGIN@users.noreply.github.com`. */
const MACHINE_ADDRESS = /^(\d+)\+([\w-]+\[bot\])@users\.noreply\.github\.com$/i;

/**
 * Whom a commit names. GraphQL gives people only: a machine is known by the address that GitHub gave it. Like every address in a commit
 * it can be forged; whoever does so has pushed it, and is set apart as pusher.
 */
function gitAccountOf(actor: GitActor | null | undefined): Account | null {
  const user = actor?.user;
  if (user !== null && user !== undefined && typeof user.databaseId === 'number') {
    return { id: user.databaseId, login: user.login, kind: user.login.endsWith('[bot]') ? 'bot' : 'user' };
  }
  const [, id, login] = MACHINE_ADDRESS.exec(actor?.email ?? '') ?? [];
  return id === undefined || login === undefined ? null : { id: Number(id), login, kind: 'bot' };
}

/** Turns the query's answer into facts. `policyPaths` are the paths in this repository at which a policy in force is read. */
export function queriedFacts(
  server: string,
  repository: RepositoryNode,
  pull: PullNode,
  policyPaths: readonly string[],
): QueriedFacts {
  return {
    repository: {
      id: repository.databaseId,
      server,
      owner: repository.owner.login,
      name: repository.name,
      visibility: repository.visibility.toLowerCase() as Facts['repository']['visibility'],
      topics: present(repository.repositoryTopics.nodes).map((node) => node.topic.name),
      policyPaths: [...policyPaths],
    },
    pull: pullOf(pull),
    files: listing(pull.files, fileOf, pull.changedFiles),
    commits: listing(pull.commits, commitOf),
    reviews: reviewsOf(pull),
    comments: { items: present(pull.comments.nodes).flatMap(commentOf), total: pull.comments.totalCount },
    labels: listing(pull.labels, (label) => label.name),
    dismissals: present(pull.timelineItems.nodes).flatMap(dismissalOf),
  };
}

function present<T>(nodes: readonly (T | null)[] | null): readonly T[] {
  return (nodes ?? []).filter((node) => node !== null);
}

type Connection<T> = { readonly totalCount: number; readonly nodes: readonly (T | null)[] | null };

/** A node that GitHub left null is missing from `items` and still counted in `total`, so the list reads as truncated. */
function listing<Node, Item>(
  connection: Connection<Node> | null,
  map: (node: Node) => Item,
  total = 0,
): { items: Item[]; total: number } {
  if (connection === null) return { items: [], total: Math.max(total, 1) };
  return { items: present(connection.nodes).map(map), total: Math.max(connection.totalCount, total) };
}

function pullOf(pull: PullNode): Facts['pull'] {
  const fork = pull.isCrossRepository ? (pull.headRepositoryOwner?.login ?? 'unknown') : null;
  return {
    number: pull.number,
    title: pull.title,
    body: pull.body,
    bodyEditedAt: pull.lastEditedAt,
    draft: pull.isDraft,
    createdAt: pull.createdAt,
    author: accountOf(pull.author),
    base: pull.baseRefName,
    baseSha: pull.baseRefOid,
    head: pull.headRefName,
    headSha: pull.headRefOid,
    forkOwner: fork,
    requestedBy: present(pull.timelineItems.nodes).flatMap(requesterOf),
    additions: pull.additions,
    deletions: pull.deletions,
  };
}

/** A person who assigned a machine to the pull request asked for its work. */
function requesterOf(node: TimelineNode): Account[] {
  if (node.__typename !== 'AssignedEvent' || node.assignee?.__typename !== 'Bot') return [];
  const by = accountOf(node.actor);
  return by?.kind === 'user' ? [by] : [];
}

const FILE_STATUS: Readonly<Record<string, FileFact['status']>> = {
  ADDED: 'added',
  MODIFIED: 'modified',
  DELETED: 'removed',
  RENAMED: 'renamed',
  COPIED: 'copied',
  CHANGED: 'changed',
};

function fileOf(node: { readonly path: string; readonly changeType: string }): FileFact {
  return { path: node.path, status: FILE_STATUS[node.changeType] ?? 'changed' };
}

/** More authors than were read could be anybody, so they count as one who belongs to no account. */
export function commitOf(node: CommitNode): CommitFact {
  const { oid, authors, committer } = node.commit;
  const named: (Account | null)[] = present(authors.nodes).map(gitAccountOf);
  const complete = named.length > 0 && named.length >= authors.totalCount;
  return { sha: oid, authors: complete ? named : [...named, null], committer: committerOf(committer) };
}

function committerOf(committer: CommitNode['commit']['committer']): Account | null {
  const account = gitAccountOf(committer);
  if (account !== null) return account;
  const isGitHub = committer?.email === 'noreply@github.com' && committer.name === 'GitHub';
  return isGitHub ? { id: webFlow, login: 'web-flow', kind: 'user' } : null;
}

const REVIEW_STATE: Readonly<Record<string, ReviewFact['state']>> = {
  APPROVED: 'approved',
  CHANGES_REQUESTED: 'changes-requested',
  COMMENTED: 'commented',
  DISMISSED: 'dismissed',
  PENDING: 'pending',
};

/** A review of a state that nobody knows is left out and still counted, so the list reads as truncated. */
function reviewsOf(pull: PullNode): { items: ReviewFact[]; total: number } {
  return { items: present(pull.reviews?.nodes ?? null).flatMap(reviewOf), total: pull.reviews?.totalCount ?? 1 };
}

export function reviewOf(node: ReviewNode): ReviewFact[] {
  const state = REVIEW_STATE[node.state];
  if (state === undefined || node.fullDatabaseId === null) return [];
  return [
    {
      id: node.fullDatabaseId,
      author: accountOf(node.author),
      state,
      body: node.body,
      commit: node.commit?.oid ?? null,
      submittedAt: node.submittedAt ?? node.createdAt,
    },
  ];
}

export function commentOf(node: CommentNode): CommentFact[] {
  if (node.fullDatabaseId === null) return [];
  const { fullDatabaseId: id, body, createdAt, lastEditedAt: editedAt, url } = node;
  return [{ id, author: accountOf(node.author), body, createdAt, editedAt, url }];
}

function dismissalOf(node: TimelineNode): Facts['dismissals'] {
  if (node.__typename !== 'ReviewDismissedEvent' || node.review?.fullDatabaseId === null || node.review === null)
    return [];
  return [
    {
      reviewId: node.review.fullDatabaseId,
      by: accountOf(node.actor),
      previousState: REVIEW_STATE[node.previousReviewState ?? ''] ?? null,
      message: node.dismissalMessage ?? '',
      at: node.createdAt,
    },
  ];
}

/**
 * What the reviews themselves tell of their authors, at the moment of the query: whether they may write. Enough where policy asks for
 * `write`, and it saves a call for each new approver; where policy asks for anything else their exact permission is looked up.
 */
export function writersOf(pull: PullNode, at: string): NonNullable<Lookups['people']> {
  const people: NonNullable<Lookups['people']> = {};
  for (const review of present(pull.reviews?.nodes ?? null)) {
    const account = accountOf(review.author);
    if (account?.kind !== 'user') continue;
    const permission = review.authorCanPushToRepository ? 'write' : 'read';
    people[`${account.id}`] = { ok: { account, permission, suspended: false }, at };
  }
  return people;
}

/** A push as it was stored from its delivery. */
export type StoredPush = {
  readonly head: string;
  readonly before: string | null;
  readonly ofPull: boolean;
  readonly pusher: Account | null;
  readonly at: string;
};

/**
 * The heads that a pull request has had, oldest first, the present one last. `pull_request.synchronize` tells the order, any `push` of
 * the same commit may tell the pusher. A head that no delivery told of was known to GitHub at `now` at the latest.
 */
export function headsOf(pull: Facts['pull'], pushes: readonly StoredPush[], now: string): HeadFact[] {
  const told = (sha: string): StoredPush | undefined => pushes.find((push) => push.head === sha);
  const pusherOf = (sha: string): Account | null =>
    pushes.find((push) => push.head === sha && push.pusher !== null)?.pusher ?? null;
  const synchronized = pushes.filter((push) => push.ofPull);
  const first = synchronized[0]?.before;
  const heads: HeadFact[] = [];
  if (first !== undefined && first !== null) heads.push({ sha: first, pusher: pusherOf(first), at: pull.createdAt });
  for (const push of synchronized)
    heads.push({ sha: push.head, pusher: push.pusher ?? pusherOf(push.head), at: push.at });
  if (heads.at(-1)?.sha !== pull.headSha) {
    heads.push({
      sha: pull.headSha,
      pusher: pusherOf(pull.headSha),
      at: later(pull.createdAt, told(pull.headSha)?.at ?? now),
    });
  }
  return [...unannounced(pushes, new Set(heads.map(({ sha }) => sha))), ...heads];
}

/** Pushed before the pull request was opened, or while it was closed; the pushes are of its own commits only. */
function unannounced(pushes: readonly StoredPush[], heads: ReadonlySet<string>): readonly HeadFact[] {
  const others = pushes.filter(({ head, ofPull }) => !ofPull && !heads.has(head));
  return others.map(({ head: sha, pusher, at }) => ({ sha, pusher, at, unannounced: true }));
}

function later(one: string, other: string): string {
  return one.localeCompare(other) >= 0 ? one : other;
}
