import { createHash } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commitmentOf } from '../../src/audit/commitment.ts';
import { createLedger, type Ledger } from '../support/ledger.ts';
import { countersign, folderWith } from './run.ts';

const TENANT = 77;
const COUNT = 700;
const opening = { salt: '00112233445566778899aabbccddeeff', value: 'ana' };
const other = { salt: 'ffeeddccbbaa99887766554433221100', value: 'Zoë' };

let ledger: Ledger;
beforeAll(async () => {
  ledger = await createLedger();
  await ledger.owner.query(
    `insert into countersign.installations (tenant_id, installation_id, account_login) values ($1, 1, 'acme'), (78, 2, 'globex'), (81, 5, 'empty'), (79, 3, 'twice'), (80, 4, 'twice')`,
    [TENANT],
  );
  for (const { salt, value } of [opening, other])
    await ledger.owner.query(
      `insert into countersign.personal_data (tenant_id, commitment, salt, value_hash, value) values ($1, decode($2, 'hex'), decode($3, 'hex'), sha256(convert_to($4, 'UTF8')), $4)`,
      [TENANT, commitmentOf({ salt, value }), salt, value],
    );
  const day = (n: number) => `2026-${n < 350 ? '10' : '11'}-${String(1 + (n % 28)).padStart(2, '0')}T09:00:00Z`;
  await ledger.write(
    TENANT,
    Array.from({ length: COUNT }, (_, n) => ({
      at: day(n),
      pull: n,
      details: { n, by: { commitment: commitmentOf(n % 2 === 0 ? opening : other) } },
    })),
  );
  await ledger.sign(TENANT);
});
afterAll(() => ledger.close());

async function exported(more: readonly string[] = []): Promise<string> {
  const file = join(folderWith(), 'export');
  const { status, err } = await countersign(['audit', 'export', '--org', 'ACME', '--out', file, ...more], ledger);
  expect({ status, err }).toEqual({ status: 0, err: '' });
  return file;
}

function verify(file: string, more: readonly string[] = []) {
  return countersign(['audit', 'verify', file, '--key', ledger.verifier, ...more]);
}

describe('audit export', () => {
  test('what is exported is verified, and the same again byte for byte', async () => {
    const file = await exported();
    const { status, out, err } = await verify(file);
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(out).toBe(
      `✓ ${COUNT} entries, index 0 to 699, of test/77: unchanged since the checkpoint of ${COUNT} entries was signed.\n  ${COUNT} commitments are opened, and 0 are of strings that were erased.\n`,
    );
    expect(readFileSync(await exported())).toEqual(readFileSync(file));
    const onStdout = await countersign(['audit', 'export', '--tenant', '77'], ledger);
    expect(onStdout.out).toBe(readFileSync(file, 'utf8'));
  });

  test('a period is the smallest range that holds all of its entries', async () => {
    const file = await exported(['--from', '2026-11-01', '--to', '2026-12-01T00:00:00Z']);
    const [header = ''] = readFileSync(file, 'utf8').split('\n');
    expect(JSON.parse(header)).toMatchObject({ start: 350, end: COUNT, tenant: TENANT, origin: 'test/77' });
    expect((await verify(file)).status).toBe(0);
    const none = await exported(['--from', '2030-01-01']);
    expect(readFileSync(none, 'utf8').split('\n')).toHaveLength(3);
    expect((await verify(none)).status).toBe(0);
  });

  test('that it was made is recorded, with what its bytes come to and who made it', async () => {
    const file = await exported(['--from', '2026-11-01', '--checkpoint', String(COUNT)]);
    const [made] = await ledger.owner.query<{ readonly entry: string }>(
      `select countersign.opened(tenant_id, entry) as entry from countersign.ledger
        where tenant_id = $1 and kind = 'export-made' order by entry_id desc limit 1`,
      [TENANT],
    );
    expect(JSON.parse(made?.entry ?? '')).toMatchObject({
      actor: { kind: 'operator' },
      details: {
        format: 'ndjson',
        origin: 'test/77',
        checkpoint: COUNT,
        range: { start: 350, end: COUNT },
        period: { from: '2026-11-01T00:00:00.000Z', to: null },
        count: 350,
        sha256: createHash('sha256').update(readFileSync(file)).digest('hex'),
        database: { login: 'postgres' },
        system: { login: userInfo().username },
      },
    });
  });

  test.each([
    ['the login may only read', 'revoke insert on countersign.ledger from countersign_app'],
    ['the database is a replica', 'alter database %I set default_transaction_read_only = on'],
  ])('where %s, it is exported and said that the ledger does not say so', async (_, lessens) => {
    const other = await createLedger();
    await other.write(3, [{ pull: 1 }]);
    await other.sign(3);
    const name = new URL(other.owner.url).pathname.slice(1);
    await other.owner.query(lessens.replace('%I', `"${name}"`));
    const file = join(folderWith(), 'export');
    const typed = ['audit', 'export', '--tenant', '3', '--out', file];
    const { status, err } = await countersign(typed, other);
    expect({ status, err }).toEqual({
      status: 0,
      err: 'The ledger does not say that this export was made: this database is a replica, or this login may only read.\n',
    });
    const { out } = await countersign([...typed, '--json'], other);
    expect(JSON.parse(out)).toMatchObject({ count: 1, recorded: false });
    expect((await countersign(['audit', 'verify', file, '--key', other.verifier])).status).toBe(0);
    await other.close();
  });

  test('an older checkpoint gives the bytes that it gave, and agrees with newer exports', async () => {
    const before = readFileSync(await exported());
    const note = await countersign(['audit', 'checkpoint', '--org', 'acme'], ledger);
    await ledger.write(TENANT, [{ pull: 9_999, details: { later: true } }]);
    await ledger.sign(TENANT);
    expect(readFileSync(await exported(['--checkpoint', String(COUNT)]))).toEqual(before);
    const kept = join(folderWith({ kept: note.out }), 'kept');
    const { status, out } = await verify(await exported(), ['--checkpoint', kept]);
    expect(status).toBe(0);
    expect(out).toContain(`The checkpoint in ${kept}, of ${COUNT} entries, agrees.`);
  });

  test('what is erased is absent, and everything still holds', async () => {
    await ledger.owner.query('delete from countersign.personal_data where tenant_id = $1 and value = $2', [
      TENANT,
      'Zoë',
    ]);
    const file = await exported(['--checkpoint', String(COUNT)]);
    expect(readFileSync(file, 'utf8')).not.toContain('Zoë');
    expect((await verify(file)).out).toContain('350 commitments are opened, and 350 are of strings that were erased.');
    const ocsf = readFileSync(await exported(['--format', 'ocsf', '--checkpoint', '700']), 'utf8')
      .trim()
      .split('\n');
    expect(ocsf).toHaveLength(COUNT);
    expect(JSON.parse(ocsf[1] ?? '')).toMatchObject({
      class_uid: 6003,
      type_uid: 600_399,
      metadata: { version: '1.7.0', sequence: 1, log_name: 'test/77' },
      unmapped: { details: { n: 1, by: 'erased' } },
    });
  });

  test('the table for auditors has a line for each change of the period, with what was deployed of it', async () => {
    const gated = { environment: 'production', allowed: true, pulls: [42] };
    await ledger.write(78, [
      { pull: 41, details: {} },
      { pull: 42, at: '2026-12-01T10:00:00Z', actor: { id: 5, login: '=cmd', kind: 'user' }, details: {} },
      { kind: 'deployment-gated', pull: null, at: '2026-12-01T11:00:00Z', details: gated },
      // On an issue: commands are recorded under its number, and it is no change.
      { kind: 'command', pull: 43, at: '2026-12-01T12:00:00Z', details: { command: 'attest' } },
    ]);
    await ledger.sign(78);
    const csv = ['audit', 'export', '--org', 'globex', '--format', 'csv'];
    const { status, out } = await countersign([...csv, '--from', '2026-12-01'], ledger);
    expect(status).toBe(0);
    const [names = '', line = '', ...rest] = out.split('\r\n');
    expect(names).toMatch(/^repository,pull_request,requested_at,requested_by,/);
    expect(line).toMatch(/^acme\/shop,42,2026-12-01T10:00:00Z,'=cmd,/);
    expect(line).toContain('2026-12-01T11:00:00Z production aaaaaaaaaaaa allowed');
    expect(rest).toEqual(['']);
    expect((await countersign(csv, ledger)).out.split('\r\n')).toHaveLength(4);
  });

  test.each([
    [[], 'Which organization? Give --org or --tenant.'],
    [['--org', 'nobody'], 'The app is not installed on an organization called "nobody".'],
    [['--tenant', '4711'], 'Nothing has been recorded of this organization, or not signed yet.'],
    [['--org', 'twice'], 'Several organizations have been called "twice": give --tenant 79 or --tenant 80.'],
    [['--tenant', 'x'], '--tenant is the id of an account, and not "x".'],
    [['--org', 'acme', '--checkpoint', '5'], 'No checkpoint was signed over 5 entries; the nearest have 700.'],
    [['--org', 'acme', '--format', 'xml'], '--format is one of ndjson, csv, ocsf, and not "xml".'],
    [
      ['--org', 'acme', '--from', 'monday'],
      '--from is a day, or an instant with its zone: 2026-11-01, or 2026-11-01T00:00:00Z.',
    ],
    [
      ['--org', 'acme', '--from', '2026-11-02', '--to', '2026-11-01'],
      '--from must be before --to, which is the first instant that no longer belongs.',
    ],
    [['--org', 'acme', '--out', '/nowhere/x'], '/nowhere/x cannot be written: there is no such file or folder.'],
    [['--org', 'acme', '--json'], '--json says what was exported, so the export itself needs a file: --out FILE.'],
  ])('%j is refused in a sentence, with status 2', async (typed, sentence) => {
    expect(await countersign(['audit', 'export', ...typed], ledger)).toEqual({
      status: 2,
      out: '',
      err: `${sentence}\n`,
    });
  });
});

describe('audit verify', () => {
  test.each([
    [
      ['x'],
      '--key is missing: give the verifier of the key that signs, from a source that you trust; keys that an export names prove nothing by themselves.',
    ],
    [['x', '--key', 'y'], '"y" is not a verifier, which has the form name+hash+key.'],
    [['x', '--key', 'KEY'], 'x cannot be read: there is no such file or folder.'],
    [['.', '--key', 'KEY'], '. cannot be read: it is a folder.'],
    [['x', '--key', 'KEY', '--checkpoint', 'y'], 'y cannot be read: there is no such file or folder.'],
  ])('%j cannot be run, with status 2', async (typed, sentence) => {
    const given = typed.map((word) => (word === 'KEY' ? ledger.verifier : word));
    expect(await countersign(['audit', 'verify', ...given])).toEqual({ status: 2, out: '', err: `${sentence}\n` });
  });

  test('what is wrong is said in a sentence, or as data, with status 1', async () => {
    const file = await exported();
    const lines = readFileSync(file, 'utf8').split('\n');
    const forged = join(folderWith(), 'forged');
    writeFileSync(
      forged,
      lines.map((line, at) => (at === 5 ? line.replace('acme/shop', 'acme/shoq') : line)).join('\n'),
    );
    const { status, out, err } = await verify(forged);
    expect({ status, err }).toEqual({ status: 1, err: '' });
    expect(out).toMatch(
      /^✗ The entries do not come to the root that was signed for (\d+) entries: an entry from index 0 to \d+ was changed.*\n$/,
    );
    const asData = await verify(forged, ['--json']);
    expect(asData.status).toBe(1);
    expect(JSON.parse(asData.out)).toMatchObject({
      ok: false,
      size: expect.any(Number),
      problems: [expect.stringContaining('do not come')],
    });
    const without = join(folderWith({ note: 'nothing here\n' }), 'note');
    expect(await verify(file, ['--checkpoint', without])).toMatchObject({
      status: 1,
      out: `✗ There is no checkpoint in ${without}.\n`,
    });
  });
});

describe('keys', () => {
  test('a new key is kept to its owner, never written over, and named by its verifier', async () => {
    const folder = folderWith();
    const file = join(folder, 'key.pem');
    const made = await countersign(['audit', 'keygen', '--name', 'countersign.acme.example', '--out', file]);
    expect(made).toMatchObject({ status: 0, err: '' });
    expect(made.out).toMatch(/^countersign\.acme\.example\+[0-9a-f]{8}\+\S+\n$/);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).toMatch(/^-----BEGIN PRIVATE KEY-----/);
    expect(await countersign(['audit', 'keygen', '--name', 'x', '--out', file])).toMatchObject({
      status: 2,
      err: `${file} cannot be written: there is such a file already.\n`,
    });
    const shown = await countersign(['audit', 'keygen', '--name', 'x']);
    expect(shown.out).toMatch(/^-----BEGIN PRIVATE KEY-----[\s\S]*-----END PRIVATE KEY-----\n$/);
    expect(shown.err).toMatch(/^x\+/);
  });

  test('the verifiers that the database knows, and its newest checkpoint', async () => {
    const keys = await countersign(['audit', 'keys'], ledger);
    expect(keys).toEqual({ status: 0, out: `${ledger.verifier} since 2026-11-01T00:00:00.000Z\n`, err: '' });
    const { status, out } = await countersign(['audit', 'checkpoint', '--org', 'acme'], ledger);
    expect(status).toBe(0);
    expect(out).toMatch(/^test\/77\n7\d\d\n\S{44}\n\n— test \S+\n$/);
    expect(await countersign(['audit', 'checkpoint', '--org', 'empty'], ledger)).toMatchObject({ status: 1, out: '' });
  });
});
