import { describe, expect, test } from 'vitest';
import { ownersOf, parseCodeOwners } from '../../src/decision/codeowners.ts';
import { patternMatch } from '../../src/decision/codeowners-pattern.ts';

/**
 * GitHub's semantics as published: the examples of docs.github.com "About code owners", and the situations that the
 * reference implementation github.com/hmarr/codeowners tests (MIT), in a table of our own.
 */
const cases: readonly (readonly [pattern: string, owned: readonly string[], unowned: readonly string[]])[] = [
  ['foo', ['foo', 'foo/bar', 'bar/foo', 'bar/foo/baz'], ['foo.txt', 'bar/foo.txt', 'bar/baz']],
  ['/foo', ['foo', 'foo/bar', 'foo/bar/baz'], ['fool.txt', 'bar/foo', 'bar/foo/baz']],
  ['foo/', ['foo/bar', 'foo/bar/baz', 'bar/foo/baz', 'bar/foo/baz/qux'], ['foo', 'bar/foo', 'bar/baz']],
  ['/foo/', ['foo/bar', 'foo/bar/baz'], ['foo', 'bar/foo', 'bar/foo/baz']],
  ['foo/bar', ['foo/bar', 'foo/bar/baz'], ['foo/bart', 'baz/foo/bar', 'baz/foo/bar/qux']],
  ['/foo/bar', ['foo/bar', 'foo/bar/baz'], ['foo/bart', 'baz/foo/bar']],
  ['foo/bar/', ['foo/bar/baz'], ['foo/bar', 'foo/bart', 'baz/foo/bar/qux']],
  ['/foo/bar/', ['foo/bar/baz', 'foo/bar/baz/qux'], ['foo/bar', 'baz/foo/bar/qux']],
  ['*', ['foo', 'foo/bar', 'bar/foo/baz', '.hidden'], []],
  ['f*', ['foo', 'foo/bar', 'foo/bar/baz', 'bar/foo/baz'], ['bar/baz', 'xfoo']],
  ['/*', ['foo', 'bar'], ['foo/bar', 'foo/bar/baz']],
  ['/f*', ['foo', 'foo/bar', 'foo/bar/baz'], ['bar/foo', 'xfoo']],
  ['f*/', ['foo/bar', 'bar/foo/baz'], ['foo', 'bar/foo', 'xfoo']],
  ['/*/', ['foo/bar', 'bar/foo/baz'], ['foo']],
  ['/f*/', ['foo/bar'], ['foo', 'bar/foo/baz']],
  ['f\\*o', ['f*o'], ['foo']],
  ['foo/*', ['foo/bar'], ['foo', 'foo/bar/baz', 'bar/foo/baz']],
  ['foo/*.txt', ['foo/bar.txt'], ['foo', 'foo/bar/baz.txt', 'qux/foo/bar.txt']],
  ['foo/*/baz', ['foo/bar/baz', 'foo/bar/baz/qux'], ['foo', 'foo/bar', 'foo/baz']],
  ['f?o', ['foo'], ['fo', 'fooo']],
  ['f\\?o', ['f?o'], ['foo']],
  ['**/foo/bar', ['foo/bar', 'qux/foo/bar', 'qux/foo/bar/baz'], ['foo/baz/bar']],
  ['**/*bar*', ['bar', 'foo/rebar', 'foo/barrio', 'foo/qux/bar'], ['foo']],
  ['foo/bar/**', ['foo/bar/baz', 'foo/bar/baz/qux'], ['foo/bar', 'qux/foo/bar/baz']],
  ['foo/**/bar', ['foo/bar', 'foo/qux/bar/baz', 'foo/qux/quux/bar/baz'], ['qux/foo/bar']],
  ['foo/**/', ['foo/bar', 'foo/bar/baz'], ['foo']],
  ['foo/**/bar/b*', ['foo/bar/baz', 'foo/qux/bar/baz'], ['foo/bar', 'foo/bar/qux', 'foo/qux/bar']],
  ['**', ['foo', 'foo/bar'], []],
  ['*.js', ['a.js', 'b/c.js'], ['a.jsx']],
  ['docs/*', ['docs/getting-started.md'], ['docs/build-app/troubleshooting.md']],
  ['apps/', ['apps/a', 'x/apps/a'], ['apps']],
  ['a.b', ['a.b'], ['axb']],
  ['/', [], ['foo']],
  ['Foo', ['Foo'], ['foo']],
];

describe.each(cases)('%s', (pattern, owned, unowned) => {
  const isOwned = (path: string) => patternMatch(pattern)?.(path);
  test.each(owned)('owns %s', (path) => expect(isOwned(path)).toBe(true));
  test.each(unowned)('does not own %s', (path) => expect(isOwned(path)).toBe(false));
});

test.each(['!foo', '[ab]', 'a***', 'a\\'])('%s is no pattern', (pattern) =>
  expect(patternMatch(pattern)).toBeUndefined(),
);

test('the last rule that matches decides, comments and empty owners included', () => {
  const text = '# all\n* @acme/all\n/apps/ @ana @bo # the apps\n/apps/github\nspace\\ d/ mail@acme.example\n';
  const { rules, problems } = parseCodeOwners(text);
  expect(problems).toEqual([]);
  expect(ownersOf('x', rules)).toEqual(['@acme/all']);
  expect(ownersOf('apps/x', rules)).toEqual(['@ana', '@bo']);
  expect(ownersOf('apps/github', rules)).toEqual([]);
  expect(ownersOf('space d/x', rules)).toEqual(['mail@acme.example']);
});

test('a line that GitHub would skip is a problem here', () => {
  expect(parseCodeOwners('* @ana\n!x @bo\n/y bo\n').problems).toHaveLength(2);
});
