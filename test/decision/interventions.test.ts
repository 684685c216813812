import { describe, expect, test } from 'vitest';
import type { Intervention } from '../../src/decision/intervention.ts';
import type { IssueFact } from '../../src/decision/lookups.ts';
import { approval, facts, person, policy, reasonCodes, said, settled, sha, twoStages } from '../support/facts.ts';

const two = policy(twoStages);
const both = () => [approval('bo', '10:00'), approval('rita', '11:00')];

describe('what a withdrawal lifts', () => {
  const reject = said('bo', '11:30', { kind: 'reject', code: 'risk', rationale: 'no' });
  const defer = said('bo', '11:30', {
    kind: 'defer',
    until: { kind: 'instant', at: '2026-11-24T12:00:00Z' },
    because: '',
  });
  const away = said('bo', '11:30', { kind: 'away', until: '2026-11-24T12:00:00Z' });
  const withdraw = (by: string, whose: string | null = 'bo', at = '11:40') =>
    said(by, at, { kind: 'withdraw', whose: whose === null ? null : person(whose).id, rationale: 'seen' });
  const decide = (...interventions: readonly Intervention[]) =>
    settled(two, facts({ reviews: both(), interventions: [...interventions] }));
  const messages = (...interventions: readonly Intervention[]) =>
    decide(...interventions).refused.map(({ reason }) => reason.message);

  test('a rejection of another stage it does not, and says so', () => {
    expect(decide(reject, withdraw('rita')).state).toBe('rejected');
    expect(messages(reject, withdraw('rita'))).toEqual([
      'Only an approver of the same stage can lift a rejection, so it still stands.',
    ]);
    expect(decide(reject, withdraw('ana'))).toMatchObject({ state: 'approved', refused: [] });
  });

  test('a deferral of another stage it does', () => {
    expect(decide(defer).state).toBe('deferred');
    expect(decide(defer, withdraw('rita'))).toMatchObject({ state: 'approved', refused: [] });
  });

  test('by somebody who could not have said it, nothing', () => {
    expect(decide(defer, withdraw('zoe')).state).toBe('deferred');
    expect(messages(defer, withdraw('zoe'))).toEqual([
      'Only an approver who could have said it can lift what somebody else said.',
    ]);
  });

  test('nothing that concerns its speaker alone, and nothing that was said later', () => {
    const nothing = ['There is nothing to withdraw: no rejection, deferral or request of that person stands here.'];
    expect(messages(away, withdraw('ana'))).toEqual(nothing);
    expect(messages(reject, withdraw('ana', 'bo', '11:20'))).toEqual(nothing);
    expect(messages(withdraw('ana', null))).toEqual(nothing);
    expect(messages(away, withdraw('bo', null))).toEqual([]);
  });
});

describe('until something else is over', () => {
  const until = (more: { readonly taken?: true; readonly reference?: string } = {}) => {
    const { taken, reference = 'acme/shop#9' } = more;
    const what = { kind: 'defer', until: { kind: 'reference', reference }, because: '' } as const;
    return said('bo', '11:00', what, taken === undefined ? {} : { taken });
  };
  const decide = (defer: Intervention, state?: IssueFact['state']) => {
    const issues = state === undefined ? {} : { 'acme/shop#9': { state, title: '', url: '' } };
    return settled(two, facts({ reviews: both(), interventions: [defer] }), { issues });
  };

  test.each([
    ['what is open', until(), 'open', 'deferred', []],
    ['what was open when it was said', until({ taken: true }), 'merged', 'approved', []],
    ['what cannot be read any more', until({ taken: true }), undefined, 'deferred', []],
    [
      'what is over already',
      until(),
      'closed',
      'approved',
      ['acme/shop#9 is closed already, so there is nothing to wait for.'],
    ],
    ['what cannot be read', until(), undefined, 'approved', ['acme/shop#9 is this pull request, or cannot be read.']],
    [
      'itself',
      until({ reference: 'Acme/shop#7' }),
      'open',
      'approved',
      ['Acme/shop#7 is this pull request, or cannot be read.'],
    ],
  ] as const)('%s', (_, defer, state, expected, refused) => {
    const decision = decide(defer, state);
    expect([decision.state, decision.refused.map(({ reason }) => reason.message)]).toEqual([expected, refused]);
  });
});

describe('a narrower scope', () => {
  const ask = said('ana', '09:00', { kind: 'narrow-scope', what: 'only payments' }, { head: sha('b') });
  const decide = (...reviews: readonly ReturnType<typeof approval>[]) =>
    reasonCodes(settled(two, facts({ reviews: [...both(), ...reviews], interventions: [ask] })));

  test('is there once who asked has approved a new head', () => {
    expect(decide()).toEqual(['narrower-scope-requested']);
    expect(decide(approval('ana', '11:30'))).toEqual([]);
  });

  test('is not there because who asked had approved the old one, wherever GitHub has moved that approval', () => {
    expect(decide(approval('ana', '09:30', { delivered: sha('b') }))).toEqual(['narrower-scope-requested']);
    expect(decide(approval('ana', '09:30', { delivered: null }))).toEqual(['narrower-scope-requested']);
    expect(decide(approval('ana', '08:30'))).toEqual(['narrower-scope-requested']);
  });
});
