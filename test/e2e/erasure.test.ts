import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { countersign, type Ran } from '../cli/run.ts';
import { eventually } from '../support/app-process.ts';
import { tenantTables } from '../support/tenants.ts';
import { liveWholeLife, startWholeWorld } from '../support/whole-life.ts';
import type { World } from '../support/world.ts';

/** One person is erased from an organization that has lived: what was exported and kept before proves what it did, and so does what is exported after. */
vi.setConfig({ testTimeout: 120_000, hookTimeout: 240_000 });

const SECOND_VERIFIER = fileURLToPath(new URL('../verifier/verify.mjs', import.meta.url));
/** A login where it stands by itself. */
const NAMED = '(?<![A-Za-z0-9-])ana(?![A-Za-z0-9-])';

const folder = mkdtempSync(join(tmpdir(), 'countersign-erasure-'));
const fileAt = (name: string) => join(folder, name);
let world: World;
let tenant: string;
let size: string;
let keys: readonly string[];
let kept: readonly string[];
let before: Asked;

type Asked = Readonly<Record<'ndjson' | 'csv' | 'ocsf' | 'completeness' | 'replay', Ran>>;

beforeAll(async () => {
  world = await startWholeWorld();
  tenant = `${world.scenario.organizationId}`;
  await liveWholeLife(world);
  await eventually('all to be signed', async () => {
    const left = await world.database.query('select from countersign.pending_leaves');
    return left.length === 0;
  });
  await world.stop();
  keys = (
    await world.database.query<{ readonly verifier: string }>('select verifier from countersign.signing_keys')
  ).flatMap(({ verifier }) => ['--key', verifier]);
  const notes = await world.database.query<{ readonly size: string; readonly note: string }>(
    'select size, note from countersign.checkpoints order by checkpoints.size',
  );
  size = notes.at(-1)?.size ?? '';
  kept = notes.flatMap(({ note }, at) => {
    writeFileSync(fileAt(`kept-${at}`), note);
    return ['--checkpoint', fileAt(`kept-${at}`)];
  });
  before = await ask();
  writeFileSync(fileAt('before'), before.ndjson.out);
  const typed = ['audit', 'erase', '--tenant', tenant, '--account', await accountOf('ana'), '--login', 'ana', '--yes'];
  expect(await run(typed)).toMatchObject({ status: 0, err: '' });
});
afterAll(async () => {
  await world.close();
  rmSync(folder, { recursive: true, force: true });
});

const run = (typed: readonly string[]) =>
  countersign(typed, { cwd: folder, env: { DATABASE_URL: world.database.url } });

async function accountOf(login: string): Promise<string> {
  const [row] = await world.database.query<{ readonly id: string }>(
    'select account_id as id from countersign.personal_data where value = $1 and account_id is not null',
    [login],
  );
  return row?.id ?? '';
}

async function ask(): Promise<Asked> {
  const scope = ['--tenant', tenant, '--checkpoint', size, '--format'];
  return {
    ndjson: await run(['audit', 'export', ...scope, 'ndjson']),
    csv: await run(['audit', 'export', ...scope, 'csv']),
    ocsf: await run(['audit', 'export', ...scope, 'ocsf']),
    completeness: await run(['audit', 'completeness', '--tenant', tenant, '--json']),
    replay: await run(['audit', 'replay', '--tenant', tenant, '--json']),
  };
}

type Verdict = {
  readonly ok: boolean;
  readonly opened: number;
  readonly erased: number;
  readonly checkpoints: unknown[];
};

async function verified(file: string): Promise<Verdict> {
  const { out } = await run(['audit', 'verify', file, ...keys, ...kept, '--json']);
  return JSON.parse(out) as Verdict;
}

function verifiedElsewhere(file: string): Promise<number> {
  const typed = [SECOND_VERIFIER, fileAt(file), ...keys, ...kept];
  return new Promise((done) => {
    execFile(process.execPath, typed, (error) => done(error === null ? 0 : Number(error.code ?? 2)));
  });
}

const entriesIn = (text: string) =>
  text
    .trim()
    .split('\n')
    .slice(1, -1)
    .map((line) => (JSON.parse(line) as { readonly entry: string }).entry);

test('what was exported and kept before proves what it did', async () => {
  const verdict = await verified('before');
  expect(verdict).toMatchObject({ ok: true, erased: 0 });
  expect(verdict.checkpoints.length).toBeGreaterThan(5);
  expect(await verifiedElsewhere('before')).toBe(0);
});

test('a new export has the same entries, names the person nowhere, and agrees with every checkpoint that was kept', async () => {
  const after = await ask();
  writeFileSync(fileAt('after'), after.ndjson.out);
  expect(entriesIn(after.ndjson.out)).toEqual(entriesIn(before.ndjson.out));
  const verdict = await verified('after');
  expect(verdict).toMatchObject({ ok: true, checkpoints: (await verified('before')).checkpoints });
  expect(verdict.erased).toBeGreaterThan(10);
  expect(await verifiedElsewhere('after')).toBe(0);
  for (const format of ['ndjson', 'csv', 'ocsf'] as const) {
    expect(before[format].out).toMatch(new RegExp(NAMED));
    expect([format, after[format].status, new RegExp(NAMED).test(after[format].out)]).toEqual([format, 0, false]);
  }
  expect(after.csv.out).toContain('(erased)');
  expect(after.completeness).toEqual(before.completeness);
});

test('what rested on the person is said not to be derivable again, and everything else is derived', async () => {
  const after = JSON.parse((await ask()).replay.out) as Replay;
  const earlier = JSON.parse(before.replay.out) as Replay;
  expect(earlier.findings).toEqual([]);
  expect(after.findings.length).toBeGreaterThan(3);
  expect(new Set(after.findings.map(({ excuse }) => excuse))).toEqual(new Set(['erased']));
  expect(after.findings.length).toBeLessThan(after.decisions);
});
type Replay = { readonly decisions: number; readonly findings: readonly { readonly excuse: string | null }[] };

test('the name is nowhere in the database but in the policy, which is the organization’s own', async () => {
  const still: string[] = [];
  for (const { name } of await tenantTables(world.database)) {
    const rows = await world.database.query(`select from countersign."${name}" t where t::text ~* $1`, [NAMED]);
    if (rows.length > 0) still.push(name);
  }
  expect(still).toEqual([]);
});

test('an entry of the ledger names nobody at all: everybody could be erased', async () => {
  for (const login of ['bo', 'rita', 'raj', 'sam', 'mallory', 'boss', 'cora', 'sec', 'fixer']) {
    const rows = await world.database.query<{ readonly entry: string }>(
      'select entry from countersign.ledger where entry ~* $1',
      [NAMED.replace('ana', login)],
    );
    expect([login, rows.map(({ entry }) => entry)]).toEqual([login, []]);
  }
});

test('that it was done is on record, without the name', async () => {
  const [entry] = await world.database.query<{ readonly entry: string }>(
    "select entry from countersign.ledger where kind = 'personal-data-erased'",
  );
  expect(entry?.entry).not.toMatch(new RegExp(NAMED));
  expect(JSON.parse(entry?.entry ?? '{}').details.words).toBeGreaterThan(10);
  expect(readFileSync(fileAt('before'), 'utf8')).toMatch(new RegExp(NAMED));
});
