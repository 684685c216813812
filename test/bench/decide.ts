import type { decide as Decide } from '../../src/decision/decide.ts';
import { builtDecide } from './built.ts';
import { type Case, largestCase, smallCase, usualCase } from './cases.ts';
import { percentile } from './load.ts';
import type { Row } from './report.ts';

/** What one decision takes, in µs: the median of many, after warming up. Growth in files is a ratio within this run. */
export async function benchDecide(): Promise<readonly Row[]> {
  const decide = await builtDecide();
  const small = timed(decide, smallCase(), 2_000);
  const usual = timed(decide, usualCase(10), 2_000);
  const largest = timed(decide, largestCase(3_000), 40);
  const half = timed(decide, largestCase(1_500), 40);
  return [
    { name: 'decide, small pull request', value: small, unit: 'µs' },
    {
      name: 'decide, usual pull request (10 files, 5 commits, 3 reviews, 10 rules)',
      value: usual,
      unit: 'µs',
      atMost: 200,
    },
    {
      name: 'decide, largest (3,000 files, 250 commits, 100 reviews, 100 rules)',
      value: largest,
      unit: 'µs',
      atMost: 20_000,
    },
    { name: 'decide, 3,000 files against 1,500', value: largest / half, unit: 'ratio', atMost: 2.3 },
  ];
}

function timed(decide: typeof Decide, { policy, facts }: Case, runs: number): number {
  for (let n = 0; n < runs; n += 1) decide(policy, facts);
  const times: number[] = [];
  for (let n = 0; n < runs; n += 1) {
    const started = performance.now();
    decide(policy, facts);
    times.push((performance.now() - started) * 1000);
  }
  return percentile(times, 0.5);
}
