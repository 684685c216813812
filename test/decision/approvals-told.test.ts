import { describe, expect, test } from 'vitest';
import { evolve } from '../../src/decision/evolve.ts';
import { noHistory } from '../../src/decision/history.ts';
import {
  approval,
  type Changes,
  facts,
  head,
  manifest,
  person,
  policy,
  settled,
  sha,
  time,
  twoStages,
} from '../support/facts.ts';
import { type Told, toldOfPeople } from '../support/told.ts';

const two = policy(twoStages);
const both = [approval('bo', '10:00'), approval('rita', '11:00')];
const of = (changes: Changes) => () => settled(two, facts(changes));
const bothFill = ['bo fills peer/role:peer#1', 'rita fills release/role:release-manager#1'];
const lines = (more: string) => policy(`${twoStages}${more}\n`);
const author = person('author');
const moved = {
  heads: [
    { sha: sha('b'), pusher: author, at: time('08:00') },
    { sha: head, pusher: author, at: time('10:30') },
  ],
};
const history = (policyInForce = two) => evolve(noHistory, settled(policyInForce, facts({ at: time('09:00') })));

describe('why an approval does not count', () => {
  const cases: readonly Told[] = [
    [
      'it was given on another head',
      of({ reviews: [approval('bo', '10:00', { delivered: sha('b') })], ...moved }),
      [
        'waiting',
        'bo: (stale-commit) It was given on bbbbbbbbbb, and the head is now aaaaaaaaaa. Look at what changed and approve again.',
      ],
    ],
    [
      'nothing proves the commit',
      of({ reviews: [approval('bo', '10:00', { delivered: null })], ...moved }),
      [
        'waiting',
        'bo: (unproven-commit) Nothing proves which commit this approval was given on. Please approve again.',
      ],
    ],
    [
      'nothing proves it in the second in which the head came',
      of({ reviews: [approval('bo', '10:30', { delivered: null })], ...moved }),
      [
        'waiting',
        'bo: (unproven-commit) Nothing proves which commit this approval was given on. Please approve again.',
      ],
    ],
    [
      'its commit is shown, and is not the head',
      of({ reviews: [approval('bo', '11:00', { delivered: null, commit: sha('b') })], ...moved }),
      [
        'waiting',
        'bo: (stale-commit) It was given on bbbbbbbbbb, and the head is now aaaaaaaaaa. Look at what changed and approve again.',
      ],
    ],
    [
      'its delivery told of no commit',
      () =>
        settled(two, {
          ...facts({ reviews: [approval('bo', '11:00', { id: 5 })] }),
          deliveredReviews: [{ id: 5, state: 'approved', commit: null, submittedAt: time('11:00') }],
        }),
      [
        'waiting',
        'bo: (unproven-commit) Nothing proves which commit this approval was given on. Please approve again.',
      ],
    ],
    [
      'no head is known to have been there',
      of({ reviews: [approval('bo', '11:00', { delivered: null })], heads: [] }),
      [
        'facts-incomplete',
        'bo: (unproven-commit) Nothing proves which commit this approval was given on. Please approve again.',
      ],
    ],
    [
      'the head that is known is another one',
      of({
        reviews: [approval('bo', '11:00', { delivered: null })],
        heads: [{ sha: sha('c'), pusher: author, at: time('08:00') }],
      }),
      [
        'facts-incomplete',
        'bo: (unproven-commit) Nothing proves which commit this approval was given on. Please approve again.',
      ],
    ],
    [
      'the delivery of another review proves nothing',
      of({
        reviews: [approval('zoe', '10:00', { delivered: sha('b') }), approval('bo', '11:00', { delivered: null })],
        ...moved,
      }),
      [
        'waiting',
        'bo fills peer/role:peer#1',
        'zoe: (not-a-member) zoe is in none of the roles that this proposal needs now.',
      ],
    ],
    [
      'it was dismissed',
      of({ reviews: [approval('bo', '10:00'), approval('bo', '10:30', { state: 'dismissed' })] }),
      [
        'waiting',
        'bo: (dismissed) It was dismissed, and an older one does not come back. Approve again if you still do.',
      ],
    ],
    [
      'a request for changes that was given up is no approval',
      of({
        reviews: [
          approval('bo', '10:00', { state: 'dismissed' }),
          approval('bo', '10:30', { state: 'changes-requested' }),
          approval('bo', '10:40'),
        ],
      }),
      ['waiting', 'bo fills peer/role:peer#1'],
    ],
    [
      'it has expired',
      () =>
        settled(
          lines('approvals: { expire-after: 90m }'),
          facts({ reviews: [approval('bo', '09:00'), approval('bo', '10:00'), approval('rita', '11:00')] }),
        ),
      [
        'waiting',
        'bo: (expired) It expired on Mon 2026-11-23 11:30 UTC. Approve again if it still holds.',
        'rita: (stage-not-open) It was given before the stage "release" was open. Approve again once the stages before it are complete.',
      ],
    ],
    [
      'it is not in a role',
      of({ reviews: [approval('zoe', '10:00')] }),
      ['waiting', 'zoe: (not-a-member) zoe is in none of the roles that this proposal needs now.'],
    ],
    [
      'it came before its stage was open',
      of({ reviews: [approval('rita', '10:00'), approval('bo', '11:00')] }),
      [
        'waiting',
        'bo fills peer/role:peer#1',
        'rita: (stage-not-open) It was given before the stage "release" was open. Approve again once the stages before it are complete.',
      ],
    ],
    [
      'its stage never opened',
      of({ reviews: [approval('rita', '10:00')] }),
      [
        'waiting',
        'rita: (stage-not-open) It was given before the stage "release" was open. Approve again once the stages before it are complete.',
      ],
    ],
    [
      'no seat is left',
      of({ reviews: [...both, approval('ana', '11:30')] }),
      ['approved', 'ana: (no-open-seat) Every seat that it could fill is filled. Nothing to do.', ...bothFill],
    ],
    [
      'two of three are enough',
      of({ reviews: [approval('bo', '10:00'), approval('ana', '10:05'), approval('rita', '10:06')] }),
      [
        'approved',
        'ana fills release/role:release-manager#1',
        'bo fills peer/role:peer#1',
        'rita: (no-open-seat) Every seat that it could fill is filled. Nothing to do.',
      ],
    ],
    [
      'there is no evidence that could be cited, so none has to be',
      () =>
        settled(
          policy(
            `${twoStages.replace('[ { role: peer } ] }', '[ { role: peer } ] }\n    evidence: [ticket]')}approvals: { cite-evidence: true }\n`,
          ),
          facts({ pull: { body: manifest('ticket: X') }, reviews: both }),
        ),
      ['approved', 'bo fills peer/role:peer#1', 'rita fills release/role:release-manager#1'],
    ],
    [
      'the stage asks for more',
      () =>
        settled(
          policy(twoStages.replace('[ { role: peer } ]', '[ { role: peer, count: 2 } ]')),
          facts({ history: history(), reviews: [approval('bo', '10:00')] }),
        ),
      [
        'waiting',
        'bo: (question-changed) The stage "peer" asks for more than when this approval was given. Look again and approve again.',
      ],
    ],
    [
      'the stage asks for another role',
      () =>
        settled(
          policy(twoStages.replace('[ { role: peer } ]', '[ { role: peer }, { role: release-manager } ]')),
          facts({ history: history(), reviews: [approval('bo', '10:00')] }),
        ),
      [
        'waiting',
        'bo: (question-changed) The stage "peer" asks for more than when this approval was given. Look again and approve again.',
      ],
    ],
    [
      'the stage asks for less',
      of({
        history: history(policy(twoStages.replace('[ { role: peer } ]', '[ { role: peer, count: 2 } ]'))),
        reviews: both,
      }),
      ['approved', ...bothFill],
    ],
    [
      'what may be done here is not known',
      () =>
        settled(two, {
          ...facts({ reviews: [approval('bo', '10:00')] }),
          lookups: { people: { [person('bo').id]: { error: 'No.' } } },
        }),
      ['facts-incomplete', 'bo: (fact-wanted) What this person may do here has not been read yet.'],
    ],
    [
      'approvals in order of people, not of time',
      of({ reviews: [approval('rita', '11:00'), approval('bo', '10:00'), approval('ana', '10:30')] }),
      [
        'approved',
        'ana fills release/role:release-manager#1',
        'bo fills peer/role:peer#1',
        'rita: (no-open-seat) Every seat that it could fill is filled. Nothing to do.',
      ],
    ],
  ];
  test.each(cases)('%s', (_, given, expected) => {
    expect(toldOfPeople(given())).toEqual(expected);
  });
});
