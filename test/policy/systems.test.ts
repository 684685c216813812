import { describe, expect, test } from 'vitest';
import { classify } from '../../src/policy/classify.ts';
import { changedPaths } from '../../src/policy/classify-systems.ts';
import type { Truth, Want } from '../../src/policy/truth.ts';
import { policy } from './load.ts';
import { subject } from './subject.ts';

/** A system `a` beside `unmapped`. */
const systemOf = (when: string) => policy(`version: 1\nsystems: { a: { when: ${when} } }`);
const team: Want = { fact: 'author-team', team: 'acme/core' };
const files: Want = { fact: 'files' };
const perhaps = 'author-teams: ["team:acme/core"]';
const two = { paths: ['x/1', 'y/2'] };

type Touched = readonly [string, Truth, readonly string[]];
type Row = [string, Parameters<typeof subject>[0], readonly Touched[], (readonly Want[])?];

const table: readonly Row[] = [
  ['{}', two, [['a', true, ['x/1', 'y/2']]]],
  [
    '{ paths: ["x/**"] }',
    two,
    [
      ['a', true, ['x/1']],
      ['unmapped', true, ['y/2']],
    ],
  ],
  ['{ paths: ["x/**", "y/**"] }', two, [['a', true, ['x/1', 'y/2']]]],
  [
    '{ only-paths: ["x/**"] }',
    two,
    [
      ['a', true, ['x/1']],
      ['unmapped', true, ['y/2']],
    ],
  ],
  [
    '{ not: { paths: ["x/**"] } }',
    two,
    [
      ['a', true, ['y/2']],
      ['unmapped', true, ['x/1']],
    ],
  ],
  [
    '{ all: [ { paths: ["x/**"] }, { paths: ["**/1"] } ] }',
    { paths: ['x/1', 'x/2', 'y/1'] },
    [
      ['a', true, ['x/1']],
      ['unmapped', true, ['x/2', 'y/1']],
    ],
  ],
  [
    '{ any: [ { paths: ["x/**"] }, { paths: ["**/1"] } ] }',
    { paths: ['x/1', 'x/2', 'y/1', 'y/2'] },
    [
      ['a', true, ['x/1', 'x/2', 'y/1']],
      ['unmapped', true, ['y/2']],
    ],
  ],
  ['{ draft: true }', two, [['unmapped', true, ['x/1', 'y/2']]]],
  ['{ draft: true, paths: ["x/**"] }', two, [['unmapped', true, ['x/1', 'y/2']]]],
  ['{ not: { draft: true } }', two, [['a', true, ['x/1', 'y/2']]]],
  ['{ base: [main] }', two, [['a', true, ['x/1', 'y/2']]]],
  [
    '{ base: [main], paths: ["x/**"] }',
    two,
    [
      ['a', true, ['x/1']],
      ['unmapped', true, ['y/2']],
    ],
  ],
  [
    '{ any: [ { draft: true }, { paths: ["x/**"] } ] }',
    two,
    [
      ['a', true, ['x/1']],
      ['unmapped', true, ['y/2']],
    ],
  ],
  ['{ any: [ { draft: false }, { paths: ["x/**"] } ] }', two, [['a', true, ['x/1', 'y/2']]]],
  ['{ any: [ { draft: true }, { fork: true } ] }', two, [['unmapped', true, ['x/1', 'y/2']]]],
  [
    `{ ${perhaps} }`,
    two,
    [
      ['a', 'unknown', ['x/1', 'y/2']],
      ['unmapped', 'unknown', ['x/1', 'y/2']],
    ],
    [team],
  ],
  [
    `{ not: { ${perhaps} } }`,
    two,
    [
      ['a', 'unknown', ['x/1', 'y/2']],
      ['unmapped', 'unknown', ['x/1', 'y/2']],
    ],
    [team],
  ],
  [
    `{ ${perhaps}, paths: ["x/**"] }`,
    two,
    [
      ['a', 'unknown', ['x/1']],
      ['unmapped', true, ['y/2']],
    ],
    [team],
  ],
  [
    `{ not: { ${perhaps}, paths: ["x/**"] } }`,
    two,
    [
      ['a', true, ['y/2']],
      ['unmapped', 'unknown', ['x/1']],
    ],
    [team],
  ],
  [
    `{ any: [ { ${perhaps} }, { paths: ["x/**"] } ] }`,
    two,
    [
      ['a', true, ['x/1']],
      ['unmapped', 'unknown', ['y/2']],
    ],
    [team],
  ],
  [`{ ${perhaps}, draft: true }`, two, [['unmapped', true, ['x/1', 'y/2']]], [team]],
  [
    '{ paths: ["x/**"] }',
    { paths: ['x/1'], complete: false },
    [
      ['a', true, ['x/1']],
      ['unmapped', 'unknown', []],
    ],
    [files],
  ],
  [
    '{ paths: ["x/**"] }',
    { paths: ['y/1'], complete: false },
    [
      ['a', 'unknown', []],
      ['unmapped', true, ['y/1']],
    ],
    [files],
  ],
  ['{ draft: true }', { paths: ['y/1'], complete: false }, [['unmapped', true, ['y/1']]], [files]],
  ['{ paths: ["x/**"] }', { paths: [] }, []],
];

describe('which systems a change touches, path by path', () => {
  test.each(table)('%s, %j', (when, change, expected, wants = []) => {
    const found = classify(systemOf(when), subject(change));
    expect(found.systems.map(({ name, holds, paths }) => [name, holds, paths])).toEqual(expected);
    expect(found.wants).toEqual(wants);
  });

  test('a path that one system claims for certain is nothing to another’s perhaps', () => {
    const both = policy(`version: 1\nsystems: { a: { when: { ${perhaps} } }, b: { when: { paths: ["x/**"] } } }`);
    expect(classify(both, subject(two)).systems).toEqual([
      { name: 'a', holds: 'unknown', paths: ['x/1', 'y/2'] },
      { name: 'b', holds: true, paths: ['x/1'] },
      { name: 'unmapped', holds: 'unknown', paths: ['y/2'] },
    ]);
  });

  test('every path counts once, old and new', () => {
    const { change } = subject({ paths: ['a', { path: 'b', previousPath: 'c' }, { path: 'd', previousPath: 'a' }] });
    expect(changedPaths(change.files)).toEqual(['a', 'b', 'c', 'd']);
  });
});

describe('what is derived from a system that may be touched', () => {
  const labelled = policy(`
version: 1
systems:
  a: { when: { paths: ["x/**"] }, classifications: [secret, personal] }
  b: { when: { paths: ["y/**"] }, classifications: [secret] }
classifications:
  secret: { when: { labels: [secret] } }
  personal: { when: { ${perhaps} } }
  other: { when: { labels: [other] } }
`);

  test.each([
    [
      'is certain with one reason for each',
      { paths: ['x/1', 'y/1'], labels: ['secret'] },
      [
        ['secret', true, ['system a', 'system b', 'labels: secret']],
        ['personal', true, ['system a', 'whether sam is in acme/core is not known']],
      ],
      [],
    ],
    [
      'is certain where one system is',
      { paths: ['x/1'], complete: false, labels: [] },
      [
        ['secret', true, ['system a', 'system b']],
        ['personal', true, ['system a', 'whether sam is in acme/core is not known']],
      ],
      [files],
    ],
    [
      'is unknown where nothing is certain',
      { paths: ['z'], complete: false, labels: ['other'] },
      [
        ['secret', 'unknown', ['system a', 'system b']],
        ['personal', 'unknown', ['system a', 'whether sam is in acme/core is not known']],
        ['other', true, ['labels: other']],
      ],
      [files, team],
    ],
    [
      'is a question of its own without the system',
      { paths: ['z'], labels: [] },
      [['personal', 'unknown', ['whether sam is in acme/core is not known']]],
      [team],
    ],
  ] as const)('a classification %s', (_, change, expected, wants) => {
    const found = classify(labelled, subject(change));
    expect(found.classifications.map(({ name, holds, because }) => [name, holds, because])).toEqual(expected);
    expect(found.wants).toEqual(wants);
  });
});
