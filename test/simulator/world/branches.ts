import { pullShape } from '../shapes/pull-request.ts';
import { repositoryHtmlUrl } from '../shapes/repository.ts';
import { openSuite } from './checks.ts';
import { diffTrees } from './diff.ts';
import { announce } from './events.ts';
import { commitOf, commitsBetween, isAncestor } from './git.ts';
import { accountById } from './people.ts';
import { indexHead, unindexHead } from './pull-facts.ts';
import type { Activity, Commit, GitPerson, PullRequest, Repository } from './types.ts';
import { now, Refusal, takeId, type World } from './world.ts';

export const noCommit = '0'.repeat(40);

export interface RefMove {
  readonly branch: string;
  readonly after: string;
  readonly actorId: number;
  readonly force?: boolean;
  readonly type?: Activity['type'];
  /** "Update branch" moves reviews to the new head, as GitHub is reported to do; so does a force-push. */
  readonly movesReviews?: boolean;
}

function pusher(world: World, actorId: number) {
  const account = accountById(world, actorId);
  return { name: account.login, email: account.emails[0] ?? null };
}

function pushPerson(world: World, person: GitPerson) {
  const id = world.emails.get(person.email.toLowerCase());
  const username = id === undefined ? {} : { username: accountById(world, id).login };
  return { name: person.name, email: person.email, date: person.date, ...username };
}

function pushedCommit(world: World, repository: Repository, commit: Commit) {
  const parent = commit.parents[0];
  const files = diffTrees(world, parent === undefined ? new Map() : commitOf(world, parent).tree, commit.tree);
  const paths = (...statuses: readonly string[]) =>
    files.filter((file) => statuses.includes(file.status)).map((file) => file.path);
  return {
    id: commit.sha,
    tree_id: commit.treeSha,
    distinct: true,
    message: commit.message,
    timestamp: commit.committer.date,
    url: `${repositoryHtmlUrl(world, repository)}/commit/${commit.sha}`,
    author: pushPerson(world, commit.author),
    committer: pushPerson(world, commit.committer),
    added: paths('added', 'renamed'),
    removed: [...paths('removed'), ...files.flatMap((file) => file.previousPath ?? [])],
    modified: paths('modified', 'changed'),
  };
}

/** docs: at most 2,048 commits in the array (20 for the older API); the newest come last. */
function pushPayload(world: World, repository: Repository, move: RefMove, before: string, forced: boolean) {
  const { branch, after } = move;
  const commits = after === noCommit ? [] : newCommits(world, repository, before, after).slice(-2048);
  return {
    ref: `refs/heads/${branch}`,
    before,
    after,
    created: before === noCommit,
    deleted: after === noCommit,
    forced,
    base_ref: null,
    compare: `${repositoryHtmlUrl(world, repository)}/compare/${before.slice(0, 12)}...${after.slice(0, 12)}`,
    commits: commits.map((commit) => pushedCommit(world, repository, commit)),
    head_commit: after === noCommit ? null : pushedCommit(world, repository, commitOf(world, after)),
    pusher: pusher(world, move.actorId),
  };
}

function newCommits(world: World, repository: Repository, before: string, after: string): readonly Commit[] {
  const tip = repository.branches.get(repository.defaultBranch);
  const from = before === noCommit ? tip : before;
  return from === undefined || from === after ? [] : commitsBetween(world, from, after);
}

function record(world: World, repository: Repository, move: RefMove, before: string, forced: boolean): void {
  const plain =
    before === noCommit
      ? 'branch_creation'
      : move.after === noCommit
        ? 'branch_deletion'
        : forced
          ? 'force_push'
          : 'push';
  repository.activities.push({
    id: takeId(world),
    before,
    after: move.after,
    ref: `refs/heads/${move.branch}`,
    at: now(world),
    type: move.type ?? plain,
    actorId: move.actorId,
  });
}

function synchronize(world: World, pull: PullRequest, move: RefMove, forced: boolean): void {
  const repository = world.repositories.get(pull.repositoryId);
  if (!repository) return;
  const before = pull.headSha;
  unindexHead(world, pull, before);
  pull.headSha = move.after;
  pull.baseSha = repository.branches.get(pull.baseRef) ?? pull.baseSha;
  pull.updatedAt = now(world);
  indexHead(world, pull, move.after);
  if (forced) {
    const base = { id: takeId(world), at: now(world), actorId: move.actorId };
    pull.timeline.push({ ...base, kind: 'HeadRefForcePushedEvent', before, after: move.after });
  }
  if (world.movesReviewCommits && (forced || move.movesReviews === true)) {
    for (const review of pull.reviews) review.commitId = move.after;
  }
  announce(world, repository, move.actorId, ['pull_request', 'synchronize'], () => ({
    action: 'synchronize',
    number: pull.number,
    before,
    after: move.after,
    pull_request: pullShape(world, pull, 'webhook'),
  }));
  world.notice({ kind: 'pull', pull, actorId: move.actorId });
}

function openPulls(world: World, repository: Repository): readonly PullRequest[] {
  const candidates = [repository, ...(repository.forkOf === null ? [] : [world.repositories.get(repository.forkOf)])];
  return candidates.flatMap((each) => [...(each?.pulls.values() ?? [])]).filter((pull) => pull.state === 'open');
}

/** docs: a pull request is marked merged when its head commits are reachable from its base, however they got there. */
function markReachable(world: World, repository: Repository, move: RefMove): void {
  for (const pull of repository.pulls.values()) {
    if (pull.state !== 'open' || pull.baseRef !== move.branch || pull.baseSha === pull.headSha) continue;
    if (isAncestor(world, pull.headSha, move.after)) closeAsMerged(world, pull, move.actorId, move.after);
  }
}

/** @param senderId who did it, when that is not whom GitHub names as having merged: the queue for somebody */
export function closeAsMerged(
  world: World,
  pull: PullRequest,
  actorId: number,
  mergeCommit: string,
  senderId = actorId,
): void {
  const at = now(world);
  Object.assign(pull, { state: 'closed', merged: true, mergedAt: at, closedAt: at, updatedAt: at, mergedBy: actorId });
  pull.mergeCommitSha = mergeCommit;
  pull.timeline.push({ id: takeId(world), at, actorId, kind: 'MergedEvent' });
  const repository = world.repositories.get(pull.repositoryId);
  if (!repository) return;
  announce(world, repository, senderId, ['pull_request', 'closed'], () => ({
    action: 'closed',
    number: pull.number,
    pull_request: pullShape(world, pull, 'webhook'),
  }));
  world.notice({ kind: 'pull', pull, actorId });
}

/** Moves, creates or deletes a branch, with everything that follows from it on GitHub. */
export function moveBranch(world: World, repository: Repository, move: RefMove): void {
  const before = repository.branches.get(move.branch) ?? noCommit;
  if (before === move.after) return;
  const forced = before !== noCommit && move.after !== noCommit && !isAncestor(world, before, move.after);
  if (forced && move.force !== true) throw new Refusal(422, 'Update is not a fast forward');
  if (move.after === noCommit) repository.branches.delete(move.branch);
  else repository.branches.set(move.branch, move.after);
  repository.pushedAt = now(world);
  record(world, repository, move, before, forced);
  announce(world, repository, move.actorId, ['push', null], () => pushPayload(world, repository, move, before, forced));
  if (move.after !== noCommit) follow(world, repository, move, forced);
  // Whoever merges closes the pull request first: a queue must not build upon the branch what is already in it.
  if (move.type !== 'pr_merge') world.notice({ kind: 'moved', repository, branch: move.branch });
}

/** Suites are opened and pull requests move along wherever a branch has a commit. */
function follow(world: World, repository: Repository, move: RefMove, forced: boolean): void {
  openSuite(world, repository, world.app.id, move.after, move.branch, move.actorId);
  for (const pull of openPulls(world, repository)) {
    if (pull.headRepositoryId === repository.id && pull.headRef === move.branch) synchronize(world, pull, move, forced);
  }
  if (move.type !== 'pr_merge' && move.type !== 'merge_queue_merge') markReachable(world, repository, move);
}
