import { describe, expect, test } from 'vitest';
import { commentOf, noteOf } from '../../src/deployment/comment.ts';
import { type DeploymentFacts, judgeDeployment, refuse } from '../../src/deployment/judge.ts';

const sha = (letter: string): string => letter.repeat(40);

function commits(...letters: readonly string[]): DeploymentFacts['commits'] {
  return letters.map((letter) => ({ sha: sha(letter), parents: [] }));
}

function given(changed: Partial<DeploymentFacts> = {}): DeploymentFacts {
  const listed = changed.commits ?? commits('b', 'c');
  return {
    deployment: 'prod-eu',
    environment: 'production',
    sha: sha('c'),
    start: { sha: sha('a'), as: 'deployed' },
    commits: listed,
    total: listed.length,
    permitted: new Map([
      [sha('b'), [7]],
      [sha('c'), [8]],
    ]),
    found: new Map(),
    rejected: [],
    holds: [],
    ...changed,
  };
}

const freeze = { code: 'freeze', message: 'Freeze "year-end" until Monday.', until: '2027-01-04T00:00:00Z' } as const;
const closed = { code: 'window-closed', message: 'The window is closed.', until: '2027-01-05T08:00:00Z' } as const;
const never = { code: 'window-closed', message: 'The window never opens.', until: null } as const;

describe('what may be deployed', () => {
  test('a range that decisions cover, named by their pull requests', () => {
    expect(judgeDeployment(given())).toMatchObject({
      allowed: true,
      reasons: [],
      pulls: [7, 8],
      total: 2,
      until: null,
    });
  });

  test('nothing new: a rollback, or the same again', () => {
    expect(judgeDeployment(given({ commits: [] }))).toMatchObject({ allowed: true, pulls: [], total: 0 });
  });

  test('commits that a finding was approved for, which is no pull request', () => {
    const permitted = new Map([[sha('b'), [null]]]);
    expect(judgeDeployment(given({ commits: commits('b'), permitted }))).toMatchObject({ allowed: true, pulls: [] });
  });
});

describe('what may not be deployed', () => {
  test('T35 a commit that rides along behind approved ones, by name', () => {
    const answer = judgeDeployment(given({ commits: commits('b', 'd', 'c') }));
    expect(answer).toMatchObject({
      allowed: false,
      uncovered: [sha('d')],
      reasons: [{ code: 'commit-uncovered', message: 'dddddddddd: no decision permits it for production.' }],
    });
  });

  test('a commit that is known by the finding that names it', () => {
    const found = new Map([[sha('d'), 'sam pushed to main, and no decision covers it']]);
    expect(judgeDeployment(given({ commits: commits('d'), found })).reasons).toEqual([
      { code: 'commit-uncovered', message: 'dddddddddd: sam pushed to main, and no decision covers it.' },
    ]);
  });

  test('twenty commits are named, and the others are counted', () => {
    const many = Array.from({ length: 23 }, (_, n) => ({ sha: `${n + 10}`.repeat(20), parents: [] }));
    const { reasons, uncovered } = judgeDeployment(given({ commits: many }));
    expect(uncovered).toHaveLength(20);
    expect(reasons).toHaveLength(21);
    expect(reasons.at(-1)?.message).toBe('And 3 more commits that no decision permits.');
  });

  test('a range of which the end could not be read, even if all that was read is covered', () => {
    expect(judgeDeployment(given({ total: 5_000 }))).toMatchObject({
      allowed: false,
      reasons: [{ code: 'range-too-large' }],
    });
  });

  test('what passed on a broken glass that was rejected afterwards, and of others nothing', () => {
    expect(judgeDeployment(given({ rejected: [8] }))).toMatchObject({
      allowed: false,
      reasons: [{ code: 'reconciliation-rejected' }],
    });
    expect(judgeDeployment(given({ rejected: [99] })).allowed).toBe(true);
  });

  test.each([
    ['until the last of what is in force ends', [freeze, closed], closed.until],
    ['and nobody can know until when', [freeze, never], null],
  ])('what is held, %s', (_, holds, until) => {
    expect(judgeDeployment(given({ holds }))).toMatchObject({ allowed: false, until });
  });

  test('time is not waited for where something else stands in the way', () => {
    const answer = judgeDeployment(given({ holds: [freeze], commits: commits('d') }));
    expect(answer).toMatchObject({ allowed: false, until: null });
    expect(answer.reasons.map(({ code }) => code)).toEqual(['commit-uncovered', 'held']);
  });
});

describe('what people read beside it', () => {
  test.each([
    ['an answer that allows', judgeDeployment(given()), 'Allowed: 2 commits since aaaaaaaaaa, permitted by #7, #8.'],
    [
      'one commit',
      judgeDeployment(given({ commits: commits('b') })),
      'Allowed: 1 commit since aaaaaaaaaa, permitted by #7.',
    ],
    [
      'nothing new',
      judgeDeployment(given({ commits: [] })),
      'Allowed: everything that this commit holds has been permitted before.',
    ],
    ['a refusal', refuse('policy-missing', 'No policy.'), 'Not allowed.'],
  ])('%s', (_, answer, first) => {
    expect(commentOf(answer, 'cafe').split('\n').slice(0, 2)).toEqual([first, 'Ledger leaf cafe.']);
  });

  test('every reason is a line of its own, and a note says that it waits', () => {
    const answer = judgeDeployment(given({ holds: [freeze] }));
    expect(commentOf(answer, 'cafe')).toContain('\n- Freeze "year-end" until Monday.');
    expect(noteOf(answer)).toBe('Waiting.\n- Freeze "year-end" until Monday.');
  });
});
