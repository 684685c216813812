import { hash } from 'node:crypto';

/** A SHA-256 hash: 32 bytes. */
export type Hash = Buffer;

/** RFC 6962, section 2.1: SHA-256 of 0x00 and the entry's bytes. */
export function leafHashOf(entry: string | Buffer): Hash {
  const length = 1 + (typeof entry === 'string' ? Buffer.byteLength(entry) : entry.length);
  const bytes = length <= scratch.length ? scratch.subarray(0, length) : Buffer.alloc(length);
  if (typeof entry === 'string') bytes.write(entry, 1, 'utf8');
  else bytes.set(entry, 1);
  return hash('sha256', bytes, 'buffer');
}

/** RFC 6962, section 2.1: SHA-256 of 0x01 and both children. */
export function nodeHash(left: Hash, right: Hash): Hash {
  node.set(left, 1);
  node.set(right, 1 + HASH_BYTES);
  return hash('sha256', node, 'buffer');
}

/** Written over for each leaf, behind the zero that it begins with. */
const scratch = Buffer.alloc(1 << 16);
const HASH_BYTES = 32;
/** Written over for each node: a tree has as many of them as leaves. */
const node = Buffer.alloc(1 + 2 * HASH_BYTES, 1);

/** The root of a tree without leaves: SHA-256 of nothing. */
export const emptyRoot: Hash = hash('sha256', '', 'buffer');

/**
 * The complete subtrees of a tree, largest first: one for each bit of its size. All that is needed to add leaves to it and to give its
 * root, so that a tree of any size is walked in constant memory.
 */
export type Frontier = { readonly size: number; readonly hashes: readonly Hash[] };

export const emptyFrontier: Frontier = { size: 0, hashes: [] };

/** A complete subtree of 2^level leaves, the `index`th of its level. */
export type Node = { readonly level: number; readonly index: number; readonly hash: Hash };

/**
 * The frontier after one more leaf: as many subtrees are joined as the size ends in one bits. Each subtree that this completes is shown
 * to `onComplete`.
 */
export function appended({ size, hashes }: Frontier, leaf: Hash, onComplete?: (node: Node) => void): Frontier {
  let hash = leaf;
  let level = 0;
  const kept = [...hashes];
  for (let rest = size; rest % 2 === 1; rest = Math.floor(rest / 2)) {
    const left = kept.pop();
    if (left === undefined) throw new RangeError('a frontier has a hash for each bit of its size');
    hash = nodeHash(left, hash);
    level += 1;
    onComplete?.({ level, index: Math.floor(rest / 2), hash });
  }
  return { size: size + 1, hashes: [...kept, hash] };
}

/** The root of the tree that a frontier stands for. */
export function rootOf({ hashes }: Frontier): Hash {
  return hashes.length === 0 ? emptyRoot : hashes.reduceRight((right, left) => nodeHash(left, right));
}

/** Gives the hash of the complete subtree of 2^level leaves that is the `index`th of its level. */
export type Subtree = (level: number, index: number) => Hash;

/** The root of the leaves from `start` to before `end`, of which only the last part may be incomplete. */
export function rangeRoot(subtree: Subtree, start: number, end: number): Hash {
  const size = end - start;
  if (size === 0) return emptyRoot;
  const level = Math.log2(size);
  if (Number.isInteger(level)) return subtree(level, start / size);
  const split = start + largestPowerBelow(size);
  return nodeHash(rangeRoot(subtree, start, split), rangeRoot(subtree, split, end));
}

/** The largest power of two that is smaller than `size`, which is at least 2. */
export function largestPowerBelow(size: number): number {
  return 2 ** Math.floor(Math.log2(size - 1));
}

/** Subtrees out of a list of all leaf hashes. For trees that fit into memory. */
export function subtreesOf(leaves: readonly Hash[]): Subtree {
  const subtree: Subtree = (level, index) => {
    if (level > 0) return nodeHash(subtree(level - 1, 2 * index), subtree(level - 1, 2 * index + 1));
    const leaf = leaves[index];
    if (leaf === undefined) throw new RangeError(`there is no leaf ${index}`);
    return leaf;
  };
  return subtree;
}
