import { describe, expect, test } from 'vitest';
import { conditionWords } from '../../src/policy/condition-words.ts';
import { describePolicy, durationText } from '../../src/policy/describe.ts';
import { Condition, type ConditionInput } from '../../src/policy/schema/condition.ts';
import { policy } from './load.ts';

describe('a condition in words', () => {
  test.each<readonly [ConditionInput, string]>([
    [{}, 'always'],
    [{ draft: true }, 'draft'],
    [{ draft: false }, 'no draft'],
    [{ fork: true }, 'fork'],
    [{ fork: false }, 'no fork'],
    [{ 'author-kind': 'bot' }, 'the author is a bot'],
    [{ 'author-kind': 'human' }, 'the author is a human'],
    [{ title: '^Fix' }, 'the title matches ^Fix'],
    [{ paths: ['a/**', 'b'] }, 'paths: a/** or b'],
    [{ labels: ['x', 'y'] }, 'labels: x or y'],
    [{ properties: { data: ['x', 'y'] } }, 'property data: x or y'],
    [{ properties: { data: 'x', tier: 'y' } }, 'property data: x; and property tier: y'],
    [{ lines: '>= 20' }, 'lines >= 20'],
    [{ files: 3 }, 'files = 3'],
    [{ 'blast-radius': 'high' }, 'blast radius = high'],
    [{ 'blast-radius': '<medium' }, 'blast radius < medium'],
    [{ not: { draft: true } }, 'not (draft)'],
    [{ draft: true, labels: ['x'] }, 'labels: x; and draft'],
    [{ any: [{ draft: true }, { labels: ['x'] }] }, 'draft; or labels: x'],
    [{ any: [{ draft: true, fork: true }, { labels: ['x'] }] }, '(fork; and draft); or labels: x'],
    [{ fork: false, any: [{ draft: true }, { labels: ['x'] }] }, 'no fork; and (draft; or labels: x)'],
    [{ all: [{ draft: true }, { not: { any: [{}, { fork: true }] } }] }, 'draft; and not ((always); or fork)'],
  ])('%j', (written, words) => {
    expect(conditionWords(Condition.parse(written))).toBe(words);
  });
});

test.each([
  [undefined, ''],
  [{ amount: 2, unit: 'd' }, '2d'],
  [{ amount: 30, unit: 'm' }, '30m'],
] as const)('the duration %j is %j', (duration, text) => {
  expect(durationText(duration)).toBe(text);
});

const nothingSaid = [
  'Approval goes through the stages (none).',
  'Other pull requests are ungoverned.',
  'By default: approvals go stale on-push.',
  'By default: open for at least 0m.',
  'By default: approvers have at least the permission write.',
  'By default: one person fills a role seat once.',
  'By default: approvals need not cite evidence.',
  'Set apart from approving: committers.',
  'Set apart from approving: co-authors.',
  'Set apart from approving: pushers.',
  'Set apart from approving: initiator.',
  'Commits of no account: block.',
];

/** Enough for a section to be about something. */
const groundwork = `
version: 1
stages: [peer, release]
roles: { owner: { members: ["user:ada"] } }
environments: { production: { base: [main] } }
calendars: { business: { timezone: UTC, hours: { mon: "09:00-17:30" } } }
windows: { day: { calendar: business } }
`;
const before = describePolicy(policy(groundwork));

describe('a policy in sentences', () => {
  test('says what holds where nothing is written', () => {
    expect(describePolicy(policy('version: 1'))).toEqual(nothingSaid);
  });

  test('says what each definition is', () => {
    expect(before.filter((sentence) => !nothingSaid.includes(sentence))).toEqual([
      'Approval goes through the stages peer, then release.',
      'Environment 1 by strictness is production.',
      'Branch main belongs to production.',
      'user:ada is a member of owner.',
      'Calendar business (UTC): mon 09:00-17:30.',
      'Window day (calendar business): mon 09:00-17:30.',
    ]);
  });

  test.each([
    [
      'proposals: [ { category: fix }, { category: docs, route: standard, initiator: none, when: { draft: true } } ]',
      [
        'Proposal 1, fix: always; route approval, initiator required.',
        'Proposal 2, docs: draft; route standard, initiator none.',
      ],
    ],
    ['otherwise: governed', ['Other pull requests are governed.']],
    [
      'approvals: { stale: on-content-change, minimum-open: 2h, calendar: business, expire-after: 3d, cite-evidence: true }',
      [
        'By default: approvals go stale on-content-change.',
        'By default: open for at least 2h of business time.',
        'By default: approvals cite evidence.',
        'By default: approvals expire after 3d of business time.',
      ],
    ],
    [
      'segregation: { shared-accounts: [svc-*], exceptions: [ { user: "user:sam", may-approve-own: production, until: 2027-03-31, reason: alone } ] }',
      [
        'svc-* is a shared account and fills no seat.',
        'sam may approve their own work for production until 2027-03-31 (alone).',
      ],
    ],
    [
      'evidence: { validation: { workflows: [ci.yml] }, ticket: "^CHG" }',
      ['Runs of ci.yml count as validation.', 'A ticket matches ^CHG.'],
    ],
    [
      'systems: { a: { when: { paths: ["a/**"] }, classifications: [secret], owners: ["team:acme/a"] } }',
      ['System a: paths: a/**.', 'System a is secret.', 'team:acme/a owns system a.'],
    ],
    ['classifications: { secret: { when: { fork: true } } }', ['Classification secret: fork.']],
    ['blast-radius: { high: { files: 3 } }', ['Blast radius high: files = 3.']],
    [
      'rules: [ { name: x, require: { peer: [ { role: owner }, { owners: systems }, { owners: code } ] } } ]',
      [
        'Always: 1 of owner in stage peer.',
        'Always: an owner of each touched system in stage peer.',
        'Always: an owner of each changed path in stage peer.',
      ],
    ],
    [
      'rules: [ { name: x, when: { draft: true }, evidence: [ticket], window: day, sla: { peer: 4h } } ]',
      ['When draft: evidence of ticket.', 'When draft: only in window day.', 'When draft: stage peer within 4h.'],
    ],
    [
      'rules: [ { name: x, sla: { peer: 4h, calendar: business } } ]',
      ['Always: stage peer within 4h of business time.'],
    ],
    [
      'rules: [ { name: x, approvals: { permission: admin, same-person: per-stage, cite-evidence: false, expire-after: 1w } } ]',
      [
        'Always: approvers have at least the permission admin.',
        'Always: one person fills a role seat per-stage.',
        'Always: approvals need not cite evidence.',
        'Always: approvals expire after 1w.',
      ],
    ],
    [
      'break-glass: { roles: [owner], reconcile-within: 2d, require: [ { role: owner, count: 2 } ] }',
      [
        'owner may break the glass in every environment.',
        'A broken glass is reconciled by 2 of owner.',
        'A broken glass is reconciled within 2d.',
      ],
    ],
    [
      'break-glass: { roles: [owner], environments: [production], reconcile-within: 2d, calendar: business, require: [ { role: owner } ] }',
      [
        'owner may break the glass in production.',
        'A broken glass is reconciled by 1 of owner.',
        'A broken glass is reconciled within 2d of business time.',
      ],
    ],
    ['access-review: { every: 90d, reviewers: [ { role: owner } ] }', ['1 of owner reviews access every 90d.']],
    [
      'freezes: [ { name: x, from: "2026-12-18T00:00", to: "2027-01-04T00:00", timezone: UTC } ]',
      [
        'Freeze x from 2026-12-18T00:00 to 2027-01-04T00:00 (UTC) in every environment; nobody may let a proposal through.',
      ],
    ],
    [
      'freezes: [ { name: x, from: "2026-12-18T00:00", to: "2027-01-04T00:00", timezone: UTC, environments: [production], approvers: [ { role: owner }, { role: owner, count: 2 } ] } ]',
      [
        'Freeze x from 2026-12-18T00:00 to 2027-01-04T00:00 (UTC) in production; 1 of owner, 2 of owner may let a proposal through.',
      ],
    ],
    [
      'after-merge: [ { apply: { deployments: [a, b], within: 1d }, verify: { workflows: [x.yml, y.yml], within: 2h } } ]',
      [
        'After the merge, always: applied to a, b within 1d.',
        'After the merge, always: verified by x.yml, y.yml within 2h.',
      ],
    ],
    [
      'notify: { channels: { ops: { slack: OPS } }, on: { waiting: [ops] } }\nafter-merge: [ { when: { draft: true }, on-failure: { issue: true, notify: [ops] } } ]',
      [
        'After a failure, draft: an issue to the owners.',
        'After a failure, draft: ops is told.',
        'Channel ops is slack with the secret OPS.',
        'Channel ops is told of waiting.',
      ],
    ],
  ])('%s', (section, expected) => {
    const sentences = describePolicy(policy(groundwork + section));
    expect(sentences.filter((sentence) => !before.includes(sentence))).toEqual(expected);
  });

  test('days have names, and two ranges of a day stand side by side', () => {
    const week = policy(`
version: 1
calendars: { all: { timezone: UTC, hours: { mon-sun: ["00:00-07:05", "23:59-24:00"] }, holidays: [2026-12-25] } }
`);
    const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
    const hours = days.flatMap((day) => [`${day} 00:00-07:05`, `${day} 23:59-24:00`]).join(', ');
    expect(describePolicy(week).slice(-2)).toEqual([
      `Calendar all (UTC): ${hours}.`,
      '2026-12-25 is a holiday in all.',
    ]);
  });

  test('a role says who is in it, who else, and when', () => {
    const role = '{ members: ["team:acme/a"], backups: ["user:cy"], backups-during: [day] }';
    expect(describePolicy(policy(groundwork.replace('{ members: ["user:ada"] }', role)))).toEqual(
      expect.arrayContaining([
        'team:acme/a is a member of owner.',
        'user:cy is a backup of owner.',
        'Backups of owner are on duty in window day.',
      ]),
    );
  });

  test('an environment says what belongs to it', () => {
    const places = 'version: 1\nenvironments: { a: { paths: ["x/**"], deployments: [live] }, b: { base: [dev] } }';
    expect(describePolicy(policy(places)).filter((sentence) => !nothingSaid.includes(sentence))).toEqual([
      'Environment 1 by strictness is a.',
      'Path x/** belongs to a.',
      'Deployment environment live belongs to a.',
      'Environment 2 by strictness is b.',
      'Branch dev belongs to b.',
    ]);
  });
});
