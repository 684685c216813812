import { describe, expect, test } from 'vitest';
import { classify, gateOf } from '../../src/policy/classify.ts';
import type { Truth, Want } from '../../src/policy/truth.ts';
import { policy } from './load.ts';
import { subject } from './subject.ts';

const files: Want = { fact: 'files' };
const team: Want = { fact: 'author-team', team: 'acme/core' };
const incomplete = 'the list of files is incomplete';
const notKnown = 'whether sam is in acme/core is not known';

describe('environments', () => {
  const places = policy(`
version: 1
environments:
  production: { base: [release, main], paths: ["deploy/prod/**"] }
  staging: { base: [dev, "ma*"], paths: ["deploy/staging/**", "*.md"] }
  lab: { base: [lab] }
`);

  test.each<readonly [Parameters<typeof subject>[0], readonly (readonly [string, Truth, ...string[]])[], Want[]]>([
    [
      { paths: ['a'] },
      [
        ['production', true, 'base main matches main'],
        ['staging', true, 'base main matches ma*'],
      ],
      [],
    ],
    [
      { base: 'dev', paths: ['README.md', 'deploy/prod/a'] },
      [
        ['production', true, 'deploy/prod/a matches deploy/prod/**'],
        ['staging', true, 'base dev matches dev', 'README.md matches *.md'],
      ],
      [],
    ],
    [
      { base: 'lab', paths: ['a'], complete: false },
      [
        ['production', 'unknown', incomplete],
        ['staging', 'unknown', incomplete],
        ['lab', true, 'base lab matches lab'],
      ],
      [files],
    ],
    [
      { paths: ['a'], complete: false },
      [
        ['production', true, 'base main matches main', incomplete],
        ['staging', true, 'base main matches ma*', incomplete],
      ],
      [files],
    ],
    [{ base: 'x', paths: ['a'] }, [], []],
  ])('%j', (change, expected, wants) => {
    const found = classify(places, subject(change));
    expect(found.environments.map(({ name, holds, because }) => [name, holds, ...because])).toEqual(expected);
    expect(found.wants).toEqual(wants);
  });

  test.each([
    ['main', 'production'],
    ['release', 'production'],
    ['dev', 'staging'],
    ['lab', 'lab'],
    ['x', undefined],
  ])('the gate of %s is %s', (base, gate) => {
    expect(gateOf(places.environments, base)).toBe(gate);
    expect(classify(places, subject({ base })).gate).toBe(gate);
  });
});

describe('blast radius', () => {
  const graded = policy(`
version: 1
blast-radius:
  critical: { author-teams: ["team:acme/core"], labels: [core] }
  high: { paths: ["lib/**"] }
  medium: { lines: ">= 100" }
rules:
  - { name: at least high, when: { blast-radius: ">= high" }, evidence: [ticket] }
  - { name: low, when: { blast-radius: low }, evidence: [ticket] }
`);
  const none = 'no blast-radius condition matches';

  test.each<readonly [Parameters<typeof subject>[0], string, Truth, string, readonly string[], Want[]]>([
    [{}, 'low', true, none, ['low'], []],
    [{ lines: 100 }, 'medium', true, 'lines: 100, >= 100', [], []],
    [{ paths: ['lib/a'], lines: 100 }, 'high', true, 'lib/a matches lib/**', ['at least high'], []],
    [{ complete: false }, 'high', 'unknown', incomplete, ['at least high?', 'low?'], [files]],
    [{ labels: ['core'] }, 'critical', 'unknown', notKnown, ['at least high?', 'low?'], [team]],
    [{ labels: ['core'], paths: ['lib/a'] }, 'critical', 'unknown', notKnown, ['at least high'], [team]],
    [{ labels: ['core'], lines: 500 }, 'critical', 'unknown', notKnown, ['at least high?'], [team]],
  ])('%j is %s, %s', (change, level, holds, because, rules, wants) => {
    const touchesNoPolicy = { untouched: ['.github/countersign.yml'] };
    const found = classify(graded, subject({ ...touchesNoPolicy, ...change }));
    expect(found.blastRadius).toEqual({ level, holds, because });
    expect(found.rules.map(({ rule, holds: applies }) => (applies === true ? rule.name : `${rule.name}?`))).toEqual(
      rules,
    );
    expect(found.wants).toEqual(wants);
  });
});

describe('rules', () => {
  const asking = policy(`
version: 1
systems: { a: { when: { paths: ["a/**"] }, classifications: [secret] } }
rules:
  - { name: team, when: { author-teams: ["team:acme/core"] }, evidence: [ticket] }
  - { name: again, when: { author-teams: ["team:acme/core"] }, evidence: [ticket] }
  - { name: secret, when: { classifications: [secret] }, evidence: [ticket] }
  - { name: never, when: { draft: true }, evidence: [ticket] }
`);

  test('those that may apply are listed with what would tell, each fact once', () => {
    const found = classify(asking, subject({ paths: ['a/1'] }));
    expect(found.rules.map(({ rule, holds, match }) => [rule.name, holds, match.because])).toEqual([
      ['team', 'unknown', notKnown],
      ['again', 'unknown', notKnown],
      ['secret', true, 'classifications: secret'],
    ]);
    expect(found.wants).toEqual([team]);
  });

  test('a system that may be touched makes unknown what rests on it', () => {
    const resting = policy(`
version: 1
systems: { a: { when: { paths: ["a/**"] } } }
rules:
  - { name: a, when: { systems: [a] }, evidence: [ticket] }
  - { name: none, when: { systems-touched: 0 }, evidence: [ticket] }
  - { name: unmapped, when: { systems: [unmapped] }, evidence: [ticket] }
`);
    const found = classify(resting, subject({ complete: false }));
    expect(found.rules.map(({ rule, holds }) => [rule.name, holds])).toEqual([
      ['a', 'unknown'],
      ['none', 'unknown'],
      ['unmapped', true],
    ]);
  });
});
