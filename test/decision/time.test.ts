import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import { epochOf, instantAfter, instantOf, isOpen, nextChange } from '../../src/decision/time.ts';

const days = (from: number, to: number, ...of: number[]) => of.map((day) => ({ day, from: from * 60, to: to * 60 }));
const business = {
  name: 'business',
  timezone: 'Europe/Zurich',
  hours: days(9, 17, 1, 2, 3, 4, 5),
  holidays: ['2026-12-25'],
};
const always = { name: 'always', timezone: 'Europe/Zurich', hours: days(0, 24, 1, 2, 3, 4, 5, 6, 7), holidays: [] };

test('instants are read and written as Temporal does', () => {
  fc.assert(
    fc.property(fc.integer({ min: -62_000_000_000_000, max: 250_000_000_000_000 }), (epoch) => {
      const instant = Temporal.Instant.fromEpochMilliseconds(epoch).toString();
      expect(epochOf(instant)).toBe(epoch);
      expect(epochOf(instantOf(epoch))).toBe(epoch);
    }),
  );
  expect(instantOf(epochOf('2026-11-23T09:00:00Z'))).toBe('2026-11-23T09:00:00Z');
  expect(epochOf('2026-11-23T10:00:00+01:00')).toBe(epochOf('2026-11-23T09:00:00Z'));
});

describe('durations', () => {
  test.each([
    ['working hours go on after the weekend', '2026-11-27T15:00:00Z', '2h', '2026-11-30T09:00:00Z'],
    ['Thursday and three working days is Tuesday', '2026-11-26T14:00:00Z', '3d', '2026-12-01T14:00:00Z'],
    ['a holiday is no working day', '2026-12-24T14:00:00Z', '1d', '2026-12-28T14:00:00Z'],
    [
      'T39 a working day keeps its local time over a change of clocks',
      '2026-10-23T08:00:00Z',
      '1d',
      '2026-10-26T09:00:00Z',
    ],
    ['from a Saturday, time begins on Monday', '2026-11-28T10:00:00Z', '1h', '2026-11-30T09:00:00Z'],
  ])('%s', (_, from, duration, expected) => {
    const parsed = {
      amount: Number(duration.slice(0, -1)),
      unit: duration.endsWith('h') ? ('h' as const) : ('d' as const),
    };
    expect(instantOf(instantAfter(epochOf(from), parsed, business))).toBe(expected);
  });

  test('without a calendar, time is time', () => {
    expect(instantOf(instantAfter(epochOf('2026-10-24T12:00:00Z'), { amount: 1, unit: 'd' }, undefined))).toBe(
      '2026-10-25T12:00:00Z',
    );
  });
});

describe('T39 opening times over a change of clocks', () => {
  test('the night with 02:30 twice, and the one without', () => {
    const night = { timezone: 'Europe/Zurich', hours: days(2, 3, 7), holidays: [] };
    const openAt = (at: string) => isOpen(epochOf(at), night);
    expect(['00:30', '01:30'].map((at) => openAt(`2026-10-25T${at}:00Z`))).toEqual([true, true]);
    expect(openAt('2026-10-25T02:00:00Z')).toBe(false);
    expect(['00:30', '01:00', '01:30'].map((at) => openAt(`2026-03-29T${at}:00Z`))).toEqual([false, false, false]);
  });

  test('what is always open never changes', () => {
    expect(nextChange(epochOf('2026-11-23T09:00:00Z'), always)).toBe(Number.POSITIVE_INFINITY);
    expect(instantOf(nextChange(epochOf('2026-11-27T16:00:00Z'), business))).toBe('2026-11-30T08:00:00Z');
  });
});
