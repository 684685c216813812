import { describe, expect, test } from 'vitest';
import { problems } from './load.ts';

const homes = {
  role: 'roles',
  stage: 'stages',
  window: 'windows',
  calendar: 'calendars',
  category: 'proposals',
  environment: 'environments',
  system: 'systems',
  classification: 'classifications',
  channel: 'notify.channels',
} as const;

const undefinedName = (kind: keyof typeof homes, name: string) =>
  `the ${kind} \`${name}\` is not defined; define it under \`${homes[kind]}\``;

type Use = readonly [keyof typeof homes, string, number, number];

/** `zz` is near to no other name. Each use stands where it is complained of: at its kind, its name, its line and column. */
const uses: readonly [string, ...Use[]][] = [
  ['roles: { a: { members: ["user:a"], backups-during: [zz] } }', ['window', 'zz', 2, 53]],
  ['windows: { w: { calendar: zz } }', ['calendar', 'zz', 2, 27]],
  ['rules: [ { name: x, window: zz } ]', ['window', 'zz', 2, 29]],
  ['rules: [ { name: x, approvals: { calendar: zz, minimum-open: 1h } } ]', ['calendar', 'zz', 2, 44]],
  ['rules: [ { name: x, sla: { calendar: zz, peer: 1h } } ]', ['calendar', 'zz', 2, 38], ['stage', 'peer', 2, 42]],
  [
    'rules: [ { name: x, require: { peer: [ { role: zz }, { owners: code }, { role: yy } ] } } ]',
    ['stage', 'peer', 2, 32],
    ['role', 'zz', 2, 48],
    ['role', 'yy', 2, 80],
  ],
  ['rules: [ { name: x, when: { systems: [unmapped, zz] } } ]', ['system', 'zz', 2, 49]],
  ['rules: [ { name: x, when: { classifications: [zz] } } ]', ['classification', 'zz', 2, 47]],
  ['rules: [ { name: x, when: { environments: [zz] } } ]', ['environment', 'zz', 2, 44]],
  ['rules: [ { name: x, when: { categories: [policy-change, change, zz] } } ]', ['category', 'zz', 2, 65]],
  ['rules: [ { name: x, when: { not: { systems: [zz] } } } ]', ['system', 'zz', 2, 46]],
  ['rules: [ { name: x, when: { any: [ { draft: true }, { systems: [zz] } ] } } ]', ['system', 'zz', 2, 65]],
  ['rules: [ { name: x, when: { all: [ { draft: true }, { not: { systems: [zz] } } ] } } ]', ['system', 'zz', 2, 72]],
  ['rules: [ { name: x }, { name: y, when: { systems: [zz] } } ]', ['system', 'zz', 2, 52]],
  ['proposals: [ { category: a, when: { environments: [zz] } } ]', ['environment', 'zz', 2, 52]],
  ['classifications: { c: { when: { systems: [zz] } } }', ['system', 'zz', 2, 43]],
  ['blast-radius: { high: { classifications: [zz] } }', ['classification', 'zz', 2, 43]],
  ['after-merge: [ { when: { systems: [zz] } } ]', ['system', 'zz', 2, 36]],
  ['after-merge: [ { on-failure: { notify: [zz] } } ]', ['channel', 'zz', 2, 41]],
  ['notify: { on: { waiting: [zz], approved: [yy] } }', ['channel', 'zz', 2, 27], ['channel', 'yy', 2, 43]],
  ['approvals: { minimum-open: 1h, calendar: zz }', ['calendar', 'zz', 2, 42]],
  [
    'freezes: [ { name: x, from: "2026-01-01T00:00", to: "2027-01-01T00:00", timezone: UTC, environments: [zz], approvers: [ { role: yy } ] } ]',
    ['environment', 'zz', 2, 103],
    ['role', 'yy', 2, 129],
  ],
  [
    'segregation: { exceptions: [ { user: "user:sam", may-approve-own: zz, until: 2027-03-31, reason: x } ] }',
    ['environment', 'zz', 2, 67],
  ],
  [
    'break-glass: { roles: [zz], environments: [yy], reconcile-within: 1d, calendar: xx, require: [ { role: ww } ] }',
    ['role', 'zz', 2, 24],
    ['environment', 'yy', 2, 44],
    ['calendar', 'xx', 2, 81],
    ['role', 'ww', 2, 104],
  ],
  ['access-review: { every: 90d, reviewers: [ { role: zz } ] }', ['role', 'zz', 2, 51]],
];

describe('a name that nobody defines is named where it is used', () => {
  test.each(uses)('%s', (section, ...expected) => {
    expect(problems(`version: 1\n${section}\n`)).toEqual(
      expected.map(([kind, name, line, column]) => `countersign.yml:${line}:${column}: ${undefinedName(kind, name)}`),
    );
  });

  test.each([
    ['role', 'roles: { owner: { members: ["user:a"] } }\naccess-review: { every: 1d, reviewers: [ { role: ownr } ] }'],
    ['stage', 'stages: [owner]\nrules: [ { name: x, sla: { ownr: 1d } } ]'],
    ['window', 'windows: { owner: { calendar: c } }\nrules: [ { name: x, window: ownr } ]'],
    [
      'calendar',
      'approvals: { calendar: ownr }\ncalendars: { owner: { timezone: UTC, hours: { mon: "09:00-17:00" } } }',
    ],
    ['category', 'proposals: [ { category: owner } ]\nrules: [ { name: x, when: { categories: [ownr] } } ]'],
    ['environment', 'environments: { owner: { base: [x] } }\nrules: [ { name: x, when: { environments: [ownr] } } ]'],
    ['system', 'systems: { owner: { when: {} } }\nrules: [ { name: x, when: { systems: [ownr] } } ]'],
    ['classification', 'classifications: { owner: {} }\nrules: [ { name: x, when: { classifications: [ownr] } } ]'],
    [
      'classification',
      'systems: { s: { when: {}, classifications: [owner] } }\nrules: [ { name: x, when: { classifications: [ownr] } } ]',
    ],
    ['channel', 'notify: { channels: { owner: { slack: A } }, on: { waiting: [ownr] } }'],
  ])('a %s that is nearly right is offered', (kind, section) => {
    const calendar = 'calendars: { c: { timezone: UTC, hours: { mon: "09:00-17:00" } } }';
    const text = section.includes('calendar: c') ? `${section}\n${calendar}` : section;
    expect(problems(`version: 1\n${text}\n`).map((problem) => problem.replace(/^[^ ]* /, ''))).toEqual([
      `the ${kind} \`ownr\` is not defined; did you mean \`owner\`?`,
    ]);
  });

  test('whoever misspells twenty names is offered no more', () => {
    const seats = Array.from({ length: 21 }, () => '{ role: ownr }').join(', ');
    const found = problems(
      `version: 1\nroles: { owner: { members: ["user:a"] } }\naccess-review: { every: 1d, reviewers: [${seats}] }\n`,
    );
    expect(found.map((problem) => problem.endsWith('did you mean `owner`?'))).toEqual([
      ...Array.from({ length: 20 }, () => true),
      false,
    ]);
    expect(found[20]).toBe('countersign.yml:3:369: the role `ownr` is not defined; define it under `roles`');
  });
});

describe('a condition reads only what is derived before it', () => {
  const order = 'the order is systems, classifications, environments, blast radius, category, rules';
  const keys = ['systems', 'systems-touched', 'classifications', 'environments', 'blast-radius', 'categories'] as const;
  const values = {
    systems: '[unmapped]',
    'systems-touched': '1',
    classifications: '[c]',
    environments: '[e]',
    'blast-radius': 'high',
    categories: '[change]',
  } as const;
  const sections = [
    ['system', 'systems: { s: { when: WHEN } }', 0],
    ['classification', 'classifications: { d: { when: WHEN } }', 2],
    ['blast-radius', 'blast-radius: { high: WHEN }', 4],
    ['proposal', 'proposals: [ { category: p, when: WHEN } ]', 5],
    ['rule', 'rules: [ { name: r, when: WHEN, evidence: [ticket] } ]', 6],
    ['after-merge', 'after-merge: [ { when: WHEN } ]', 6],
  ] as const;
  const base = (section: string) =>
    [
      'version: 1',
      section,
      'environments: { e: { base: [main] } }',
      ...(section.startsWith('classifications') ? [] : ['classifications: { c: {} }']),
      ...(section.startsWith('systems') ? [] : ['systems: { t: { when: {}, classifications: [c] } }']),
    ].join('\n');

  test.each(sections)('a %s: %s', (place, section, known) => {
    for (const [index, key] of keys.entries()) {
      const when = `{ ${key}: ${values[key]} }`;
      const column = section.indexOf('WHEN') + 3;
      const message = `\`${key}\` is derived only after a ${place} condition is judged; ${order}`;
      expect(problems(base(section.replace('WHEN', when)))).toEqual(
        index < known ? [] : [`countersign.yml:2:${column}: ${message}`],
      );
    }
  });

  test('however deep it nests', () => {
    const text = 'version: 1\nsystems: { s: { when: { any: [ { all: [ { not: { blast-radius: high } } ] } ] } } }';
    expect(problems(text)).toEqual([
      `countersign.yml:2:50: \`blast-radius\` is derived only after a system condition is judged; ${order}`,
    ]);
  });
});
