import { commitsBetween, mergeBase, writeCommit } from './git.ts';
import { applyChange } from './merges.ts';
import type { GitPerson, PullRequest, Repository } from './types.ts';
import { Refusal, type World } from './world.ts';

/**
 * "Rebase and merge": each commit again on top of the base, with its author and message and a new committer, which makes new ids
 * even where nothing else would change. GitHub cannot sign these. Merge commits are left out, as git leaves them.
 */
export function rebaseOnto(
  world: World,
  repository: Repository,
  pull: PullRequest,
  tip: string,
  committer: GitPerson,
): readonly string[] {
  const base = mergeBase(world, tip, pull.headSha);
  const commits = base === null ? [] : commitsBetween(world, base, pull.headSha);
  const rewritten: string[] = [];
  for (const commit of commits.filter((each) => each.parents.length === 1)) {
    const onto = rewritten.at(-1) ?? tip;
    const { sha } = writeCommit(world, repository.networkId, {
      tree: applyChange(world, commit.parents[0] ?? null, commit.sha, onto, "This branch can't be rebased"),
      parents: [onto],
      message: commit.message,
      author: commit.author,
      committer,
    });
    rewritten.push(sha);
  }
  if (rewritten.length === 0) throw new Refusal(405, "This branch can't be rebased");
  return rewritten;
}
