import { spawn } from 'node:child_process';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
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
import { builtFolder } from './built.ts';
import type { Row } from './report.ts';

const WRITERS = 20;
const MS = 5_000;
const TENANT = 3;
const LEAVES = 1_000_000;
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
    const options = { database, signer, now: Date.now, log: silent };
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

/** The command as it is built, verifying a million entries with half a gigabyte. */
async function benchVerify(signer: SignerKey): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-'));
  try {
    const file = join(folder, 'export');
    await writeExport(file, signer);
    const cli = fileURLToPath(new URL('cli.js', builtFolder));
    const typed = ['audit', 'verify', file, '--key', renderVerifierKey(signer.verifier)];
    const begun = performance.now();
    const child = spawn(
      process.execPath,
      [
        '--max-old-space-size=512',
        '--import',
        `data:text/javascript,${encodeURIComponent(TELLS_MEMORY)}`,
        cli,
        ...typed,
      ],
      { stdio: ['ignore', 'inherit', 'pipe'] },
    );
    const said: Buffer[] = [];
    child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
    const status = await new Promise((done) => child.once('close', done));
    const seconds = (performance.now() - begun) / 1000;
    const peak = Number(/peak (\d+)/.exec(Buffer.concat(said).toString())?.[1] ?? Number.NaN) / 1024;
    return [
      { name: 'ledger, verifying a million entries, exit status', value: Number(status), unit: '', atMost: 0 },
      { name: 'ledger, verifying a million entries', value: seconds, unit: 's', atMost: 20 },
      { name: 'ledger, verifying a million entries, memory', value: peak, unit: 'MB', atMost: 512 },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The most memory that a process has had, in kB, said when it ends. */
const TELLS_MEMORY = `process.on('exit', () => process.stderr.write('peak ' + process.resourceUsage().maxRSS))`;

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
