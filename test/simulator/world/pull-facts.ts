import { diffTrees, type FileDiff } from './diff.ts';
import { commitOf, mergeBase } from './git.ts';
import type { PullRequest, Repository } from './types.ts';
import { found, type World } from './world.ts';

const diffs = new WeakMap<PullRequest, { readonly key: string; readonly files: readonly FileDiff[] }>();

export function threeDotDiff(world: World, base: string, head: string): readonly FileDiff[] {
  const from = mergeBase(world, base, head);
  return diffTrees(world, from === null ? new Map() : commitOf(world, from).tree, commitOf(world, head).tree);
}

/** What the pull request changes: merge base against head ("three dots"), as its Files tab shows. */
export function pullDiff(world: World, pull: PullRequest): readonly FileDiff[] {
  const key = `${pull.baseSha}...${pull.headSha}`;
  const known = diffs.get(pull);
  if (known?.key === key) return known.files;
  const files = threeDotDiff(world, pull.baseSha, pull.headSha);
  diffs.set(pull, { key, files });
  return files;
}

export function pullByNumber(repository: Repository, number: number): PullRequest {
  return found(repository.pulls.get(number));
}

export function indexHead(world: World, pull: PullRequest, sha: string): void {
  for (const id of new Set([pull.repositoryId, pull.headRepositoryId])) {
    const repository = world.repositories.get(id);
    if (!repository) continue;
    const pulls = repository.pullsByHead.get(sha) ?? new Set();
    repository.pullsByHead.set(sha, pulls.add(pull));
  }
}

export function unindexHead(world: World, pull: PullRequest, sha: string): void {
  for (const id of new Set([pull.repositoryId, pull.headRepositoryId])) {
    world.repositories.get(id)?.pullsByHead.get(sha)?.delete(pull);
  }
}
