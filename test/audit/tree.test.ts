import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { consistencyProof, inclusionProof, isConsistent, rootFromInclusion } from '../../src/audit/proof.ts';
import {
  appended,
  emptyFrontier,
  emptyRoot,
  type Hash,
  leafHashOf,
  rangeRoot,
  rootOf,
  subtreesOf,
} from '../../src/audit/tree.ts';

/** The tree that the reference implementations of RFC 6962 are tested with: eight entries, and the root after each. */
const ENTRIES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
const ROOTS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
const published = ENTRIES.map((entry) => leafHashOf(Buffer.from(entry, 'hex')));

function frontierOf(leaves: readonly Hash[]) {
  return leaves.reduce((frontier, leaf) => appended(frontier, leaf), emptyFrontier);
}

function leavesOf(count: number): readonly Hash[] {
  return Array.from({ length: count }, (_, index) => leafHashOf(`entry ${index}`));
}

describe('the tree of RFC 6962', () => {
  test('the root of nothing is the hash of nothing', () => {
    expect(rootOf(emptyFrontier).toString('hex')).toBe(
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    );
  });

  test.each(ROOTS.map((root, index) => [index + 1, root] as const))('%s entries', (size, root) => {
    const leaves = published.slice(0, size);
    expect(rootOf(frontierOf(leaves)).toString('hex')).toBe(root);
    expect(rangeRoot(subtreesOf(leaves), 0, size).toString('hex')).toBe(root);
  });

  test.each([
    [
      0,
      8,
      [
        '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
        '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
        '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
      ],
    ],
    [
      5,
      8,
      [
        'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
        'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
        'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      ],
    ],
    [2, 3, ['fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125']],
  ])('the published proof that entry %s is in the first %s', (index, size, proof) => {
    expect(inclusionProof(subtreesOf(published), index, size).map((hash) => hash.toString('hex'))).toEqual(proof);
  });

  test.each([
    [
      1,
      8,
      [
        '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
        '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
        '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
      ],
    ],
    [
      6,
      8,
      [
        '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
        'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
        'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      ],
    ],
    [
      2,
      5,
      [
        '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
        'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      ],
    ],
  ])('the published proof that the first %s are the beginning of %s', (size1, size2, proof) => {
    expect(consistencyProof(subtreesOf(published), size1, size2).map((hash) => hash.toString('hex'))).toEqual(proof);
  });
});

const sizes = fc.integer({ min: 1, max: 200 });

describe('proofs', () => {
  test('every leaf of every tree is proven, by the tree that a frontier grows', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), (size, pick) => {
        const leaves = leavesOf(size);
        const index = pick % size;
        const leaf = leaves[index] ?? emptyRoot;
        const proof = inclusionProof(subtreesOf(leaves), index, size);
        expect(rootFromInclusion(leaf, index, size, proof)).toEqual(rootOf(frontierOf(leaves)));
      }),
    );
  });

  test('a proof fits no other leaf, no other place and no other length', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), fc.nat(), (size, pick, other) => {
        const leaves = leavesOf(size);
        const index = pick % size;
        const leaf = leaves[index] ?? emptyRoot;
        const proof = inclusionProof(subtreesOf(leaves), index, size);
        const root = rootOf(frontierOf(leaves));
        expect(rootFromInclusion(leafHashOf('forged'), index, size, proof)).not.toEqual(root);
        expect(rootFromInclusion(leaf, index, size, [...proof, root])).toBeUndefined();
        if (proof.length > 0) expect(rootFromInclusion(leaf, index, size, proof.slice(1))).not.toEqual(root);
        const elsewhere = other % size;
        if (elsewhere !== index) expect(rootFromInclusion(leaf, elsewhere, size, proof)).not.toEqual(root);
      }),
    );
  });

  test('a tree is consistent with each of its beginnings, and with no beginning that was changed', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), fc.nat(), (size, pick, at) => {
        const leaves = leavesOf(size);
        const size1 = pick % (size + 1);
        const proof = consistencyProof(subtreesOf(leaves), size1, size);
        const [first, second] = [
          { size: size1, root: rootOf(frontierOf(leaves.slice(0, size1))) },
          { size, root: rootOf(frontierOf(leaves)) },
        ];
        expect(isConsistent(first, second, proof)).toBe(true);
        if (size1 === 0) return;
        const forged = leaves.map((leaf, index) => (index === at % size1 ? leafHashOf('forged') : leaf));
        const forgedProof = consistencyProof(subtreesOf(forged), size1, size);
        const claimed = { size, root: rootOf(frontierOf(forged)) };
        expect(isConsistent(first, claimed, forgedProof)).toBe(false);
        expect(isConsistent(first, claimed, proof)).toBe(false);
      }),
    );
  });

  test('each subtree is told of once, when it is complete', () => {
    const leaves = leavesOf(11);
    const told: string[] = [];
    leaves.reduce(
      (frontier, leaf) =>
        appended(frontier, leaf, ({ level, index, hash }) => {
          expect(hash).toEqual(subtreesOf(leaves)(level, index));
          told.push(`${level}/${index}`);
        }),
      emptyFrontier,
    );
    expect(told).toEqual(['1/0', '1/1', '2/0', '1/2', '1/3', '2/1', '3/0', '1/4']);
  });

  test('a larger tree is no beginning of a smaller one', () => {
    const [small, large] = [3, 5].map((size) => ({ size, root: rootOf(frontierOf(leavesOf(size))) }));
    if (small === undefined || large === undefined) throw new Error('two trees');
    expect(isConsistent(large, small, [])).toBe(false);
    expect(() => inclusionProof(subtreesOf(leavesOf(3)), 3, 3)).toThrow(RangeError);
    expect(() => consistencyProof(subtreesOf(leavesOf(3)), 4, 3)).toThrow(RangeError);
  });
});
