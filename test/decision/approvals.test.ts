import { describe, expect, test } from 'vitest';
import { noHistory } from '../../src/decision/history.ts';
import {
  approval,
  bot,
  type Changes,
  codesOf,
  commit,
  facts,
  head,
  holders,
  person,
  policy,
  reasonCodes,
  settled,
  sha,
  time,
  twoStages,
  type World,
} from '../support/facts.ts';

const two = policy(twoStages);
const complete = [approval('bo', '10:00'), approval('rita', '11:00')];

type Written = readonly [
  name: string,
  changes: Changes,
  state: string,
  codes: Readonly<Record<string, readonly string[]>>,
  world?: World,
];
type Case = readonly [string, Changes, string, Readonly<Record<string, readonly string[]>>, World];

const full = ([name, changes, state, codes, world = {}]: Written): Case => [name, changes, state, codes, world];

const apart = (login: string, code: string, changes: Changes): Written => [
  `sets apart: ${code}`,
  { reviews: [approval(login, '10:00'), approval('rita', '11:00')], ...changes },
  'waiting',
  { [login]: [code] },
];

describe('who is set apart', () => {
  const author = person('author');
  const cases: readonly Written[] = [
    ['two people in two stages', { reviews: complete }, 'approved', { bo: [], rita: [] }],
    apart('author', 'author', {
      commits: [commit(person('else'))],
      heads: [{ sha: head, pusher: person('else'), at: time('08:00') }],
    }),
    [
      'T06 a commit author',
      { reviews: complete, commits: [commit(author), commit(person('bo'))] },
      'waiting',
      { bo: ['commit-author', 'committer'] },
    ],
    [
      'T06 a committer',
      { reviews: complete, commits: [commit(author, { committer: person('bo') })] },
      'waiting',
      { bo: ['committer'] },
    ],
    [
      'T06 a co-author',
      { reviews: complete, commits: [commit(author, { authors: [author, person('bo')] })] },
      'waiting',
      { bo: ['co-author'] },
    ],
    [
      'T06 whoever pushed an earlier head',
      {
        reviews: complete,
        heads: [
          { sha: sha('b'), pusher: person('bo'), at: time('08:00') },
          { sha: head, pusher: author, at: time('09:00') },
        ],
      },
      'waiting',
      { bo: ['pusher'] },
    ],
    [
      'T06 whoever contributed once, though the commit is gone',
      {
        reviews: complete,
        history: { ...noHistory, contributors: [{ account: person('bo'), as: 'commit-author' }] },
      },
      'waiting',
      { bo: ['commit-author'] },
    ],
    [
      'web-flow is not a person',
      {
        reviews: complete,
        commits: [commit(author, { committer: { id: 19864447, login: 'web-flow', kind: 'user' } })],
      },
      'approved',
      {},
    ],
    [
      'T01 a bot',
      { reviews: [approval(bot('robo'), '10:00'), approval('rita', '11:00')] },
      'waiting',
      { robo: ['bot'] },
    ],
    [
      'T22 a shared account',
      { reviews: [approval('svc-deploy', '10:00')] },
      'waiting',
      { 'svc-deploy': ['shared-account'] },
    ],
    [
      'T15 no write permission',
      { reviews: complete },
      'waiting',
      { bo: ['no-permission'] },
      { permissions: { bo: 'read' } },
    ],
    ['T15 suspended', { reviews: complete }, 'waiting', { bo: ['suspended'] }, { suspended: ['bo'] }],
    ['not a member', { reviews: [approval('zoe', '10:00')] }, 'waiting', { zoe: ['not-a-member'] }],
    [
      'T41 a contributor of a proposal with the same content',
      {
        reviews: complete,
        labels: [],
        history: {
          ...noHistory,
          lineage: [
            {
              proposal: 'acme/shop#3',
              governed: { categories: ['remediation'], route: 'approval', since: time('07:00') },
              contributors: [{ account: person('bo'), as: 'author' }],
              rejections: [],
            },
          ],
        },
      },
      'waiting',
      { bo: ['author'] },
    ],
  ];
  test.each(cases.map(full))('%s', (_, changes, state, codes, world) => {
    const decision = settled(two, facts(changes), world);
    expect(decision.state).toBe(state);
    for (const [login, expected] of Object.entries(codes)) expect(codesOf(decision, login)).toEqual(expected);
  });
});

describe('which approvals count', () => {
  const moved = {
    heads: [
      { sha: sha('b'), pusher: person('author'), at: time('08:00') },
      { sha: head, pusher: person('author'), at: time('10:30') },
    ],
  };
  const cases: readonly Written[] = [
    [
      'T02 T03 one delivered on another head, wherever GitHub has moved it',
      { reviews: [approval('bo', '10:00', { delivered: sha('b') })], ...moved },
      'waiting',
      { bo: ['stale-commit'] },
    ],
    [
      'T04 one whose delivery never came, older than the head',
      { reviews: [approval('bo', '10:00', { delivered: null })], ...moved },
      'waiting',
      { bo: ['unproven-commit'] },
    ],
    [
      'one whose delivery never came, on what has been the head all along',
      { reviews: [approval('bo', '11:00', { delivered: null }), approval('rita', '11:30')], ...moved },
      'approved',
      { bo: [] },
    ],
    [
      'a review without a commit',
      { reviews: [approval('bo', '10:00', { delivered: null, commit: null })] },
      'waiting',
      { bo: ['unproven-commit'] },
    ],
    [
      'T16 an approval before a request for changes that was dismissed',
      { reviews: [approval('bo', '10:00'), approval('bo', '10:30', { state: 'dismissed' })] },
      'waiting',
      { bo: ['dismissed'] },
    ],
    [
      'a comment after an approval changes nothing',
      { reviews: [...complete, approval('bo', '11:30', { state: 'commented' })] },
      'approved',
      { bo: [] },
    ],
    [
      'one given before its stage was open',
      { reviews: [approval('rita', '09:00'), approval('bo', '10:00')] },
      'waiting',
      { rita: ['stage-not-open'] },
    ],
    [
      'repeated once its stage is open',
      { reviews: [approval('rita', '09:00'), approval('bo', '10:00'), approval('rita', '10:01')] },
      'approved',
      { rita: [] },
    ],
  ];
  test.each(cases.map(full))('%s', (_, changes, state, codes, world) => {
    const decision = settled(two, facts(changes), world);
    expect(decision.state).toBe(state);
    for (const [login, expected] of Object.entries(codes)) expect(codesOf(decision, login)).toEqual(expected);
  });

  test('whoever is in both roles sits where it fills most, in whichever order they approved', () => {
    for (const reviews of [
      [approval('ana', '10:00'), approval('bo', '11:00')],
      [approval('bo', '10:00'), approval('ana', '11:00')],
    ]) {
      const decision = settled(two, facts({ reviews }));
      expect(decision.state).toBe('approved');
      expect(holders(decision)).toEqual(['peer/role:peer#1 bo', 'release/role:release-manager#1 ana']);
    }
  });

  test('T09 nobody fills two seats alone', () => {
    const decision = settled(two, facts({ reviews: [approval('ana', '10:00'), approval('ana', '11:00')] }));
    expect(decision.state).toBe('waiting');
    expect(holders(decision)).toEqual(['peer/role:peer#1 ana']);
  });

  test('with same-person: per-stage, one review fills one stage', () => {
    const perStage = policy(`${twoStages}approvals: { same-person: per-stage }\n`);
    expect(settled(perStage, facts({ reviews: [approval('ana', '10:00')] })).state).toBe('waiting');
    expect(settled(perStage, facts({ reviews: [approval('ana', '10:00'), approval('ana', '11:00')] })).state).toBe(
      'approved',
    );
  });

  test('approvals expire in working time, and the decision says when', () => {
    const expiring = policy(`${twoStages}approvals: { expire-after: 3h }\n`);
    const reviews = [approval('bo', '10:00'), approval('rita', '11:00')];
    const decision = settled(expiring, facts({ reviews }));
    expect([decision.state, decision.reevaluateAt]).toEqual(['approved', time('13:00')]);
    const later = settled(expiring, facts({ reviews, at: time('13:00') }));
    expect([later.state, codesOf(later, 'bo')]).toEqual(['waiting', ['expired']]);
  });

  test('T21 whoever holds a name under another id than the policy was written for fills no seat', () => {
    const decision = settled(two, facts({ reviews: complete, bindings: { 'user:bo': 1 } }));
    expect([decision.state, codesOf(decision, 'bo')]).toEqual(['waiting', ['not-a-member']]);
    expect(decision.bindings).toHaveProperty('user:rita', person('rita').id);
  });

  test('T07 a commit of no account blocks', () => {
    const decision = settled(two, facts({ reviews: complete, commits: [commit(null)] }));
    expect([decision.state, reasonCodes(decision)]).toEqual(['facts-incomplete', ['unattributed-commit']]);
  });

  test('a head that nobody is known to have pushed blocks', () => {
    const decision = settled(two, facts({ reviews: complete, heads: [] }));
    expect([decision.state, reasonCodes(decision)]).toEqual(['facts-incomplete', ['unknown-pusher']]);
  });
});
