import type { Commit, GitPerson, Tree, TreeEntry } from './types.ts';
import { found, sha1, type World } from './world.ts';

/** A file to write: text, or content with a mode. `null` removes it. */
export type FileChange =
  | string
  | null
  | { readonly content: string; readonly mode?: TreeEntry['mode']; readonly base64?: boolean };

/** A blob's id is git's own, so that clients may check it: sha1("blob <size>\0<content>"). */
export function writeBlob(world: World, content: Buffer): string {
  const sha = sha1(Buffer.concat([Buffer.from(`blob ${content.length}\0`), content]));
  if (!world.blobs.has(sha)) world.blobs.set(sha, content);
  return sha;
}

function writeEntry(world: World, change: Exclude<FileChange, null>): TreeEntry {
  if (typeof change === 'string') return { sha: writeBlob(world, Buffer.from(change)), mode: '100644' };
  const mode = change.mode ?? '100644';
  if (mode === '160000') return { sha: change.content, mode };
  return { sha: writeBlob(world, Buffer.from(change.content, change.base64 === true ? 'base64' : 'utf8')), mode };
}

export function changeTree(world: World, tree: Tree, files: Readonly<Record<string, FileChange>>): Tree {
  const next = new Map(tree);
  for (const [path, change] of Object.entries(files)) {
    if (change === null) next.delete(path);
    else next.set(path, writeEntry(world, change));
  }
  return next;
}

/** Not git's nested tree objects, but as deterministic: one line per file. */
function hashTree(tree: Tree): string {
  const lines = [...tree].map(([path, entry]) => `${entry.mode} ${path}\0${entry.sha}`).sort();
  return sha1(`tree ${lines.join('\n')}`);
}

function personLine(person: GitPerson): string {
  return `${person.name} <${person.email}> ${Math.floor(Date.parse(person.date) / 1000)} +0000`;
}

export function writeCommit(
  world: World,
  networkId: number,
  input: Pick<Commit, 'tree' | 'parents' | 'message' | 'author' | 'committer' | 'signedByGitHub'>,
): Commit {
  const treeSha = hashTree(input.tree);
  const header = [
    `tree ${treeSha}`,
    ...input.parents.map((parent) => `parent ${parent}`),
    `author ${personLine(input.author)}`,
    `committer ${personLine(input.committer)}`,
    // A signature is part of what is hashed: whoever writes the same commit without it gets another id.
    ...(input.signedByGitHub === true ? ['gpgsig signed by GitHub'] : []),
  ].join('\n');
  const text = `${header}\n\n${input.message}`;
  const sha = sha1(`commit ${Buffer.byteLength(text)}\0${text}`);
  const commit: Commit = { ...input, sha, treeSha };
  world.commits.set(sha, commit);
  world.networkCommits.add(`${networkId}:${sha}`);
  return commit;
}

export function commitOf(world: World, sha: string): Commit {
  return found(world.commits.get(sha));
}

/** Every ancestor of a commit, itself included, nearest first. */
export function ancestors(world: World, sha: string): ReadonlySet<string> {
  const seen = new Set([sha]);
  for (const at of seen) for (const parent of world.commits.get(at)?.parents ?? []) seen.add(parent);
  return seen;
}

export function isAncestor(world: World, ancestor: string, descendant: string): boolean {
  const seen = new Set([descendant]);
  for (const at of seen) {
    if (at === ancestor) return true;
    for (const parent of world.commits.get(at)?.parents ?? []) seen.add(parent);
  }
  return false;
}

/** The nearest commit both sides have; with criss-cross histories git may choose another of equal standing. */
export function mergeBase(world: World, one: string, other: string): string | null {
  if (one === other || world.commits.get(other)?.parents.includes(one)) return one;
  const ours = ancestors(world, one);
  for (const sha of ancestors(world, other)) if (ours.has(sha)) return sha;
  return null;
}

/** Commits that `head` has and `base` lacks, oldest first, as `git log base..head --reverse`. */
export function commitsBetween(world: World, base: string, head: string): readonly Commit[] {
  if (commitOf(world, head).parents.length === 1 && commitOf(world, head).parents[0] === base)
    return [commitOf(world, head)];
  const excluded = ancestors(world, base);
  const seen = new Set([head]);
  const missing: Commit[] = [];
  for (const sha of seen) {
    if (excluded.has(sha)) continue;
    const commit = commitOf(world, sha);
    missing.push(commit);
    for (const parent of commit.parents) seen.add(parent);
  }
  return missing.reverse();
}
