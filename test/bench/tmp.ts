import { Client } from 'pg';
import { migrate } from '../../src/store/migrate.ts';
import { benchLatency } from './latency.ts';
import { formatTable } from './report.ts';

const fresh = async () => {
  const c = new Client('postgres://postgres@127.0.0.1:5432/postgres');
  await c.connect();
  await c.query('drop database if exists cs_bench with (force)');
  await c.query('create database cs_bench');
  await c.end();
  const url = 'postgres://postgres@127.0.0.1:5432/cs_bench';
  await migrate(url, 'migrations');
  return url;
};
for (const [r, ms] of JSON.parse(process.argv[2] ?? '[[10,80]]'))
  console.log(formatTable(await benchLatency(await fresh(), r, ms)));
process.exit(0);
