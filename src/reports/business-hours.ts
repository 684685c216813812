import { epochOf, instantOf, isOpen, nextChange, type OpeningTimes } from '../decision/time.ts';
import type { EffectivePolicy } from '../policy/compose.ts';
import type { Calendar } from '../policy/policy.ts';

/** The start is in it, the end is not; ISO 8601 in UTC. */
export type Span = { readonly from: string; readonly to: string };

/** The working time of one calendar within a report. */
export type BusinessHours = { readonly name: string; readonly timezone: string; readonly open: readonly Span[] };

/**
 * The calendar whose hours are a policy's business hours: the one that it counts approvals in, or else its first. Undefined without any;
 * all hours count then. It is the rule by which the app reads dates without a zone.
 */
export function calendarOf({ layers }: EffectivePolicy): Calendar | undefined {
  for (const { policy } of layers) {
    const calendar = policy.calendars.find(({ name }) => name === policy.approvals.calendar) ?? policy.calendars[0];
    if (calendar !== undefined) return calendar;
  }
  return undefined;
}

/** When a calendar is open within a span, in order and cut to it. Time zones, their changes and holidays are all in here. */
export function openWithin({ from, to }: Span, times: OpeningTimes): readonly Span[] {
  const end = epochOf(to);
  const open: Span[] = [];
  for (let at = epochOf(from); at < end; ) {
    const next = Math.min(nextChange(at, times), end);
    if (isOpen(at, times)) open.push({ from: instantOf(at), to: instantOf(next) });
    at = next;
  }
  return open;
}

/** Milliseconds of a span that fall into open ones. The report itself has this computed by the database. */
export function businessTime(span: Span, open: readonly Span[]): number {
  const [begin, end] = [epochOf(span.from), epochOf(span.to)];
  return open.reduce(
    (sum, { from, to }) => sum + Math.max(0, Math.min(end, epochOf(to)) - Math.max(begin, epochOf(from))),
    0,
  );
}
