import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Client } from 'pg';
import { startEmbedded } from '../../src/store/embedded.ts';
import { migrate } from '../../src/store/migrate.ts';
import { benchCalls } from './calls.ts';
import { benchDecide } from './decide.ts';
import { benchIntake } from './intake.ts';
import { benchLatency } from './latency.ts';
import { benchLedger } from './ledger.ts';
import { benchPolicy } from './policy.ts';
import { formatTable, holds, type Row } from './report.ts';
import { benchWorkers } from './workers.ts';

const HELP = `npm run bench [-- --only SECTION] [--json FILE]

Measures the built app on this machine and prints a table: what must hold is marked. Figures of one run compare with each other only.
Sections: decide, policy, intake, latency, calls, workers, ledger. PostgreSQL is the server of DATABASE_URL, or an embedded one.`;

type Database = () => Promise<string>;
const SECTIONS: Readonly<Record<string, (fresh: Database) => Promise<readonly Row[]>>> = {
  decide: benchDecide,
  policy: benchPolicy,
  intake: async (fresh) => benchIntake(await fresh()),
  latency: async (fresh) => {
    const rows: Row[] = [];
    for (const callMs of [0, 80])
      for (const rate of [1, 10, 50, 200]) rows.push(...(await benchLatency(await fresh(), rate, callMs)));
    return rows;
  },
  calls: async (fresh) => benchCalls(await fresh()),
  workers: async (fresh) => benchWorkers([await fresh(), await fresh()]),
  ledger: async (fresh) => benchLedger(await fresh()),
};

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { only: { type: 'string' }, json: { type: 'string' }, help: { type: 'boolean' } },
  });
  if (values.help === true) return void process.stdout.write(`${HELP}\n`);
  const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-'));
  const given = process.env.DATABASE_URL;
  const server = given === undefined || given === '' ? await startEmbedded(folder) : undefined;
  const url = server?.url ?? given ?? '';
  const made: string[] = [];
  try {
    const rows: Row[] = [];
    for (const [name, run] of Object.entries(SECTIONS)) {
      if (values.only !== undefined && values.only !== name) continue;
      process.stderr.write(`measuring ${name} …\n`);
      rows.push(...(await run(() => freshDatabase(url, made))));
    }
    process.stdout.write(`${formatTable(rows)}\n`);
    const json = JSON.stringify({ node: process.version, at: new Date().toISOString(), rows }, null, 2);
    if (values.json === undefined) process.stdout.write(`${json}\n`);
    else writeFileSync(values.json, `${json}\n`);
    process.exitCode = rows.every(holds) ? 0 : 1;
  } finally {
    for (const name of made)
      await onServer(url, (client) => client.query(`drop database if exists ${name} with (force)`));
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function freshDatabase(url: string, made: string[]): Promise<string> {
  const name = `countersign_bench_${process.pid}_${made.length}`;
  made.push(name);
  await onServer(url, (client) => client.query(`create database ${name}`));
  const own = new URL(url);
  own.pathname = `/${name}`;
  await migrate(own.href, 'migrations');
  return own.href;
}

async function onServer(url: string, work: (client: Client) => Promise<unknown>): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

await main();
