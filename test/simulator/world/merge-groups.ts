import { moveBranch, noCommit } from './branches.ts';
import { announce } from './events.ts';
import { commitOf } from './git.ts';
import { writeMerge } from './merges.ts';
import type { MergeGroup, MergeQueue, QueueEntry } from './queue-types.ts';
import type { GitPerson, Repository } from './types.ts';
import { appBySlug } from './workflows.ts';
import type { World } from './world.ts';

/** GitHub's queue is an app of its own; what it pushes is pushed by its bot. */
export function queueBot(world: World): number {
  return appBySlug(world, 'github-merge-queue').botId;
}

function person({ name, email }: GitPerson) {
  return { name, email };
}

function groupShape(world: World, queue: MergeQueue, group: MergeGroup) {
  const commit = commitOf(world, group.headSha);
  return {
    head_sha: group.headSha,
    head_ref: `refs/heads/${group.branch}`,
    base_sha: group.baseSha,
    base_ref: `refs/heads/${queue.branch}`,
    head_commit: {
      id: commit.sha,
      tree_id: commit.treeSha,
      message: commit.message,
      timestamp: commit.committer.date,
      author: person(commit.author),
      committer: person(commit.committer),
    },
  };
}

/** Builds what the checks are to look at: the entry upon what goes before it. Throws when the two conflict. */
export function openGroup(
  world: World,
  repository: Repository,
  queue: MergeQueue,
  entry: QueueEntry,
  baseSha: string,
  squash: boolean,
): MergeGroup {
  const { sha } = writeMerge(world, entry.pull, baseSha, squash, entry.pull.userId);
  const group: MergeGroup = {
    branch: `gh-readonly-queue/${queue.branch}/pr-${entry.pull.number}-${baseSha}`,
    headSha: sha,
    baseSha,
    requestedAt: world.clock(),
    timedOut: false,
  };
  entry.group = group;
  const actorId = queueBot(world);
  moveBranch(world, repository, { branch: group.branch, after: sha, actorId, force: true });
  announce(world, repository, actorId, ['merge_group', 'checks_requested'], () => ({
    merge_group: groupShape(world, queue, group),
  }));
  return group;
}

export function closeGroup(
  world: World,
  repository: Repository,
  queue: MergeQueue,
  entry: QueueEntry,
  reason: 'merged' | 'dequeued' | 'invalidated',
): void {
  const { group } = entry;
  if (group === null) return;
  entry.group = null;
  const actorId = queueBot(world);
  announce(world, repository, actorId, ['merge_group', 'destroyed'], () => ({
    reason,
    merge_group: groupShape(world, queue, group),
  }));
  moveBranch(world, repository, { branch: group.branch, after: noCommit, actorId });
}
