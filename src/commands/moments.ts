import { Temporal } from 'temporal-polyfill';
import { shown } from './shown.ts';

/**
 * Dates and times as people write them: `2026-12-01 09:00 Europe/Zurich`, `tomorrow 09:00`, `friday`, `17:30`, `2d`. Without a zone they
 * are read in the zone given. A local time that the zone skips is the one after the gap, as everywhere in the product.
 */

export type Moment =
  | { readonly ok: true; readonly at: number; readonly timezone: string }
  | { readonly ok: false; readonly problem: string };

const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const minute = 60_000;
const units: Readonly<Record<string, number>> = { m: minute, h: 60 * minute, d: 1440 * minute, w: 7 * 1440 * minute };

/** Nothing is put off for longer: whoever means a rejection should say so. */
const longestDays = 366;

const forms =
  '`2026-12-01 09:00`, `tomorrow 09:00`, `friday`, `17:30`, each with a zone such as `Europe/Zurich` if wanted';

/** Reads what stands after `until`. `now` is when it was said, in milliseconds; what is not after it is refused. */
export function momentOf(text: string, now: number, zone: string): Moment {
  const { rest, timezone } = withoutZone(text.trim(), zone);
  if (timezone === undefined) return wrong(`\`${shown(text)}\` ends with a time zone that nobody knows.`);
  const here = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timezone);
  const found = absolute(rest, timezone) ?? local(rest.toLowerCase(), here);
  if (found === undefined) return wrong(`\`${shown(text)}\` is not a date that can be read. Write ${forms}.`);
  return inRange(found.epochMilliseconds, now, timezone);
}

/** Reads what stands after `for`: `2d`, `4h`, `90 minutes`, `1d 12h`. Elapsed time. */
export function lapseOf(text: string, now: number, timezone: string): Moment {
  const parts = [...text.trim().matchAll(/(\d{1,5})\s*(minutes?|mins?|m|hours?|h|days?|d|weeks?|w)(?![a-z])[\s,]*/gi)];
  const whole = parts.map(([part]) => part).join('');
  if (parts.length === 0 || whole.trim() !== text.trim())
    return wrong(`\`${shown(text)}\` is not a length of time. Write \`2d\`, \`4h\`, \`90m\` or \`1w\`.`);
  const length = parts.reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * (units[unit?.[0]?.toLowerCase() ?? ''] ?? 0),
    0,
  );
  return inRange(now + length, now, timezone);
}

function inRange(at: number, now: number, timezone: string): Moment {
  if (at <= now) return wrong('That time has passed. Name one that is still to come.');
  if (at - now > longestDays * 1440 * minute)
    return wrong(`That is more than ${longestDays} days away. Name a nearer time.`);
  return { ok: true, at, timezone };
}

/** An IANA zone, `UTC` or an offset at the end belongs to the time; `timezone` is undefined when it looks like one and is none. */
function withoutZone(text: string, zone: string): { readonly rest: string; readonly timezone: string | undefined } {
  const [, rest, written] =
    /^(.*\S)\s+([A-Za-z]+(?:\/[A-Za-z_+-]+[A-Za-z0-9_+-]*){1,2}|UTC|GMT|Z|[+-]\d\d:\d\d)$/i.exec(text) ?? [];
  if (rest === undefined || written === undefined) return { rest: text, timezone: zone };
  const named = /^(z|gmt|utc)$/i.test(written) ? 'UTC' : written;
  return { rest, timezone: isZone(named) ? named : undefined };
}

function isZone(name: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name);
    return true;
  } catch {
    return false;
  }
}

/** `2026-12-01`, with a time and an offset or not. */
function absolute(text: string, timezone: string): Temporal.ZonedDateTime | undefined {
  const [, date, time = '00:00', offset] =
    /^(\d{4}-\d\d-\d\d)(?:[T ]+(\d\d?:\d\d(?::\d\d)?)(Z|[+-]\d\d:?\d\d)?)?$/i.exec(text) ?? [];
  if (date === undefined) return undefined;
  const written = `${date}T${time.padStart(time.length === 4 || time.length === 7 ? time.length + 1 : time.length, '0')}`;
  return attempt(() =>
    offset === undefined
      ? Temporal.PlainDateTime.from(written, { overflow: 'reject' }).toZonedDateTime(timezone)
      : Temporal.Instant.from(`${written}${offset.toUpperCase()}`).toZonedDateTimeISO(timezone),
  );
}

/** `tomorrow 09:00`, `friday`, `next monday 9:30`, `17:30`. A day without a time begins at midnight. */
function local(text: string, here: Temporal.ZonedDateTime): Temporal.ZonedDateTime | undefined {
  const [, day, clock] = /^(?:(?:next\s+)?([a-z]+))?\s*(?:at\s+)?(\d\d?:\d\d)?$/.exec(text) ?? [];
  if (day === undefined && clock === undefined) return undefined;
  const time = clock === undefined ? undefined : attempt(() => Temporal.PlainTime.from(clock.padStart(5, '0')));
  if (clock !== undefined && time === undefined) return undefined;
  const at = (date: Temporal.PlainDate) =>
    date.toZonedDateTime({ timeZone: here.timeZoneId, plainTime: time ?? Temporal.PlainTime.from('00:00') });
  const today = here.toPlainDate();
  if (day === undefined) {
    const soon = at(today);
    return soon.epochMilliseconds > here.epochMilliseconds ? soon : at(today.add({ days: 1 }));
  }
  const days = daysUntil(day, today);
  return days === undefined ? undefined : at(today.add({ days }));
}

/** A weekday is the next one of that name, never today. */
function daysUntil(day: string, today: Temporal.PlainDate): number | undefined {
  if (day === 'today') return 0;
  if (day === 'tomorrow') return 1;
  const index = weekdays.findIndex((short) => isNameOf(day, short));
  return index === -1 ? undefined : ((index + 1 - today.dayOfWeek + 6) % 7) + 1;
}

function isNameOf(day: string, short: string): boolean {
  const names = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
  return day === short || names[weekdays.indexOf(short)] === day;
}

function attempt<Value>(make: () => Value): Value | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}

function wrong(problem: string): Moment {
  return { ok: false, problem };
}
