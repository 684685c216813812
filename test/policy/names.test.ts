import { describe, expect, test } from 'vitest';
import { loginMatches, wildcardMatches } from '../../src/policy/login.ts';
import { didYouMean, editDistance, nearest } from '../../src/policy/nearest.ts';
import { every, not, some, type Truth } from '../../src/policy/truth.ts';

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
