import type { Reader } from './reader.ts';
import type { Requirements } from './requirements.ts';
import type { Seat } from './seats.ts';
import type { Filled } from './stages.ts';
import { epochOf, instantAfter } from './time.ts';

/** When the SLA of each stage that is open and not complete runs out, in whatever calendar is strictest. */
export function dueTimes(
  sla: Requirements['sla'],
  seats: readonly Seat[],
  { openedAt, holders }: Filled,
  reader: Reader,
): ReadonlyMap<string, number> {
  const due = new Map<string, number>();
  for (const { stage, duration, calendar } of sla) {
    const opened = openedAt.get(stage);
    const isComplete = seats.every((seat) => seat.stage !== stage || holders.has(seat.key));
    if (opened === undefined || isComplete) continue;
    const start = Number.isFinite(opened) ? opened : epochOf(reader.facts.pull.createdAt);
    const end = instantAfter(start, duration, calendar);
    reader.again(end);
    due.set(stage, Math.min(end, due.get(stage) ?? Number.POSITIVE_INFINITY));
  }
  return due;
}
