import { apart, liveOneLife, totalOf } from '../support/life.ts';
import { openTestDatabase } from '../support/postgres.ts';
import { startWorld } from '../support/world.ts';
import type { Row } from './report.ts';

/** Calls to GitHub by event, and over one life of a pull request. */
export async function benchCalls(databaseUrl: string): Promise<readonly Row[]> {
  const world = await startWorld({ database: await openTestDatabase(databaseUrl, async () => undefined) });
  try {
    const { deciding, asking, watching } = apart(await liveOneLife(world));
    const rows: Row[] = Object.entries(deciding).map(([event, calls]) => ({
      name: `GitHub calls, ${event}`,
      value: calls.length,
      unit: 'calls',
    }));
    return [
      ...rows,
      { name: 'GitHub calls, a whole life', value: totalOf(deciding), unit: 'calls', atMost: 14 },
      { name: 'GitHub calls, asking people in that life', value: totalOf(asking), unit: 'calls', atMost: 14 },
      {
        name: 'GitHub calls, watching the base branch in that life',
        value: totalOf(watching),
        unit: 'calls',
        atMost: 2,
      },
    ];
  } finally {
    await world.close();
  }
}
