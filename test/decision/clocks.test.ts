import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import { epochOf, instantAfter, instantOf, isOpen, localInstant, nextChange } from '../../src/decision/time.ts';
import { caseCount } from '../support/cases.ts';
import { facts, policy, settled, twoStages } from '../support/facts.ts';

/** Both nights of a year on which the clocks change, all of them on a Sunday; on Lord Howe by half an hour. */
const zurich = 'Europe/Zurich';
const newYork = 'America/New_York';
const lordHowe = 'Australia/Lord_Howe';

const minuteOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
const sundays = (timezone: string, ...ranges: string[]) => ({
  name: 'sundays',
  timezone,
  hours: ranges.map((range) => ({ day: 7, from: minuteOf(range.slice(0, 5)), to: minuteOf(range.slice(6)) })),
  holidays: [],
});
/** Noon of the Saturday before, in UTC, which is Saturday in New York and Zurich, and late on Saturday on Lord Howe. */
const noonBefore = (sunday: string): number => epochOf(`${sunday}T12:00:00Z`) - 86_400_000;

describe('T39 windows on the night of a change', () => {
  test.each([
    ['closes when clocks leap over its end', zurich, '2026-03-29', '01:00-02:30', '00:00', '01:00'],
    ['opens when clocks leap over its beginning', zurich, '2026-03-29', '02:30-04:00', '01:00', '02:00'],
    ['ends at the leap', zurich, '2026-03-29', '01:00-02:00', '00:00', '01:00'],
    ['begins at the leap', zurich, '2026-03-29', '03:00-04:00', '01:00', '02:00'],
    ['lies around the leap', zurich, '2026-03-29', '01:30-03:30', '00:30', '01:30'],
    ['closes at its end for the first time', zurich, '2026-10-25', '01:00-02:30', '2026-10-24T23:00', '00:30'],
    ['opens at its beginning for the first time', zurich, '2026-10-25', '02:30-04:00', '00:30', '03:00'],
    ['lies in the hour that comes twice', zurich, '2026-10-25', '02:15-02:45', '00:15', '00:45'],
    ['closes when clocks leap over its end', newYork, '2026-03-08', '01:00-02:59', '06:00', '07:00'],
    ['opens when clocks leap over its beginning', newYork, '2026-03-08', '02:01-04:00', '07:00', '08:00'],
    ['closes at its end for the first time', newYork, '2026-11-01', '00:30-01:30', '04:30', '05:30'],
    ['opens at its beginning for the first time', newYork, '2026-11-01', '01:30-03:00', '05:30', '08:00'],
    [
      'closes when clocks leap over its end',
      lordHowe,
      '2026-10-04',
      '01:00-02:15',
      '2026-10-03T14:30',
      '2026-10-03T15:30',
    ],
    [
      'opens when clocks leap over its beginning',
      lordHowe,
      '2026-10-04',
      '02:15-03:00',
      '2026-10-03T15:30',
      '2026-10-03T16:00',
    ],
    [
      'closes at its end for the first time',
      lordHowe,
      '2026-04-05',
      '01:00-01:45',
      '2026-04-04T14:00',
      '2026-04-04T14:45',
    ],
    [
      'opens at its beginning for the first time',
      lordHowe,
      '2026-04-05',
      '01:45-03:00',
      '2026-04-04T14:45',
      '2026-04-04T16:30',
    ],
  ])('one that %s, in %s on %s, %s', (_, timezone, sunday, hours, opens, closes) => {
    const times = sundays(timezone, hours);
    const full = (at: string) => epochOf(`${at.includes('T') ? at : `${sunday}T${at}`}:00Z`);
    const opening = nextChange(noonBefore(sunday), times);
    const closing = nextChange(opening, times);
    expect([opening, closing].map(instantOf)).toEqual([full(opens), full(closes)].map(instantOf));
    const around = [opening - 1, opening, closing - 1, closing];
    expect(around.map((at) => isOpen(at, times))).toEqual([false, true, true, false]);
  });

  test.each([
    [zurich, '2026-03-29', '02:00-03:00', '2026-04-05T00:00:00Z'],
    [newYork, '2026-03-08', '02:10-02:50', '2026-03-15T06:10:00Z'],
    [lordHowe, '2026-10-04', '02:00-02:30', '2026-10-10T15:00:00Z'],
  ])('one that clocks leap over altogether, in %s on %s, opens a week later', (timezone, sunday, hours, next) => {
    expect(instantOf(nextChange(noonBefore(sunday), sundays(timezone, hours)))).toBe(next);
  });

  test('two that meet inside the leap are one', () => {
    const times = sundays(zurich, '01:00-02:20', '02:40-04:00');
    const opening = nextChange(noonBefore('2026-03-29'), times);
    expect([opening, nextChange(opening, times)].map(instantOf)).toEqual([
      '2026-03-29T00:00:00Z',
      '2026-03-29T02:00:00Z',
    ]);
  });

  test('where clocks leap, a window is open exactly while they read its hours', () => {
    const leaps = fc.constantFrom([zurich, '2026-03-29'], [newYork, '2026-03-08'], [lordHowe, '2026-10-04']);
    const hours = fc.tuple(fc.nat(299), fc.integer({ min: 1, max: 120 }));
    fc.assert(
      fc.property(leaps, hours, fc.nat(480), ([timezone = '', sunday = ''], [from, length], minute) => {
        const times = { timezone, hours: [{ day: 7, from, to: from + length }], holidays: [] };
        const midnight = Temporal.PlainDate.from(sunday).toZonedDateTime(timezone);
        const reads = midnight.add({ minutes: minute });
        const clock = reads.hour * 60 + reads.minute;
        expect(isOpen(reads.epochMilliseconds, times)).toBe(from <= clock && clock < from + length);
      }),
      { numRuns: caseCount(500) },
    );
  });
});

describe('T39 freezes on the night of a change', () => {
  test.each([
    ['skipped', zurich, '2026-03-29T02:30', '2026-03-29T01:00:00Z', '2026-03-29T01:00:00Z'],
    ['just before', zurich, '2026-03-29T01:59', '2026-03-29T00:59:00Z', '2026-03-29T00:59:00Z'],
    ['just after', zurich, '2026-03-29T03:00', '2026-03-29T01:00:00Z', '2026-03-29T01:00:00Z'],
    ['twice', zurich, '2026-10-25T02:30', '2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z'],
    ['skipped', newYork, '2026-03-08T02:00', '2026-03-08T07:00:00Z', '2026-03-08T07:00:00Z'],
    ['twice', newYork, '2026-11-01T01:30', '2026-11-01T05:30:00Z', '2026-11-01T06:30:00Z'],
    ['skipped', lordHowe, '2026-10-04T02:15', '2026-10-03T15:30:00Z', '2026-10-03T15:30:00Z'],
    ['twice', lordHowe, '2026-04-05T01:45', '2026-04-04T14:45:00Z', '2026-04-04T15:15:00Z'],
  ])('a time that is there %s, in %s, %s', (_, timezone, local, begins, ends) => {
    expect(instantOf(localInstant(local, timezone))).toBe(begins);
    expect(instantOf(localInstant(local, timezone, 'later'))).toBe(ends);
  });

  test('one holds until its end has come for the last time', () => {
    const frozen = policy(
      `${twoStages}freezes: [ { name: night, from: "2026-10-25T02:30", to: "2026-10-25T02:45", timezone: Europe/Zurich } ]`,
    );
    const holdsAt = (at: string) => settled(frozen, facts({ at })).holds.map(({ until }) => until);
    expect(holdsAt('2026-10-25T00:29:59Z')).toEqual([]);
    expect(holdsAt('2026-10-25T00:30:00Z')).toEqual(['2026-10-25T01:45:00Z']);
    expect(holdsAt('2026-10-25T01:44:59Z')).toEqual(['2026-10-25T01:45:00Z']);
    expect(holdsAt('2026-10-25T01:45:00Z')).toEqual([]);
  });
});

describe('T39 working time on the night of a change', () => {
  const daily = (timezone: string) => ({
    name: 'daily',
    timezone,
    hours: [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, from: 60, to: 150 })),
    holidays: [],
  });

  test.each([
    [
      'an hour and a half is an hour where clocks leap over its end',
      zurich,
      '2026-03-28T12:00:00Z',
      '90m',
      '2026-03-29T23:30:00Z',
    ],
    ['a working day ends when clocks leap over its time', zurich, '2026-03-28T01:15:00Z', '1d', '2026-03-29T01:00:00Z'],
    ['a working day ends when its time comes first', zurich, '2026-10-24T00:15:00Z', '1d', '2026-10-25T00:15:00Z'],
    [
      'an hour and a half is as long where its end comes twice',
      zurich,
      '2026-10-24T12:00:00Z',
      '90m',
      '2026-10-25T00:30:00Z',
    ],
    [
      'an hour and a half is an hour where clocks leap over its end',
      newYork,
      '2026-03-07T12:00:00Z',
      '90m',
      '2026-03-09T05:30:00Z',
    ],
    [
      'a working day ends when clocks leap over its time',
      newYork,
      '2026-03-07T07:15:00Z',
      '1d',
      '2026-03-08T07:00:00Z',
    ],
    ['a working day ends when its time comes first', newYork, '2026-10-31T05:15:00Z', '1d', '2026-11-01T05:15:00Z'],
    [
      'an hour and a half lasts over the hour that comes twice',
      newYork,
      '2026-10-31T12:00:00Z',
      '90m',
      '2026-11-01T06:30:00Z',
    ],
    [
      'an hour and a half is an hour where clocks leap over its end',
      lordHowe,
      '2026-10-03T12:00:00Z',
      '90m',
      '2026-10-04T14:30:00Z',
    ],
    [
      'a working day ends when clocks leap over its time',
      lordHowe,
      '2026-10-02T15:45:00Z',
      '1d',
      '2026-10-03T15:30:00Z',
    ],
    ['a working day ends when its time comes first', lordHowe, '2026-04-03T14:45:00Z', '1d', '2026-04-04T14:45:00Z'],
    [
      'an hour and a half lasts over the half hour that comes twice',
      lordHowe,
      '2026-04-04T12:00:00Z',
      '90m',
      '2026-04-04T15:30:00Z',
    ],
  ] as const)('%s, in %s', (_, timezone, from, duration, expected) => {
    const unit = duration === '1d' ? 'd' : 'm';
    const amount = Number(duration.slice(0, -1));
    expect(instantOf(instantAfter(epochOf(from), { amount, unit }, daily(timezone)))).toBe(expected);
  });
});
