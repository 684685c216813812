import { moveBranch } from './branches.ts';
import { commitOf, mergeBase, writeCommit } from './git.ts';
import { applyChange, personOf, webFlow } from './merges.ts';
import { accountById, atLeast, roleOf } from './people.ts';
import { openPull, repositoryOfPull } from './pulls.ts';
import type { PullRequest } from './types.ts';
import { found, Refusal, type World } from './world.ts';

/** From what to what it is undone: all that merging it wrote, or its own commits when they were pushed onto the base. */
function undoing(world: World, pull: PullRequest): { readonly from: string; readonly to: string } {
  const [first, last] = [pull.mergeCommits[0], pull.mergeCommits.at(-1)];
  if (first === undefined || last === undefined)
    return { from: pull.headSha, to: found(mergeBase(world, pull.baseSha, pull.headSha)) };
  return { from: last, to: found(commitOf(world, first).parents[0]) };
}

/** The "Revert" button of a merged pull request: a branch, a commit that undoes all of it, and a pull request. */
export function revertPull(world: World, pull: PullRequest, actorId: number): { pull: PullRequest; sha: string } {
  const repository = repositoryOfPull(world, pull);
  if (!atLeast(roleOf(world, repository, actorId), 'write'))
    throw new Refusal(403, 'Resource not accessible by integration');
  if (!pull.merged) throw new Refusal(422, 'Only a merged pull request can be reverted.');
  const { from, to } = undoing(world, pull);
  const merged = found(pull.mergeCommitSha);
  const tip = found(repository.branches.get(pull.baseRef));
  const conflict = 'Sorry, this pull request couldn’t be reverted automatically.';
  const title = `Revert "${pull.title}"`;
  const { sha } = writeCommit(world, repository.networkId, {
    tree: applyChange(world, from, to, tip, conflict),
    parents: [tip],
    message: `${title}\n\nThis reverts commit ${merged}.`,
    author: personOf(world, actorId),
    committer: webFlow(world),
    signedByGitHub: true,
  });
  const branch = `revert-${pull.number}-${pull.headRef}`;
  moveBranch(world, repository, { branch, after: sha, actorId });
  const owner = accountById(world, repository.ownerId).login;
  const body = `Reverts ${owner}/${repository.name}#${pull.number}`;
  return { pull: openPull(world, repository, actorId, { title, body, head: branch, base: pull.baseRef }), sha };
}
