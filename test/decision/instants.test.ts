import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import {
  endOfDay,
  epochOf,
  instantAfter,
  instantOf,
  inWords,
  isOpen,
  localInstant,
  nextChange,
  type OpeningTimes,
} from '../../src/decision/time.ts';

describe('instants', () => {
  const months = Array.from({ length: 12 }, (_, index) => `${index + 1}`.padStart(2, '0'));
  const years = ['0001', '0400', '1600', '1899', '1900', '1969', '1970', '2000', '2024', '2026', '2100', '2400'];
  const dates = [
    ...months.flatMap((month) => [`2026-${month}-01`, `2024-${month}-28`]),
    ...years.flatMap((year) => [`${year}-01-01`, `${year}-02-28`, `${year}-03-01`, `${year}-12-31`]),
    '2000-02-29',
    '2024-02-29',
    '2400-02-29',
  ];

  test.each(dates)('%s', (date) => {
    const instant = `${date}T01:02:03Z`;
    expect(epochOf(instant)).toBe(Temporal.Instant.from(instant).epochMilliseconds);
    expect(instantOf(epochOf(instant))).toBe(instant);
  });

  test.each(['.5', '.07', '.007', '.123'])('a fraction of %s seconds', (fraction) => {
    const epoch = Temporal.Instant.from(`2026-11-23T00:00:00${fraction}Z`).epochMilliseconds;
    expect(epochOf(`2026-11-23T00:00:00${fraction}Z`)).toBe(epoch);
    expect(instantOf(epoch)).toBe(`2026-11-23T00:00:00${fraction.padEnd(4, '0')}Z`);
  });

  test.each([
    ['2026-11-23', 'Mon'],
    ['2026-11-24', 'Tue'],
    ['2026-11-25', 'Wed'],
    ['2026-11-26', 'Thu'],
    ['2026-11-27', 'Fri'],
    ['2026-11-28', 'Sat'],
    ['2026-11-29', 'Sun'],
  ])('%s is a %s', (date, weekday) => {
    const epoch = epochOf(`${date}T09:05:30Z`);
    expect(inWords(epoch)).toBe(`${weekday} ${date} 09:05 UTC`);
    expect(inWords(epoch, 'Europe/Zurich')).toBe(`${weekday} ${date} 10:05 Europe/Zurich`);
  });

  test('local times and the ends of days', () => {
    expect(instantOf(localInstant('2026-11-24T00:00', 'Europe/Zurich'))).toBe('2026-11-23T23:00:00Z');
    expect(instantOf(localInstant('2026-03-29T02:30', 'Europe/Zurich'))).toBe('2026-03-29T01:00:00Z');
    expect(instantOf(endOfDay('2026-12-31'))).toBe('2027-01-01T00:00:00Z');
  });
});

const span = (day: number, from: string, to: string) => ({ day, from: minutes(from), to: minutes(to) });
const minutes = (clock: string) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
const times = (hours: OpeningTimes['hours'], holidays: readonly string[] = []) => ({
  name: 'times',
  timezone: 'UTC',
  hours: [...hours],
  holidays: [...holidays],
});
const week = times([1, 2, 3, 4, 5].map((day) => span(day, '09:00', '17:00')));
const closed = times([]);
/** Two spans of a Monday, the later one written first; the night from Tuesday to Wednesday. */
const parts = times([
  span(1, '14:00', '18:00'),
  span(1, '08:00', '12:00'),
  span(2, '22:00', '24:00'),
  span(3, '00:00', '02:00'),
]);

describe('durations in opening times', () => {
  const ending = (from: string, amount: number, unit: 'm' | 'h' | 'd' | 'w', calendar = week) => {
    const end = instantAfter(epochOf(`2026-11-${from}:00Z`), { amount, unit }, calendar);
    return Number.isFinite(end) ? instantOf(end).slice(8, 16) : 'never';
  };

  test.each([
    ['minutes', () => ending('23T09:00', 30, 'm'), '23T09:30'],
    ['up to the end of a day', () => ending('23T16:00', 1, 'h'), '23T17:00'],
    ['over the end of a day', () => ending('23T16:00', 90, 'm'), '24T09:30'],
    ['from the end of a day', () => ending('23T17:00', 1, 'h'), '24T10:00'],
    ['from the night before', () => ending('23T03:00', 1, 'h'), '23T10:00'],
    ['from a weekend', () => ending('28T12:00', 1, 'h'), '30T10:00'],
    ['over a break at noon', () => ending('23T11:00', 2, 'h', parts), '23T15:00'],
    ['over midnight', () => ending('24T23:00', 2, 'h', parts), '25T01:00'],
    ['no time at all', () => ending('28T12:00', 0, 'h'), '28T12:00'],
    ['no day at all', () => ending('28T12:00', 0, 'd'), '28T12:00'],
    ['one day', () => ending('23T15:00', 1, 'd'), '24T15:00'],
    ['days over a weekend', () => ending('26T15:00', 2, 'd'), '30T15:00'],
    [
      'a day from a weekend',
      () => ending('28T12:00', 1, 'd', times([span(1, '09:00', '17:00'), span(7, '08:00', '10:00')])),
      '30T08:00',
    ],
    ['a week has as many days as the calendar', () => ending('23T15:00', 1, 'w'), '30T15:00'],
    [
      'a week of two spans on one day',
      () => ending('23T15:00', 1, 'w', times([span(1, '08:00', '12:00'), span(1, '14:00', '18:00')])),
      '30T15:00',
    ],
    ['hours that never come', () => ending('23T15:00', 1, 'h', closed), 'never'],
    ['days that never come', () => ending('23T15:00', 1, 'd', closed), 'never'],
    [
      'days that run out',
      () => ending('23T15:00', 1, 'd', { ...times([span(1, '09:00', '17:00')]), holidays: mondays() }),
      'never',
    ],
  ])('%s', (_, end, expected) => {
    expect(end()).toBe(expected);
  });

  test('without a calendar a week is seven days', () => {
    const from = epochOf('2026-11-23T15:00:00Z');
    const ends = (['m', 'h', 'd', 'w'] as const).map((unit) => instantAfter(from, { amount: 2, unit }, undefined));
    expect(ends.map(instantOf)).toEqual([
      '2026-11-23T15:02:00Z',
      '2026-11-23T17:00:00Z',
      '2026-11-25T15:00:00Z',
      '2026-12-07T15:00:00Z',
    ]);
  });
});

/** Every Monday of more than the time that is searched, but for the one that comes first. */
function mondays(): string[] {
  return Array.from({ length: 150 }, (_, index) =>
    instantOf(epochOf('2026-11-30T00:00:00Z') + index * 604_800_000).slice(0, 10),
  );
}

describe('when it opens and closes', () => {
  const next = (from: string, calendar = parts) => {
    const at = nextChange(epochOf(`2026-11-${from}:00Z`), calendar);
    return Number.isFinite(at) ? instantOf(at).slice(8, 16) : 'never';
  };

  test.each([
    ['before it opens', '23T07:00', '23T08:00'],
    ['as it opens', '23T08:00', '23T12:00'],
    ['as it closes', '23T12:00', '23T14:00'],
    ['in the second span', '23T15:00', '23T18:00'],
    ['in the evening', '23T18:00', '24T22:00'],
    ['before midnight, as the next day goes on', '24T23:00', '25T02:00'],
    ['after the last of the week', '25T02:00', '30T08:00'],
  ])('%s', (_, from, expected) => {
    expect(next(from)).toBe(expected);
  });

  test('never, where it never opens', () => {
    expect(next('23T07:00', closed)).toBe('never');
  });

  test('spans that overlap are one', () => {
    const lapping = times([span(1, '08:00', '12:00'), span(1, '09:00', '10:00'), span(1, '11:00', '13:00')]);
    expect(next('23T08:30', lapping)).toBe('23T13:00');
  });

  test('open from the first minute to before the last', () => {
    const open = (at: string, calendar = parts) => isOpen(epochOf(`2026-11-${at}:00Z`), calendar);
    expect(
      ['23T08:00', '23T11:59', '23T12:00', '23T14:00', '24T23:59', '25T00:00', '26T09:00'].map((at) => open(at)),
    ).toEqual([true, true, false, true, true, true, false]);
    expect(open('23T08:00', { ...parts, holidays: ['2026-11-23'] })).toBe(false);
    expect(next('23T07:00', { ...parts, holidays: ['2026-11-23'] })).toBe('24T22:00');
  });
});
