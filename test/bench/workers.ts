import { timeBurst } from './latency.ts';
import type { Row } from './report.ts';

/** A burst worked off by two worker processes against one, with a GitHub that takes its time: does a second process help? */
export async function benchWorkers(databaseUrls: readonly [string, string]): Promise<readonly Row[]> {
  const one = await timeBurst(databaseUrls[0], 1);
  const two = await timeBurst(databaseUrls[1], 2);
  return [
    { name: 'a burst of 400 pull requests, one process', value: 400 / one, unit: 'checks/s' },
    { name: 'a burst of 400 pull requests, two processes', value: 400 / two, unit: 'checks/s' },
    { name: 'two processes against one', value: one / two, unit: 'ratio' },
  ];
}
