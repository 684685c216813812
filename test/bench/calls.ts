import { liveOneLife, totalOf } from '../support/life.ts';
import { openTestDatabase } from '../support/postgres.ts';
import { startWorld } from '../support/world.ts';
import type { Row } from './report.ts';

/** Calls to GitHub by event, and over one life of a pull request. */
export async function benchCalls(databaseUrl: string): Promise<readonly Row[]> {
  const world = await startWorld({ database: await openTestDatabase(databaseUrl, async () => undefined) });
  try {
    const spent = await liveOneLife(world);
    const rows: Row[] = Object.entries(spent).map(([event, calls]) => ({
      name: `GitHub calls, ${event}`,
      value: calls.length,
      unit: 'calls',
    }));
    return [...rows, { name: 'GitHub calls, a whole life', value: totalOf(spent), unit: 'calls', atMost: 14 }];
  } finally {
    await world.close();
  }
}
