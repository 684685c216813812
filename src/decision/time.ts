import { Temporal } from 'temporal-polyfill';
import type { Calendar } from '../policy/policy.ts';
import type { OpenHours } from '../policy/schema/time.ts';
import type { Duration } from '../policy/schema/values.ts';

/**
 * The arithmetic of instants, the only place that knows about time zones. Instants are milliseconds since 1970 in here,
 * and ISO strings in facts. A local clock time that a zone skips is the instant at which it skips it, so that what opens
 * or closes then does so as soon as clocks read a later time (Temporal's `compatible` would make 03:30 of a skipped
 * 02:30). Of a time that comes twice it is the first, for then a window closes sooner.
 */

/** Hours of the week in a zone, closed on holidays. */
export type OpeningTimes = {
  readonly timezone: string;
  readonly hours: readonly OpenHours[];
  readonly holidays: readonly string[];
};

/** The start is in it, the end is not. */
type Interval = { readonly from: number; readonly to: number };

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const elapsed = { m: minute, h: hour, d: day, w: 7 * day };

/** Opening times are searched this far ahead; a calendar that never opens within it never opens. */
const horizonInDays = 800;

const plainUtc = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,3}))?Z$/;

/** Nearly every instant is GitHub's plain UTC, which arithmetic reads 30 times faster than Temporal. */
export function epochOf(instant: string): number {
  const parts = plainUtc.exec(instant);
  if (parts === null) return Temporal.Instant.from(instant).epochMilliseconds;
  const [, y, mo, d, h, mi, s, fraction = ''] = parts;
  const days = daysSince1970(Number(y), Number(mo), Number(d));
  return days * day + Number(h) * hour + Number(mi) * minute + Number(s) * 1000 + Number(fraction.padEnd(3, '0'));
}

/** Days from 1970-01-01 to a date of the Gregorian calendar (Hinnant, "chrono-Compatible Low-Level Date Algorithms"). */
function daysSince1970(year: number, month: number, dayOfMonth: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + dayOfMonth - 1;
  return (
    era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
  );
}

/** ISO 8601 in UTC, with milliseconds only where there are any. Arithmetic again: Temporal's takes 15 µs. */
export function instantOf(epoch: number): string {
  const days = Math.floor(epoch / day);
  const rest = epoch - days * day;
  const two = (value: number) => `${value}`.padStart(2, '0');
  const clock = [rest / hour, (rest % hour) / minute, (rest % minute) / 1000]
    .map((part) => two(Math.floor(part)))
    .join(':');
  const fraction = rest % 1000 === 0 ? '' : `.${`${rest % 1000}`.padStart(3, '0')}`;
  return `${dateOf(days)}T${clock}${fraction}Z`;
}

/** The date that lies so many days after 1970-01-01: the inverse of `daysSince1970`, from the same source. */
function dateOf(days: number): string {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const dayOfMonth = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return `${`${year}`.padStart(4, '0')}-${`${month}`.padStart(2, '0')}-${`${dayOfMonth}`.padStart(2, '0')}`;
}

/** Which instant is meant by a local time that comes twice. */
type Twice = 'earlier' | 'later';

/** The instant of a local date-time in a zone. */
export function localInstant(dateTime: string, timezone: string, twice: Twice = 'earlier'): number {
  return instantIn(Temporal.PlainDateTime.from(dateTime), timezone, twice);
}

function instantIn(local: Temporal.PlainDateTime, timezone: string, twice: Twice = 'earlier'): number {
  const there = local.toZonedDateTime(timezone, { disambiguation: twice });
  if (there.toPlainDateTime().equals(local)) return there.epochMilliseconds;
  const before = local.toZonedDateTime(timezone, { disambiguation: 'earlier' });
  return (before.getTimeZoneTransition('next') ?? there).epochMilliseconds;
}

/** The end of a day in UTC. */
export function endOfDay(date: string): number {
  return Temporal.PlainDate.from(date).add({ days: 1 }).toZonedDateTime('UTC').epochMilliseconds;
}

/** For people: `Mon 2026-11-23 09:00 UTC`, and in the zone given. */
export function inWords(epoch: number, timezone = 'UTC'): string {
  const there = Temporal.Instant.fromEpochMilliseconds(epoch).toZonedDateTimeISO(timezone);
  const weekday = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'][there.dayOfWeek - 1] ?? '';
  return `${weekday} ${there.toPlainDate()} ${there.toPlainTime().toString({ smallestUnit: 'minute' })} ${timezone}`;
}

/**
 * The instant that lies a duration after another: elapsed time without a calendar. With one, minutes and hours are
 * working time, and a day is the next open day at the same time of day (Thursday 15:00 + 3d is Tuesday 15:00), a week as
 * many of them as a week has. Infinity when the calendar never opens again.
 */
export function instantAfter(start: number, { amount, unit }: Duration, calendar: Calendar | undefined): number {
  if (calendar === undefined || amount === 0) return start + amount * elapsed[unit];
  if (unit === 'm' || unit === 'h') return afterWorking(start, amount * elapsed[unit], calendar);
  const openDays = new Set(calendar.hours.map((hours) => hours.day)).size;
  return afterOpenDays(start, unit === 'd' ? amount : amount * openDays, calendar);
}

function afterWorking(start: number, milliseconds: number, times: OpeningTimes): number {
  let left = milliseconds;
  for (const { from, to } of openIntervals(start, times)) {
    const begin = Math.max(from, start);
    if (begin >= to) continue;
    if (left <= to - begin) return begin + left;
    left -= to - begin;
  }
  return Number.POSITIVE_INFINITY;
}

function afterOpenDays(start: number, days: number, times: OpeningTimes): number {
  const first = isOpenDay(localDate(start, times.timezone), times) ? start : nextOpening(start, times);
  if (!Number.isFinite(first)) return first;
  const local = Temporal.Instant.fromEpochMilliseconds(first).toZonedDateTimeISO(times.timezone);
  let date = local.toPlainDate();
  let left = days;
  for (let step = 0; left > 0; step += 1) {
    if (step > horizonInDays + days * 7) return Number.POSITIVE_INFINITY;
    date = date.add({ days: 1 });
    if (isOpenDay(date, times)) left -= 1;
  }
  return instantIn(date.toPlainDateTime(local.toPlainTime()), times.timezone);
}

export function isOpen(at: number, times: OpeningTimes): boolean {
  return intervalsOf(localDate(at, times.timezone), times).some(({ from, to }) => from <= at && at < to);
}

/** The next instant, after this one, at which it opens or closes; Infinity when it never does. */
export function nextChange(at: number, times: OpeningTimes): number {
  for (const { from, to } of openIntervals(at, times)) {
    if (from > at) return from;
    if (to > at) return to;
  }
  return Number.POSITIVE_INFINITY;
}

function nextOpening(at: number, times: OpeningTimes): number {
  for (const { from } of openIntervals(at, times)) if (from > at) return from;
  return Number.POSITIVE_INFINITY;
}

/** Open intervals in order from the local day of an instant on; neighbours that touch (24:00 and 00:00) are one. */
function* openIntervals(start: number, times: OpeningTimes): Generator<Interval> {
  let date = localDate(start, times.timezone);
  let pending: Interval | undefined;
  for (let step = 0; step < horizonInDays; step += 1) {
    for (const interval of intervalsOf(date, times)) {
      if (pending !== undefined && pending.to >= interval.from) {
        pending = { from: pending.from, to: Math.max(pending.to, interval.to) };
        continue;
      }
      if (pending !== undefined) yield pending;
      pending = interval;
    }
    if (pending !== undefined && pending.to < startOfDay(date.add({ days: 1 }), times.timezone)) {
      yield pending;
      pending = undefined;
    }
    date = date.add({ days: 1 });
  }
  if (pending !== undefined) yield { from: pending.from, to: Number.POSITIVE_INFINITY };
}

/** Hours that fall into a gap altogether are none. */
function intervalsOf(date: Temporal.PlainDate, times: OpeningTimes): readonly Interval[] {
  if (times.holidays.includes(date.toString())) return [];
  return times.hours
    .filter((hours) => hours.day === date.dayOfWeek)
    .map(({ from, to }) => ({ from: atMinute(date, from, times.timezone), to: atMinute(date, to, times.timezone) }))
    .filter(({ from, to }) => from < to)
    .sort((one, other) => one.from - other.from);
}

function isOpenDay(date: Temporal.PlainDate, times: OpeningTimes): boolean {
  return times.hours.some((hours) => hours.day === date.dayOfWeek) && !times.holidays.includes(date.toString());
}

function localDate(at: number, timezone: string): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timezone).toPlainDate();
}

function startOfDay(date: Temporal.PlainDate, timezone: string): number {
  return date.toZonedDateTime(timezone).epochMilliseconds;
}

function atMinute(date: Temporal.PlainDate, minutes: number, timezone: string): number {
  if (minutes === 1440) return startOfDay(date.add({ days: 1 }), timezone);
  const clock = Temporal.PlainTime.from({ hour: Math.floor(minutes / 60), minute: minutes % 60 });
  return instantIn(date.toPlainDateTime(clock), timezone);
}
