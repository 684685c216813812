import { describe, expect, test } from 'vitest';
import { type JudgeInput, judgeUpdates } from '../../src/coverage/judge.ts';
import type { BranchUpdate, Merge } from '../../src/coverage/update.ts';

const nobody = { actor: null, at: '2026-11-24T09:00:00.000Z' };

function update(id: number, kind: BranchUpdate['kind'], before: string, after: string): BranchUpdate {
  return { id, kind, before, after, ...nobody };
}

function merged(pull: number, head: string, mergeCommit: string | null, permitted = true): Merge {
  return { pull, head, mergeCommit, permitted, state: permitted ? 'approved' : 'waiting' };
}

/** `a b` is a line of commits from `base`; `m(h)` is a merge commit with a second parent. */
function line(base: string, ...shas: readonly string[]) {
  return shas.map((text, index) => {
    const [, sha = text, second] = /^(\w+)\((\w+)\)$/.exec(text) ?? [];
    const first = index === 0 ? base : (shas[index - 1] ?? base).replace(/\(.*/, '');
    return { sha, parents: second === undefined ? [first] : [first, second] };
  });
}

function judge(input: Partial<JudgeInput>) {
  const all = { updates: [], commits: [], merges: [], groups: new Map(), permitted: new Set<string>(), ...input };
  return judgeUpdates(all).map(({ commits, verdict }) => ({ ...verdict, commits: [...commits].sort().join(' ') }));
}

describe('what GitHub merged', () => {
  const commits = [...line('b', 'm1(h1)'), { sha: 'h1', parents: ['g1'] }, { sha: 'g1', parents: ['b'] }];
  const updates = [update(1, 'pull-request', 'b', 'm1')];

  test.each([
    ['a merge whose head was permitted covers all that it brought', merged(7, 'h1', 'm1'), 'covered'],
    [
      'a merge whose head was not permitted covers nothing, whoever merged',
      merged(7, 'h1', 'm1', false),
      'unpermitted',
    ],
    ['a merge that nobody has told of is not known', merged(7, 'h1', null), 'unknown'],
  ])('%s', (_, merge, kind) => {
    const pulls = kind === 'unknown' ? {} : { pulls: [7] };
    expect(judge({ updates, commits, merges: [merge] })).toEqual([{ kind, ...pulls, commits: 'g1 h1 m1' }]);
  });

  test('T35 commits that were pushed before a permitted merge do not become part of it', () => {
    const later = [update(1, 'push', 'b', 'x'), update(2, 'pull-request', 'x', 'm1')];
    const all = [...line('b', 'x', 'm1(h1)'), { sha: 'h1', parents: ['b'] }];
    expect(judge({ updates: later, commits: all, merges: [merged(7, 'h1', 'm1')] })).toEqual([
      { kind: 'pushed', commits: 'x' },
      { kind: 'covered', pulls: [7], commits: 'h1 m1' },
    ]);
  });
});

describe('what was pushed', () => {
  const push = [update(1, 'push', 'b', 'h2')];
  test.each([
    ['exactly a permitted head is what was signed', line('b', 'h1', 'h2'), [merged(7, 'h2', 'h2')], 'covered'],
    ['a permitted head with something on top is not', line('b', 'h1', 'h2'), [merged(7, 'h1', 'h2')], 'pushed'],
    ['a head that was not permitted is not', line('b', 'h2'), [merged(7, 'h2', 'h2', false)], 'pushed'],
    ['commits that nobody knows are not', line('b', 'h2'), [], 'pushed'],
    ['nothing new is nothing', [], [], 'empty'],
  ])('%s', (_, commits, merges, kind) => {
    expect(judge({ updates: push, commits, merges })).toMatchObject([{ kind }]);
  });

  test('commits that another branch of this environment got by a merge may be pushed to this one too', () => {
    expect(judge({ updates: push, commits: line('b', 'h1', 'h2'), permitted: new Set(['h1', 'h2']) })).toMatchObject([
      { kind: 'empty' },
    ]);
    expect(judge({ updates: push, commits: line('b', 'h1', 'h2'), permitted: new Set(['h1']) })).toMatchObject([
      { kind: 'pushed' },
    ]);
  });

  test.each([
    ['force-push', 'rewritten'],
    ['creation', 'pushed'],
    ['deletion', 'empty'],
  ] as const)('a %s is %s', (kind, verdict) => {
    expect(judge({ updates: [update(1, kind, 'b', 'h2')], commits: line('b', 'h2') })).toMatchObject([
      { kind: verdict },
    ]);
  });
});

describe('what the merge queue merged', () => {
  const updates = [update(1, 'merge-queue', 'b', 'm2')];
  const commits = [...line('b', 'm1(h1)', 'm2(h2)'), { sha: 'h1', parents: ['b'] }, { sha: 'h2', parents: ['b'] }];
  const groups = new Map([['m2', [7, 8]]]);

  test.each([
    ['all of the group were permitted', [merged(7, 'h1', 'm1'), merged(8, 'h2', 'm2')], groups, 'covered'],
    ['one of the group was not', [merged(7, 'h1', 'm1', false), merged(8, 'h2', 'm2')], groups, 'unpermitted'],
    ['one of the group is not known yet', [merged(8, 'h2', 'm2')], groups, 'unknown'],
    ['one came with the group and is not known at all', [merged(8, 'h2', 'm2')], new Map(), 'unknown'],
    ['the head of the group is nobody’s merge', [merged(7, 'h1', 'm1')], new Map(), 'unknown'],
  ])('%s', (_, merges, known, kind) => {
    expect(judge({ updates, commits, merges, groups: known })).toMatchObject([{ kind }]);
  });

  test('the pull request that was not permitted is the one that is named', () => {
    const merges = [merged(7, 'h1', 'm1', false), merged(8, 'h2', 'm2')];
    expect(judge({ updates, commits, merges, groups })).toMatchObject([{ kind: 'unpermitted', pulls: [7] }]);
  });
});
