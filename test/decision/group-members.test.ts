import { describe, expect, test } from 'vitest';
import { type QueueEntry, resolveGroup } from '../../src/decision/group-members.ts';

/** `1:m>a`: pull request 1, built upon m, has the commit a. `-` is a commit that GitHub does not tell, `?` a pull request unseen. */
function entries(...described: readonly string[]): readonly QueueEntry[] {
  return described.map((text) => {
    const [, number, base, head] = /^(\S+):(\S+)>(\S+)$/.exec(text) ?? [];
    const commit = (name: string | undefined) => (name === undefined || name === '-' ? null : name);
    const pull = number === '?' ? null : { number: Number(number), head: `head-of-${number}` };
    return { headCommit: commit(head), baseCommit: commit(base), pull };
  });
}

const three = entries('1:m>a', '2:a>b', '3:b>c');

describe('which pull requests a group would merge', () => {
  test.each([
    ['ALLGREEN: its own alone', 'ALLGREEN', three, 'c', 'b', [3]],
    ['ALLGREEN: all down to its base', 'ALLGREEN', three, 'c', 'm', [1, 2, 3]],
    ['ALLGREEN: the first', 'ALLGREEN', three, 'a', 'm', [1]],
    ['ALLGREEN: after what stood before it was merged', 'ALLGREEN', entries('3:b>c'), 'c', 'b', [3]],
    ['HEADGREEN: everything before it', 'HEADGREEN', three, 'c', 'b', [1, 2, 3]],
    ['HEADGREEN: not what stands behind it', 'HEADGREEN', three, 'b', 'a', [1, 2]],
    ['an unknown strategy: everything before it', 'SOMETHING_NEW', three, 'c', 'b', [1, 2, 3]],
    ['no strategy: everything before it', null, three, 'c', 'b', [1, 2, 3]],
    ['in whatever order GitHub lists them', 'HEADGREEN', three.toReversed(), 'c', 'b', [1, 2, 3]],
    ['with others that have no commit yet', 'ALLGREEN', [...three, ...entries('4:->-')], 'c', 'b', [3]],
  ] as const)('%s', (_name, strategy, queue, headSha, baseSha, expected) => {
    const resolved = resolveGroup({ strategy, entries: queue }, { headSha, baseSha });
    expect(resolved).toMatchObject({ kind: 'resolved' });
    if (resolved.kind === 'resolved')
      expect(resolved.members).toEqual(expected.map((pull) => ({ pull, head: `head-of-${pull}` })));
  });

  test.each([
    ['an empty queue', 'ALLGREEN', [], 'c', 'b', /no entry of the merge queue has the commit c/],
    ['a head that no entry has', 'ALLGREEN', three, 'd', 'c', /no entry .* commit d/],
    ['a head that no entry has, upon one that has', 'HEADGREEN', three, 'd', 'c', /no entry .* commit d/],
    ['a chain that misses its base', 'ALLGREEN', three, 'c', 'x', /no entry .* commit m/],
    ['a gap', 'ALLGREEN', entries('1:m>a', '3:b>c'), 'c', 'm', /no entry .* commit b/],
    ['nobody says upon what', 'ALLGREEN', entries('1:->a'), 'a', 'm', /#1 was built upon/],
    ['nobody says upon what', 'HEADGREEN', entries('1:m>a', '2:->b'), 'b', 'a', /#2 was built upon/],
    ['a pull request out of sight', 'HEADGREEN', entries('?:m>a', '2:a>b'), 'b', 'a', /cannot be seen/],
    ['a circle', 'HEADGREEN', entries('1:b>a', '2:a>b'), 'b', 'a', /circle/],
    ['a circle', 'ALLGREEN', entries('1:b>a', '2:a>b'), 'b', 'm', /circle/],
    ['a commit upon itself', null, entries('1:a>a'), 'a', 'm', /circle/],
  ] as const)('is unknown: %s (%s)', (_name, strategy, queue, headSha, baseSha, why) => {
    const resolved = resolveGroup({ strategy, entries: queue }, { headSha, baseSha });
    expect(resolved).toMatchObject({ kind: 'unresolved', why: expect.stringMatching(why) });
  });
});
