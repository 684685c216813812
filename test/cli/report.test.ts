import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { liveQuarter, startQuarter } from '../support/quarter.ts';
import type { World } from '../support/world.ts';
import { countersign } from './run.ts';

let world: World;
let env: Readonly<Record<string, string>>;
beforeAll(async () => {
  world = await startQuarter();
  env = { DATABASE_URL: world.database.url };
  await liveQuarter(world);
});
afterAll(async () => {
  await world.app.stop();
  await new Promise((d) => setTimeout(d, 1000));
  const { execSync } = await import('node:child_process');
  console.log(
    execSync(
      `psql postgres://postgres@127.0.0.1:5432/postgres -c "drop database if exists reportperf" && pg_dump ${world.database.url} | (psql postgres://postgres@127.0.0.1:5432/postgres -qc 'create database reportperf' && psql -q postgres://postgres@127.0.0.1:5432/reportperf)`,
      { encoding: 'utf8' },
    ).slice(0, 300),
  );
  await world.close();
});

const PERIOD = ['--from', '2025-03-27', '--to', '2025-04-04T08:00:00Z'];

test('it', async () => {
  for (const [name, more] of [
    ['json', ['--json']],
    ['html', ['--format', 'html']],
    ['csv', ['--format', 'csv']],
    ['sql', ['--format', 'sql']],
    ['txt', []],
  ] as const) {
    const ran = await countersign(['report', '--org', 'acme', ...PERIOD, ...more], { env });
    writeFileSync(`/tmp/report-out.${name}`, ran.out + ran.err);
    expect(ran.status).toBe(0);
  }
});
