import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Report, Row, TableId } from '../../src/reports/model.ts';
import { sessionStatements } from '../../src/reports/script.ts';
import { createTestDatabase } from '../support/postgres.ts';
import { copyToTenant, HOSTILE, liveQuarter, startQuarter } from '../support/quarter.ts';
import type { World } from '../support/world.ts';
import { countersign, folderWith } from './run.ts';

const OTHER = 99;
/** Hours of a clock that is moved in hours, on a machine that takes its minutes. */
const about = (hours: number) => expect.closeTo(hours, 1);

const PERIOD = ['--from', '2025-03-27', '--to', '2025-04-04T08:00:00Z'];

let world: World;
let env: Readonly<Record<string, string>>;
beforeAll(async () => {
  world = await startQuarter();
  env = { DATABASE_URL: world.database.url };
  await liveQuarter(world);
});
afterAll(() => world.close());

async function report(typed: readonly string[] = ['--org', 'acme', ...PERIOD]): Promise<Report> {
  const ran = await countersign(['report', ...typed, '--json'], { env });
  expect(ran).toMatchObject({ status: 0, err: '' });
  return JSON.parse(ran.out) as Report;
}

function rowsOf({ sections }: Report, wanted: TableId): readonly Row[] {
  const table = sections.flatMap(({ tables }) => tables).find(({ id }) => id === wanted);
  if (table === undefined) throw new Error(`no table ${wanted}`);
  return table.rows;
}

/** What a person gets who opens a session of their own, as the app's role, and pastes. */
async function asked(tenant: number, queries: readonly string[]): Promise<readonly (readonly Row[])[]> {
  const client = new Client({ connectionString: world.database.url });
  await client.connect();
  try {
    // A person's session has whatever time zone and style of dates they like.
    await client.query("set timezone to 'Asia/Kathmandu'; set datestyle to 'German'");
    for (const statement of sessionStatements(tenant)) await client.query(statement);
    const answers: (readonly Row[])[] = [];
    for (const query of queries) answers.push((await client.query<Record<string, Row[string]>>(query)).rows);
    await client.query('commit');
    return answers;
  } finally {
    await client.end();
  }
}

describe('what is reported of some days in which everything happened', () => {
  test('rejections by reason, category, proposer and system, and in their words', async () => {
    const made = await report();
    expect(rowsOf(made, 'rejection-reasons')).toEqual([
      { reason: 'other', rejections: 1, pulls: 1, standing: 0 },
      { reason: 'scope', rejections: 1, pulls: 1, standing: 0 },
    ]);
    expect(rowsOf(made, 'rejections-by-category')[0]).toMatchObject({ category: 'remediation', reason: 'other' });
    expect(rowsOf(made, 'rejections-by-proposer')).toMatchObject([
      { proposer: 'fixer[bot]', reason: 'other', rejections: 1 },
      { proposer: 'fixer[bot]', reason: 'scope', rejections: 1 },
    ]);
    expect(rowsOf(made, 'rejections-by-system')[0]).toMatchObject({ system: 'checkout', reason: 'other' });
    expect(rowsOf(made, 'rejections-listed').map(({ person, stage, rationale }) => [person, stage, rationale])).toEqual(
      [
        ['bo', 'peer', 'no test'],
        ['ana', 'peer', HOSTILE],
      ],
    );
  });

  test('waiting times in business hours, over a night, a weekend, a change of clocks and a holiday', async () => {
    const made = await report();
    const [all, peer, release] = rowsOf(made, 'waiting-times');
    expect(all).toMatchObject({ is_total: true, filled: 5, waiting: 1, superseded: 1, ended: 4 });
    // Filled by peers after 2 h, 8 h (a weekend between) and some seconds; what is pushed to again waits from Monday to Friday without Tuesday.
    expect(peer).toMatchObject({
      stage: 'peer',
      role: 'service-owner',
      filled: 3,
      p50: about(2),
      p90: about(8),
      elapsed_p90: about(71),
    });
    expect(peer).toMatchObject({ waiting: 1, longest_waiting: about(24), superseded: 0, ended: 4 });
    expect(release).toMatchObject({
      stage: 'release',
      filled: 2,
      p50: about(0),
      p90: about(7),
      elapsed_p90: about(23),
      superseded: 1,
    });
    expect(rowsOf(made, 'waiting-now')).toMatchObject([
      { stage: 'peer', role: 'service-owner', business: about(24), elapsed: about(96) },
    ]);
    expect(rowsOf(made, 'waiting-calendars')).toEqual([{ calendar: 'business', timezone: 'Europe/Zurich', waits: 11 }]);
  });

  test('at the end of another period, what was open then is open, and nothing later is known', async () => {
    const made = await report(['--org', 'acme', '--from', '2025-03-27', '--to', '2025-03-27T09:00:00Z']);
    expect(rowsOf(made, 'waiting-times')[0]).toMatchObject({
      filled: 0,
      waiting: 1,
      longest_waiting: about(1),
      ended: 0,
    });
    expect(rowsOf(made, 'sla')[0]).toMatchObject({ met: 0, missed: 0, attainment: null, running: 1 });
    expect(rowsOf(made, 'broken-glass')).toEqual([]);
    const later = await report(['--org', 'acme', '--from', '2025-04-02', '--to', '2025-04-03']);
    expect(rowsOf(later, 'records')).toEqual([]);
    expect(rowsOf(later, 'waiting-times')[0]).toMatchObject({ filled: 0, waiting: 1, superseded: 0, ended: 0 });
    expect(rowsOf(later, 'findings')[0]).toMatchObject({ findings: 1, found: 0, open: 1 });
    expect(rowsOf(later, 'broken-glass')).toMatchObject([{ outcome: 'not reconciled yet', glasses: 1, broken: 0 }]);
  });

  test('time limits: met, missed, and the one that is overdue now', async () => {
    const [all, peer] = rowsOf(await report(), 'sla');
    expect(all).toMatchObject({ met: 2, missed: 1, attainment: 66.7, overdue: 1 });
    expect(peer).toMatchObject({ stage: 'peer', met: 2, missed: 1 });
  });

  test('the approval that a push made stale', async () => {
    const made = await report();
    expect(rowsOf(made, 'approvals')).toEqual([
      { given: 5, counted: 5, never: 0, stopped_by_push: 1, stopped_otherwise: 0, given_again: 0 },
    ]);
    expect(rowsOf(made, 'approvals-not-counting')).toEqual([
      { reason: 'stale-commit', stopped: 1, never: 0, pulls: 1 },
    ]);
    expect(rowsOf(made, 'approvals-stopped-listed')).toMatchObject([{ person: 'bo', again: false }]);
  });

  test('seconds between being asked and approving', async () => {
    const made = await report();
    const spans = rowsOf(made, 'asked-to-approved').filter(({ approvals }) => approvals !== 0);
    expect(spans.slice(-3).map(({ span, approvals }) => [span, approvals])).toEqual([
      ['2 to 8 h', 1],
      ['8 to 24 h', 1],
      ['24 h and more', 1],
    ]);
    expect(
      rowsOf(made, 'rubber-stamps-listed')
        .map(({ person }) => person)
        .sort(),
    ).toEqual(['ana', 'rita']);
    expect(rowsOf(made, 'asked-to-approved-by-person')).toMatchObject([
      { person: 'ana', approvals: 2, rubber: 1, share: 50 },
      { person: 'rita', approvals: 2, rubber: 1, share: 50 },
      { person: 'bo', approvals: 1, rubber: 0, share: 0 },
    ]);
  });

  test('broken glass and who reconciled it; findings and how long they were open', async () => {
    const made = await report();
    expect(rowsOf(made, 'broken-glass')).toMatchObject([
      { outcome: 'not reconciled yet', glasses: 1, broken: 1, late: 1, p50: about(96) },
      { outcome: 'reconciled: approved', glasses: 1, broken: 1, late: 0, p50: about(24) },
    ]);
    const [approved, open] = rowsOf(made, 'broken-glass-listed');
    expect(approved).toMatchObject({ person: 'cora', incident: 'INC-7', outcome: 'approved', late: false });
    expect(approved).toMatchObject({ by_whom: 'service-owner: bo; security: sec' });
    expect(open).toMatchObject({ outcome: 'open', by_whom: null, settled_at: null, late: true });
    expect(rowsOf(made, 'findings')).toMatchObject([
      { is_total: true, findings: 2, open: 1, approved: 1, mended: 0, p50: about(3) },
      { is_total: false, kind: 'pushed', findings: 2, open: 1, approved: 1 },
    ]);
    expect(rowsOf(made, 'findings-open-listed')).toMatchObject([
      { repository: 'acme/shop', kind: 'pushed', person: 'boss' },
    ]);
  });
});

test('every query that is printed gives, in a session of anybody’s own, exactly the rows that are reported', async () => {
  const made = await report();
  const tables = made.sections.flatMap((section) => section.tables);
  const answers = await asked(
    made.tenant,
    tables.map(({ query }) => query),
  );
  expect(tables).toHaveLength(20);
  expect(tables.filter(({ rows }) => rows.length > 0)).toHaveLength(20);
  for (const [at, { id, rows }] of tables.entries()) expect({ id, rows: answers[at] }).toEqual({ id, rows });
});

test('the script for psql is those queries, and runs as a whole', async () => {
  const { out } = await countersign(['report', '--org', 'acme', ...PERIOD, '--format', 'sql'], { env });
  const made = await report();
  for (const { query } of made.sections.flatMap(({ tables }) => tables)) expect(out).toContain(`\n${query};\n`);
  const client = new Client({ connectionString: world.database.url });
  await client.connect();
  const results = (await client.query(out)) as unknown as readonly { readonly rows: readonly Row[] }[];
  await client.end();
  expect(results.flatMap(({ rows }) => rows)).toContainEqual(rowsOf(made, 'approvals')[0]);
});

describe('the formats', () => {
  test('a page in a file, with the words of people as words', async () => {
    const cwd = folderWith();
    const typed = ['report', '--org', 'acme', ...PERIOD, '--format', 'html'];
    const ran = await countersign([...typed, '--out', 'report.html'], { cwd, env });
    expect(ran).toMatchObject({ status: 0, err: '' });
    expect(ran.out).toMatch(/^Reported from 2025-03-27T00:00:00.000Z .* to report\.html\.\n$/);
    const page = readFileSync(join(cwd, 'report.html'), 'utf8');
    expect(page).toContain('=1+1 &lt;img src=x onerror=alert(1)&gt; &quot;quoted&quot; \ufffd[31mred \ufffdleft');
    expect(page).not.toContain('<img');
    expect((await countersign(typed, { cwd, env })).out).toBe(page);
  });

  test('tables for people, in which nothing is coloured that is no terminal', async () => {
    const { out } = await countersign(['report', '--org', 'acme', ...PERIOD], { env });
    expect(out).toContain('Countersign report on acme\nFrom 2025-03-27 00:00 to before 2025-04-04 08:00, UTC.\n');
    expect(out).toContain('\n2 rejections, most often for other (1); 0 still stand.\n');
    expect(out).toMatch(
      /Half of 5 seats within [12][.\d]* h of business hours, nine in ten within [78][.\d]* h; 1 seat still waits\./,
    );
    expect(out).not.toContain('\u001b');
    expect(out.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  });

  test('one line a figure', async () => {
    const { out } = await countersign(['report', '--org', 'acme', ...PERIOD, '--format', 'csv'], { env });
    expect(out).toMatch(/,waiting,waiting-times,2,stage: peer; role: service-owner,p90,hours,[78][.\d]*\r\n/);
    expect(out).toMatch(/,rationale,text,"'=1\+1 <img/);
  });
});

test('without anything recorded it says so; the period is the last 90 days unless given', async () => {
  const empty = await createTestDatabase();
  const ran = await countersign(['report', '--tenant', '3'], { env: { DATABASE_URL: empty.url } });
  await empty.drop();
  expect(ran).toMatchObject({ status: 0, err: '' });
  expect(ran.out).toContain('The period is the last 90 days, as no --from was given.\nNothing was decided in it.\n');
  expect(ran.out).toContain('\nNothing was rejected.\n');
});

test.each([
  [[], 'Which organization? Give --org or --tenant.'],
  [['--org', 'nobody'], 'The app is not installed on an organization called "nobody".'],
  [['--org', 'acme', '--format', 'pdf'], '--format is one of terminal, csv, html, sql, and not "pdf".'],
  [
    ['--org', 'acme', '--from', '2025-02-01', '--to', '2025-01-01'],
    '--from must be before --to, which is the first instant that no longer belongs.',
  ],
  [['--org', 'acme', '--from', '2999-01-01'], '--from is later than now: nothing of it has happened yet.'],
  [
    ['--org', 'acme', '--from', 'monday'],
    '--from is a day, or an instant with its zone: 2026-11-01, or 2026-11-01T00:00:00Z.',
  ],
  [
    ['--org', 'acme', '--json', '--format', 'csv'],
    '--json prints all of it to standard output; leave out --format and --out.',
  ],
  [
    ['--org', 'acme', '--out', 'no/such/folder.html'],
    'no/such/folder.html cannot be written: there is no such file or folder.',
  ],
  [['--org', 'acme', 'all'], '"all" is not an option of this command.'],
])('%j cannot be run, in a sentence', async (typed, sentence) => {
  const cwd = folderWith();
  expect(await countersign(['report', ...typed], { cwd, env })).toMatchObject({
    status: 2,
    out: '',
    err: `${sentence}\n`,
  });
  expect(existsSync(join(cwd, 'no'))).toBe(false);
});

test('another organization’s data are never in it, by name or by number', async () => {
  const before = await report();
  await copyToTenant(world, OTHER, { ana: 'stranger' });
  expect(await report()).toEqual(before);
  const theirs = await report(['--tenant', String(OTHER), ...PERIOD]);
  expect(rowsOf(theirs, 'rejections-listed').map(({ person }) => person)).toEqual(['bo', 'stranger']);
  expect(JSON.stringify(before)).not.toContain('stranger');
  const [nothing] = await asked(0, [before.sections[0]?.tables[0]?.query ?? '']);
  expect(nothing).toEqual([]);
});

test('where the policy of a decision has no calendar that is known, all hours count, and it is said', async () => {
  const ours = rowsOf(await report(), 'waiting-times')[0];
  await world.database.query(`delete from countersign.policy_sources where tenant_id = ${OTHER}`);
  const theirs = await report(['--tenant', String(OTHER), ...PERIOD]);
  const [all] = rowsOf(theirs, 'waiting-times');
  expect(all).toMatchObject({ filled: 5, p90: ours?.elapsed_p90, elapsed_p90: ours?.elapsed_p90 });
  expect(rowsOf(theirs, 'waiting-calendars')).toEqual([{ calendar: 'none: all hours count', timezone: '', waits: 11 }]);
});

test('records of an older version that lack a field are counted, and spoil nothing', async () => {
  await world.database.query(
    `update countersign.decisions set decision = decision - 'approvals' - 'rejections' - 'plan' where tenant_id = ${OTHER} and pull_number in (
       select min(pull_number) from countersign.decisions where tenant_id = ${OTHER})`,
  );
  const made = await report(['--tenant', String(OTHER), ...PERIOD]);
  const [records] = rowsOf(made, 'records');
  expect(Number(records?.lacking)).toBeGreaterThan(0);
  expect(Number(records?.decisions)).toBeGreaterThan(Number(records?.lacking));
  expect(rowsOf(made, 'waiting-times')[0]).toMatchObject({ filled: 3 });
  expect(made.sections.at(-1)?.headline).toMatch(/\d+ lack something that this report reads/);
});

test('who was erased has no name in it, and no words', async () => {
  const made = await report();
  const [row] = await world.database.query<{ readonly id: string }>(
    `select distinct a#>>'{by,id}' as id from countersign.decisions, jsonb_array_elements(decision->'approvals') a where a#>>'{by,login}' = 'ana'`,
  );
  const account = row?.id ?? '';
  const typed = ['audit', 'erase', '--tenant', String(made.tenant), '--account', account, '--login', 'ana', '--yes'];
  expect(await countersign(typed, { env })).toMatchObject({ status: 0 });
  const after = await report();
  expect(rowsOf(after, 'rejections-listed')[1]).toMatchObject({ person: `erased-${account}`, rationale: '(erased)' });
  expect(rowsOf(after, 'asked-to-approved-by-person')[0]).toMatchObject({ person: `erased-${account}`, approvals: 2 });
  expect(JSON.stringify(after.sections)).not.toMatch(/"ana"/);
  expect(rowsOf(after, 'waiting-times')).toEqual(rowsOf(made, 'waiting-times'));
});
