import { type Hash, largestPowerBelow, nodeHash, rangeRoot, type Subtree } from './tree.ts';

/** RFC 6962, section 2.1.1: what joins the leaf at `index` to the root of the first `size` leaves, nearest first. */
export function inclusionProof(subtree: Subtree, index: number, size: number): readonly Hash[] {
  if (index < 0 || index >= size) throw new RangeError(`a tree of ${size} leaves has no leaf ${index}`);
  return path(0, size);

  function path(start: number, end: number): readonly Hash[] {
    if (end - start === 1) return [];
    const split = start + largestPowerBelow(end - start);
    return index < split
      ? [...path(start, split), rangeRoot(subtree, split, end)]
      : [...path(split, end), rangeRoot(subtree, start, split)];
  }
}

/** RFC 6962, section 2.1.2: what shows that the first `size1` of `size2` leaves are the tree that they were. */
export function consistencyProof(subtree: Subtree, size1: number, size2: number): readonly Hash[] {
  if (size1 < 0 || size1 > size2) throw new RangeError(`a tree of ${size2} leaves was never one of ${size1}`);
  return size1 === 0 || size1 === size2 ? [] : subProof(0, size2, true);

  function subProof(start: number, end: number, whole: boolean): readonly Hash[] {
    if (size1 === end) return whole ? [] : [rangeRoot(subtree, start, end)];
    const split = start + largestPowerBelow(end - start);
    return size1 <= split
      ? [...subProof(start, split, whole), rangeRoot(subtree, split, end)]
      : [...subProof(split, end, false), rangeRoot(subtree, start, split)];
  }
}

/** The root that a leaf and its proof come to, or undefined if the proof does not fit (RFC 9162, section 2.1.3.2). */
export function rootFromInclusion(leaf: Hash, index: number, size: number, proof: readonly Hash[]): Hash | undefined {
  if (index < 0 || index >= size) return undefined;
  let [at, last] = [index, size - 1];
  let hash = leaf;
  for (const sibling of proof) {
    if (last === 0) return undefined;
    if (at % 2 === 1 || at === last) {
      hash = nodeHash(sibling, hash);
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)];
    } else {
      hash = nodeHash(hash, sibling);
    }
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  return last === 0 ? hash : undefined;
}

export type Sized = { readonly size: number; readonly root: Hash };

/** Whether a proof shows that the larger tree begins with the smaller one (RFC 9162, section 2.1.4.2). */
export function isConsistent(first: Sized, second: Sized, proof: readonly Hash[]): boolean {
  if (first.size > second.size) return false;
  if (first.size === second.size) return proof.length === 0 && first.root.equals(second.root);
  if (first.size === 0) return proof.length === 0;
  const path = isPowerOfTwo(first.size) ? [first.root, ...proof] : [...proof];
  let [at, last] = [first.size - 1, second.size - 1];
  while (at % 2 === 1) [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  const [seed, ...rest] = path;
  if (seed === undefined) return false;
  let [one, two] = [seed, seed];
  for (const hash of rest) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      [one, two] = [nodeHash(hash, one), nodeHash(hash, two)];
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)];
    } else {
      two = nodeHash(two, hash);
    }
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  return last === 0 && one.equals(first.root) && two.equals(second.root);
}

function isPowerOfTwo(size: number): boolean {
  return Number.isInteger(Math.log2(size));
}
