import { describe, expect, test } from 'vitest';
import { approval, bot, commit, facts, person, policy, said, settled, time, twoStages } from '../support/facts.ts';
import { type Told, toldOfPeople } from '../support/told.ts';

const two = policy(twoStages);
const both = [approval('bo', '10:00'), approval('rita', '11:00')];
const bothFill = ['bo fills peer/role:peer#1', 'rita fills release/role:release-manager#1'];
const lines = (more: string) => policy(`${twoStages}${more}\n`);
const given = (...interventions: ReturnType<typeof said>[]) => facts({ reviews: both, interventions });
const having =
  (...interventions: ReturnType<typeof said>[]) =>
  () =>
    settled(two, given(...interventions));
const glass = (environments: string) =>
  lines(`break-glass: { roles: [release-manager]${environments}, reconcile-within: 1d, require: [ { role: peer } ] }`);
const breaks = (by: string) => said(by, '11:00', { kind: 'break-glass', incident: 'INC-1', reason: 'down' });
const delegates = (by: string, to: string, role: string | null, until = time('18:00')) =>
  facts({
    reviews: [approval('bo', '10:00'), approval('ruth', '11:00')],
    interventions: [said(by, '09:00', { kind: 'delegate', to: person(to), role, until })],
  });

describe('a broken glass', () => {
  const cases: readonly Told[] = [
    [
      'where the policy has none',
      having(breaks('rita')),
      ['approved', ...bothFill, 'no effect: rita: (not-entitled) The policy has no glass to break.'],
    ],
    [
      'by a member',
      () => settled(glass(''), given(breaks('rita'))),
      [
        'overridden',
        'bo fills peer/role:peer#1',
        'rita: (broke-the-glass) rita broke the glass for it.',
        'apart: rita: (broke-the-glass) rita broke the glass for it.',
      ],
    ],
    [
      'for another environment',
      () => settled(glass(', environments: [staging]'), given(breaks('rita'))),
      ['approved', ...bothFill, 'no effect: rita: (not-entitled) The glass can be broken for staging only.'],
    ],
    [
      'for this environment',
      () => settled(glass(', environments: [production, staging]'), given(breaks('rita'))),
      [
        'overridden',
        'bo fills peer/role:peer#1',
        'rita: (broke-the-glass) rita broke the glass for it.',
        'apart: rita: (broke-the-glass) rita broke the glass for it.',
      ],
    ],
    [
      'for a branch of no environment',
      () =>
        settled(
          glass(', environments: [production, staging]'),
          facts({ pull: { base: 'elsewhere' }, interventions: [breaks('rita')] }),
        ),
      ['waiting', 'no effect: rita: (not-entitled) The glass can be broken for production, staging only.'],
    ],
    [
      'by a machine',
      () => settled(glass(''), given({ ...breaks('rita'), by: bot('robo') })),
      ['approved', ...bothFill, 'no effect: robo: (not-entitled) Only a person can break the glass.'],
    ],
    [
      'by a contributor',
      () => settled(glass(''), facts({ commits: [commit(person('rita'))], interventions: [breaks('rita')] })),
      [
        'waiting',
        'apart: rita: (commit-author) rita wrote a commit of it. (committer) rita committed a commit of it.',
        'no effect: rita: (not-entitled) Whoever helped to make a change cannot break the glass for it.',
      ],
    ],
    [
      'by somebody else',
      () => settled(glass(''), given(breaks('bo'))),
      ['approved', ...bothFill, 'no effect: bo: (not-entitled) Only release-manager can break the glass.'],
    ],
  ];
  test.each(cases)('%s', (_, given, expected) => {
    expect(toldOfPeople(given())).toEqual(expected);
  });
});

describe('a role handed on', () => {
  const cases: readonly Told[] = [
    [
      'to a backup',
      () => settled(two, delegates('rita', 'ruth', 'release-manager')),
      ['approved', 'bo fills peer/role:peer#1', 'ruth fills release/role:release-manager#1'],
    ],
    [
      'to a backup, whatever the role',
      () => settled(two, delegates('rita', 'ruth', null)),
      ['approved', 'bo fills peer/role:peer#1', 'ruth fills release/role:release-manager#1'],
    ],
    [
      'for another role',
      () => settled(two, delegates('rita', 'ruth', 'peer')),
      [
        'waiting',
        'bo fills peer/role:peer#1',
        'ruth: (not-a-member) ruth is in none of the roles that this proposal needs now.',
        'no effect: rita: (not-entitled) You are not a member of the role "peer"; yours here: release-manager.',
      ],
    ],
    [
      'to somebody who is no backup',
      () => settled(two, delegates('rita', 'zoe', null)),
      [
        'waiting',
        'bo fills peer/role:peer#1',
        'ruth: (not-a-member) ruth is in none of the roles that this proposal needs now.',
        'no effect: rita: (not-entitled) zoe is neither a member nor a backup of release-manager, and a seat never goes to somebody from outside the role.',
      ],
    ],
    [
      'by somebody who has it not',
      () => settled(two, delegates('bo', 'ruth', null)),
      [
        'waiting',
        'bo fills peer/role:peer#1',
        'ruth: (not-a-member) ruth is in none of the roles that this proposal needs now.',
        'no effect: bo: (not-entitled) ruth is neither a member nor a backup of peer, and a seat never goes to somebody from outside the role.',
      ],
    ],
    [
      'until now',
      () => settled(two, delegates('rita', 'ruth', null, time('12:00'))),
      [
        'waiting',
        'bo fills peer/role:peer#1',
        'ruth: (not-a-member) ruth is in none of the roles that this proposal needs now.',
        'no effect: rita: (not-entitled) ruth is neither a member nor a backup of release-manager, and a seat never goes to somebody from outside the role.',
      ],
    ],
  ];
  test.each(cases)('%s', (_, given, expected) => {
    expect(toldOfPeople(given())).toEqual(expected);
  });
});
