import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { signCheckpoint } from '../../src/audit/checkpoint.ts';
import { FORMAT, renderEndLine, renderEntryLine, renderHeader } from '../../src/audit/export-lines.ts';
import { renderVerifierKey, type SignerKey } from '../../src/audit/note.ts';
import { appended, emptyFrontier, leafHashOf, rootOf } from '../../src/audit/tree.ts';
import { type SequencerOptions, sequence } from '../../src/jobs/sequence.ts';
import { openDatabase, withTenant } from '../../src/store/database.ts';
import { record } from '../../src/store/ledger.ts';
import { entryText, newSigner } from '../support/exports.ts';
import { openTestDatabase } from '../support/postgres.ts';
import { runMeasured } from './measured.ts';
import type { Row } from './report.ts';

const WRITERS = 20;
const MS = 5_000;
const TENANT = 3;
const LEAVES = 1_000_000;
/** As many entries as the sequencer places at once: the size of the first checkpoint. */
const FEW = 5_000;
const TIMES_AS_FAST = 5;

const silent = {
  info: () => undefined,
  warn: () => undefined,
  debug: () => undefined,
} as unknown as SequencerOptions['log'];

/** What the ledger costs: writing without a lock against a chain under one, sequencing, and verifying a million entries. */
export async function benchLedger(databaseUrl: string): Promise<readonly Row[]> {
  const database = openDatabase(databaseUrl, WRITERS + 2, () => undefined);
  const owner = await openTestDatabase(databaseUrl, async () => undefined);
  try {
    await owner.query(
      'create table countersign.bench_chain (tenant_id bigint primary key, head bytea not null); grant all on countersign.bench_chain to countersign_app',
    );
    await owner.query("insert into countersign.bench_chain values ($1, '\\x00')", [TENANT]);
    const chained = await writesPerSecond((writer, n) => chain(database, writer, n));
    const signer = newSigner();
    const options: SequencerOptions = { database, signers: [signer], now: Date.now, log: silent };
    const free = await writesPerSecond((writer, n) => write(database, writer, n));
    const begun = performance.now();
    while (await sequence(options, TENANT));
    const sequenced = (free.count / (performance.now() - begun)) * 1000;
    const kept = await keepsUp(database, options);
    return [
      { name: 'ledger, a hash chain under a row lock, 20 writers', value: chained.rate, unit: 'entries/s' },
      { name: 'ledger, leaves without a lock, 20 writers', value: free.rate, unit: 'entries/s' },
      {
        name: 'ledger, leaves against the chain',
        value: free.rate / chained.rate,
        unit: 'times',
        atLeast: TIMES_AS_FAST,
      },
      { name: 'ledger, sequencing what waits', value: sequenced, unit: 'entries/s', atLeast: free.rate },
      ...kept,
      ...(await benchExport(databaseUrl)),
      ...(await benchVerify(signer)),
    ];
  } finally {
    await Promise.all([database.end(), owner.drop()]);
  }
}

type Rate = { readonly count: number; readonly rate: number };

async function writesPerSecond(work: (writer: number, n: number) => Promise<unknown>): Promise<Rate> {
  const begun = performance.now();
  const counts = Array.from({ length: WRITERS }, async (_, writer) => {
    let n = 0;
    for (; performance.now() - begun < MS; n += 1) await work(writer, n);
    return n;
  });
  const count = (await Promise.all(counts)).reduce((sum, one) => sum + one, 0);
  return { count, rate: (count / (performance.now() - begun)) * 1000 };
}

function write(database: Pool, writer: number, n: number): Promise<unknown> {
  return withTenant(database, TENANT, (session) => record(session, entryOf(writer, n)));
}

/** How it would be without a tree: each entry holds the hash of the one before, which a row lock keeps in order. */
function chain(database: Pool, writer: number, n: number): Promise<unknown> {
  return withTenant(database, TENANT, async (session) => {
    const { rows } = await session.query<{ readonly head: Buffer }>(
      'select head from countersign.bench_chain where tenant_id = $1 for update',
      [TENANT],
    );
    const head = rows[0]?.head.toString('hex') ?? '';
    const entry = entryOf(writer, n);
    const { leaf } = await record(session, { ...entry, tenant: TENANT, details: { ...entry.details, head } });
    await session.query('update countersign.bench_chain set head = $2 where tenant_id = $1', [
      TENANT,
      Buffer.from(leaf, 'hex'),
    ]);
  });
}

function entryOf(writer: number, n: number): Parameters<typeof record>[1] {
  return JSON.parse(entryText({ writer, n, filler: 'x'.repeat(500) }));
}

/** Writers and a sequencer at the same time: what is still waiting when the writers end, in seconds of their writing. */
async function keepsUp(database: Pool, options: SequencerOptions): Promise<readonly Row[]> {
  let writing = true;
  const sequencing = (async () => {
    while (writing) if (!(await sequence(options, TENANT))) await new Promise((done) => setTimeout(done, 50));
  })();
  const { rate } = await writesPerSecond((writer, n) => write(database, writer, n + 1_000_000));
  const waiting = await withTenant(database, TENANT, async (session) => {
    const { rows } = await session.query<{ readonly count: number }>(
      'select count(*)::int as count from countersign.pending_leaves',
    );
    return rows[0]?.count ?? 0;
  });
  writing = false;
  await sequencing;
  return [
    { name: 'ledger, leaves while they are sequenced, 20 writers', value: rate, unit: 'entries/s' },
    { name: 'ledger, not yet sequenced at the end', value: waiting / rate, unit: 's', atMost: 1 },
  ];
}

/** The command as it is built, exporting few entries and all that were written: the memory must not follow. */
async function benchExport(databaseUrl: string): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-'));
  try {
    const env = { DATABASE_URL: databaseUrl };
    const typed = ['audit', 'export', '--tenant', String(TENANT), '--out', join(folder, 'export')];
    const few = await runMeasured([...typed, '--checkpoint', String(FEW)], env);
    const all = await runMeasured([...typed, '--json'], env);
    const { count } = JSON.parse(all.said);
    return [
      { name: 'ledger, exporting, exit status', value: all.status, unit: '', atMost: 0 },
      { name: `ledger, exporting ${count} entries`, value: count / all.seconds, unit: 'entries/s' },
      { name: `ledger, exporting ${count} entries, memory`, value: all.megabytes, unit: 'MB', atMost: 512 },
      {
        name: 'ledger, exporting, memory against that of 5,000',
        value: all.megabytes / few.megabytes,
        unit: 'times',
        atMost: 2,
      },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The command as it is built, verifying a million entries with half a gigabyte. */
async function benchVerify(signer: SignerKey): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-'));
  try {
    const file = join(folder, 'export');
    await writeExport(file, signer);
    const { status, seconds, megabytes } = await runMeasured([
      'audit',
      'verify',
      file,
      '--key',
      renderVerifierKey(signer.verifier),
    ]);
    return [
      { name: 'ledger, verifying a million entries, exit status', value: status, unit: '', atMost: 0 },
      { name: 'ledger, verifying a million entries', value: seconds, unit: 's', atMost: 20 },
      { name: 'ledger, verifying a million entries, memory', value: megabytes, unit: 'MB', atMost: 512 },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function writeExport(file: string, signer: SignerKey): Promise<void> {
  const entry = (n: number) => entryText({ n, filler: 'x'.repeat(500) });
  let frontier = emptyFrontier;
  for (let n = 0; n < LEAVES; n += 1) frontier = appended(frontier, leafHashOf(entry(n)));
  const origin = `countersign.acme.example/${TENANT}`;
  const checkpoint = signCheckpoint({ origin, size: LEAVES, root: rootOf(frontier) }, signer);
  const out = createWriteStream(file);
  const range = { start: 0, end: LEAVES, left: [], right: [], keys: [] };
  out.write(`${renderHeader({ format: FORMAT, origin, tenant: TENANT, checkpoint, ...range })}\n`);
  for (let n = 0; n < LEAVES; n += 1)
    if (!out.write(`${renderEntryLine({ index: n, entry: entry(n), revealed: {} })}\n`))
      await new Promise<void>((done) => out.once('drain', () => done()));
  await new Promise<void>((done) => out.end(`${renderEndLine({ end: true, entries: LEAVES })}\n`, () => done()));
}
