import { appended, type Frontier, type Hash, nodeHash } from './tree.ts';

/** The place of a complete subtree of 2^level leaves: the `index`th of its level. */
export type Place = { readonly level: number; readonly index: number };

/** The complete subtrees that hold the leaves before `start`, largest first: one for each bit of it. */
export function placesBefore(start: number): readonly Place[] {
  return placesBetween(0, start);
}

/**
 * The fewest complete subtrees that hold the leaves from `from` to before `to`, from left to right: each is the largest that begins
 * where the one before it has ended.
 */
export function placesBetween(from: number, to: number): readonly Place[] {
  const places: Place[] = [];
  for (let at = from; at < to; ) {
    let level = 0;
    while (at % 2 ** (level + 1) === 0 && at + 2 ** (level + 1) <= to) level += 1;
    places.push({ level, index: at / 2 ** level });
    at += 2 ** level;
  }
  return places;
}

/** The frontier of a tree of `start` leaves out of the hashes of {@link placesBefore}. */
export function frontierAt(start: number, hashes: readonly Hash[]): Frontier {
  if (hashes.length !== placesBefore(start).length)
    throw new RangeError('a frontier has a hash for each bit of its size');
  return { size: start, hashes };
}

/** The frontier after a complete subtree of 2^level leaves, which must begin where a subtree of that size can. */
export function joined(frontier: Frontier, level: number, hash: Hash): Frontier {
  if (level === 0) return appended(frontier, hash);
  const width = 2 ** level;
  if (frontier.size % width !== 0) throw new RangeError(`no subtree of ${width} leaves begins at ${frontier.size}`);
  let joint = hash;
  const kept = [...frontier.hashes];
  for (let rest = frontier.size / width; rest % 2 === 1; rest = Math.floor(rest / 2)) {
    const left = kept.pop();
    if (left === undefined) throw new RangeError('a frontier has a hash for each bit of its size');
    joint = nodeHash(left, joint);
  }
  return { size: frontier.size + width, hashes: [...kept, joint] };
}
