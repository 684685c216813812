import { describe, expect, test } from 'vitest';
import { globTest } from '../../src/policy/glob.ts';
import { loadPolicy } from '../../src/policy/load.ts';
import { wildcardMatches } from '../../src/policy/login.ts';
import { patternTest } from '../../src/policy/pattern.ts';

const refused = (text: string): string => {
  const result = loadPolicy({ organization: { file: 'countersign.yml', text } });
  return result.ok ? 'accepted' : (result.errors[0]?.message ?? '');
};

const bomb = [
  'a: &a [x, x, x, x, x, x, x, x, x]',
  ...'bcdefghi'.split('').map((name, index) => {
    const previous = 'abcdefgh'.charAt(index);
    return `${name}: &${name} [${Array.from({ length: 9 }, () => `*${previous}`).join(', ')}]`;
  }),
].join('\n');

const globs = (count: number, glob: (n: number) => string): string =>
  `version: 1\nproposals: [ { category: a, when: { paths: [${Array.from({ length: count }, (_, n) => `"${glob(n)}"`).join(', ')}] } } ]`;

describe('T28 expensive policies are refused, not endured', () => {
  test.each([
    ['a file over 256 KiB', `version: 1\n#${'x'.repeat(256 * 1024)}`, 'a policy file may hold at most 256 KiB'],
    ['an alias bomb', bomb, 'holds more than 32000 values once its aliases are written out'],
    ['an alias inside of itself', 'version: 1\nrules: &a [*a]', '`*a` refers to no anchor that is complete before it'],
    ['a thousand aliases', `a: &a 1\nb: [${'*a, '.repeat(1100)}]`, 'has too many aliases'],
    ['brackets without end', '['.repeat(200_000), 'is nested more than 40 levels deep'],
    ['dashes without end', '- '.repeat(100_000), 'is nested more than 40 levels deep'],
    ['commas without end', `a: [${'1,'.repeat(100_000)}]`, 'holds more than 32000 values, lines or separators'],
    [
      'brackets without commas',
      `a: [${'[] '.repeat(30_000)}]`,
      'holds more than 20000 lists and mappings in brackets; put what belongs together into one',
    ],
    [
      'quotes without commas',
      `a: [${'"" '.repeat(60_000)}]`,
      'holds more than 120000 brackets, quotes and separators; say more with each, for example with `*` in a glob',
    ],
    [
      'a long text by aliases',
      `version: 1\nroles: { a: { members: [&a "${'x'.repeat(300)}"${', *a'.repeat(990)}] } }`,
      'holds more than 256 KiB once its aliases are written out',
    ],
    [
      'deep conditions',
      `version: 1\nrules:\n  - name: x\n    when: ${'{ not: '.repeat(60)}{}${'}'.repeat(60)}`,
      'is nested more than 40 levels deep',
    ],
    [
      'braces without end',
      `version: 1\nproposals: [ { category: a, when: { paths: ["${'{a,b}'.repeat(20)}"] } } ]`,
      '`paths`: braces spell out more than 64 alternatives',
    ],
    [
      'few braces around much',
      `version: 1\nproposals: [ { category: a, when: { paths: ["${'{a,b}'.repeat(6)}${'c'.repeat(400)}"] } } ]`,
      '`paths`: braces spell out more than 2000 characters; write several globs',
    ],
    [
      'more globs to compile than anybody needs',
      globs(1001, (n) => `a*/${n}`),
      'holds more than 1000 globs with wildcards in names; write `folder/**` or `**/*.ending` where that says the same',
    ],
    [
      'more regular expressions than anybody needs',
      `version: 1\nproposals: [${Array.from({ length: 51 }, () => '{ category: a, when: { title: x } }').join(', ')}]`,
      'holds more than 50 regular expressions',
    ],
    [
      'repetition of repetition',
      'version: 1\nevidence: { ticket: "((a{9}){9}){9}x{50}" }',
      '`ticket` is not an expression that may be used: its counted repetitions come to too much',
    ],
    [
      'a key that objects treat apart',
      'version: 1\nroles: { __proto__: { members: ["user:ada"] } }',
      '`__proto__` cannot be a key',
    ],
  ])('%s', (_, text, message) => {
    expect(refused(text)).toBe(message);
  });

  test.each(['a', '**', 'a/b', 'a/**', '**/a', '**/a/b', '**/a/**', '**/*.a'])(
    'globs such as %s need no compiling',
    (glob) => {
      expect(refused(globs(1001, () => glob))).toBe('accepted');
    },
  );

  test.each([
    ['tags', `a: [${'!a '.repeat(5000)}]`, 'is not YAML: a node can have at most one tag'],
    [
      'tokens out of place',
      `a: b\n${']'.repeat(5000)}`,
      'is not YAML: unexpected flow-seq-end token in YAML stream: "]"',
    ],
    ['keys twice', 'a: 1\n'.repeat(5000), '`a` is there twice'],
    ['rules that are none', `version: 1\nrules: [${'1,'.repeat(5000)}]`, '`rules` must be a mapping, not `1`'],
    ['unknown packs', `version: 1\nextends: [${'a,'.repeat(5000)}]`, undefined],
  ])('of a file full of faults (%s) no more than 200 are told', (_, text, message) => {
    const result = loadPolicy({ organization: { file: 'countersign.yml', text } });
    const errors = result.ok ? [] : result.errors;
    expect(errors).toHaveLength(200);
    if (message !== undefined) expect(errors[0]?.message).toBe(message);
  });

  test('a pattern or a glob that would backtrack for years answers', () => {
    const long = 'a'.repeat(4000);
    expect(patternTest('^(a+)+$')(`${long}!`)).toBe(false);
    expect(globTest('**/*a*a*a*a*a*a*a*a*b')(`${long}/${long}`)).toBe(false);
    expect(globTest('**/a*/**/a*/**/a*/**/a*/**/b')(Array.from({ length: 1000 }, () => 'aa').join('/'))).toBe(false);
    expect(wildcardMatches(`${'*a'.repeat(30)}b`, long)).toBe(false);
  });
});
