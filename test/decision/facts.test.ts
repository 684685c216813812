import { describe, expect, test } from 'vitest';
import { Facts } from '../../src/decision/facts.ts';
import {
  approval,
  commit,
  facts,
  head,
  person,
  policy,
  run,
  said,
  settled,
  time,
  twoStages,
} from '../support/facts.ts';
import { told, toldOfPeople } from '../support/told.ts';

const full = facts({
  reviews: [approval('bo', '10:00')],
  commits: [commit(person('author'))],
  interventions: [said('bo', '11:00', { kind: 'away', until: time('18:00') })],
  heads: [{ sha: head, pusher: null, at: time('08:00'), unannounced: true }],
  dismissals: [{ reviewId: 1, by: null, previousState: null, message: '', at: time('09:00') }],
  lookups: { validations: { [head]: { ok: { items: [run()], total: 1 }, at: time('12:00') } } },
});

describe('facts', () => {
  test('are what they were after they have been written and read', () => {
    expect(Facts.parse(JSON.parse(JSON.stringify(full)))).toEqual(full);
  });

  test.each(['private', 'public', 'internal'] as const)('of a repository that is %s', (visibility) => {
    const given = facts({ repository: { visibility } });
    expect(Facts.parse(given)).toEqual(given);
  });

  test.each([
    ['a visibility that is none', { ...full, repository: { ...full.repository, visibility: 'secret' } }],
    ['fewer than no additions', { ...full, pull: { ...full.pull, additions: -1 } }],
    ['fewer than no deletions', { ...full, pull: { ...full.pull, deletions: -1 } }],
    ['a commit id that is cut short', { ...full, pull: { ...full.pull, headSha: 'abc' } }],
    ['an instant that is none', { ...full, at: 'now' }],
    ['a head that says it was announced', { ...full, heads: [{ ...full.heads[0], unannounced: false }] }],
    ['a state of a review that is none', { ...full, dismissals: [{ ...full.dismissals[0], previousState: 'x' }] }],
  ])('are refused with %s', (_, given) => {
    expect(Facts.safeParse(given).success).toBe(false);
  });
});

describe('people and teams of a policy', () => {
  const teamed = policy(twoStages.replace('["user:ana", "user:bo", "user:author"]', '["team:acme/peers", "user:zed"]'));

  test('a team that does not exist', () => {
    const lookups = { teams: { 'acme/peers': { ok: null, at: time('12:00') } } };
    expect(told(settled(teamed, facts(), { lookups })).slice(0, 2)).toEqual([
      'facts-incomplete: Cannot decide: The team acme/peers does not exist or is not visible to the app.',
      'fact-unreadable: The team acme/peers does not exist or is not visible to the app.',
    ]);
  });

  test('a team that is another one than when the policy was written, and a person who is gone', () => {
    const given = facts({ bindings: { 'team:acme/peers': 1 } });
    expect(told(settled(teamed, given, { missing: ['zed'] }))[1]).toBe(
      'seat-unfillable: Nobody can fill the seat "peer" of the stage "peer". team:acme/peers now belongs to somebody else than when the policy was written. Change the policy to name them. Nobody is called zed any more.',
    );
  });

  test.each([
    ['a bot', approval({ ...person('bo'), kind: 'bot' }, '10:00'), {}, '(bot) bo is not a person.'],
    ['a shared account', approval('svc-x', '10:00'), {}, '(shared-account) svc-x is a shared or service account.'],
    ['somebody suspended', approval('bo', '10:00'), { suspended: ['bo'] }, '(suspended) bo is suspended.'],
    [
      'somebody who may do too little',
      approval('bo', '10:00'),
      { permissions: { bo: 'triage' as const } },
      '(no-permission) bo has triage permission here, and write is needed.',
    ],
  ])('%s cannot sign', (_, review, world, reason) => {
    const lines = toldOfPeople(settled(policy(twoStages), facts({ reviews: [review] }), world));
    expect(lines[1]).toBe(`${review.author?.login}: ${reason}`);
  });
});
