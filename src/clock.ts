import { readFileSync } from 'node:fs';

/** The clock that decisions, records and timers rest on, in milliseconds since 1970. */
export type Clock = () => number;

/**
 * The machine's clock; with a file, moved by the milliseconds that stand in it at that moment (none while it is missing), so that a test
 * moves the clock of an app that runs. What measures durations or keeps to GitHub's budgets stays on the machine's own.
 */
export function createClock(offsetFile: string | undefined): Clock {
  if (offsetFile === undefined) return Date.now;
  return () => Date.now() + readOffset(offsetFile);
}

function readOffset(file: string): number {
  try {
    return Number(readFileSync(file, 'utf8')) || 0;
  } catch {
    return 0;
  }
}
