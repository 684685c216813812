import { describe, expect, test } from 'vitest';
import { readDocument } from '../../src/policy/document.ts';
import { isWritten, offsetOf, type Path } from '../../src/policy/placed.ts';
import { problems } from './load.ts';

const read = (text: string) => {
  const document = readDocument('a.yml', text);
  return document.ok
    ? document.value
    : document.errors.map(({ line, column, message }) => `${line}:${column}: ${message}`);
};

describe('a document becomes plain values', () => {
  test.each([
    ['a: 1\nb: [x, 2, true, null, 1.5]\nc: { d: {} }', { a: 1, b: ['x', 2, true, null, 1.5], c: { d: {} } }],
    ['a: &x { b: 1 }\nc: *x\nd: [*x, *x]', { a: { b: 1 }, c: { b: 1 }, d: [{ b: 1 }, { b: 1 }] }],
    ['a: &x 1\nb: *x', { a: 1, b: 1 }],
    ['a:\nb: 1', { a: null, b: 1 }],
    ['- a\n- b', ['a', 'b']],
    ['yes: no\non: off', { yes: 'no', on: 'off' }],
    ['text', 'text'],
    ['a: 2026-12-25', { a: '2026-12-25' }],
    ['"__proto": 1', { __proto: 1 }],
  ])('%j', (text, value) => {
    expect(read(text)).toEqual(value);
  });
});

describe('a document that is refused says where', () => {
  test.each([
    ['', ['1:1: the policy is blank; it must at least say `version: 1`']],
    ['null', ['1:1: the policy is blank; it must at least say `version: 1`']],
    ['---\n', ['1:1: the policy is blank; it must at least say `version: 1`']],
    ['a: 1\na: 2\na: 3', ['2:1: `a` is there twice', '3:1: `a` is there twice']],
    ['a: 1\nb: { c: 1, c: 2 }', ['2:12: `c` is there twice']],
    [
      'a: *b\nc: *d',
      [
        '1:4: `*b` refers to no anchor that is complete before it',
        '2:4: `*d` refers to no anchor that is complete before it',
      ],
    ],
    ['a: !x 1', ['1:4: is not YAML: unresolved tag: !x']],
    ['a: !!map { b: 1 }', ['1:10: YAML tags such as `tag:yaml.org,2002:map` have no place here']],
    ['a: "x', ['1:6: is not YAML: missing closing "quote']],
    [
      'a: [1\n---\nb: 1',
      [
        '2:1: is not YAML: flow sequence in block collection must be sufficiently indented and end with a ]',
        '2:1: a policy file holds one YAML document, not several',
      ],
    ],
    ['a: 1\n? { b: 1 }\n: 2', ['2:3: a key must be plain text']],
    ['true: 1', ['1:1: a key must be plain text']],
    ['a: { <<: { b: 1 } }', ['1:6: merge keys (`<<`) are not supported; write the keys out']],
    ['a: 1\n__proto__: 2', ['2:1: `__proto__` cannot be a key']],
    ['a: 1\n---\nb: 1\n---\nc: 1', ['2:1: a policy file holds one YAML document, not several']],
  ])('%j', (text, expected) => {
    expect(read(text)).toEqual(expected);
  });
});

describe('the limits of a document', () => {
  const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

  test.each([
    ['256 KiB', `a: ${'x'.repeat(256 * 1024 - 3)}`, undefined],
    ['a byte more', `a: ${'x'.repeat(256 * 1024 - 2)}`, '1:1: a policy file may hold at most 256 KiB'],
    ['bytes, not characters', `a: ${'ä'.repeat(128 * 1024)}`, '1:1: a policy file may hold at most 256 KiB'],
    ['thirty-two thousand separators', `#${','.repeat(31_998)}\na: 1`, undefined],
    ['a separator more', `#${','.repeat(31_999)}\na: 1`, '1:1: holds more than 32000 values, lines or separators'],
    ['as many colons', `#${':'.repeat(32_000)}\na: 1`, '1:1: holds more than 32000 values, lines or separators'],
    ['as many lines', `${'\n'.repeat(32_000)}a: 1`, '1:1: holds more than 32000 values, lines or separators'],
    ['forty levels', nested(41), undefined],
    ['a level more', nested(42), '1:42: is nested more than 40 levels deep'],
    ['eighty brackets in a comment', `# ${'['.repeat(80)}\na: 1`, undefined],
    ['a bracket more', `# ${'['.repeat(81)}\na: 1`, '1:1: is nested more than 40 levels deep'],
    ['as many braces', `# ${'{'.repeat(81)}\na: 1`, '1:1: is nested more than 40 levels deep'],
    ['brackets that close again', `# ${'[]{}'.repeat(100)}\na: 1`, undefined],
    [
      'brackets that close more often than they open',
      `# ${']}'.repeat(50)}${'['.repeat(81)}\na: 1`,
      '1:1: is nested more than 40 levels deep',
    ],
    ['thirty-nine dashes', `${'- '.repeat(39)}a`, undefined],
    ['forty dashes', `${'- '.repeat(40)}a`, '1:1: is nested more than 40 levels deep'],
    ['far indentation', `a: 1\n${' '.repeat(640)}b: 1`, '1:1: is nested more than 40 levels deep'],
    ['a far comment', `a: 1\n${' '.repeat(640)}# b`, undefined],
    ['blanks without a word', `a: 1\n${' '.repeat(640)}\nb: 2`, undefined],
    ['a thousand aliases', `a: &a 1\nb: [${'*a, '.repeat(999)}*a]`, undefined],
    ['an alias more', `a: &a 1\nb: [${'*a, '.repeat(1000)}*a]`, '2:4005: has too many aliases'],
    ['many more', `a: &a 1\nb: [${'*a, '.repeat(2000)}*a]`, '2:4005: has too many aliases'],
  ])('%s', (_, text, problem) => {
    const document = readDocument('a.yml', text);
    const found = document.ok
      ? undefined
      : document.errors.map(({ line, column, message }) => `${line}:${column}: ${message}`);
    expect(found).toEqual(problem === undefined ? undefined : [problem]);
  });

  test('values are counted as if every alias were written out', () => {
    const list = (count: number) => `a: &a [${'1, '.repeat(99)}1]\nb: [${'*a, '.repeat(count - 1)}*a]\n`;
    expect(readDocument('a.yml', list(310)).ok).toBe(true);
    expect(read(list(320))).toEqual(['1:1: holds more than 32000 values once its aliases are written out']);
  });
});

describe('the place of what a path leads to', () => {
  const document = readDocument('a.yml', 'a: { b: [x, { c: 1 }] }\nd:\ne: *x'.replace('*x', 'y'));

  test.each<readonly [Path, string, string, boolean]>([
    [[], '1:1', '1:1', true],
    [['a'], '1:1', '1:4', true],
    [['a', 'b'], '1:6', '1:9', true],
    [['a', 'b', 0], '1:10', '1:10', true],
    [['a', 'b', 1], '1:13', '1:13', true],
    [['a', 'b', 1, 'c'], '1:15', '1:18', true],
    [['a', 'b', 2], '1:6', '1:9', false],
    [['a', 'b', 1, 'z'], '1:13', '1:13', false],
    [['a', 'z'], '1:1', '1:4', false],
    [['d'], '2:1', '2:3', true],
    [['d', 'z'], '2:1', '2:3', false],
    [['e', 0], '3:1', '3:4', false],
    [['z'], '1:1', '1:1', false],
  ])('%j', (path, key, value, written) => {
    if (!document.ok) throw new Error('expected a document');
    const at = (of: 'key' | 'value') => {
      const { line, column } = document.placeOf(offsetOf(document.root, path, of));
      return `${line}:${column}`;
    };
    expect([at('key'), at('value'), isWritten(document.root, path)]).toEqual([key, value, written]);
  });
});

describe('what the schema finds is said in words', () => {
  test.each([
    ['version: "1"', ['1:10: `version` must be `1`']],
    ['version: 1\nstages: x', ['2:9: `stages` must be a list, not text']],
    ['version: 1\nstages: { a: 1 }', ['2:9: `stages` must be a list, not a mapping']],
    ['version: 1\nroles: [a]', ['2:8: `roles` must be a mapping, not a list']],
    ['version: 1\nroles: 3', ['2:8: `roles` must be a mapping, not `3`']],
    ['version: 1\nroles: { a: x }', ['2:13: `a` must be a mapping, not text']],
    ['version: 1\nroles: { a: { } }', ['2:10: `members` is missing']],
    ['version: 1\nrules: [ x ]', ['2:10: `rules` must be a mapping, not text']],
    ['version: 1\nrules: [ { } ]', ['2:10: `name` is missing']],
    ['version: 1\nrules: [ { name: } ]', ['2:18: `name` must be text, not nothing']],
    ['version: 1\nrules: [ { name: [] } ]', ['2:18: `name` must be text, not a list']],
    ['version: 1\nrules: [ { name: true } ]', ['2:18: `name` must be text, not `true`']],
    ['version: 1\nblast-radius: { high: { draft: maybe } }', ['2:32: `draft` must be `true` or `false`, not text']],
    ['version: 1\nsystems: { a: { } }', ['2:12: `when` is missing']],
    ['version: 1\nsystems: { a: { when: x } }', ['2:23: `when` must be a mapping, not text']],
    ['version: 1\nsystems: { a: { when: { any: {} } } }', ['2:30: `any` must be a list, not a mapping']],
    [
      'version: 1\nsystems: { a: { when: { all: [] } } }',
      ['2:30: `all` must not be an empty list; leave the key out instead'],
    ],
    [
      'version: 1\nsystems: { a: { when: { all: [ { drift: 1 } ] } } }',
      ['2:34: `drift` is not a key that may stand here; did you mean `draft`?'],
    ],
    ['version: 1\nsystems: { a: { when: { zzz: 1 } } }', ['2:25: `zzz` is not a key that may stand here']],
    [
      'version: 1\nroles: { a: { members: ["user:a"], zzz: 1 } }',
      ['2:36: `zzz` is not a key that may stand here; one of `members`, `backups`, `backups-during`'],
    ],
    [
      'version: 1\nnotify: { on: { zzz: [a] } }',
      [
        '2:17: `zzz` is not a key that may stand here; one of `waiting`, `unfillable`, `sla-breached`, `rejected`, `deferred`, `approved`, `break-glass`, `reconciliation-overdue`, `bypass`, `verification-failed`, `policy-invalid`, `access-review-overdue`',
      ],
    ],
    [
      'version: 1\nblast-radius: { low: {} }',
      ['2:17: `low` is not a key that may stand here; one of `critical`, `high`, `medium`'],
    ],
    ['version: 1\nblast-radius: { high: { properties: { a: 1 } } }', ['2:42: `a` must be a list, not `1`']],
    ['version: 1\ncalendars: { c: { timezone: UTC, hours: {} } }', ['2:41: `hours` must not be empty']],
    ['version: 1\ncalendars: { c: { timezone: UTC, hours: { mon: 9 } } }', ['2:48: `mon` must be a list, not `9`']],
    [
      'version: 1\nrules: [ { name: x, sla: { peer: soon } } ]',
      ['2:34: `peer` must be a duration such as `30m`, `4h`, `2d` or `1w`'],
    ],
    [
      'version: 1\nrules: [ { name: x, require: { p: [ { owners: code, count: 2 } ] } } ]',
      ['2:37: `p`: `count` goes with a `role` only'],
    ],
    [
      'version: 1\nrules: [ { name: x, require: { p: [ { role: a, owners: code } ] } } ]',
      ['2:37: `p`: a seat names either a `role` or `owners`'],
    ],
    ['version: 1\nnotify: { channels: { a: {} } }', ['2:26: `a` must name exactly one of `slack` and `webhook`']],
    ['version: 1\notherwise: 3', ['2:12: `otherwise` must be one of `ungoverned`, `governed`']],
    [
      'version: 1\nroles: { "": { members: ["user:a"] } }',
      ['2:10: ``: a name starts with a letter and holds letters, digits, `-`, `_` and `.`'],
    ],
    ['3', ['1:1: the policy must be a mapping, not `3`']],
  ])('%s', (text, expected) => {
    expect(problems(`${text}\n`)).toEqual(expected.map((problem) => `countersign.yml:${problem}`));
  });

  test('of unknown keys in one place twenty are named', () => {
    const keys = Array.from({ length: 25 }, (_, index) => `zzzz${index}: 1`).join('\n');
    expect(problems(`version: 1\n${keys}\n`)).toHaveLength(20);
  });

  test('fifty regular expressions are compiled, no more', () => {
    const titles = (count: number) =>
      `version: 1\nclassifications: { c: { when: { any: [${Array.from({ length: count }, () => '{ title: x }').join(', ')}] } } }\n`;
    expect(problems(`${titles(49)}evidence: { ticket: x }\n`)).toEqual([]);
    expect(problems(`${titles(50)}evidence: { ticket: x }\n`)).toEqual([
      'countersign.yml:1:1: holds more than 50 regular expressions',
    ]);
  });
});
