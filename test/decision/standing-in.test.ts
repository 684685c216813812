import { describe, expect, test } from 'vitest';
import { decide } from '../../src/decision/decide.ts';
import type { Decision, PolicyInForce } from '../../src/decision/decision.ts';
import type { PersonFact } from '../../src/decision/lookups.ts';
import {
  answered,
  approval,
  type Changes,
  commit,
  facts,
  now,
  person,
  policy,
  said,
  settled,
  time,
  twoStages,
  type World,
} from '../support/facts.ts';

const two = policy(twoStages);
const at = (until: string) => ({ kind: 'away', until }) as const;
const roles = (peer: string, more = '') =>
  policy(`${twoStages.replace('{ members: ["user:ana", "user:bo", "user:author"] }', `{ ${peer} }`)}${more}`);
const required = (peer: string, release: string, more = '') =>
  policy(
    `${twoStages.replace('[ { role: peer } ]', `[ ${peer} ]`).replace('[ { role: release-manager } ]', `[ ${release} ]`)}${more}`,
  );
const owning = (owner: string) => `systems: { shop: { when: { paths: ["src/**"] }, owners: [${owner}] } }\n`;

/** What GitHub has said of somebody before. */
function known(login: string, permission: PersonFact['permission'] = 'write') {
  const account = person(login);
  return { [account.id]: { at: now, ok: { account, permission, suspended: false } } };
}

/** The state, and for each seat who could fill it, or holds it. */
function seats({ state, plan }: Decision): readonly string[] {
  const names = (people: readonly { readonly login: string }[]) => people.map(({ login }) => login).join(' ');
  return [
    state,
    ...plan.flatMap((stage) =>
      stage.seats.map(({ id, filledBy, candidates, backups }) => {
        const standIns = backups.length === 0 ? '' : `, of them in place of others: ${names(backups)}`;
        return `${id}: ${filledBy === null ? '' : `${filledBy.account.login}!`}${names(candidates)}${standIns}`;
      }),
    ),
  ];
}

describe('backups', () => {
  const night =
    'calendars: { night: { timezone: UTC, hours: { mon-sun: "HOURS" } } }\nwindows: { night: { calendar: night } }\n';
  const during = (hours: string) =>
    roles('members: ["user:bo"], backups: ["user:cy"], backups-during: [night]', night.replace('HOURS', hours));
  const doubled = roles('members: ["user:ana", "user:bo"], backups: ["user:bo", "user:cy"]');

  test.each<[string, PolicyInForce, Changes, string, string | null]>([
    ['on duty', during('11:00-13:00'), {}, 'role:peer#1: bo cy, of them in place of others: cy', time('13:00')],
    ['off duty', during('13:00-14:00'), {}, 'role:peer#1: bo', time('13:00')],
    [
      'for who is away',
      doubled,
      { interventions: [said('ana', '11:00', at(time('18:00')))] },
      'role:peer#1: ana bo cy, of them in place of others: cy',
      time('18:00'),
    ],
    [
      'for who was away until now',
      doubled,
      { interventions: [said('ana', '11:00', at(now))] },
      'role:peer#1: ana bo',
      null,
    ],
    [
      'for somebody else who is away',
      doubled,
      { interventions: [said('rita', '11:00', at(time('18:00')))] },
      'role:peer#1: ana bo',
      time('18:00'),
    ],
    [
      'that there are none of',
      policy(twoStages.replace(', backups: ["user:ruth"]', '')),
      { interventions: [said('bo', '11:00', at(time('18:00')))] },
      'role:peer#1: ana bo',
      null,
    ],
    [
      'where nobody else is left',
      doubled,
      { commits: [commit(person('ana')), commit(person('bo'))] },
      'role:peer#1: cy, of them in place of others: cy',
      null,
    ],
  ])('%s', (_, rules, changes, seat, again) => {
    const decision = settled(rules, facts(changes));
    expect([seats(decision)[1], decision.reevaluateAt]).toEqual([seat, again]);
  });
});

describe('a seat that was handed over', () => {
  const hands = (by: string, to: string, role: string | null = null) =>
    said(by, '11:00', { kind: 'delegate', to: person(to), role, until: time('18:00') });
  const release = (interventions: ReturnType<typeof said>[], world: World = {}) =>
    seats(settled(two, facts({ reviews: [approval('bo', '10:00')], interventions }), world))[2];

  test.each<[string, ReturnType<typeof said>[], World, string]>([
    ['is asked of who has it now', [hands('rita', 'ruth')], {}, 'ana ruth, of them in place of others: ruth'],
    ['is asked of another member', [hands('rita', 'ana')], {}, 'ana'],
    [
      'is still asked of who cannot hand it over to somebody who may do nothing',
      [hands('rita', 'ruth')],
      { permissions: { ruth: 'none' } },
      'ana rita',
    ],
    ['of another role is asked of who it was', [hands('ana', 'bo', 'peer')], {}, 'ana rita'],
    [
      'and taken back is asked of who it was',
      [hands('rita', 'ruth'), said('rita', '11:30', { kind: 'withdraw', whose: null, rationale: '' })],
      {},
      'ana rita',
    ],
  ])('%s', (_, interventions, world, expected) => {
    const people = known('ruth', world.permissions?.ruth);
    expect(release(interventions, { ...world, lookups: { people } })).toBe(`role:release-manager#1: ${expected}`);
  });
});

describe('one person for several seats', () => {
  const once = 'approvals: { same-person: once }\n';
  const each = 'approvals: { same-person: per-stage }\n';
  const only = { commits: [commit(person('bo')), commit(person('rita')), commit(person('ruth'))] };

  test.each<[string, PolicyInForce, Changes, readonly string[]]>([
    [
      'cannot fill two stages',
      required('{ role: peer }', '{ role: release-manager }', once),
      only,
      ['unfillable', 'role:peer#1: ana', 'role:release-manager#1: ana'],
    ],
    [
      'can, where policy says so',
      required('{ role: peer }', '{ role: release-manager }', each),
      only,
      ['waiting', 'role:peer#1: ana', 'role:release-manager#1: ana'],
    ],
    [
      'cannot fill two seats of a stage even so',
      required('{ role: peer, count: 2 }', '{ role: release-manager }', each),
      only,
      ['unfillable', 'role:peer#1: ana', 'role:peer#2: ana', 'role:release-manager#1: ana'],
    ],
    [
      'is not asked for the next stage',
      two,
      { reviews: [approval('ana', '10:00')] },
      ['waiting', 'role:peer#1: ana!', 'role:release-manager#1: rita'],
    ],
    [
      'is, where policy says so',
      required('{ role: peer }', '{ role: release-manager }', each),
      { reviews: [approval('ana', '10:00')] },
      ['waiting', 'role:peer#1: ana!', 'role:release-manager#1: ana rita'],
    ],
    [
      'is not asked for another seat of the stage',
      required('{ role: peer, count: 2 }', '{ role: release-manager }', each),
      { reviews: [approval('ana', '10:00')] },
      ['waiting', 'role:peer#1: ana!', 'role:peer#2: bo', 'role:release-manager#1: ana rita'],
    ],
    [
      'covers a system beside the seat',
      required('{ role: peer }, { owners: systems }', '{ role: release-manager }', owning('"user:bo"')),
      { commits: [commit(person('ana'))] },
      ['waiting', 'role:peer#1: bo', 'system:shop: bo', 'role:release-manager#1: rita'],
    ],
    [
      'is asked again to cover a system later',
      required('{ role: peer, count: 2 }', '{ owners: systems }', owning('"user:bo"')),
      { reviews: [approval('bo', '10:00'), approval('ana', '10:30')] },
      ['waiting', 'role:peer#1: ana!', 'role:peer#2: bo!', 'system:shop: bo'],
    ],
    [
      'who covers a system is asked for the seat of the next stage',
      required('{ owners: systems }, { role: peer }', '{ role: release-manager }', owning('"user:rita"')),
      { reviews: [approval('rita', '10:00'), approval('bo', '10:30')] },
      ['waiting', 'system:shop: rita!', 'role:peer#1: bo!', 'role:release-manager#1: ana rita'],
    ],
  ])('%s', (_, rules, changes, expected) => {
    expect(seats(settled(rules, facts(changes)))).toEqual(expected);
  });

  test('of a seat that one person too few can fill, only the others are said to be out', () => {
    const decision = settled(
      required('{ role: peer, count: 2 }', '{ role: release-manager }'),
      facts({ commits: [commit(person('bo'))] }),
    );
    expect(decision.state).toBe('unfillable');
    expect(decision.plan[0]?.seats[1]?.out.map(({ account }) => account.login)).toEqual(['author', 'bo']);
  });
});

describe('as few people as possible are asked about', () => {
  /** Of whom GitHub was asked what they may do, in rounds. */
  function rounds(rules: PolicyInForce, changes: Changes, world: World = {}): readonly (readonly string[])[] {
    const all: string[][] = [];
    answered(facts(changes), world, (current) => {
      const { wants } = decide(rules, current);
      const people = wants.flatMap(({ kind, login = '' }) => (kind === 'people' ? [login] : []));
      if (people.length > 0) all.push(people.sort());
      return { wants };
    });
    return all;
  }
  const large = (count: number) =>
    roles(`members: [${Array.from({ length: count }, (_, n) => `"user:m${n}"`).join(', ')}]`);

  test.each<[string, Changes, readonly (readonly string[])[]]>([
    ['one for each seat', {}, [['ana', 'bo']]],
    [
      'who has approved, and so is known, and one for the seat that is left',
      { reviews: [approval('bo', '10:00')] },
      [['bo'], ['ana']],
    ],
    [
      'nobody who says something and is no approver',
      { interventions: [said('zoe', '11:00', { kind: 'reject', code: 'risk', rationale: 'no' })] },
      [['ana', 'bo']],
    ],
  ])('%s', (_, changes, expected) => {
    const found = rounds(two, changes);
    expect(found.flat().sort()).toEqual(expected.flat().sort());
  });

  test('whoever is known takes the seat before somebody who would have to be asked about', () => {
    const three = roles('members: ["user:ana", "user:bo", "user:cy"]');
    expect(rounds(three, {}, { lookups: { people: known('cy') } })).toEqual([['ana']]);
  });

  test('once one of them may not, the others together, and of many the first thirty', () => {
    const denied = { permissions: { m0: 'read' } } as const;
    expect(rounds(large(5), {}, denied).at(-1)).toEqual(['m1', 'm2', 'm3', 'm4']);
    expect(rounds(large(50), {}, denied).at(-1)).toHaveLength(30);
    expect(rounds(large(50), {}).flat()).toHaveLength(2);
  });
});
