import { ancestors, commitsBetween } from './git.ts';
import type { PullRequest, Repository } from './types.ts';
import type { World } from './world.ts';

const held = new WeakMap<PullRequest, { readonly key: string; readonly commits: ReadonlySet<string> }>();
const reached = new WeakMap<Repository, { readonly tip: string; readonly commits: ReadonlySet<string> }>();

/** The commits a pull request has over its base; a merged one keeps those it had. */
function commitsHeld(world: World, pull: PullRequest): ReadonlySet<string> {
  const key = `${pull.baseSha}..${pull.headSha}`;
  const known = held.get(pull);
  if (known?.key === key) return known.commits;
  const commits = new Set(commitsBetween(world, pull.baseSha, pull.headSha).map((commit) => commit.sha));
  held.set(pull, { key, commits });
  return commits;
}

function onDefaultBranch(world: World, repository: Repository): ReadonlySet<string> {
  const tip = repository.branches.get(repository.defaultBranch) ?? '';
  const known = reached.get(repository);
  if (known?.tip === tip) return known.commits;
  const commits = ancestors(world, tip);
  reached.set(repository, { tip, commits });
  return commits;
}

/**
 * docs: the merged pull request that brought the commit; when the commit is not on the default branch, the open ones that hold it
 * as well. Oldest first.
 */
export function pullsAssociatedWith(world: World, repository: Repository, sha: string): readonly PullRequest[] {
  const isOnDefault = onDefaultBranch(world, repository).has(sha);
  return [...repository.pulls.values()].filter((pull) => {
    if (pull.merged) return pull.mergeCommits.includes(sha) || commitsHeld(world, pull).has(sha);
    return pull.state === 'open' && !isOnDefault && commitsHeld(world, pull).has(sha);
  });
}
