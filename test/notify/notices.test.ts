import { describe, expect, test } from 'vitest';
import { decide } from '../../src/decision/decide.ts';
import type { Decision } from '../../src/decision/decision.ts';
import { evolve } from '../../src/decision/evolve.ts';
import { noHistory } from '../../src/decision/history.ts';
import { noticesOf, type Where } from '../../src/notify/notices.ts';
import {
  approval,
  type Changes,
  facts,
  head,
  person,
  policy,
  said,
  settled,
  sha,
  time,
  twoStages,
  type World,
} from '../support/facts.ts';

// Candidates are told in the order of their ids.
for (const login of ['ana', 'bo', 'rita', 'ruth', 'ina']) person(login);

const where: Where = {
  repository: 'acme/shop',
  pull: 7,
  title: 'Remedy',
  url: 'https://github.com/acme/shop/pull/7',
  draft: false,
};
const withGlass = `${twoStages.replace(
  'roles:\n',
  'roles:\n  commander: { members: ["user:ina"] }\n',
)}break-glass: { roles: [commander], reconcile-within: 1d, require: [ { role: peer } ] }\n`;
const two = policy(withGlass);
const timed = policy(
  withGlass.replace('    require: { release:', '    sla: { release: 30m }\n    require: { release:'),
);

function decided(changes: Changes = {}, under = two, world: World = {}): Decision {
  return settled(under, facts(changes), world);
}

/** The notices in short: event and title. */
function told(before: Decision | null, after: Decision, more: Partial<Where> = {}): readonly string[] {
  return noticesOf(before, after, { ...where, ...more }).map(({ event, title }) => `${event}: ${title}`);
}

const peerIn = [approval('bo', '10:00')];
const both = [...peerIn, approval('rita', '11:00')];
const rejecting = said('rita', '11:30', { kind: 'reject', code: 'risk', rationale: 'Not on a Friday.' });
const deferring = said('rita', '11:30', {
  kind: 'defer',
  until: { kind: 'instant', at: time('18:00') },
  because: 'the deploy runs',
});
const breaking = said('ina', '11:30', { kind: 'break-glass', incident: 'INC-1', reason: 'Payments are down.' });
const lastValid = two.kind === 'valid' ? two.effective : undefined;
const invalid = (problem: string) => decide({ kind: 'invalid', problems: [problem], sources: [], lastValid }, facts());

describe('what a decision has to tell, where nothing came before', () => {
  test.each<[string, Decision, readonly string[]]>([
    ['an open stage', decided(), ['waiting: acme/shop#7 waits for peer']],
    ['the next stage', decided({ reviews: peerIn }), ['waiting: acme/shop#7 waits for release-manager']],
    ['an approval', decided({ reviews: both }), ['approved: acme/shop#7 is approved for production']],
    [
      'a seat that nobody can fill',
      decided({ reviews: peerIn }, two, { permissions: { rita: 'read', ana: 'read', ruth: 'read' } }),
      ['unfillable: Nobody can sign acme/shop#7'],
    ],
    ['a rejection', decided({ interventions: [rejecting] }), ['rejected: rita rejected acme/shop#7 (risk)']],
    ['a deferral', decided({ interventions: [deferring] }), ['deferred: acme/shop#7 is deferred']],
    ['a broken glass', decided({ interventions: [breaking] }), ['break-glass: ina broke the glass for acme/shop#7']],
    [
      'a stage past its time',
      decided({ reviews: peerIn, at: time('10:30') }, timed),
      [
        'waiting: acme/shop#7 waits for release-manager',
        'sla-breached: acme/shop#7 is overdue: it still waits for release-manager',
      ],
    ],
    [
      'an invalid policy',
      invalid('countersign.yml:1:1: no'),
      ['policy-invalid: The policy is invalid, and nothing passes'],
    ],
    ['what is not governed', decided({ labels: [] }), []],
    ['no policy', decide({ kind: 'none' }, facts()), []],
    ['what cannot be read', decide(two, facts({ reviews: both })), []],
    [
      'a policy that is only proposed',
      decided({
        files: ['.github/countersign.yml'],
        lookups: { proposedPolicy: { [head]: { ok: { kind: 'invalid', problems: ['no'] }, at: time('12:00') } } },
      }),
      [],
    ],
  ])('%s', (_, decision, expected) => {
    expect(told(null, decision)).toEqual(expected);
    expect(told(decision, decision)).toEqual([]);
  });

  test('a draft asks nobody; a broken glass is told all the same', () => {
    for (const decision of [decided(), decided({ reviews: both }), decided({ interventions: [rejecting] })])
      expect(told(null, decision, { draft: true })).toEqual([]);
    expect(told(null, decided({ interventions: [breaking] }), { draft: true })).toHaveLength(1);
  });
});

describe('nobody is told twice of the same', () => {
  const pushed = (reviews: Changes['reviews'] = []) => {
    const history = evolve(noHistory, decided({ reviews }));
    return decided({ pull: { headSha: sha('b') }, reviews, history });
  };

  test('a push while the same seats are open asks nobody again', () => {
    expect(told(decided(), pushed())).toEqual([]);
  });

  test('a push that makes approvals stale asks for them again', () => {
    expect(told(decided({ reviews: peerIn }), pushed(peerIn))).toEqual(['waiting: acme/shop#7 waits for peer']);
  });

  test('a stage of two seats is asked for once, and not again when one of them is filled', () => {
    const twice = policy(withGlass.replace('[ { role: peer } ] }', '[ { role: peer, count: 2 } ] }'));
    const first = decided({}, twice);
    expect(told(null, first)).toEqual(['waiting: acme/shop#7 waits for 2 × peer']);
    expect(told(first, decided({ reviews: peerIn }, twice))).toEqual([]);
  });

  test('an SLA is broken once', () => {
    const due = decided({ reviews: peerIn, at: time('10:30') }, timed);
    const before = decided({ reviews: peerIn, at: time('10:20') }, timed);
    // Only a decision that differs is recorded, and only what is recorded is told.
    expect([before.reevaluateAt, due.reevaluateAt]).toEqual([time('10:30'), null]);
    expect(told(before, due)).toEqual(['sla-breached: acme/shop#7 is overdue: it still waits for release-manager']);
    expect(told(due, decided({ reviews: peerIn, at: time('11:30') }, timed))).toEqual([]);
  });

  test('keys: the same from whatever pull request for an organization’s policy, and of each repository for its own', () => {
    const keysAt = (decision: Decision, more: Partial<Where>) =>
      noticesOf(null, decision, { ...where, ...more }).map(({ key }) => key);
    const shared = invalid('countersign.yml:1:1: no');
    expect(keysAt(shared, {})).toEqual(keysAt(shared, { repository: 'acme/web', pull: 9 }));
    const own = invalid('.github/countersign.yml:1:1: no');
    expect(keysAt(own, {})).toEqual(keysAt(own, { pull: 9 }));
    expect(keysAt(own, {})).not.toEqual(keysAt(own, { repository: 'acme/web' }));
    expect(keysAt(shared, {})).not.toEqual(keysAt(invalid('countersign.yml:2:1: no'), {}));
    const waiting = decided();
    expect(keysAt(waiting, {})).not.toEqual(keysAt(waiting, { pull: 8 }));
    expect(keysAt(waiting, {})).not.toEqual(keysAt(waiting, { repository: 'acme/web' }));
  });
});

describe('what a notice says', () => {
  const linesOf = (decision: Decision, more: Partial<Where> = {}) =>
    noticesOf(null, decision, { ...where, ...more }).map(({ lines }) => lines);

  test.each<[string, Decision, readonly (readonly string[])[]]>([
    ['who can sign', decided(), [['Remedy', 'peer: ana, bo can sign.']]],
    ['who signed', decided({ reviews: both }), [['Remedy', 'peer, peer: bo', 'release, release-manager: rita']]],
    ['why it was rejected', decided({ interventions: [rejecting] }), [['Remedy', 'Not on a Friday.']]],
    [
      'until when it is deferred',
      decided({ interventions: [deferring] }),
      [['Remedy', 'rita deferred it until Mon 2026-11-23 18:00 UTC: the deploy runs']],
    ],
    [
      'which incident',
      decided({ interventions: [breaking] }),
      [['Remedy', 'Incident: INC-1', 'Reason: Payments are down.', `For the commit ${head} alone.`]],
    ],
    [
      'what is due, what was, and that backups may sign',
      decided({ reviews: peerIn, at: time('10:30') }, timed),
      [
        ['Remedy', 'release-manager: ana, rita, ruth can sign.', 'Due Mon 2026-11-23 10:30 UTC.'],
        [
          'Remedy',
          'It was due Mon 2026-11-23 10:30 UTC.',
          'release-manager: ana, rita, ruth can sign.',
          'Backups may sign from now on, where a role has any.',
        ],
      ],
    ],
    ['what is wrong', invalid('countersign.yml:1:1: no'), [['countersign.yml:1:1: no', 'Noticed at acme/shop#7.']]],
  ])('%s', (_, decision, expected) => {
    expect(linesOf(decision)).toEqual(expected);
  });

  test('titles stay one line, end somewhere, and cannot turn the text around', () => {
    const [[line = ''] = []] = linesOf(decided(), { title: `a\nb\u202e\u0000${'x'.repeat(9999)}` });
    expect(line).toMatch(/^a b\ufffd\ufffdx+…$/);
    expect([...line]).toHaveLength(500);
  });
});
