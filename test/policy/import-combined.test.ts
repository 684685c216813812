import { describe, expect, test } from 'vitest';
import { importPolicyBot } from '../../src/policy/import-policy-bot.ts';
import { globsOf } from '../../src/policy/import-regexp.ts';
import { policy } from './load.ts';

describe('`and` and `or`', () => {
  const rules = `approval_rules:
  - { name: ana, requires: { count: 1, users: [ana] } }
  - { name: bea, requires: { count: 1, users: [bea] } }
  - { name: two, requires: { count: 2, users: [cyd] } }
  - { name: docs, if: { has_labels: [docs] }, requires: { count: 0 } }
  - { name: api, if: { has_labels: [api] }, requires: { count: 1, users: [dan] } }
  - { name: web, if: { has_labels: [web] }, requires: { count: 1, users: [eve] } }
  - { name: must, requires: { count: 0, conditions: { has_labels: [ok] } } }
  - { name: strange, extra: 1, requires: { count: 1, users: [ana] } }
`;
  const made = (approval: string) => {
    const result = importPolicyBot({ file: '.policy.yml', text: `${rules}policy: { approval: ${approval} }` });
    if (!result.ok) throw new Error(JSON.stringify(result.errors));
    return [
      policy(result.text)
        .rules.map(({ name }) => name)
        .filter((name) => name !== 'a change of policy'),
      result.lost.map(({ message }) => message).filter((message) => !message.includes('extra')),
    ];
  };
  const asked = (...names: readonly string[]) =>
    `this \`or\` cannot be said, since rules only add up: ${names.map((name) => `\`${name}\``).join(', ')} are all asked for, where they apply`;
  const noWay = (name: string) =>
    `\`${name}\` is no way out of this \`or\`, since not all of it can be said; the others are`;

  test.each<readonly [string, readonly string[], readonly string[]]>([
    ['[ana, bea]', ['ana', 'bea'], []],
    ['[{ or: [ana, bea] }]', ['ana or bea'], []],
    ['[{ or: [ana, { or: [bea, api] }] }]', ['ana or bea', 'ana or bea or api'], []],
    ['[{ or: [ana, two] }]', ['ana', 'two'], [asked('ana', 'two')]],
    ['[{ or: [{ and: [ana, two] }, bea] }]', ['ana', 'two', 'bea'], [asked('ana and two', 'bea')]],
    ['[{ or: [docs, ana] }]', ['ana'], []],
    ['[docs]', ['no rule of policy-bot applies'], []],
    ['[{ or: [{ and: [docs, api] }, ana] }]', ['api', 'ana'], [asked('docs and api', 'ana')]],
    ['[{ or: [api, web] }]', ['api', 'web', 'api or web', 'no rule of policy-bot applies'], []],
    ['[must]', ['must: what it requires'], []],
    ['[{ or: [must, ana] }]', ['ana'], []],
    ['[{ or: [{ and: [must, docs] }, ana] }]', ['ana'], []],
    ['[strange]', ['strange'], []],
    ['[{ or: [strange, ana] }]', ['ana'], [noWay('strange')]],
    ['[{ or: [{ and: [strange, bea] }, ana] }]', ['ana'], [noWay('strange and bea')]],
    ['[{ or: [strange, api] }]', ['api', 'strange'], [noWay('strange')]],
    ['[{ or: [strange, { and: [strange, ana] }] }]', ['strange', 'strange (2)', 'ana'], []],
  ])('%s', (approval, names, lost) => {
    expect(made(approval)).toEqual([names, lost]);
  });
});

describe('more expressions', () => {
  test.each([
    ['^a$', ['a']],
    ['^a', ['a*', 'a*/**/*']],
    ['a$', ['**/*a']],
    ['\\Aa\\z', ['a']],
    ['^.$', ['?']],
    ['^a.b$', ['a?b', 'a/b']],
    ['^a.*b$', ['a*b', 'a*/**/*b']],
    ['^a.+b$', ['a?*b', 'a?*/**/*b', 'a/**/*b']],
    ['^a.*?$', ['a*', 'a*/**/*']],
    ['^[^/]*$', ['*']],
    ['^[^\\/]+/b$', ['?*/b']],
    ['^[^/]?b$', ['?b', 'b']],
    ['^\\w$', ['[0-9A-Za-z_]']],
    ['^[a-c_.]$', ['[a-c_.]']],
    ['^[ab-]$', ['[ab-]']],
    ['^a\\*\\?\\[\\{\\(,!\\\\$', ['a\\*\\?\\[\\{\\(\\,\\!\\\\']],
    ['^(a|b)(c|d)$', ['ac', 'ad', 'bc', 'bd']],
    ['^(?:a|)b$', ['ab', 'b']],
    ['a|b', ['**/*a*', '**/*a*/**/*', '**/*b*', '**/*b*/**/*']],
    ['^a/.*/b$', ['a/**/*/b']],
    ['^a/', ['a/**/*']],
    ['^a/$', []],
    ['^a//b$', []],
    ['^.*.*$', ['**/*']],
    ['^[^/]*.*$', ['**/*']],
    ['^.*[^/]*$', ['**/*']],
    ['^[^/]*[^/]*$', ['*']],
    ['^$', []],
    ['^', ['**/*']],
    ['$', ['**/*']],
    ['^(a|b|c|d|e|f|g|h)(i|j|k)$', expect.any(Array)],
  ])('%s is said in globs', (pattern, globs) => {
    expect(globsOf(pattern)).toEqual(globs);
  });

  test.each([
    '^a+$',
    '^a*$',
    '^(a|b)+$',
    '^a??b**$',
    '^a{1}$',
    '^{$',
    '^[^a]$',
    '^[a-z&]$',
    '^[[:alpha:]]$',
    '^[.-a]$',
    '\\bx',
    '\\pL',
    '(?P<x>a)',
    '(?i:a)',
    'a^b',
    'a$b',
    '^(a$|b)c$',
    '*a',
    'a)',
    '(a',
    'a\\',
    '^(a|b|c|d|e)(f|g|h|i|j)$',
  ])('%s is beyond them', (pattern) => {
    expect(globsOf(pattern)).toBeUndefined();
  });
});
