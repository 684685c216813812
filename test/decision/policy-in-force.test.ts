import { describe, expect, test } from 'vitest';
import { decide } from '../../src/decision/decide.ts';
import type { Decision } from '../../src/decision/decision.ts';
import type { Lookups } from '../../src/decision/lookups.ts';
import { facts, head, policy, settled, time, twoStages, type World } from '../support/facts.ts';
import { type Told, told } from '../support/told.ts';

const two = policy(twoStages);
const lastValid = two.kind === 'valid' ? two.effective : undefined;
const problems = ['countersign.yml:1:1: no', 'countersign.yml:2:1: neither'];
const sources = lastValid?.sources ?? [];
const broken = { kind: 'invalid', problems, sources, lastValid } as const;
const never = { kind: 'invalid', problems, sources: [], lastValid: undefined } as const;
const file = '.github/countersign.yml';
const mending = facts({ files: [file], labels: [] });
const proposed = (answer: NonNullable<Lookups['proposedPolicy']>[string]): World => ({
  lookups: { proposedPolicy: { [head]: answer } },
});
const renamed = (path: string, previousPath: string) =>
  facts({ files: [{ path, previousPath, status: 'renamed' }], labels: [] });
const spoils = proposed({ ok: { kind: 'invalid', problems: ['line 2: no'] }, at: time('12:00') });

/** What is told, under which names, and what is wanted. */
function published(decision: Decision): readonly string[] {
  return [
    ...told(decision),
    ...decision.checks.map((name) => `check: ${name}`),
    ...decision.wants.map(({ kind }) => `wants: ${kind}`),
    `${decision.check} in ${decision.environment}: ${JSON.stringify(decision.gate)}, sources: ${decision.sources.map(({ file: from }) => from).join(', ')}`,
  ];
}

/** Under the names of both environments, so that it holds whichever check is required. */
const staysInvalid = [
  'policy-invalid: The policy is invalid: countersign.yml:1:1: no',
  'policy-invalid: countersign.yml:1:1: no',
  'policy-invalid: countersign.yml:2:1: neither',
  'author: countersign.yml:1:1: no',
  'author: countersign.yml:2:1: neither',
  'check: countersign/production',
  'check: countersign/staging',
  'countersign/production in production: {"status":"completed","conclusion":"failure"}, sources: countersign.yml',
];

describe('a policy that is invalid', () => {
  const cases: readonly Told[] = [
    ['and was valid once', () => decide(broken, facts()), staysInvalid],
    [
      'and never was valid',
      () => decide(never, facts()),
      [
        'policy-invalid: The policy is invalid: countersign.yml:1:1: no',
        'policy-invalid: countersign.yml:1:1: no',
        'policy-invalid: countersign.yml:2:1: neither',
        'author: countersign.yml:1:1: no',
        'author: countersign.yml:2:1: neither',
        'check: countersign/unclassified',
        'countersign/unclassified in null: {"status":"completed","conclusion":"failure"}, sources: ',
      ],
    ],
    [
      'is mended by this',
      () => settled(broken, mending),
      [
        'waiting: Waiting for 2 × release-manager (0 of 1 stages complete)',
        'seat-open: The seat "release-manager" of the stage "release" is open.',
        'seat-open: The seat "release-manager" of the stage "release" is open.',
        'approvers: Seat "release-manager": ana, rita can approve.',
        'check: countersign/production',
        'countersign/production in production: {"status":"in_progress"}, sources: countersign.yml',
      ],
    ],
    ['is not mended by this', () => settled(broken, mending, spoils), staysInvalid],
    [
      'is perhaps mended by this',
      () => decide(broken, mending),
      [
        'facts-incomplete: Cannot decide: Whether this mends the policy has not been read yet.',
        'fact-wanted: Whether this mends the policy has not been read yet.',
        'author: Whether this mends the policy has not been read yet.',
        'check: countersign/production',
        'wants: proposedPolicy',
        'countersign/production in production: {"status":"completed","conclusion":"failure"}, sources: ',
      ],
    ],
    [
      'is mended by what cannot be read',
      () => settled(broken, mending, proposed({ error: 'No.' })),
      [
        'facts-incomplete: Cannot decide: No.',
        'fact-unreadable: No.',
        'author: No.',
        'check: countersign/production',
        'countersign/production in production: {"status":"completed","conclusion":"failure"}, sources: ',
      ],
    ],
    [
      'and never was, is not mended under anything',
      () => settled(never, mending),
      [
        'policy-invalid: The policy is invalid: countersign.yml:1:1: no',
        'policy-invalid: countersign.yml:1:1: no',
        'policy-invalid: countersign.yml:2:1: neither',
        'author: countersign.yml:1:1: no',
        'author: countersign.yml:2:1: neither',
        'check: countersign/unclassified',
        'countersign/unclassified in null: {"status":"completed","conclusion":"failure"}, sources: ',
      ],
    ],
    [
      'is not mended by what touches other files too',
      () => settled(broken, facts({ files: [file, 'src/a.ts'] })),
      staysInvalid,
    ],
    [
      'is not mended by a file that comes from elsewhere',
      () => settled(broken, renamed(file, 'src/a.yml')),
      staysInvalid,
    ],
    ['is not mended by a file that goes elsewhere', () => settled(broken, renamed('src/a.yml', file)), staysInvalid],
    ['is not mended by nothing', () => settled(broken, facts({ files: [] })), staysInvalid],
    [
      'is not mended while files are missing',
      () => settled(broken, { ...mending, files: { items: [{ path: file, status: 'modified' }], total: 2 } }),
      staysInvalid,
    ],
  ];
  test.each(cases)('%s', (_, given, expected) => {
    expect(published(given())).toEqual(expected);
  });
});

describe('a policy that would become invalid', () => {
  const cases: readonly Told[] = [
    [
      'by a file among others',
      () => settled(two, facts({ files: ['src/a.ts', file] }), spoils),
      [
        'policy-invalid: The policy is invalid: line 2: no',
        'proposed-policy-invalid: line 2: no',
        'author: line 2: no',
        'check: countersign/production',
        'countersign/production in production: {"status":"completed","conclusion":"failure"}, sources: countersign.yml',
      ],
    ],
    [
      'by a file that goes elsewhere',
      () => settled(two, facts({ files: [{ path: 'src/a.yml', previousPath: file, status: 'renamed' }] }), spoils),
      [
        'policy-invalid: The policy is invalid: line 2: no',
        'proposed-policy-invalid: line 2: no',
        'author: line 2: no',
        'check: countersign/production',
        'countersign/production in production: {"status":"completed","conclusion":"failure"}, sources: countersign.yml',
      ],
    ],
    [
      'by a file that comes from elsewhere',
      () => settled(two, facts({ files: [{ path: file, previousPath: 'src/a.yml', status: 'renamed' }] }), spoils),
      [
        'policy-invalid: The policy is invalid: line 2: no',
        'proposed-policy-invalid: line 2: no',
        'author: line 2: no',
        'check: countersign/production',
        'countersign/production in production: {"status":"completed","conclusion":"failure"}, sources: countersign.yml',
      ],
    ],
    [
      'is not asked where no policy is touched',
      () => settled(two, facts(), spoils),
      [
        'waiting: Waiting for peer (0 of 2 stages complete)',
        'seat-open: The seat "peer" of the stage "peer" is open.',
        'seat-open: The seat "release-manager" of the stage "release" is open.',
        'approvers: Seat "peer": ana, bo can approve.',
        'check: countersign/production',
        'countersign/production in production: {"status":"in_progress"}, sources: countersign.yml',
      ],
    ],
  ];
  test.each(cases)('%s', (_, given, expected) => {
    expect(published(given())).toEqual(expected);
  });
});
