import { describe, expect, test } from 'vitest';
import type { Decision } from '../../src/decision/decision.ts';
import { facts, policy, settled } from '../support/facts.ts';
import type { Told } from '../support/told.ts';

const base = `
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
const ruled = (rules: string, more = '') => policy(`${base}rules:\n${rules}\n${more}`);
const changing = facts({ labels: [], files: ['.github/countersign.yml'] });
const both = facts({ files: ['.github/countersign.yml', 'src/a.ts'] });

/** The state, each seat with the rules that ask for it, and the evidence that is asked for. */
function asked({ state, plan, evidence }: Decision): readonly string[] {
  return [
    state,
    ...plan.flatMap(({ name, seats }) => seats.map(({ id, because }) => `${name}: ${id}, for ${because.join('; ')}`)),
    ...evidence.map(({ kind }) => `evidence: ${kind}`),
  ];
}

describe('rules add up', () => {
  const cases: readonly Told[] = [
    [
      'to the highest count of a role, the first lower',
      () =>
        settled(
          ruled(
            '  - { name: one, require: { peer: [ { role: peer } ] } }\n  - { name: two, require: { peer: [ { role: peer, count: 2 } ] } }',
          ),
          facts(),
        ),
      ['waiting', 'peer: role:peer#1, for one; two', 'peer: role:peer#2, for one; two'],
    ],
    [
      'to the highest count of a role, the first higher',
      () =>
        settled(
          ruled(
            '  - { name: two, require: { peer: [ { role: peer, count: 2 } ] } }\n  - { name: one, require: { peer: [ { role: peer } ] } }',
          ),
          facts(),
        ),
      ['waiting', 'peer: role:peer#1, for two; one', 'peer: role:peer#2, for two; one'],
    ],
    [
      'to every role, in the order of the stages',
      () =>
        settled(
          ruled(
            '  - { name: one, require: { release: [ { role: security } ], peer: [ { role: peer } ] } }\n  - { name: two, require: { peer: [ { role: security } ] } }',
          ),
          facts(),
        ),
      ['waiting', 'peer: role:peer#1, for one', 'peer: role:security#1, for two', 'release: role:security#1, for one'],
    ],
    [
      'to owners once',
      () =>
        settled(
          ruled(
            '  - { name: one, require: { peer: [ { owners: systems }, { role: peer } ] } }\n  - { name: two, require: { peer: [ { owners: systems } ] } }',
            'systems: { shop: { when: { paths: ["src/**"] }, owners: ["user:zoe"] }, free: { when: { paths: ["src/**"] } } }\n',
          ),
          facts(),
        ),
      ['waiting', 'peer: system:shop, for one; two', 'peer: role:peer#1, for one'],
    ],
    [
      'to evidence in the order of its kinds',
      () =>
        settled(
          ruled(
            '  - { name: one, require: { peer: [ { role: peer } ] }, evidence: [ticket] }\n  - { name: two, evidence: [failure, ticket] }',
          ),
          facts(),
        ),
      ['incomplete', 'peer: role:peer#1, for one', 'evidence: manifest', 'evidence: failure', 'evidence: ticket'],
    ],
    [
      'to nothing where the change is standard',
      () => settled(ruled('  - { name: one, require: { peer: [ { role: peer } ] } }'), facts({ labels: ['routine'] })),
      ['approved'],
    ],
  ];
  test.each(cases)('%s', (_, given, expected) => {
    expect(asked(given())).toEqual(expected);
  });
});

describe('a change of policy', () => {
  const cases: readonly Told[] = [
    [
      'takes each of two roles of it',
      () =>
        settled(
          ruled(
            '  - { name: one, when: { labels: [never] }, require: { release: [ { role: security }, { role: release-manager } ], peer: [ { role: peer } ] } }',
          ),
          changing,
        ),
      [
        'waiting',
        'release: role:security#1, for a change of policy needs two of the strictest stage',
        'release: role:release-manager#1, for a change of policy needs two of the strictest stage',
      ],
    ],
    [
      'takes roles where the last stage has owners only',
      () =>
        settled(
          ruled(
            '  - { name: one, when: { labels: [never] }, require: { release: [ { owners: code } ], peer: [ { role: security } ] } }',
          ),
          changing,
        ),
      [
        'waiting',
        'peer: role:security#1, for a change of policy needs two of the strictest stage',
        'peer: role:security#2, for a change of policy needs two of the strictest stage',
      ],
    ],
    [
      'takes the last stage where no rule asks for a role',
      () =>
        settled(
          ruled('  - { name: one, when: { labels: [never] }, require: { peer: [ { owners: code } ] } }'),
          changing,
        ),
      [
        'unfillable',
        'release: role:nobody#1, for a change of policy needs two of the strictest stage',
        'release: role:nobody#2, for a change of policy needs two of the strictest stage',
      ],
    ],
    [
      'takes what a rule for it asks',
      () =>
        settled(
          ruled('  - { name: one, when: { categories: [policy-change] }, require: { peer: [ { role: security } ] } }'),
          changing,
        ),
      ['waiting', 'peer: role:security#1, for one'],
    ],
    [
      'takes what a rule for it among others asks',
      () =>
        settled(
          ruled(
            '  - { name: one, when: { any: [ { categories: [policy-change] }, { labels: [never] } ] }, require: { peer: [ { role: security } ] } }',
          ),
          changing,
        ),
      ['waiting', 'peer: role:security#1, for one'],
    ],
    [
      'takes what a rule for it and more asks',
      () =>
        settled(
          ruled(
            '  - { name: one, when: { categories: [policy-change], base: [main] }, require: { peer: [ { role: security } ] } }',
          ),
          changing,
        ),
      ['waiting', 'peer: role:security#1, for one'],
    ],
    [
      'is not what a rule for others is about',
      () =>
        settled(
          ruled(
            '  - { name: one, when: { not: { categories: [rebuild] } }, require: { peer: [ { role: security } ] } }',
          ),
          changing,
        ),
      [
        'waiting',
        'peer: role:security#1, for a change of policy needs two of the strictest stage',
        'peer: role:security#2, for a change of policy needs two of the strictest stage',
      ],
    ],
    [
      'is not what a rule for a system is about',
      () =>
        settled(
          ruled('  - { name: one, when: { systems: [unmapped] }, require: { peer: [ { role: security } ] } }'),
          changing,
        ),
      [
        'waiting',
        'peer: role:security#1, for a change of policy needs two of the strictest stage',
        'peer: role:security#2, for a change of policy needs two of the strictest stage',
      ],
    ],
    [
      'is not what a rule that asks for nobody is about',
      () =>
        settled(
          ruled(
            '  - { name: one, when: { categories: [policy-change] }, evidence: [ticket] }\n  - { name: two, require: { peer: [ { role: peer } ] } }',
          ),
          changing,
        ),
      [
        'waiting',
        'peer: role:peer#1, for a change of policy needs two of the strictest stage',
        'peer: role:peer#2, for a change of policy needs two of the strictest stage',
      ],
    ],
    [
      'needs no evidence by itself',
      () => settled(ruled('  - { name: one, require: { peer: [ { role: peer } ] }, evidence: [ticket] }'), changing),
      [
        'waiting',
        'peer: role:peer#1, for a change of policy needs two of the strictest stage',
        'peer: role:peer#2, for a change of policy needs two of the strictest stage',
      ],
    ],
    [
      'needs evidence with other changes',
      () => settled(ruled('  - { name: one, require: { peer: [ { role: peer } ] }, evidence: [ticket] }'), both),
      [
        'incomplete',
        'peer: role:peer#1, for one; a change of policy needs two of the strictest stage',
        'peer: role:peer#2, for one; a change of policy needs two of the strictest stage',
        'evidence: manifest',
        'evidence: ticket',
      ],
    ],
  ];
  test.each(cases)('%s', (_, given, expected) => {
    expect(asked(given())).toEqual(expected);
  });
});
