import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { block, spend } from '../../src/store/budget.ts';
import { openDatabase, withTenant } from '../../src/store/database.ts';
import { tenantsOfLogin } from '../../src/store/exports.ts';
import { findingsOn } from '../../src/store/findings.ts';
import { mergeOf } from '../../src/store/merges.ts';
import { grantedChecks, grantedOn } from '../../src/store/publications.ts';
import { countersign, type Ran } from '../cli/run.ts';
import { eventually } from '../support/app-process.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import {
  type Outcome,
  readStatements,
  recording,
  type Statement,
  sendAgain,
  steady,
  storeFunctions,
} from '../support/statements.ts';
import { cloneTenant, rowsOf, tenantTables } from '../support/tenants.ts';
import { liveWholeLife, startWholeWorld, WHOLE_POLICY } from '../support/whole-life.ts';
import type { World } from '../support/world.ts';

/**
 * One organization lives through all that the app does, and every statement of the store is written down. Then another one gets the same
 * rows: the same repositories, numbers, commits and names. Whatever is asked for the first must be answered as before.
 */
vi.setConfig({ testTimeout: 240_000, hookTimeout: 300_000 });

const SECOND = 424_242;

const folder = mkdtempSync(join(tmpdir(), 'countersign-statements-'));
const recorded = recording(join(folder, 'statements'));
let world: World;
let first: number;
let app: Pool;
let nobody: TestDatabase;
let nobodysApp: Pool;

type Sent = { readonly statement: Statement; readonly outcome: Outcome; readonly again: Outcome };
type Before = {
  readonly sent: readonly Sent[];
  readonly functions: ReadonlySet<string>;
  readonly exports: Readonly<Record<string, Ran>>;
  readonly answers: unknown;
  readonly rows: Readonly<Record<string, string>>;
};
let before: Before;

beforeAll(async () => {
  world = await startWholeWorld(recorded);
  first = world.scenario.organizationId;
  await liveWholeLife(world);
  await eventually('all to be signed', async () => {
    const left = await world.database.query('select from countersign.pending_leaves');
    return left.length === 0;
  });
  await world.stop();
  app = openDatabase(world.database.url, 2, () => undefined);
  nobody = await createTestDatabase();
  nobodysApp = openDatabase(nobody.url, 2, () => undefined);
  await fillTheRest();
  const exports = await exportAll();
  const { all, functions } = readStatements(join(folder, 'statements'));
  before = {
    exports,
    functions,
    sent: await sendTwice(all),
    answers: await askDirectly(),
    rows: await rowsOf(world.database, first),
  };
  await cloneTenant(world.database, first, SECOND);
});
afterAll(async () => {
  await app.end();
  await nobodysApp.end();
  await nobody.drop();
  await world.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Rows that such a life does not leave behind: of trees that are larger, and of what passes. */
async function fillTheRest(): Promise<void> {
  await block(app, first, 'graphql', 3_600_000);
  for (const text of [
    "insert into countersign.tree_nodes values ($1, 8, 9999, sha256('node'))",
    'insert into countersign.pending_leaves select $1, min(entry_id) from countersign.ledger where tenant_id = $1',
    "insert into countersign.gate_refusals values ($1, '2026-03-24', 'token-malformed', 'acme/shop', 1, now())",
  ])
    await world.database.query(text, [first]);
}

async function sendTwice(all: readonly Statement[]): Promise<readonly Sent[]> {
  const sent: Sent[] = [];
  for (const statement of all) {
    const { outcome } = await sendAgain(app, statement, statement.tenant);
    sent.push({ statement, outcome, again: (await sendAgain(app, statement, statement.tenant)).outcome });
  }
  return sent;
}

/** Reads that only trouble leads to, which nobody lived through: asked about everything that there is. */
async function askDirectly(): Promise<Readonly<Record<string, unknown>>> {
  const pulls = await world.database.query<{
    readonly repository: number;
    readonly pull: number;
    readonly sha: string;
  }>(
    `select repository_id::float8 as repository, pull_number as pull, head_sha as sha from countersign.pull_requests
      where tenant_id = $1 order by 1, 2`,
    [first],
  );
  const each = async <T>(ask: (one: (typeof pulls)[number]) => Promise<T>): Promise<readonly T[]> => {
    const answers: T[] = [];
    for (const one of pulls) answers.push(await ask(one));
    return answers;
  };
  const found = await withTenant(app, first, async (session) => ({
    'publications.grantedChecks': await each(({ repository, pull }) => grantedChecks(session, repository, pull)),
    'publications.grantedOn': await each(({ repository, sha }) => grantedOn(session, repository, sha)),
    'merges.mergeOf': await each(({ repository, pull }) => mergeOf(session, repository, pull)),
    'findings.findingsOn': await each(async ({ repository, sha }) => [
      ...(await findingsOn(session, repository, [sha])),
    ]),
  }));
  const call = { resource: 'rest', points: 1, createsContent: false } as const;
  return {
    ...found,
    'budget.spend': await spend(app, first, call, 1),
    'exports.tenantsOfLogin': await tenantsOfLogin(app, 'acme'),
  };
}

/** What the command line says of the first organization, as of one checkpoint, each to standard output. */
async function exportAll(): Promise<Readonly<Record<string, Ran>>> {
  const cwd = folder;
  writeFileSync(join(folder, 'policy.yml'), WHOLE_POLICY.replace('"user:rita", ', ''));
  const env = { DATABASE_URL: world.database.url, ...recorded };
  const [newest] = await world.database.query<{ readonly size: string }>(
    'select size from countersign.checkpoints where tenant_id = $1 order by checkpoints.size desc limit 1',
    [first],
  );
  const scope = ['--org', 'acme', '--checkpoint', newest?.size ?? ''];
  const [third] = await world.database.query<{ readonly from: string; readonly to: string }>(
    `select min(l.entry::json->>'at') filter (where p.leaf_index > t.size / 3) as from,
            max(l.entry::json->>'at') filter (where p.leaf_index < t.size * 2 / 3) as to
       from countersign.leaves p join countersign.ledger l using (tenant_id, entry_id) join countersign.trees t using (tenant_id)
      where tenant_id = $1`,
    [first],
  );
  const period = ['--from', third?.from ?? '', '--to', third?.to ?? ''];
  const commands: readonly (readonly string[])[] = [
    ...['ndjson', 'csv', 'ocsf'].map((format) => ['audit', 'export', ...scope, '--format', format]),
    ['audit', 'export', ...scope, ...period],
    ['audit', 'completeness', '--org', 'acme', '--json'],
    ['audit', 'replay', '--org', 'acme', '--json'],
    ['policy', 'backtest', '--org', 'acme', '--policy', 'policy.yml', '--json'],
    ['report', '--org', 'acme', '--format', 'csv', '--from', '2026-01-01', '--to', '2026-11-01'],
    ['access-review', '--org', 'acme', '--last', '--json'],
    ['audit', 'keys'],
    ['jobs', 'list', '--json'],
    ['jobs', 'rearm', '--all'],
    ['audit', 'export', '--org', 'acme', '--checkpoint', '999999'],
  ];
  const ran: Record<string, Ran> = {};
  for (const typed of commands) ran[typed.join(' ')] = await countersign(typed, { cwd, env });
  return ran;
}

test('the life has left rows in every table', async () => {
  const empty = Object.entries(before.rows).filter(([, digest]) => digest.startsWith('0 '));
  expect(empty.map(([name]) => name)).toEqual([]);
});

test('every statement of the store is answered as before, and touches no row of the other organization', async () => {
  const rows = await rowsOf(world.database, SECOND);
  for (const { statement, outcome, again } of before.sent) {
    const now = await sendAgain(app, statement, statement.tenant, SECOND);
    expect([statement.text, steady(outcome, again, now.outcome)]).toEqual([
      statement.text,
      steady(outcome, again, outcome),
    ]);
    expect([statement.text, now.rowsBeside]).toEqual([statement.text, rows]);
  }
  expect(await askDirectly()).toEqual(before.answers);
  const answered = before.sent.filter(({ outcome }) => outcome.error === null && (outcome.count ?? 0) > 0);
  expect(new Set(answered.map(({ statement }) => statement.text)).size).toBeGreaterThan(130);
  expect(new Set(before.sent.map(({ statement }) => statement.text)).size).toBeGreaterThan(180);
});

// After the statements, since an export leaves word of itself in the ledger.
test('every export and every other answer of the command line is the same, byte for byte', async () => {
  const after = await exportAll();
  for (const [typed, { status, out, err }] of Object.entries(before.exports)) {
    const isAnswered = status !== null && `${out}${err}`.length > 0 && (status < 2 || typed.includes('999999'));
    expect([typed, isAnswered, after[typed]?.err, out === after[typed]?.out]).toEqual([typed, true, err, true]);
  }
});

/** What asks for nothing of an organization's. */
const OF_THE_APP =
  /^(queue|migrate|outages|missed|processes|locks)\.|^exports\.(signingKeys|keepsPersonalData)$|^installations\./;

test('without a tenant every statement is answered as if there were no organization at all', async () => {
  const compared = new Set<string>();
  for (const { statement } of before.sent) {
    if (statement.tenant === null || OF_THE_APP.test(statement.by[0] ?? '')) continue;
    const { outcome } = await sendAgain(app, statement, null);
    const empty = await sendAgain(nobodysApp, statement, null);
    if (outcome.error !== null) continue;
    expect([statement.text, outcome]).toEqual([statement.text, empty.outcome]);
    compared.add(statement.text);
  }
  expect(compared.size).toBeGreaterThan(100);
});

/** Functions of the store that this life does not come to, and why that is no gap. */
const NOT_ASKED: Readonly<Record<string, string>> = {
  'access-reviews.forgetReviewIssue': 'changes one row by its number',
  'budget.block': 'called above; it names its tenant itself',
  'database.connect': 'asks nothing',
  'database.transact': 'begins and ends transactions',
  'deliveries.createAcceptor': 'what it makes was asked: deliveries.store',
  'erasure.eraseName': 'called below',
  'erasure.eraseTexts': 'called below',
  'erasure.eraseWords': 'called below',
  'exports.readingAll': 'begins a transaction',
  'findings.savePolicyOf': 'changes one row by its number',
  'gate.saveNote': 'changes one row by its number',
  'knowledge.knowledgeOf': 'hands on what it is given',
  'knowledge.knowledgeWithin': 'hands on what it is given',
  'knowledge.readOnlyKnowledge': 'hands on what it is given',
  'publications.clearAttempt': 'changes one row by its key',
};

/** What writes a query of a report, which `report/read` asks. */
const WRITES_QUERIES = /^report\/(?!read\.(answerOf|policiesOfPeriod))/;

test('every function of the store was asked', () => {
  const asked = new Set([...before.functions, ...Object.keys(before.answers as object)]);
  const missed = storeFunctions().filter((name) => !asked.has(name) && !WRITES_QUERIES.test(name));
  expect(missed.sort()).toEqual(Object.keys(NOT_ASKED).sort());
});

test.each(['select', 'update', 'delete', 'insert'] as const)(
  '%s: rows of another organization, or without one, are out of reach',
  async (verb) => {
    const reached: string[] = [];
    for (const { name, columns } of await tenantTables(world.database)) {
      const list = columns.map((column) => `"${column.name}"`).join(', ');
      const text = {
        select: `select from countersign."${name}" where tenant_id = ${SECOND}`,
        update: `update countersign."${name}" set tenant_id = tenant_id where tenant_id = ${SECOND}`,
        delete: `delete from countersign."${name}" where tenant_id = ${SECOND}`,
        insert: `insert into countersign."${name}" (${list}) overriding system value
        select ${list.replace('"tenant_id"', `${SECOND}`)} from countersign."${name}"`,
      }[verb];
      for (const tenant of [first, null]) {
        const { outcome, rowsBeside } = await sendAgain(app, { text, values: [], tenant, by: [] }, tenant, SECOND);
        // Not for a reason of another kind, such as that such a row is there already.
        const isRefused = verb !== 'insert' || tenant === null || outcome.error === '42501';
        if ((outcome.count ?? 0) > 0 || !isRefused) reached.push(`${name} as ${tenant}`);
        if (JSON.stringify(rowsBeside) !== JSON.stringify(await rowsOf(world.database, SECOND))) reached.push(name);
      }
    }
    expect(reached).toEqual([]);
  },
);

test('a person is erased from one organization only', async () => {
  const [account] = await world.database.query<{ readonly id: string }>(
    "select account_id as id from countersign.personal_data where tenant_id = $1 and value = 'ana' limit 1",
    [first],
  );
  const rows = await rowsOf(world.database, SECOND);
  const typed = [
    'audit',
    'erase',
    '--tenant',
    `${first}`,
    '--account',
    account?.id ?? '',
    '--login',
    'ana',
    '--yes',
    '--json',
  ];
  const ran = await countersign(typed, { cwd: folder, env: { DATABASE_URL: world.database.url, ...recorded } });
  expect(ran).toMatchObject({ status: 0, err: '' });
  expect(JSON.parse(ran.out).words).toBeGreaterThan(10);
  expect(await rowsOf(world.database, SECOND)).toEqual(rows);
});
