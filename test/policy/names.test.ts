import { describe, expect, test } from 'vitest';
import { loginMatches, wildcardMatches } from '../../src/policy/login.ts';
import { authorTeamsIn, membersIn, memberText } from '../../src/policy/names.ts';
import { didYouMean, editDistance, nearest } from '../../src/policy/nearest.ts';
import { every, not, some, type Truth } from '../../src/policy/truth.ts';
import { policy } from './load.ts';

describe('three-valued truth', () => {
  test.each<readonly [readonly Truth[], Truth, Truth]>([
    [[], true, false],
    [[true], true, true],
    [[false], false, false],
    [['unknown'], 'unknown', 'unknown'],
    [[true, 'unknown', true], 'unknown', true],
    [[false, 'unknown', false], false, 'unknown'],
    [['unknown', 'unknown', true, false], false, true],
    [[true, true], true, true],
    [[false, false], false, false],
  ])('of %j: every %s, some %s', (truths, all, any) => {
    expect([every(truths), some(truths)]).toEqual([all, any]);
  });

  test('not turns what is known around', () => {
    expect([not(true), not(false), not('unknown')]).toEqual([false, true, 'unknown']);
  });
});

describe('names that are nearly right', () => {
  test.each([
    ['', '', 0],
    ['', 'abc', 3],
    ['abc', '', 3],
    ['peer', 'peer', 0],
    ['per', 'peer', 1],
    ['peer', 'per', 1],
    ['pear', 'peer', 1],
    ['pere', 'peer', 1],
    ['epre', 'peer', 2],
    ['ab', 'ba', 1],
    ['ab', 'cab', 1],
    ['aab', 'aba', 1],
    ['abcd', 'badc', 2],
    ['ca', 'abc', 3],
    ['abxcd', 'abcd', 1],
    ['kitten', 'sitting', 3],
    ['enviroments', 'environments', 1],
  ])('from %j to %j it is %d', (one, other, distance) => {
    expect([editDistance(one, other), editDistance(other, one)]).toEqual([distance, distance]);
  });

  test.each([
    ['peer', ['peers', 'pear'], 'peers'],
    ['peer', ['ppeer', 'pe'], 'ppeer'],
    ['peer', ['poor'], undefined],
    ['peer', ['peer'], undefined],
    ['peer', ['PEER'], 'PEER'],
    ['peers', ['poors'], 'poors'],
    ['approval', ['approved'], 'approved'],
    ['approval', ['improved'], undefined],
    ['approval', ['approvers'], undefined],
    ['approvals', ['approvers'], 'approvers'],
    ['release-mngr', ['release-manager'], 'release-manager'],
    ['release-mn', ['release-manager'], undefined],
    ['abcd', ['abcdefghi'], undefined],
    ['ownre', ['owners', 'owner'], 'owner'],
    ['ownre', ['owner', 'ownres'], 'owner'],
    ['x', [], undefined],
  ])('for %j among %j it means %j', (written, names, meant) => {
    expect(nearest(written, names)).toBe(meant);
    expect(didYouMean(written, names)).toBe(meant === undefined ? '' : `; did you mean \`${meant}\`?`);
  });

  test('looks at the first five hundred names, no more', () => {
    const others = Array.from({ length: 499 }, () => 'else');
    expect(nearest('peer', [...others, 'pear'])).toBe('pear');
    expect(nearest('peer', [...others, 'else', 'pear'])).toBeUndefined();
  });
});

describe('accounts', () => {
  test.each([
    ['*', 'sam', 'human', true],
    ['*', 'dependabot', 'bot', true],
    ['sam', 'Sam', 'human', true],
    ['SAM', 'sam', 'human', true],
    ['sam', 'sam', 'bot', false],
    ['sam', 'samuel', 'human', false],
    ['sam', 'am', 'human', false],
    ['s*', 'sam', 'human', true],
    ['*-bot', 'build-bot', 'human', true],
    ['*-bot', 'build-bot', 'bot', false],
    ['dependabot[bot]', 'dependabot', 'bot', true],
    ['dependabot[bot]', 'Dependabot[bot]', 'bot', true],
    ['dependabot[bot]', 'dependabot', 'human', false],
    ['*[bot]', 'renovate', 'bot', true],
    ['*[bot]', 'sam', 'human', false],
  ] as const)('%s and %s, a %s: %s', (pattern, login, kind, expected) => {
    expect(loginMatches(pattern, { login, kind })).toBe(expected);
  });

  test.each([
    ['', '', true],
    ['', 'a', false],
    ['ab', 'ab', true],
    ['a*', 'a', true],
    ['a*', 'ba', false],
    ['*a', 'ab', false],
    ['a*a', 'a', false],
    ['a*a', 'aa', true],
    ['ab*bc', 'abc', false],
    ['ab*bc', 'abbc', true],
    ['a*b*c', 'axbyc', true],
    ['a*b*c', 'axyc', false],
    ['a*bc*c', 'abc', false],
    ['a*bc*c', 'abcc', true],
    ['*ab*ab*', 'abab', true],
    ['*ab*ab*', 'aba', false],
    ['*ab*ba*', 'aba', false],
    ['a*b*b*c', 'abc', false],
    ['a*b*b*c', 'abbc', true],
    ['*x', 'x', true],
    ['**', '', true],
  ])('the pattern %j matches %j: %s', (pattern, text, expected) => {
    expect(wildcardMatches(pattern, text)).toBe(expected);
  });
});

describe('what has to be looked up for a policy', () => {
  const written = policy(`
version: 1
proposals: [ { category: a, when: { author-teams: ["team:Acme/one"] } } ]
systems: { s: { when: { not: { author-teams: ["team:acme/two"] } }, owners: ["team:acme/shop", "user:Ada"] } }
classifications: { c: { when: { any: [ { draft: true }, { author-teams: ["team:acme/three"], labels: [x] } ] } } }
blast-radius: { high: { author-teams: ["team:acme/four"] } }
rules: [ { name: r, when: { author-teams: ["team:acme/one", "team:acme/five"], topics: [pci] } } ]
after-merge: [ { when: { all: [ { author-teams: ["team:acme/six"] } ] } } ]
roles: { owner: { members: ["user:ada", "team:acme/ops"], backups: ["user:cy"] } }
segregation: { exceptions: [ { user: "user:sam", may-approve-own: e, until: 2027-03-31, reason: x } ] }
environments: { e: { base: [main] } }
`);

  test('every team that some condition asks for the author in, once', () => {
    expect(authorTeamsIn(written)).toEqual(
      ['one', 'two', 'three', 'four', 'five', 'six'].map((team) => `acme/${team}`),
    );
  });

  test('every user and team that has a role, a system or an exception, once whatever the case', () => {
    expect(membersIn(written).map(memberText)).toEqual([
      'user:Ada',
      'team:acme/ops',
      'user:cy',
      'team:acme/shop',
      'user:sam',
    ]);
  });
});
