import { describe, expect, test } from 'vitest';
import { approval, facts, person, policy, said, settled, sha, time, twoStages } from '../support/facts.ts';
import { type Told, toldOfPeople } from '../support/told.ts';

const two = policy(twoStages);
const both = [approval('bo', '10:00'), approval('rita', '11:00')];
const bothFill = ['bo fills peer/role:peer#1', 'rita fills release/role:release-manager#1'];
const reject = (by: string, at = '11:30') =>
  said(by, at, { kind: 'reject', code: 'risk', rationale: 'no' }, { id: 42 });
const withdraw = (by: string, whose: string | null, rationale = 'seen', at = '11:40') =>
  said(by, at, { kind: 'withdraw', whose: whose === null ? null : person(whose).id, rationale });
const defer = (
  by: string,
  until: { kind: 'instant'; at: string } | { kind: 'reference'; reference: string } = {
    kind: 'instant',
    at: time('13:00'),
  },
) => said(by, '11:00', { kind: 'defer', until, because: 'x' }, { id: 43 });
const narrow = (by: string, head = sha('a')) =>
  said(by, '09:00', { kind: 'narrow-scope', what: 'less' }, { id: 44, head });
const given = (...interventions: ReturnType<typeof said>[]) => facts({ reviews: both, interventions });
const having =
  (...interventions: ReturnType<typeof said>[]) =>
  () =>
    settled(two, given(...interventions));
const issue = (state: 'open' | 'closed') => ({ issues: { 'acme/shop#9': { state, title: '', url: '' } } });

describe('a rejection by command', () => {
  const cases: readonly Told[] = [
    ['by an approver', having(reject('bo')), ['rejected', ...bothFill]],
    [
      'by somebody else',
      having(reject('zoe')),
      [
        'approved',
        ...bothFill,
        'no effect: zoe: (not-entitled) Only an eligible approver of this proposal can reject it.',
      ],
    ],
    ['taken back by who gave it', having(reject('bo'), withdraw('bo', null, '')), ['approved', ...bothFill]],
    [
      'taken back with another one',
      having(reject('bo'), withdraw('bo', 'ana')),
      [
        'rejected',
        ...bothFill,
        'no effect: bo: (nothing-to-withdraw) There is nothing to withdraw: no rejection, deferral or request of that person stands here.',
      ],
    ],
    [
      'taken back before it was given',
      having(reject('bo'), withdraw('bo', null, '', '11:20')),
      [
        'rejected',
        ...bothFill,
        'no effect: bo: (nothing-to-withdraw) There is nothing to withdraw: no rejection, deferral or request of that person stands here.',
      ],
    ],
    [
      'taken back in the same second',
      having(reject('bo'), withdraw('bo', null, '', '11:30')),
      ['approved', ...bothFill],
    ],
    [
      'withdrawn by another approver of the stage',
      having(reject('bo'), withdraw('ana', 'bo')),
      ['approved', ...bothFill],
    ],
    [
      'withdrawn by another approver without a rationale',
      having(reject('bo'), withdraw('ana', 'bo', ' ')),
      [
        'rejected',
        ...bothFill,
        'no effect: ana: (not-entitled) Only an approver of the same stage can lift a rejection, so it still stands.',
      ],
    ],
    [
      'withdrawn by another approver among everything',
      having(reject('bo'), withdraw('ana', null)),
      [
        'rejected',
        ...bothFill,
        'no effect: ana: (nothing-to-withdraw) There is nothing to withdraw: no rejection, deferral or request of that person stands here.',
      ],
    ],
    [
      'withdrawn by an approver of another stage',
      having(reject('bo'), withdraw('rita', 'bo')),
      [
        'rejected',
        ...bothFill,
        'no effect: rita: (not-entitled) Only an approver of the same stage can lift a rejection, so it still stands.',
      ],
    ],
    [
      'withdrawn by somebody who is none',
      having(reject('bo'), withdraw('zoe', 'bo')),
      [
        'rejected',
        ...bothFill,
        'no effect: zoe: (not-entitled) Only an approver who could have said it can lift what somebody else said.',
      ],
    ],
  ];
  test.each(cases)('%s', (_, given, expected) => {
    expect(toldOfPeople(given())).toEqual(expected);
  });
});

describe('a deferral', () => {
  const cases: readonly Told[] = [
    ['by the author', having(defer('author')), ['deferred', ...bothFill]],
    [
      'by somebody else',
      having(defer('zoe')),
      [
        'approved',
        ...bothFill,
        'no effect: zoe: (not-entitled) Only an eligible approver or the author can defer this proposal.',
      ],
    ],
    ['taken back', having(defer('bo'), withdraw('bo', 'bo')), ['approved', ...bothFill]],
    ['taken back by another approver', having(defer('bo'), withdraw('rita', 'bo')), ['approved', ...bothFill]],
    [
      'taken back by another approver among everything',
      having(defer('bo'), withdraw('rita', null)),
      [
        'deferred',
        ...bothFill,
        'no effect: rita: (nothing-to-withdraw) There is nothing to withdraw: no rejection, deferral or request of that person stands here.',
      ],
    ],
    [
      'taken back by somebody else',
      having(defer('bo'), withdraw('zoe', 'bo')),
      [
        'deferred',
        ...bothFill,
        'no effect: zoe: (not-entitled) Only an approver who could have said it can lift what somebody else said.',
      ],
    ],
    [
      'until itself',
      having(defer('bo', { kind: 'reference', reference: 'Acme/Shop#7' })),
      ['approved', ...bothFill, 'no effect: bo: (not-now) Acme/Shop#7 is this pull request, or cannot be read.'],
    ],
    [
      'until what cannot be read',
      having(defer('bo', { kind: 'reference', reference: 'acme/shop#8' })),
      ['approved', ...bothFill, 'no effect: bo: (not-now) acme/shop#8 is this pull request, or cannot be read.'],
    ],
    [
      'until another is closed',
      () => settled(two, given(defer('bo', { kind: 'reference', reference: 'acme/shop#9' })), issue('open')),
      ['deferred', ...bothFill],
    ],
    [
      'until another was closed',
      () => settled(two, given(defer('bo', { kind: 'reference', reference: 'acme/shop#9' })), issue('closed')),
      [
        'approved',
        ...bothFill,
        'no effect: bo: (not-now) acme/shop#9 is closed already, so there is nothing to wait for.',
      ],
    ],
  ];
  test.each(cases)('%s', (_, given, expected) => {
    expect(toldOfPeople(given())).toEqual(expected);
  });
});

describe('a request', () => {
  const cases: readonly Told[] = [
    [
      'by somebody else',
      having(narrow('zoe'), said('zoe', '09:00', { kind: 'request-validation', what: '' })),
      [
        'approved',
        ...bothFill,
        'no effect: zoe: (not-entitled) Only an eligible approver of this proposal can ask for this.',
        'no effect: zoe: (not-entitled) Only an eligible approver of this proposal can ask for this.',
      ],
    ],
    ['taken back', having(narrow('ana'), withdraw('ana', 'ana')), ['approved', ...bothFill]],
    ['on an older head, not yet approved by who asked', having(narrow('ana', sha('b'))), ['waiting', ...bothFill]],
    ['on an older head, approved by who asked since', having(narrow('bo', sha('b'))), ['approved', ...bothFill]],
  ];
  test.each(cases)('%s', (_, given, expected) => {
    expect(toldOfPeople(given())).toEqual(expected);
  });
});
