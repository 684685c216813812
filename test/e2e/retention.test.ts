import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Deps } from '../../src/jobs/deps.ts';
import { FROM_THE_START, sweepPayloads } from '../../src/jobs/sweep/payloads.ts';
import { openDatabase } from '../../src/store/database.ts';
import { createMetrics } from '../../src/web/metrics.ts';
import { countersign } from '../cli/run.ts';
import { eventually } from '../support/app-process.ts';
import { sign } from '../support/attacks.ts';
import { cloneTenant, rowsOf } from '../support/tenants.ts';
import { liveWholeLife, startWholeWorld } from '../support/whole-life.ts';
import { checkThat, propose, quiet, succeeded, type World, waits } from '../support/world.ts';

/** An organization has lived, a hundred days go by, and raw payloads are purged: nothing that anybody could ask of its record is less. */
vi.setConfig({ testTimeout: 120_000, hookTimeout: 240_000 });

const DAY = 86_400_000;
const SECOND = 424_242;
const folder = mkdtempSync(join(tmpdir(), 'countersign-retention-'));
let world: World;
let app: Pool;
let first: number;
let said: Readonly<Record<string, unknown>>[] = [];
let deps: Deps;

beforeAll(async () => {
  world = await startWholeWorld();
  first = world.scenario.organizationId;
  await liveWholeLife(world);
  await eventually('all to be signed', async () => {
    const left = await world.database.query('select from countersign.pending_leaves');
    return left.length === 0;
  });
  await world.stop();
  app = openDatabase(world.database.url, 2, () => undefined);
  const log = { info: (what: Record<string, unknown>, msg: string) => said.push({ ...what, msg }) };
  const nothing = async () => ({ waiting: 0, running: 0, dead: 0 });
  // All that purging works with.
  deps = {
    database: app,
    metrics: createMetrics(nothing),
    log,
    now: () => (world.clock?.now() ?? 0) + 100 * DAY,
    payloadRetentionMs: 90 * DAY,
  } as unknown as Deps;
  await cloneTenant(world.database, first, SECOND);
  await age();
});
afterAll(async () => {
  await app.end();
  await world.close();
  rmSync(folder, { recursive: true, force: true });
});

const AGED: readonly (readonly [string, string])[] = [
  ['deliveries', 'received_at'],
  ['remarks', 'settled_at'],
  ['commands', 'settled_at'],
  ['replies', 'settled_at'],
  ['reminders', 'settled_at'],
  ['notifications', 'delivered_at'],
  ['notifications', 'gave_up_at'],
  ['backtests', 'made_at'],
];

/** The database's own clock has not moved: what it wrote down is made older instead. */
async function age(): Promise<void> {
  for (const [table, column] of AGED)
    await world.database.query(`update countersign.${table} set ${column} = ${column} - interval '100 days'`);
}

/** Whatever can be asked of the record, as of one checkpoint, and the verdict on it. */
async function answers(): Promise<Readonly<Record<string, unknown>>> {
  const env = { DATABASE_URL: world.database.url };
  const [newest] = await world.database.query<{ readonly size: string }>(
    'select min(checkpoints.size) filter (where checkpoints.size > 100) as size from countersign.checkpoints where tenant_id = $1',
    [first],
  );
  const scope = ['--tenant', `${first}`, '--checkpoint', newest?.size ?? ''];
  const ran: Record<string, unknown> = {};
  for (const format of ['ndjson', 'csv', 'ocsf'])
    ran[format] = await countersign(['audit', 'export', ...scope, '--format', format], { env });
  for (const command of ['completeness', 'replay'])
    ran[command] = await countersign(['audit', command, '--tenant', `${first}`, '--json'], { env });
  const keys = await world.database.query<{ readonly verifier: string }>(
    'select verifier from countersign.signing_keys',
  );
  const { out } = ran.ndjson as { readonly out: string };
  const given = keys.flatMap(({ verifier }) => ['--key', verifier]);
  ran.verify = await countersign(['audit', 'verify', '-', ...given, '--json'], { input: out });
  return ran;
}

/** How much raw data an organization still has. */
async function raw(tenant: number): Promise<Readonly<Record<string, number>>> {
  const [row] = await world.database.query<Readonly<Record<string, number>>>(
    `select (select count(*) from countersign.deliveries where tenant_id = $1 and (payload is not null or sender is not null))::int as payloads,
            (select count(*) from countersign.remarks where tenant_id = $1 and body <> '')::int as remarks,
            (select count(*) from countersign.commands where tenant_id = $1 and text <> '')::int as commands,
            (select count(*) from countersign.replies where tenant_id = $1 and body is not null)::int as replies,
            (select count(*) from countersign.reminders where tenant_id = $1 and body <> '')::int as reminders,
            (select count(*) from countersign.notifications where tenant_id = $1 and notice <> '{}')::int as notices,
            (select count(*) from countersign.lookups where tenant_id = $1)::int as lookups,
            (select count(*) from countersign.backtests where tenant_id = $1)::int as backtests`,
    [tenant],
  );
  return row ?? {};
}

/** Deployments and runs of a repository that has no record go; those that records were followed by stay. */
async function deployUngoverned(): Promise<void> {
  for (const text of [
    "insert into countersign.deployments values ($1, 999, 1, 'production', 'a', '2026-03-24T09:00:00Z')",
    "insert into countersign.deployment_statuses values ($1, 999, 1, 'success', '2026-03-24T09:01:00Z')",
    "insert into countersign.workflow_runs values ($1, 999, 1, 1, 'ci.yml', 'a', '2026-03-24T09:00:00Z', '2026-03-24T09:01:00Z', 'success')",
  ])
    await world.database.query(text, [first]);
}

const PURGED_TABLES = [
  'backtests',
  'commands',
  'deliveries',
  'deployment_statuses',
  'deployments',
  'lookups',
  'notifications',
  'remarks',
  'reminders',
  'replies',
  'workflow_runs',
];
const EMPTY = { payloads: 0, remarks: 0, commands: 0, replies: 0, reminders: 0, notices: 0, lookups: 0, backtests: 0 };

test('what is not old enough stays, and so does everything where payloads are kept for ever', async () => {
  const before = await rowsOf(world.database, first);
  expect(await sweepPayloads({ ...deps, payloadRetentionMs: null }, FROM_THE_START, () => false)).toBeNull();
  const soon = { ...deps, payloadRetentionMs: 120 * DAY };
  expect(await sweepPayloads(soon, FROM_THE_START, () => false)).toBeNull();
  expect(await rowsOf(world.database, first)).toEqual(before);
  expect(said).toEqual([]);
});

test('after it every export is the same bytes, verifies, replays and is complete; what is unprocessed stays, and so do others’ rows', async () => {
  await deployUngoverned();
  const [asked, had] = [await answers(), await raw(first)];
  for (const [name, ran] of Object.entries(asked))
    expect([name, ran]).toEqual([name, expect.objectContaining({ status: 0 })]);
  for (const [name, count] of Object.entries(had)) expect([name, count]).not.toEqual([name, 0]);
  await world.database.query(
    `update countersign.deliveries set processed_at = null where guid = (
       select guid from countersign.deliveries where tenant_id = $1 and payload is not null order by delivery_id limit 1)
       and tenant_id = $1`,
    [first],
  );
  const [rows, others] = [await rowsOf(world.database, first), await rowsOf(world.database, SECOND)];
  // A turn that is over at once does what it has begun, and says where to go on.
  const turns: (number | null)[] = [FROM_THE_START];
  while (turns.at(-1) !== null) turns.push(await sweepPayloads(deps, turns.at(-1) ?? FROM_THE_START, () => true));
  expect(turns).toEqual([FROM_THE_START, 0, null]);

  expect(await raw(first)).toEqual({ ...EMPTY, payloads: 1 });
  const now = await rowsOf(world.database, first);
  expect(Object.keys(now).filter((name) => now[name] !== rows[name])).toEqual(PURGED_TABLES);
  expect(await rowsOf(world.database, SECOND)).toEqual(others);
  expect(
    await world.database.query('select distinct repository_id = 999 as gone from countersign.deployments'),
  ).toEqual([{ gone: false }]);
  expect(await answers()).toEqual(asked);
  expect(said.at(-1)).toMatchObject({
    deliveries: expect.any(Number),
    notifications: expect.any(Number),
    msg: 'purged what was older than 90 days',
  });
  expect(await deps.metrics.registry.metrics()).toMatch(/countersign_purged_total\{what="deliveries"\} [1-9]/);
});

test('the app purges by itself, recognises what it had, and goes on', async () => {
  await world.database.query(
    "update countersign.deliveries set payload = 'x', received_at = now() - interval '100 days' where tenant_id = $1",
    [first],
  );
  said = [];
  const again = await world.launch();
  await eventually('the purge', async () => again.log.some(({ msg }) => msg === 'purged what was older than 90 days'));
  await quiet(world);
  const { ledger } = await rowsOf(world.database, first);
  const heard = world.simulator.deliveries.filter(({ event }) => event.startsWith('pull_request'));
  for (const { id } of heard.slice(0, 20)) world.github.redeliver({ id });
  await quiet(world);
  // It is recognised without its payload.
  expect((await rowsOf(world.database, first)).ledger).toBe(ledger);
  const pull = propose(world);
  await checkThat(world, pull, waits);
  await sign(world, pull, ['ana', 'raj']);
  await checkThat(world, pull, succeeded);
});
