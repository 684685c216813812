import fc from 'fast-check';
import { expect, test } from 'vitest';
import { frontierAt, joined, placesBefore, placesBetween } from '../../src/audit/range.ts';
import { appended, emptyFrontier, type Hash, leafHashOf, rootOf, subtreesOf } from '../../src/audit/tree.ts';

function leavesOf(count: number): readonly Hash[] {
  return Array.from({ length: count }, (_, index) => leafHashOf(`entry ${index}`));
}

test('places beside a range are complete subtrees, as few as possible', () => {
  expect(placesBefore(0)).toEqual([]);
  expect(placesBefore(6)).toEqual([
    { level: 2, index: 0 },
    { level: 1, index: 2 },
  ]);
  expect(placesBetween(5, 12)).toEqual([
    { level: 0, index: 5 },
    { level: 1, index: 3 },
    { level: 2, index: 2 },
  ]);
  expect(placesBetween(7, 7)).toEqual([]);
});

test('left, entries and right come to the root of the tree, for every range of every tree', () => {
  for (let size = 0; size <= 22; size += 1) {
    const leaves = leavesOf(size);
    const subtree = subtreesOf(leaves);
    const root = rootOf(leaves.reduce((frontier, leaf) => appended(frontier, leaf), emptyFrontier));
    for (let start = 0; start <= size; start += 1)
      for (let end = start; end <= size; end += 1) {
        const left = placesBefore(start).map(({ level, index }) => subtree(level, index));
        let frontier = frontierAt(start, left);
        for (const leaf of leaves.slice(start, end)) frontier = appended(frontier, leaf);
        for (const { level, index } of placesBetween(end, size))
          frontier = joined(frontier, level, subtree(level, index));
        expect(frontier.size).toBe(size);
        expect(rootOf(frontier)).toEqual(root);
      }
  }
});

test('places of large trees are few, follow each other, and end where they must', () => {
  const size = fc.integer({ min: 0, max: 2 ** 50 });
  fc.assert(
    fc.property(size, size, (one, other) => {
      const [from, to] = [Math.min(one, other), Math.max(one, other)];
      let at = from;
      const places = placesBetween(from, to);
      for (const { level, index } of places) {
        expect(index * 2 ** level).toBe(at);
        at += 2 ** level;
      }
      expect(at).toBe(to);
      expect(places.length).toBeLessThan(102);
    }),
  );
});

test('a subtree that does not begin where it can is refused', () => {
  const [leaf = Buffer.alloc(32)] = leavesOf(1);
  expect(() => joined({ size: 1, hashes: [leaf] }, 1, leaf)).toThrow(RangeError);
  expect(() => frontierAt(3, [leaf])).toThrow(RangeError);
});
