import { describe, expect, test } from 'vitest';
import { approval, facts, policy, settled, twoStages } from '../support/facts.ts';
import { type Told, told } from '../support/told.ts';

const reviews = [approval('bo', '10:00'), approval('rita', '11:00')];
const frozen = (from: string, to: string, more = '') =>
  policy(
    `${twoStages}freezes: [ { name: stop, from: "2026-11-23T${from}", to: "2026-11-23T${to}", timezone: UTC${more} } ]\n`,
  );
const windowed = (hours: string, more = '') =>
  policy(
    `${twoStages.replace('    require: { release:', '    window: night\n    require: { release:')}calendars: { office: { timezone: Europe/Zurich, hours: ${hours}${more} } }\nwindows: { night: { calendar: office } }\n`,
  );
const open = (minimum: string, calendar = '') =>
  policy(`${twoStages}approvals: { minimum-open: ${minimum} }\n${calendar}`);

describe('a freeze', () => {
  const cases: readonly Told[] = [
    [
      'from this very minute',
      () => settled(frozen('12:00', '13:00'), facts({ reviews })),
      [
        'held: Held: Freeze "stop" until Mon 2026-11-23 13:00 UTC; nobody can lift it.',
        'freeze: Freeze "stop" until Mon 2026-11-23 13:00 UTC; nobody can lift it.',
        'author: Nothing to do; this is looked at again on Mon 2026-11-23 13:00 UTC.',
      ],
    ],
    [
      'until this very minute',
      () => settled(frozen('11:00', '12:00'), facts({ reviews })),
      ['approved: Approved: 2 of 2 stages complete', 'author: Merge when ready.'],
    ],
    [
      'later',
      () => settled(frozen('12:01', '13:00'), facts({ reviews })),
      ['approved: Approved: 2 of 2 stages complete', 'author: Merge when ready.'],
    ],
    [
      'of this environment among others',
      () => settled(frozen('11:00', '13:00', ', environments: [staging, production]'), facts({ reviews })),
      [
        'held: Held: Freeze "stop" until Mon 2026-11-23 13:00 UTC; nobody can lift it.',
        'freeze: Freeze "stop" until Mon 2026-11-23 13:00 UTC; nobody can lift it.',
        'author: Nothing to do; this is looked at again on Mon 2026-11-23 13:00 UTC.',
      ],
    ],
    [
      'of another environment',
      () => settled(frozen('11:00', '13:00', ', environments: [staging]'), facts({ reviews })),
      ['approved: Approved: 2 of 2 stages complete', 'author: Merge when ready.'],
    ],
    [
      'of every environment, on a branch of none',
      () => settled(frozen('11:00', '13:00'), facts({ reviews, pull: { base: 'elsewhere' } })),
      [
        'held: Held: Freeze "stop" until Mon 2026-11-23 13:00 UTC; nobody can lift it.',
        'freeze: Freeze "stop" until Mon 2026-11-23 13:00 UTC; nobody can lift it.',
        'author: Nothing to do; this is looked at again on Mon 2026-11-23 13:00 UTC.',
        'approvers: rita: rita is in none of the roles that this proposal needs now.',
      ],
    ],
    [
      'let through by its approver',
      () =>
        settled(
          frozen('11:00', '13:00', ', approvers: [ { role: peer } ]'),
          facts({ reviews: [...reviews, approval('ana', '11:30')] }),
        ),
      ['approved: Approved: 3 of 3 stages complete', 'author: Merge when ready.'],
    ],
  ];
  test.each(cases)('%s', (_, given, expected) => {
    expect(told(given())).toEqual(expected);
  });
});

describe('a window', () => {
  const cases: readonly Told[] = [
    [
      'that is open until later',
      () => settled(windowed('{ mon: "12:00-14:00" }'), facts({ reviews })),
      ['approved: Approved: 2 of 2 stages complete', 'author: Merge when ready.'],
    ],
    [
      'that never opens on a holiday',
      () => settled(windowed('{ mon: "12:00-14:00" }', ', holidays: [2026-11-23]'), facts({ reviews })),
      [
        'held: Held: The window "night" is closed until Mon 2026-11-30 12:00 Europe/Zurich.',
        'window-closed: The window "night" is closed until Mon 2026-11-30 12:00 Europe/Zurich.',
        'author: Nothing to do; this is looked at again on Mon 2026-11-30 11:00 UTC.',
      ],
    ],
  ];
  test.each(cases)('%s', (_, given, expected) => {
    expect(told(given())).toEqual(expected);
  });
});

describe('a minimum', () => {
  const cases: readonly Told[] = [
    [
      'that is over this very minute',
      () => settled(open('4h'), facts({ reviews })),
      ['approved: Approved: 2 of 2 stages complete', 'author: Merge when ready.'],
    ],
    [
      'that is not over',
      () => settled(open('5h'), facts({ reviews })),
      [
        'held: Held: It must stay open for people to see until Mon 2026-11-23 13:00 UTC.',
        'minimum-open: It must stay open for people to see until Mon 2026-11-23 13:00 UTC.',
        'author: Nothing to do; this is looked at again on Mon 2026-11-23 13:00 UTC.',
      ],
    ],
    [
      'in days',
      () => settled(open('1d'), facts({ reviews })),
      [
        'held: Held: It must stay open for people to see until Tue 2026-11-24 08:00 UTC.',
        'minimum-open: It must stay open for people to see until Tue 2026-11-24 08:00 UTC.',
        'author: Nothing to do; this is looked at again on Tue 2026-11-24 08:00 UTC.',
      ],
    ],
    [
      'of nothing',
      () => settled(open('0m'), facts({ reviews })),
      ['approved: Approved: 2 of 2 stages complete', 'author: Merge when ready.'],
    ],
  ];
  test.each(cases)('%s', (_, given, expected) => {
    expect(told(given())).toEqual(expected);
  });
});
