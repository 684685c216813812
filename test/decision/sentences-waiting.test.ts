import { describe, expect, test } from 'vitest';
import { approval, commit, facts, person, policy, said, settled, twoStages } from '../support/facts.ts';
import { type Told, told } from '../support/told.ts';

const two = policy(twoStages);
const both = [approval('bo', '10:00'), approval('rita', '11:00')];
const lines = (more: string) => policy(`${twoStages}${more}\n`);
const asking = (more: string) => policy(twoStages.replace('    require: { peer: [ { role: peer } ] }', more));
const route = (name: string) =>
  policy(twoStages.replace('{ labels: [remediation] }', `{ labels: [remediation] }\n    route: ${name}`));

describe('a proposal that nothing is wrong with', () => {
  const cases: readonly Told[] = [
    ['is none', () => settled(two, facts({ labels: [] })), ['ungoverned: Not a remediation proposal']],
    [
      'has all its approvals',
      () => settled(two, facts({ reviews: both })),
      ['approved: Approved: 2 of 2 stages complete', 'author: Merge when ready.'],
    ],
    [
      'has none yet',
      () => settled(two, facts()),
      [
        'waiting: Waiting for peer (0 of 2 stages complete)',
        'seat-open: The seat "peer" of the stage "peer" is open.',
        'seat-open: The seat "release-manager" of the stage "release" is open.',
        'approvers: Seat "peer": ana, bo can approve.',
      ],
    ],
    [
      'has the first of two',
      () => settled(two, facts({ reviews: [approval('bo', '10:00')] })),
      [
        'waiting: Waiting for release-manager (1 of 2 stages complete)',
        'seat-open: The seat "release-manager" of the stage "release" is open.',
        'approvers: Seat "release-manager": ana, rita can approve.',
      ],
    ],
    [
      'needs two of a role',
      () => settled(asking('    require: { peer: [ { role: peer, count: 2 } ] }'), facts()),
      [
        'waiting: Waiting for 2 × peer (0 of 2 stages complete)',
        'seat-open: The seat "peer" of the stage "peer" is open.',
        'seat-open: The seat "peer" of the stage "peer" is open.',
        'seat-open: The seat "release-manager" of the stage "release" is open.',
        'approvers: Seat "peer": ana, bo can approve.',
      ],
    ],
    [
      'is a standard change',
      () => settled(route('standard'), facts()),
      ['approved: Pre-approved standard change', 'author: Merge when ready.'],
    ],
    [
      'passes under an exception',
      () =>
        settled(
          policy(
            twoStages.replace(
              'segregation:',
              'segregation:\n  exceptions: [ { user: "user:author", may-approve-own: production, until: 2026-12-31, reason: RISK-1 } ]',
            ),
          ),
          facts({
            reviews: [approval('rita', '11:00')],
            interventions: [said('author', '09:00', { kind: 'approve-own', rationale: 'alone' })],
          }),
        ),
      ['approved: Approved: 2 of 2 stages complete, under an exception', 'author: Merge when ready.'],
    ],
    [
      'passes by broken glass',
      () =>
        settled(
          lines('break-glass: { roles: [release-manager], reconcile-within: 1d, require: [ { role: peer } ] }'),
          facts({ interventions: [said('rita', '11:00', { kind: 'break-glass', incident: 'INC-1', reason: 'down' })] }),
        ),
      [
        'overridden: The glass was broken by rita for INC-1',
        'glass-broken: rita broke the glass for incident INC-1: down',
        'approvers: Seat "peer": ana, bo can approve.',
      ],
    ],
  ];
  test.each(cases)('%s', (_, given, expected) => {
    expect(told(given())).toEqual(expected);
  });
});

describe('a proposal that nobody can sign', () => {
  const cases: readonly Told[] = [
    [
      'because all have contributed',
      () => settled(two, facts({ commits: [commit(person('bo')), commit(person('ana'))] })),
      [
        'unfillable: Nobody can fill the seat "peer" of the stage "peer".',
        'seat-unfillable: Nobody can fill the seat "peer" of the stage "peer".',
        'approvers: Seat "peer": nobody can approve.',
      ],
    ],
    [
      'because a name belongs to somebody else now',
      () => settled(two, facts({ bindings: { 'user:bo': 1, 'user:ana': 2 } })),
      [
        'unfillable: Nobody can fill the seat "peer" of the stage "peer". user:ana now belongs to somebody else than when the policy was written. Change the policy to name them. user:bo now belongs to somebody else than …',
        'seat-unfillable: Nobody can fill the seat "peer" of the stage "peer". user:ana now belongs to somebody else than when the policy was written. Change the policy to name them. user:bo now belongs to somebody else than when the policy was written. Change the policy to name them.',
        'approvers: Seat "peer": nobody can approve.',
      ],
    ],
  ];
  test.each(cases)('%s', (_, given, expected) => {
    expect(told(given())).toEqual(expected);
  });
});

describe('a proposal that must wait', () => {
  const cases: readonly Told[] = [
    [
      'for a freeze',
      () =>
        settled(
          lines(
            'freezes: [ { name: stop, from: "2026-11-23T00:00", to: "2026-11-24T00:00", timezone: Europe/Zurich } ]',
          ),
          facts({ reviews: both }),
        ),
      [
        'held: Held: Freeze "stop" until Tue 2026-11-24 00:00 Europe/Zurich; nobody can lift it.',
        'freeze: Freeze "stop" until Tue 2026-11-24 00:00 Europe/Zurich; nobody can lift it.',
        'author: Nothing to do; this is looked at again on Mon 2026-11-23 23:00 UTC.',
      ],
    ],
    [
      'for those who may let it through a freeze',
      () =>
        settled(
          lines(
            'freezes: [ { name: stop, from: "2026-11-23T00:00", to: "2026-11-24T00:00", timezone: Europe/Zurich, approvers: [ { role: peer }, { role: release-manager } ] } ]',
          ),
          facts({ reviews: both }),
        ),
      [
        'held: Held: Freeze "stop" until Tue 2026-11-24 00:00 Europe/Zurich; peer, release-manager can let it through.',
        'freeze: Freeze "stop" until Tue 2026-11-24 00:00 Europe/Zurich; peer, release-manager can let it through.',
        'author: Nothing to do; this is looked at again on Mon 2026-11-23 23:00 UTC.',
        'approvers: Seat "peer": ana can approve.',
        'approvers: Seat "release-manager": ana, ruth can approve.',
      ],
    ],
    [
      'for a window',
      () =>
        settled(
          policy(
            `${twoStages.replace('    require: { release:', '    window: night\n    require: { release:')}calendars: { office: { timezone: Europe/Zurich, hours: { mon-sun: "02:00-04:00" } } }\nwindows: { night: { calendar: office } }\n`,
          ),
          facts({ reviews: both }),
        ),
      [
        'held: Held: The window "night" is closed until Tue 2026-11-24 02:00 Europe/Zurich.',
        'window-closed: The window "night" is closed until Tue 2026-11-24 02:00 Europe/Zurich.',
        'author: Nothing to do; this is looked at again on Tue 2026-11-24 01:00 UTC.',
      ],
    ],
    [
      'to be seen',
      () => settled(lines('approvals: { minimum-open: 6h }'), facts({ reviews: both })),
      [
        'held: Held: It must stay open for people to see until Mon 2026-11-23 14:00 UTC.',
        'minimum-open: It must stay open for people to see until Mon 2026-11-23 14:00 UTC.',
        'author: Nothing to do; this is looked at again on Mon 2026-11-23 14:00 UTC.',
      ],
    ],
  ];
  test.each(cases)('%s', (_, given, expected) => {
    expect(told(given())).toEqual(expected);
  });
});
