import type { Calendar } from '../policy/policy.ts';
import type { Duration } from '../policy/schema/values.ts';
import { instantAfter } from './time.ts';

/** A duration with the calendar that it is counted in: working time, or elapsed time without one. */
export type Timed = { readonly duration: Duration; readonly calendar: Calendar | undefined };

/** The first of several time limits to run out. Infinity when there is none. */
export function earliestEnd(start: number, limits: readonly Timed[]): number {
  return Math.min(...limits.map(({ duration, calendar }) => instantAfter(start, duration, calendar)));
}

/** The last of several waiting times to be over; the start itself when there is none. */
export function latestEnd(start: number, limits: readonly Timed[]): number {
  return Math.max(start, ...limits.map(({ duration, calendar }) => instantAfter(start, duration, calendar)));
}
