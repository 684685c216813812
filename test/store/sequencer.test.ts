import { type ChildProcess, spawn } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { once } from 'node:events';
import type { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readCheckpoint } from '../../src/audit/checkpoint.ts';
import { publicBytesOf, type SignerKey, verifierKeyOf } from '../../src/audit/note.ts';
import { appended, emptyFrontier, type Hash, rootOf } from '../../src/audit/tree.ts';
import { type SequencerOptions, sequence } from '../../src/jobs/sequence.ts';
import { openDatabase, withTenant } from '../../src/store/database.ts';
import { record } from '../../src/store/ledger.ts';
import { tenantsWithPending } from '../../src/store/tree.ts';
import { LEDGER_SIGNING_KEY } from '../support/app-process.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';

const privateKey = createPrivateKey(LEDGER_SIGNING_KEY);
const signer: SignerKey = { privateKey, verifier: verifierKeyOf('test', publicBytesOf(privateKey)) };
const silent = {
  info: () => undefined,
  warn: () => undefined,
  debug: () => undefined,
} as unknown as SequencerOptions['log'];

let owner: TestDatabase;
let database: Pool;
let options: SequencerOptions;
beforeAll(async () => {
  owner = await createTestDatabase();
  database = openDatabase(owner.url, 12, () => undefined);
  options = { database, signers: [signer], now: Date.now, log: silent };
});
afterAll(async () => {
  await database.end();
  await owner.drop();
});

function write(tenant: number, n: number): Promise<unknown> {
  return withTenant(database, tenant, (session) =>
    record(session, {
      version: 1,
      kind: 'event',
      at: '2026-11-24T09:00:00Z',
      tenant,
      repository: { id: 1, name: 'acme/shop' },
      pull: 1,
      head: 'a'.repeat(40),
      actor: { kind: 'app' },
      deliveries: [],
      details: { n },
    }),
  );
}

type LeafRow = { readonly index: number; readonly hash: Hash; readonly entry: string; readonly own: Hash };

function leavesOf(tenant: number): Promise<readonly LeafRow[]> {
  return owner.query<LeafRow>(
    `select l.leaf_index::float8 as index, l.leaf_hash as hash, l.entry_id::text as entry, e.leaf_hash as own
       from countersign.leaves l join countersign.ledger e on e.tenant_id = l.tenant_id and e.entry_id = l.entry_id
      where l.tenant_id = $1 order by l.leaf_index`,
    [tenant],
  );
}

/** A process that was killed may have left its server with a commit that is still to come. */
async function everythingIsOver(): Promise<void> {
  for (;;) {
    const [row] = await owner.query<{ readonly open: number }>(
      `select count(*)::int as open from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle'`,
    );
    if (row?.open === 0) return;
    await new Promise((done) => setTimeout(done, 20));
  }
}

/** Every entry has one place, places have no gap, and every checkpoint that was ever signed is a beginning of what there is. */
async function isWhole(tenant: number): Promise<number> {
  await everythingIsOver();
  while (await sequence(options, tenant));
  const leaves = await leavesOf(tenant);
  const [entries] = await owner.query<{ readonly count: number }>(
    'select count(*)::int as count from countersign.ledger where tenant_id = $1',
    [tenant],
  );
  expect(leaves).toHaveLength(entries?.count ?? -1);
  expect(leaves.every(({ index }, place) => index === place)).toBe(true);
  expect(leaves.every(({ hash, own }) => hash.equals(own))).toBe(true);
  const notes = await owner.query<{ readonly size: number; readonly note: string }>(
    'select size::float8 as size, note from countersign.checkpoints where tenant_id = $1 order by size',
    [tenant],
  );
  let frontier = emptyFrontier;
  for (const { size, note } of notes) {
    for (const { hash } of leaves.slice(frontier.size, size)) frontier = appended(frontier, hash);
    const read = readCheckpoint(note, [signer.verifier], `test/${tenant}`);
    expect(read).toMatchObject({ ok: true, checkpoint: { size, root: rootOf(frontier) } });
  }
  expect(notes.at(-1)?.size).toBe(leaves.length);
  return leaves.length;
}

test('entries get places in the order in which they are met, one tree for each organization', async () => {
  for (const n of [1, 2, 3]) await write(11, n);
  await write(12, 1);
  expect(await tenantsWithPending(database)).toEqual([11, 12]);
  expect(await isWhole(11)).toBe(3);
  expect(await isWhole(12)).toBe(1);
  expect(await tenantsWithPending(database)).toEqual([]);
});

test('an entry that is committed late comes later, and is not passed over', async () => {
  await write(13, 1);
  await withTenant(database, 13, async (session) => {
    await record(session, {
      version: 1,
      kind: 'event',
      at: '2026-11-24T09:00:00Z',
      tenant: 13,
      repository: { id: 1, name: 'acme/shop' },
      pull: 1,
      head: 'b'.repeat(40),
      actor: { kind: 'app' },
      deliveries: [],
      details: { late: true },
    });
    await write(13, 2);
    expect(await sequence(options, 13)).toBe(false);
    expect(await leavesOf(13)).toHaveLength(2);
  });
  expect(await isWhole(13)).toBe(3);
  const entries = (await leavesOf(13)).map(({ entry }) => Number(entry));
  expect(entries.at(-1)).toBeLessThan(entries.at(-2) ?? 0);
});

test('many writers and many sequencers give every entry one place', async () => {
  const writers = Array.from({ length: 8 }, async (_, writer) => {
    for (let n = 0; n < 40; n += 1) await write(14, 1000 * writer + n);
  });
  const sequencers = Array.from({ length: 3 }, async () => {
    for (let n = 0; n < 40; n += 1) await sequence(options, 14);
  });
  await Promise.all([...writers, ...sequencers]);
  expect(await isWhole(14)).toBe(320);
});

async function startProcess(tenant: number): Promise<ChildProcess> {
  const build = process.env.COUNTERSIGN_BUILD ?? 'dist';
  const child = spawn(process.execPath, ['test/support/ledger-process.mjs', build, owner.url, String(tenant)], {
    env: { PATH: process.env.PATH ?? '', LEDGER_SIGNING_KEY },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout ?? child, 'data');
  return child;
}

/** As many as are killed at the same time: starting a process takes longer than what it is killed in. */
const AT_ONCE = 4;

test('100 kills at random instants leave no gap, no entry twice, and every checkpoint true', async () => {
  let random = 20_261_124;
  const next = (below: number): number => {
    random = (random * 1_103_515_245 + 12_345) % 2_147_483_648;
    return random % below;
  };
  let killed = 0;
  while (killed < 100) {
    const children = await Promise.all(Array.from({ length: AT_ONCE }, () => startProcess(15)));
    for (const child of children) {
      await new Promise((done) => setTimeout(done, next(40)));
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
      killed += 1;
    }
  }
  expect(killed).toBe(100);
  expect(await isWhole(15)).toBeGreaterThan(100);
}, 180_000);
