import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { resolve } from '../../src/policy/resolve.ts';
import { PolicyFile } from '../../src/policy/schema.ts';
import { policy } from './load.ts';

const file = (text: string) => PolicyFile.parse(parse(`version: 1\n${text}`));
const together = (...texts: readonly string[]) =>
  resolve(texts.map((text, index) => ({ source: `file ${index + 1}`, file: file(text) })));
const always = { kind: 'all', of: [] };

describe('a file over its packs', () => {
  test('with nothing written, the strict defaults hold', () => {
    expect(policy('version: 1')).toEqual({
      stages: [],
      proposals: [],
      otherwise: 'ungoverned',
      environments: [],
      systems: [],
      classifications: [],
      blastRadius: [],
      roles: [],
      rules: [],
      approvals: {
        stale: 'on-push',
        minimumOpen: { amount: 0, unit: 'm' },
        permission: 'write',
        samePerson: 'once',
        citeEvidence: false,
      },
      segregation: {
        exclude: ['committers', 'co-authors', 'pushers', 'initiator'],
        unattributedCommits: 'block',
        sharedAccounts: [],
        exceptions: [],
      },
      evidence: { validationWorkflows: [] },
      calendars: [],
      windows: [],
      freezes: [],
      afterMerge: [],
      notify: { channels: [], on: [] },
    });
  });

  test('what is left out of a definition has its default', () => {
    const made = together(`
stages: [peer]
proposals: [ { category: a } ]
environments: { e: {} }
systems: { s: { when: {} } }
classifications: { c: {} }
roles: { r: { members: ["user:ada"] } }
rules: [ { name: x } ]
calendars: { d: { timezone: UTC, hours: { mon: "09:00-17:00" } } }
windows: { w: { calendar: d }, v: { calendar: d, hours: { tue: "10:00-11:00" } }, u: { calendar: other } }
freezes: [ { name: f, from: "2026-01-01T00:00", to: "2027-01-01T00:00", timezone: UTC } ]
break-glass: { roles: [r], reconcile-within: 1d, require: [ { role: r } ] }
after-merge: [ { } ]
`);
    expect(made).toMatchObject({
      proposals: [{ category: 'a', when: always, route: 'approval', initiator: 'required' }],
      environments: [{ name: 'e', base: [], paths: [], deployments: [] }],
      systems: [{ name: 's', when: always, classifications: [], owners: [] }],
      classifications: [{ name: 'c', when: always }],
      roles: [{ name: 'r', members: [{ kind: 'user', login: 'ada' }], backups: [], backupsDuring: [] }],
      calendars: [{ name: 'd', hours: [{ day: 1, from: 540, to: 1020 }], holidays: [] }],
      windows: [
        { name: 'w', calendar: 'd', hours: [{ day: 1, from: 540, to: 1020 }] },
        { name: 'v', calendar: 'd', hours: [{ day: 2, from: 600, to: 660 }] },
        { name: 'u', calendar: 'other', hours: [] },
      ],
      freezes: [{ name: 'f', environments: [], approvers: [] }],
      breakGlass: { roles: ['r'], environments: [], reconcileWithin: { amount: 1, unit: 'd' } },
      afterMerge: [{ when: always, onFailure: { issue: false, notify: [] } }],
    });
    expect(made.rules).toEqual([
      { name: 'x', source: 'file 1', when: always, require: [], evidence: [], approvals: {} },
    ]);
  });

  test.each([
    ['a setting', 'otherwise: governed', 'otherwise: ungoverned', { otherwise: 'governed' }],
    ['a setting that only the second has', '', 'otherwise: governed', { otherwise: 'governed' }],
    ['the order of stages', 'stages: [b, a]', 'stages: [a, c]', { stages: ['b', 'a'] }],
    ['stages that only packs have, once each', '', 'stages: [a, c]', { stages: ['a', 'c'] }],
    [
      'each default of approvals by itself',
      'approvals: { stale: on-content-change, minimum-open: 1h }',
      'approvals: { stale: on-push, permission: admin, same-person: per-stage, cite-evidence: true, expire-after: 1d, calendar: c }',
      {
        approvals: {
          stale: 'on-content-change',
          minimumOpen: { amount: 1, unit: 'h' },
          permission: 'admin',
          samePerson: 'per-stage',
          citeEvidence: true,
          expireAfter: { amount: 1, unit: 'd' },
          calendar: 'c',
        },
      },
    ],
    [
      'kinds of evidence',
      'evidence: { ticket: A }',
      'evidence: { ticket: B, validation: { workflows: [ci.yml] } }',
      { evidence: { ticket: 'A', validationWorkflows: ['ci.yml'] } },
    ],
    [
      'what is not attributed',
      'segregation: { unattributed-commits: ignore }',
      'segregation: { unattributed-commits: block }',
      { segregation: { unattributedCommits: 'ignore' } },
    ],
    [
      'how access is reviewed',
      'access-review: { every: 90d, reviewers: [ { role: a } ] }',
      'access-review: { every: 30d, reviewers: [ { role: b } ] }',
      { accessReview: { every: { amount: 90, unit: 'd' } } },
    ],
    [
      'how the glass is broken',
      'break-glass: { roles: [a], reconcile-within: 1d, require: [ { role: a } ] }',
      'break-glass: { roles: [b], reconcile-within: 2d, require: [ { role: b } ] }',
      { breakGlass: { roles: ['a'] } },
    ],
  ])('the first that says it wins: %s', (_, first, second, expected) => {
    expect(together(first, second)).toMatchObject(expected);
  });

  test.each([
    [
      'who is set apart',
      'segregation: { exclude: [pushers], shared-accounts: [a, b] }',
      'segregation: { exclude: [committers, pushers], shared-accounts: [b, c] }',
      { segregation: { exclude: ['pushers', 'committers'], sharedAccounts: ['a', 'b', 'c'] } },
    ],
    [
      'environments of one name',
      'environments: { e: { base: [a, b] }, f: { paths: [x] } }',
      'environments: { e: { base: [b, c], paths: [x], deployments: [d] }, g: {} }',
      {
        environments: [
          { name: 'e', base: ['a', 'b', 'c'], paths: ['x'], deployments: ['d'] },
          { name: 'f', base: [], paths: ['x'], deployments: [] },
          { name: 'g', base: [], paths: [], deployments: [] },
        ],
      },
    ],
    [
      'classifications of one name',
      'classifications: { c: { when: { draft: true } }, d: {} }',
      'classifications: { c: { when: { fork: true } } }',
      {
        classifications: [
          {
            name: 'c',
            when: {
              kind: 'any',
              of: [
                { kind: 'flag', key: 'draft', value: true },
                { kind: 'flag', key: 'fork', value: true },
              ],
            },
          },
          { name: 'd', when: always },
        ],
      },
    ],
    [
      'grades of the blast radius, the strictest first',
      'blast-radius: { medium: { files: 1 }, critical: { files: 2 } }',
      'blast-radius: { critical: { draft: true }, high: { fork: false } }',
      {
        blastRadius: [
          { level: 'critical', when: { kind: 'any', of: [{ kind: 'count' }, { kind: 'flag', key: 'draft' }] } },
          { level: 'high', when: { kind: 'flag', key: 'fork', value: false } },
          { level: 'medium', when: { kind: 'count', key: 'files', operator: '=', value: 1 } },
        ],
      },
    ],
    [
      'channels and what they are told',
      'notify: { channels: { a: { slack: A } }, on: { waiting: [a] } }',
      'notify: { channels: { b: { webhook: B } }, on: { waiting: [b], approved: [b] } }',
      {
        notify: {
          channels: [
            { name: 'a', kind: 'slack', secret: 'A' },
            { name: 'b', kind: 'webhook', secret: 'B' },
          ],
          on: [
            { event: 'waiting', channels: ['a'] },
            { event: 'waiting', channels: ['b'] },
            { event: 'approved', channels: ['b'] },
          ],
        },
      },
    ],
    [
      'rules, each with where it comes from',
      'rules: [ { name: x, sla: { peer: 4h, calendar: c } } ]',
      'rules: [ { name: y, window: w, approvals: { cite-evidence: false } } ]',
      {
        rules: [
          { name: 'x', source: 'file 1', sla: { calendar: 'c', stages: [{ stage: 'peer' }] } },
          { name: 'y', source: 'file 2', window: 'w', approvals: { citeEvidence: false } },
        ],
      },
    ],
  ])('definitions add up: %s', (_, first, second, expected) => {
    expect(together(first, second)).toMatchObject(expected);
  });
});
