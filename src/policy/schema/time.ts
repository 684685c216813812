import * as z from 'zod';
import { Duration, LocalDate, LocalDateTime, LongDuration, listOf, Name, namedList, Text, TimeZone } from './values.ts';

/** Calendars, windows and freezes: when something may happen. */

const days: readonly string[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** Open on `day` (ISO: 1 is Monday) from minute `from` up to, not including, minute `to` of the local day. */
export type OpenHours = { readonly day: number; readonly from: number; readonly to: number };

const Days = z
  .string()
  .regex(/^(mon|tue|wed|thu|fri|sat|sun)(-(mon|tue|wed|thu|fri|sat|sun))?$/, 'must be a day or days: `mon`, `mon-fri`');

const Range = z
  .string()
  .regex(/^([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$/, 'must be hours such as `09:00-17:00`')
  .transform((written) => {
    const [from = '', to = ''] = written.split('-');
    return { from: minuteOfDay(from), to: minuteOfDay(to) };
  })
  .refine(({ from, to }) => from < to, 'must end after it begins; write hours across midnight as two days');

export const Hours = z
  .record(Days, z.union([Range.transform((range) => [range]), listOf(Range)]))
  .refine((written) => Object.keys(written).length > 0, 'must not be empty')
  .transform((written): OpenHours[] =>
    Object.entries(written).flatMap(([span, ranges]) =>
      daysOf(span).flatMap((day) => ranges.map((range) => ({ day, ...range }))),
    ),
  );

export const Calendars = namedList(
  z.strictObject({
    timezone: TimeZone,
    hours: Hours.describe('Working hours.'),
    holidays: listOf(LocalDate).optional(),
  }),
);

export const Windows = namedList(
  z.strictObject({
    calendar: Name.describe('Its zone and holidays hold; its hours too, where none are given here.'),
    hours: Hours.optional(),
  }),
);

export function freezeOf<Seats extends z.ZodType>(seats: Seats) {
  return z
    .strictObject({
      name: Text,
      from: LocalDateTime,
      to: LocalDateTime,
      timezone: TimeZone,
      environments: listOf(Name).optional(),
      approvers: seats.optional(),
    })
    .refine(({ from, to }) => from < to, { path: ['to'], message: 'must be later than `from`' });
}

/** What a rule, or the whole policy, says of the approvals themselves. */
export const Approvals = z.strictObject({
  stale: z.enum(['on-push', 'on-content-change']).optional(),
  'minimum-open': Duration.optional(),
  permission: z.enum(['read', 'triage', 'write', 'maintain', 'admin']).optional(),
  'same-person': z.enum(['once', 'per-stage']).optional(),
  'cite-evidence': z.boolean().optional(),
  'expire-after': LongDuration.optional(),
  calendar: Name.optional(),
});

/** How long each stage may take: stage names to durations, and the calendar that they are counted in. */
export const Sla = z
  .object({ calendar: Name.optional() })
  .catchall(LongDuration)
  .transform(({ calendar, ...stages }) => ({
    ...(calendar === undefined ? {} : { calendar }),
    stages: Object.entries(stages).map(([stage, within]) => ({ stage, within })),
  }));

function daysOf(span: string): readonly number[] {
  const [first, last = first] = span.split('-').map((day) => days.indexOf(day) + 1);
  if (first === undefined || last === undefined) return [];
  return Array.from({ length: ((last - first + 7) % 7) + 1 }, (_, offset) => ((first - 1 + offset) % 7) + 1);
}

function minuteOfDay(clock: string): number {
  const [hours = '0', minutes = '0'] = clock.split(':');
  return Number(hours) * 60 + Number(minutes);
}
