import { describe, expect, test } from 'vitest';
import type { Decision } from '../../src/decision/decision.ts';
import type { Facts } from '../../src/decision/facts.ts';
import { noHistory } from '../../src/decision/history.ts';
import { facts, policy, settled, time } from '../support/facts.ts';
import type { Told } from '../support/told.ts';

const text = `
version: 1
stages: [peer, release]
proposals:
  - category: remediation
    when: { labels: [remediation] }
  - category: rebuild
    route: engineering-only
    when: { labels: [rebuild] }
  - category: routine
    route: standard
    when: { labels: [routine] }
environments:
  production: { base: [main] }
roles:
  peer: { members: ["user:ana", "user:bo", "user:author"] }
  release-manager: { members: ["user:rita", "user:ana"] }
  security: { members: ["user:ruth", "user:zoe"] }
`;
const three = policy(`${text}rules:
  - { name: all, require: { peer: [ { role: peer } ] } }
  - { name: rebuilds, when: { categories: [rebuild] }, require: { release: [ { role: security } ] } }
  - { name: mends, when: { categories: [remediation], systems: [unmapped], environments: [production], classifications: [hot], blast-radius: low }, require: { release: [ { role: release-manager } ] } }
classifications: { hot: { when: { labels: [hot] } } }
`);
type Route = 'standard' | 'approval' | 'engineering-only';
const was = (route: Route, ...categories: string[]): Facts['history'] => ({
  ...noHistory,
  governed: { categories, route, since: time('07:00') },
});
const elsewhere = (route: Route, ...categories: string[]): Facts['history'] => ({
  ...noHistory,
  lineage: [
    {
      proposal: 'acme/shop#3',
      governed: { categories, route, since: time('07:00') },
      contributors: [],
      rejections: [],
    },
  ],
});
const labelled = (labels: readonly string[], history: Facts['history']) => settled(three, facts({ labels, history }));

/** The state, the route and why, the categories, and the rules that apply. */
function governed({ state, classification, remember }: Decision): readonly string[] {
  const { proposal, rules } = classification ?? {};
  return [
    state,
    `${proposal?.route}: ${proposal?.because}`,
    ...(proposal?.categories ?? []).map(({ name, because }) => `${name}: ${because.join('; ')}`),
    ...(rules ?? []).map(({ rule }) => `rule ${rule.name}`),
    `remembered since ${remember.governed?.since}: ${remember.governed?.route}, ${remember.governed?.categories.join(', ')}`,
  ];
}

describe('what was governed once', () => {
  const cases: readonly Told[] = [
    [
      'is not if it never was',
      () => labelled([], noHistory),
      [
        'ungoverned',
        'approval: no proposal condition matches',
        'rule all',
        'remembered since undefined: undefined, undefined',
      ],
    ],
    [
      'stays so without its label',
      () => labelled([], was('approval', 'remediation')),
      [
        'waiting',
        'approval: it was governed before, and stays so',
        'remediation: it was governed before, and stays so',
        'rule all',
        'remembered since 2026-11-23T07:00:00Z: approval, remediation',
      ],
    ],
    [
      'stays so by what was recorded elsewhere',
      () => labelled([], elsewhere('approval', 'remediation')),
      [
        'waiting',
        'approval: it was governed before, and stays so',
        'remediation: it was governed before, and stays so',
        'rule all',
        'remembered since 2026-11-23T12:00:00Z: approval, remediation',
      ],
    ],
    [
      'keeps the strictest route',
      () => labelled(['remediation'], was('engineering-only', 'rebuild')),
      [
        'waiting',
        'engineering-only: remediation: labels: remediation',
        'remediation: remediation: labels: remediation',
        'rebuild: it was governed before, and stays so',
        'rule all',
        'rule rebuilds',
        'remembered since 2026-11-23T07:00:00Z: engineering-only, remediation, rebuild',
      ],
    ],
    [
      'keeps the strictest of two routes that it had',
      () =>
        labelled([], {
          ...elsewhere('engineering-only', 'rebuild'),
          governed: { categories: ['remediation'], route: 'approval', since: time('07:00') },
        }),
      [
        'waiting',
        'engineering-only: it was governed before, and stays so',
        'remediation: it was governed before, and stays so',
        'rebuild: it was governed before, and stays so',
        'rule all',
        'rule rebuilds',
        'remembered since 2026-11-23T07:00:00Z: engineering-only, remediation, rebuild',
      ],
    ],
    [
      'gets a stricter route',
      () => labelled(['rebuild'], was('standard', 'routine')),
      [
        'waiting',
        'engineering-only: rebuild: labels: rebuild',
        'rebuild: rebuild: labels: rebuild',
        'routine: it was governed before, and stays so',
        'rule all',
        'rule rebuilds',
        'remembered since 2026-11-23T07:00:00Z: engineering-only, rebuild, routine',
      ],
    ],
    [
      'keeps the laxest route where it never had another',
      () => labelled([], was('standard', 'routine')),
      [
        'approved',
        'standard: it was governed before, and stays so',
        'routine: it was governed before, and stays so',
        'rule all',
        'remembered since 2026-11-23T07:00:00Z: standard, routine',
      ],
    ],
    [
      'does not get laxer',
      () => labelled(['routine'], was('approval', 'remediation')),
      [
        'waiting',
        'approval: routine: labels: routine',
        'routine: routine: labels: routine',
        'remediation: it was governed before, and stays so',
        'rule all',
        'remembered since 2026-11-23T07:00:00Z: approval, routine, remediation',
      ],
    ],
    [
      'has each category once',
      () => labelled(['remediation'], was('approval', 'remediation')),
      [
        'waiting',
        'approval: remediation: labels: remediation',
        'remediation: remediation: labels: remediation',
        'rule all',
        'remembered since 2026-11-23T07:00:00Z: approval, remediation',
      ],
    ],
    [
      'applies rules that speak of other things too',
      () => labelled(['hot'], was('approval', 'remediation')),
      [
        'waiting',
        'approval: it was governed before, and stays so',
        'remediation: it was governed before, and stays so',
        'rule all',
        'rule mends',
        'remembered since 2026-11-23T07:00:00Z: approval, remediation',
      ],
    ],
  ];
  test.each(cases)('%s', (_, given, expected) => {
    expect(governed(given())).toEqual(expected);
  });
});
