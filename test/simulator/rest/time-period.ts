import { Refusal } from '../world/world.ts';
import type { Context } from './router.ts';

const hour = 3_600_000;
const periods: Readonly<Record<string, number>> = {
  hour,
  day: 24 * hour,
  week: 7 * 24 * hour,
  month: 30 * 24 * hour,
  quarter: 91 * 24 * hour,
  year: 365 * 24 * hour,
};

/** `time_period`: how far back to look; without it, back to the beginning. */
export function withinPeriod({ world }: Context, period: string | null): (at: string) => boolean {
  if (period === null) return () => true;
  const length = periods[period];
  if (length === undefined) throw new Refusal(422, `Invalid request.\n\n${period} is not a time_period.`);
  return (at) => Date.parse(at) >= world.clock() - length;
}
