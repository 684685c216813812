import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { epochOf, instantOf, isOpen } from '../../src/decision/time.ts';
import { loadPolicy } from '../../src/policy/load.ts';
import { businessTime, calendarOf, openWithin } from '../../src/reports/business-hours.ts';

const days = (from: number, to: number, ...of: number[]) => of.map((day) => ({ day, from: from * 60, to: to * 60 }));
const zurich = {
  timezone: 'Europe/Zurich',
  hours: days(9, 17, 1, 2, 3, 4, 5),
  holidays: ['2026-12-25'],
};
const HOUR = 3_600_000;

const hoursOf = (from: string, to: string, times = zurich) =>
  businessTime({ from, to }, openWithin({ from, to }, times)) / HOUR;

describe('business hours', () => {
  test.each([
    ['within one day', '2026-11-23T09:00:00Z', '2026-11-23T11:30:00Z', 2.5],
    ['before it opens and after it closes is no time', '2026-11-23T05:00:00Z', '2026-11-23T20:00:00Z', 8],
    ['a weekend is none', '2026-11-27T15:00:00Z', '2026-11-30T09:00:00Z', 2],
    ['a holiday is none', '2026-12-24T15:00:00Z', '2026-12-28T09:00:00Z', 2],
    [
      'winter time begins on a Sunday: 17:00 to 09:00 is none, though an hour more goes by',
      '2026-10-23T15:00:00Z',
      '2026-10-26T08:00:00Z',
      0,
    ],
    ['summer time begins on a Sunday', '2026-03-27T15:00:00Z', '2026-03-30T08:00:00Z', 2],
    ['nothing at all', '2026-11-23T09:00:00Z', '2026-11-23T09:00:00Z', 0],
    ['a Saturday', '2026-11-28T00:00:00Z', '2026-11-29T00:00:00Z', 0],
  ])('%s', (_, from, to, expected) => {
    expect(hoursOf(from, to)).toBe(expected);
  });

  test('a day on which the clocks change has an hour less, or more, where all hours count', () => {
    const always = { timezone: 'Europe/Zurich', hours: days(0, 24, 1, 2, 3, 4, 5, 6, 7), holidays: [] };
    expect(hoursOf('2026-03-28T23:00:00Z', '2026-03-29T22:00:00Z', always)).toBe(23);
    expect(hoursOf('2026-10-24T22:00:00Z', '2026-10-25T23:00:00Z', always)).toBe(25);
    expect(openWithin({ from: '2026-03-01T00:00:00Z', to: '2026-04-01T00:00:00Z' }, always)).toHaveLength(1);
  });

  test('a night shift goes on over midnight', () => {
    const night = {
      timezone: 'America/New_York',
      hours: [...days(22, 24, 1, 2, 3, 4, 5, 6, 7), ...days(0, 6, 1, 2, 3, 4, 5, 6, 7)],
      holidays: [],
    };
    expect(hoursOf('2026-11-23T12:00:00Z', '2026-11-24T12:00:00Z', night)).toBe(8);
  });

  test('a calendar that is never open counts nothing', () => {
    expect(hoursOf('2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z', { ...zurich, hours: [] })).toBe(0);
  });

  test('spans are in order, apart, open throughout and closed outside, over any time of two years', () => {
    const start = epochOf('2026-01-01T00:00:00Z');
    const minutes = (most: number) => fc.integer({ min: 0, max: most }).map((value) => value * 60_000);
    fc.assert(
      fc.property(minutes(1_000_000), minutes(60_000), minutes(1_000_000), (begin, length, probe) => {
        const span = { from: instantOf(start + begin), to: instantOf(start + begin + length) };
        const open = openWithin(span, zurich);
        for (const [at, { from, to }] of open.entries()) {
          expect(epochOf(from)).toBeLessThan(epochOf(to));
          expect(epochOf(from)).toBeGreaterThanOrEqual(
            at === 0 ? epochOf(span.from) : epochOf(open[at - 1]?.to ?? '') + 1,
          );
        }
        const at = start + begin + (length === 0 ? 0 : probe % length);
        const isIn = open.some(({ from, to }) => epochOf(from) <= at && at < epochOf(to));
        expect(isIn).toBe(length > 0 && isOpen(at, zurich));
      }),
      { numRuns: 300 },
    );
  });
});

describe('the calendar of a policy', () => {
  const policyWith = (more: string) => {
    const loaded = loadPolicy({ organization: { file: 'countersign.yml', text: `version: 1\n${more}` } });
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
    return loaded.effective;
  };
  const calendars = `stages: [peer]
proposals: [ { category: remediation, when: { labels: [remediation] } } ]
environments: { production: { base: [main] } }
roles: { owner: { members: ["user:ana"] } }
rules: [ { name: a peer, require: { peer: [ { role: owner } ] } } ]
`;
  const two = `calendars:
  first: { timezone: Europe/Zurich, hours: { mon-fri: "09:00-17:00" } }
  second: { timezone: America/New_York, hours: { mon-fri: "09:00-17:00" } }
`;

  test('is the one that approvals are counted in, else the first, else none', () => {
    expect(calendarOf(policyWith(`${calendars}${two}approvals: { calendar: second }\n`))?.name).toBe('second');
    expect(calendarOf(policyWith(`${calendars}${two}`))?.name).toBe('first');
    expect(calendarOf(policyWith(calendars))).toBeUndefined();
  });
});
