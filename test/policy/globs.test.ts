import { describe, expect, test } from 'vitest';
import { globTest } from '../../src/policy/glob.ts';
import { globProblem, parseGlob } from '../../src/policy/schema/glob-syntax.ts';

/** A glob, what it matches, and what it does not. */
const table: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ['a', ['a'], ['A', 'b', 'aa', 'a/b', 'b/a', '']],
  ['a/b', ['a/b'], ['a', 'b', 'ab', 'a/b/c', 'x/a/b']],
  ['**', ['a', 'a/b', '.a'], ['']],
  ['*', ['a', '.a'], ['', 'a/b']],
  ['a/**', ['a', 'a/b', 'a/b/c', 'a/.b'], ['b', 'ab', 'x/a', 'a2/b']],
  ['a/b/**', ['a/b', 'a/b/c'], ['a', 'a/bc', 'b']],
  ['**/a', ['a', 'x/a', 'x/y/a'], ['ba', 'a/x', 'x/ba']],
  ['**/a/b', ['a/b', 'x/a/b'], ['xa/b', 'a/b/c', 'b']],
  ['**/a/**', ['a', 'x/a', 'a/x', 'x/a/y'], ['ab', 'x/ab/y', 'ba/x', 'b']],
  ['**/a/b/**', ['a/b', 'x/a/b/y'], ['a/x/b', 'a', 'a/bc']],
  ['**/*.md', ['a.md', 'x/a.md', '.md', 'x/.md'], ['a.mdx', 'md', 'x/md']],
  ['*.md', ['a.md', '.md'], ['x/a.md', 'a.mdx']],
  ['a*', ['a', 'ab'], ['ba', 'a/b']],
  ['a*c', ['ac', 'abc'], ['ab', 'a/c', 'acx']],
  ['a/*', ['a/b', 'a/.b'], ['a', 'a/', 'a/b/c', 'x/a/b']],
  ['a/*/c', ['a/b/c'], ['a//c', 'a/c', 'a/b/b/c']],
  ['*/a', ['x/a'], ['a', '/a', 'x/y/a']],
  ['a/*/**', ['a/b/c', 'a/b/c/d'], ['a', 'a/b']],
  ['a*/**', ['ab/c', 'a/b/c'], ['ab', 'b', 'b/a']],
  ['[!]', ['!'], ['a', '']],
  ['a/**/b', ['a/b', 'a/x/b', 'a/x/y/b'], ['ab', 'a/xb', 'b', 'a', 'x/a/b']],
  ['a/**/*.ts', ['a/b.ts', 'a/x/b.ts'], ['b.ts', 'a/b.tsx', 'ab.ts']],
  ['**/a*/**', ['ab/c', 'x/ab/c'], ['a', 'x/ab', 'b', 'x/b/c']],
  ['**/a/*', ['a/b', 'x/a/b'], ['a', 'x/a', 'a/b/c']],
  ['**/**', ['a', 'a/b'], ['']],
  ['a/**/**/b', ['a/b', 'a/x/y/b'], ['ab']],
  ['?', ['a', '.', 'ä'], ['', 'ab', '/']],
  ['a?c', ['abc'], ['ac', 'a/c', 'abbc']],
  ['[ab]', ['a', 'b'], ['c', '', 'ab']],
  ['[a-c]x', ['ax', 'bx', 'cx'], ['dx', '-x', 'x']],
  ['[!a-c]x', ['dx', '-x'], ['ax', '/x', 'x']],
  ['[^a]', ['b'], ['a', '/', '']],
  ['[a-]', ['a', '-'], ['b']],
  ['[a.]', ['a', '.'], ['b']],
  ['[ä-ü]', ['ö'], ['a']],
  ['[a-cx-z]', ['b', 'y'], ['d', '-']],
  ['{a,b}', ['a', 'b'], ['c', 'a,b', 'ab']],
  ['x{a,b}y', ['xay', 'xby'], ['xy', 'xaby']],
  ['{a,b}/{c,d}', ['a/c', 'a/d', 'b/c', 'b/d'], ['a/b', 'c/d']],
  ['{a,b{c,d}}', ['a', 'bc', 'bd'], ['b', 'c', 'ac']],
  ['{a,}b', ['ab', 'b'], ['a']],
  ['a/{b,**}', ['a', 'a/b', 'a/c/d'], ['b']],
  ['\\*', ['*'], ['a', '\\*']],
  ['\\{a,b\\}', ['{a,b}'], ['a', 'b']],
  ['{a\\,b,c}', ['a,b', 'c'], ['a', 'b']],
  ['\\[a\\]', ['[a]'], ['a']],
  ['a\\?', ['a?'], ['ab', 'a']],
  ['a.b', ['a.b'], ['axb']],
  ['*a*b', ['ab', 'xaxb', 'aab'], ['ba', 'a/b', 'abx']],
  ['.github/**', ['.github', '.github/a'], ['github/a', 'x/.github/a']],
  ['(a|b)', ['(a|b)'], ['a', 'b']],
  ['a$^', ['a$^'], ['a']],
];

describe('globs match', () => {
  test.each(table)('%s', (glob, matching, others) => {
    const test = globTest(glob);
    expect([matching.filter((path) => !test(path)), others.filter(test)]).toEqual([[], []]);
  });

  test('line feeds as any other character', () => {
    expect(['a\nb', 'ab'].map(globTest('a?b'))).toEqual([true, false]);
    expect(globTest('x/**/b*')('x/a\nc/b')).toBe(true);
  });

  test('the same text is compiled once, and what was never validated not at all', () => {
    expect(globTest('once/*')).toBe(globTest('once/*'));
    expect(() => globTest('a[')).toThrow('glob was not validated: `[` has no fitting `]`');
  });
});

describe('globs that are refused', () => {
  test.each([
    ['!a', 'a glob cannot be negated with `!`; use `not` around the condition'],
    ['/a', 'a path has no leading `/`; globs start at the root of the repository'],
    ['a/', 'a glob that ends in `/` matches no file; write `a/**`'],
    ['a//b', 'a glob has no empty path segment'],
    ['', 'a glob has no empty path segment'],
    ['./a', 'a path holds neither `.` nor `..`'],
    ['a/../b', 'a path holds neither `.` nor `..`'],
    ['a**', '`**` stands for whole path segments, as in `docs/**`; write `*`'],
    ['**a/b', '`**` stands for whole path segments, as in `docs/**`; write `*`'],
    ['@(a|b)', 'extended globs such as `@(a|b)` are not supported; write `{a,b}`'],
    ['a/x!(b)', 'extended globs such as `@(a|b)` are not supported; write `{a,b}`'],
    ['+(a)', 'extended globs such as `@(a|b)` are not supported; write `{a,b}`'],
    ['?(a)', 'extended globs such as `@(a|b)` are not supported; write `{a,b}`'],
    ['*(a)', 'extended globs such as `@(a|b)` are not supported; write `{a,b}`'],
    ['a[', '`[` has no fitting `]`; write `\\[` for the character itself'],
    ['[]', '`[` has no fitting `]`; write `\\[` for the character itself'],
    ['[[a]', '`[` has no fitting `]`; write `\\[` for the character itself'],
    ['a]', '`]` has no `[` before it; write `\\]` for the character itself'],
    ['[c-a]', 'the range `c-a` runs backwards'],
    ['a\\', 'a backslash at the end of a segment escapes nothing; paths use `/`'],
    ['a\\/b', 'a backslash at the end of a segment escapes nothing; paths use `/`'],
    ['{a', '`{` has no fitting `}`'],
    ['{a,{b}', '`{` has no fitting `}`'],
    ['{a,b\\}', '`{` has no fitting `}`'],
    ['a}', '`}` has no `{` before it'],
    ['a}{b,c}', '`}` has no `{` before it'],
    ['{a}', 'braces list alternatives, as in `{a,b}`'],
    ['{}', 'braces list alternatives, as in `{a,b}`'],
    ['{a,b}}', '`}` has no `{` before it'],
    ['{!a,b}', 'a glob cannot be negated with `!`; use `not` around the condition'],
    ['{a,b}'.repeat(6), undefined],
    ['{a,b}'.repeat(7), 'braces spell out more than 64 alternatives'],
    ['[a-a]', undefined],
    ['...', undefined],
    ['a!(b)', 'extended globs such as `@(a|b)` are not supported; write `{a,b}`'],
  ])('%j: %s', (glob, problem) => {
    expect(globProblem(glob)).toBe(problem);
  });

  test('what is accepted is read into tokens, neighbours together', () => {
    expect(parseGlob('a\\*b/**/[!x]?*')).toEqual({
      ok: true,
      alternatives: [
        [
          { kind: 'literal', text: 'a*b' },
          { kind: 'slash' },
          { kind: 'globstar' },
          { kind: 'slash' },
          { kind: 'one', set: '\\x{78}', negated: true },
          { kind: 'one', set: '', negated: true },
          { kind: 'star' },
        ],
      ],
    });
  });
});
