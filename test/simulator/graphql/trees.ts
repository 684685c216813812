import { commitOf } from '../world/git.ts';
import type { Repository } from '../world/types.ts';
import { found, nodeId, type World } from '../world/world.ts';
import { repositoryNode } from './repository.ts';

/** What a commit's tree holds. */

export function blobNode(world: World, repository: Repository, sha: string) {
  const content = found(world.blobs.get(sha));
  const binary = content.includes(0);
  // GitHub cuts a blob's text off at 512,000 bytes and says so.
  const truncated = content.length > 512_000;
  return {
    __typename: 'Blob',
    id: nodeId('B', sha),
    oid: sha,
    abbreviatedOid: sha.slice(0, 7),
    byteSize: content.length,
    isBinary: binary,
    isTruncated: truncated,
    text: binary ? null : content.subarray(0, 512_000).toString(),
    repository: () => repositoryNode(world, repository),
  };
}

/** `Commit.file`: what a tree has at a path, a submodule too. */
export function fileNode(world: World, repository: Repository, sha: string, path: string): object | null {
  const entry = commitOf(world, sha).tree.get(path);
  if (entry === undefined) return null;
  const isSubmodule = entry.mode === '160000';
  return {
    __typename: 'TreeEntry',
    name: path.slice(path.lastIndexOf('/') + 1),
    path,
    type: isSubmodule ? 'commit' : 'blob',
    oid: entry.sha,
    mode: Number.parseInt(entry.mode, 8),
    object: () => (isSubmodule ? null : blobNode(world, repository, entry.sha)),
  };
}

export function treeNode(world: World, repository: Repository, sha: string, path: string) {
  const prefix = path === '' ? '' : `${path}/`;
  const entries = new Map<string, object>();
  for (const [name, entry] of commitOf(world, sha).tree) {
    if (!name.startsWith(prefix)) continue;
    const [first = '', ...rest] = name.slice(prefix.length).split('/');
    const file = {
      name: first,
      path: prefix + first,
      type: 'blob',
      oid: entry.sha,
      mode: Number.parseInt(entry.mode, 8),
      object: () => blobNode(world, repository, entry.sha),
    };
    const folder = {
      name: first,
      path: prefix + first,
      type: 'tree',
      mode: 0o40000,
      object: () => treeNode(world, repository, sha, prefix + first),
    };
    entries.set(first, rest.length === 0 ? file : folder);
  }
  return { __typename: 'Tree', id: nodeId('TREE', `${sha}:${path}`), oid: sha, entries: [...entries.values()] };
}
