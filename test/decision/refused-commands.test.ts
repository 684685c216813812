import { describe, expect, test } from 'vitest';
import type { PolicyInForce } from '../../src/decision/decision.ts';
import type { Intervention } from '../../src/decision/intervention.ts';
import { type Changes, facts, head, person, policy, said, settled, time, twoStages } from '../support/facts.ts';

const exceptions =
  '  exceptions: [ { user: "user:author", may-approve-own: production, until: 2026-12-31, reason: RISK-1 } ]\n';
const glass = 'break-glass: { roles: [release-manager], reconcile-within: 1d, require: [ { role: peer } ] }\n';
const two = policy(`${twoStages}${glass}`);
const owned = policy(
  `${twoStages.replace('[ { role: peer } ]', '[ { role: peer }, { owners: systems } ]')}systems: { shop: { when: { paths: ["src/**"] }, owners: ["user:zoe"] } }\n`,
);

function refusals(interventions: readonly Intervention[], rules: PolicyInForce = two, changes: Changes = {}) {
  return settled(rules, facts({ ...changes, interventions: [...interventions] })).refused.map(
    ({ by, reason }) => `${by.login}: ${reason.message}`,
  );
}

const own = (more = {}) => said('author', '11:00', { kind: 'approve-own', rationale: 'alone' }, more);
const away = (by: string, more = {}) => said(by, '11:00', { kind: 'away', until: time('18:00') }, more);
const hands = (by: string, to: string, role: string | null = null) =>
  said(by, '11:00', { kind: 'delegate', to: person(to), role, until: time('18:00') });

describe('a command without effect says why', () => {
  const noException = (where: string) =>
    `author: The policy has no exception in force ${where} that lets you approve your own change. Somebody else has to approve it with a review.`;
  const noRole = 'zoe: You are a member of no role that this proposal asks for. Say it where you are one.';
  const noSeat = 'zoe: Only a member of a role that this proposal asks for can hand a seat to somebody.';

  test.each<[string, readonly Intervention[], PolicyInForce, Changes, readonly string[]]>([
    ['an own approval', [own()], two, {}, [noException('for production')]],
    [
      'an own approval on a branch of no environment',
      [own()],
      two,
      { pull: { base: 'elsewhere' } },
      [noException('here')],
    ],
    ['an own approval under an exception', [own()], policy(`${twoStages}${exceptions}`), {}, []],
    ['an own approval that was taken when there was one', [own({ taken: true })], two, {}, []],
    ['the absence of somebody who is asked for nothing', [away('zoe')], two, {}, [noRole]],
    ['the absence of a member', [away('rita')], two, {}, []],
    ['the absence of an owner', [away('zoe')], owned, {}, []],
    ['the absence of somebody who was a member when they said it', [away('zoe', { taken: true })], two, {}, []],
    ['a seat handed over by somebody without one', [hands('zoe', 'ruth')], two, {}, [noSeat]],
    ['the cover of a system handed over', [hands('zoe', 'bo')], owned, {}, [noSeat]],
    ['a seat handed to oneself', [hands('ana', 'ana')], two, {}, ['ana: You cannot hand your seat to yourself.']],
    ['a seat handed to another member', [hands('ana', 'bo')], two, {}, []],
    ['one of two seats handed to a backup of it', [hands('ana', 'ruth')], two, {}, []],
    [
      'either of two seats handed to somebody from outside',
      [hands('ana', 'zoe')],
      two,
      {},
      [
        'ana: zoe is neither a member nor a backup of peer, release-manager, and a seat never goes to somebody from outside the role.',
      ],
    ],
    [
      'a seat that is another’s',
      [hands('ana', 'ruth', 'security')],
      two,
      {},
      ['ana: You are not a member of the role "security"; yours here: peer, release-manager.'],
    ],
  ])('%s', (_, interventions, rules, changes, expected) => {
    expect(refusals(interventions, rules, changes)).toEqual(expected);
  });
});

describe('what is taken back', () => {
  const back = (by: string, whose: string | null = null, at = '11:30', more = {}) =>
    said(by, at, { kind: 'withdraw', whose: whose === null ? null : person(whose).id, rationale: 'seen' }, more);
  const defer = (by: string, more = {}) =>
    said(by, '11:00', { kind: 'defer', until: { kind: 'instant', at: time('23:00') }, because: 'x' }, more);
  const breaks = (more = {}) =>
    said('rita', '11:00', { kind: 'break-glass', incident: 'INC-1', reason: 'down' }, { head, ...more });
  const none = (login: string) =>
    `${login}: There is nothing to withdraw: no rejection, deferral or request of that person stands here.`;

  test.each<[string, readonly Intervention[], string, readonly string[]]>([
    ['a deferral by the author, who is no approver', [defer('author'), back('author')], 'waiting', []],
    ['a broken glass', [breaks(), back('rita')], 'waiting', []],
    ['a broken glass by somebody else', [breaks(), back('ana', 'rita')], 'overridden', [none('ana')]],
    ['a broken glass before it was broken', [breaks(), back('rita', null, '10:30')], 'overridden', [none('rita')]],
    ['a glass broken again', [breaks(), back('rita'), { ...breaks(), id: 1, at: time('11:45') }], 'overridden', []],
    [
      'in the same second, by what was said later',
      [breaks({ id: 10 }), back('rita', null, '11:00', { id: 11 })],
      'waiting',
      [],
    ],
    [
      'in the same second, not by what was said before',
      [back('rita', null, '11:00', { id: 9 }), breaks({ id: 10 })],
      'overridden',
      [],
    ],
    [
      'by somebody who was an approver when they said it',
      [defer('bo'), back('zoe', 'bo', '11:30', { taken: true })],
      'waiting',
      [],
    ],
    ['by an approver', [defer('bo'), back('ana', 'bo')], 'waiting', []],
    ['what was said of another proposal by somebody', [defer('bo'), back('ana', 'cy')], 'deferred', [none('ana')]],
    ['twice', [defer('bo'), back('bo'), back('bo', null, '11:40')], 'waiting', []],
    ['nothing but what was withdrawn', [back('bo'), back('bo', null, '11:40')], 'waiting', [none('bo'), none('bo')]],
    ['a deferral by somebody who was an approver', [defer('zoe', { taken: true })], 'deferred', []],
    ['no absence, by somebody who is not away', [away('rita'), back('ana', 'rita')], 'waiting', [none('ana')]],
  ])('%s', (_, interventions, state, refused) => {
    expect([settled(two, facts({ interventions: [...interventions] })).state, refusals(interventions)]).toEqual([
      state,
      refused,
    ]);
  });
});

describe('whoever may do nothing here is no approver', () => {
  const reject = said('bo', '11:00', { kind: 'reject', code: 'risk', rationale: 'no' });
  const no = 'Only an eligible approver of this proposal can reject it.';

  test.each([
    ['with permission', {}, 'rejected', []],
    ['with too little of it', { permissions: { bo: 'read' } }, 'waiting', [no]],
    ['suspended', { suspended: ['bo'] }, 'waiting', [no]],
  ] as const)('%s', (_, world, state, refused) => {
    const decision = settled(two, facts({ interventions: [reject] }), world);
    expect([decision.state, decision.refused.map(({ reason }) => reason.message)]).toEqual([state, refused]);
  });

  test('nor is anybody of whom it cannot be read', () => {
    const people = { [person('bo').id]: { error: 'GitHub answered 502.' } };
    const decision = settled(two, facts({ interventions: [reject] }), { lookups: { people } });
    expect([decision.state, decision.rejections]).toEqual(['facts-incomplete', []]);
  });
});
