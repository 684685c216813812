import { createHash, createPrivateKey } from 'node:crypto';
import type { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { publicBytesOf, verifierKeyOf } from '../../src/audit/note.ts';
import { leafHashOf } from '../../src/audit/tree.ts';
import { type SequencerOptions, sequence } from '../../src/jobs/sequence.ts';
import { openDatabase, withTenant } from '../../src/store/database.ts';
import { record } from '../../src/store/ledger.ts';
import { LEDGER_SIGNING_KEY } from '../support/app-process.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { countersign } from './run.ts';

let owner: TestDatabase;
let database: Pool;
beforeAll(async () => {
  owner = await createTestDatabase();
  database = openDatabase(owner.url, 4, () => undefined);
});
afterAll(async () => {
  await database.end();
  await owner.drop();
});

function decided(tenant: number): Promise<unknown> {
  const rita = { id: 7, login: 'rita', kind: 'user' } as const;
  return withTenant(database, tenant, async (session) => {
    await session.query(
      `insert into countersign.lookups (tenant_id, key, value, fetched_at)
         values (countersign.tenant(), 'user:rita', '{"login":"rita","twin":"rita-two"}', now())`,
    );
    return record(session, {
      version: 1,
      kind: 'command',
      at: '2026-11-24T09:00:00Z',
      tenant,
      repository: { id: 1, name: 'acme/shop' },
      pull: 1,
      head: 'a'.repeat(40),
      actor: rita,
      deliveries: [],
      details: { by: rita, text: '/reject timing not on a Friday', seen: { id: 8, login: 'rita-two', kind: 'user' } },
    });
  });
}

type Row = { readonly entry: string; readonly shown: string; readonly leaf: Buffer };

async function entries(tenant: number): Promise<readonly Row[]> {
  return owner.query<Row>(
    `select entry, countersign.opened(tenant_id, entry) as shown, leaf_hash as leaf from countersign.ledger where tenant_id = $1 order by entry_id`,
    [tenant],
  );
}

test('a person is erased from one organization: words and names are gone, and every leaf and checkpoint is what it was', async () => {
  await decided(3);
  await decided(4);
  const privateKey = createPrivateKey(LEDGER_SIGNING_KEY);
  const signer = { privateKey, verifier: verifierKeyOf('test', publicBytesOf(privateKey)) };
  const log = { info: () => undefined } as unknown as SequencerOptions['log'];
  await sequence({ database, signers: [signer], now: Date.now, log }, 3);
  const [before] = await entries(3);
  expect(before?.shown).toContain('not on a Friday');
  expect(before?.entry).not.toContain('rita');

  const ran = await countersign(
    ['audit', 'erase', '--tenant', '3', '--account', '7', '--login', 'rita', '--yes', '--json'],
    {
      env: { DATABASE_URL: owner.url },
    },
  );
  expect(ran).toMatchObject({ status: 0, err: '' });
  expect(JSON.parse(ran.out)).toMatchObject({ words: 2 });

  const [after, erasure] = await entries(3);
  expect(after?.entry).toBe(before?.entry);
  expect(after?.leaf).toEqual(leafHashOf(before?.entry ?? ''));
  expect(after?.shown).not.toContain('Friday');
  expect(JSON.parse(after?.shown ?? '{}')).toMatchObject({
    actor: { login: '(erased)' },
    details: { text: '(erased)' },
  });
  expect(after?.shown).toContain('rita-two');
  expect(erasure?.shown).toContain('personal-data-erased');
  expect(erasure?.shown).not.toMatch(/\brita\b(?!-)/);
  expect(await owner.query('select key, value from countersign.lookups where tenant_id = 3')).toEqual([
    { key: 'user:erased-7', value: { login: 'erased-7', twin: 'rita-two' } },
  ]);
  const [other] = await entries(4);
  expect(other?.shown).toContain('not on a Friday');
});

test('a commitment is the hash of its salt and the words, as an auditor computes it', async () => {
  await decided(5);
  const rows = await owner.query<{ readonly commitment: Buffer; readonly salt: Buffer; readonly value: string }>(
    'select commitment, salt, value from countersign.personal_data where tenant_id = 5',
  );
  expect(rows.length).toBeGreaterThan(1);
  for (const { commitment, salt, value } of rows) {
    expect(salt).toHaveLength(16);
    expect(createHash('sha256').update(salt).update(value, 'utf8').digest()).toEqual(commitment);
  }
});

test.each([
  [
    ['--tenant', '3', '--account', '7', '--login', 'rita'],
    'This cannot be undone: give --yes to do it without being asked.',
  ],
  [
    ['--tenant', 'acme', '--account', '7', '--login', 'rita', '--yes'],
    '--tenant must be an account id, a number; it is "acme".',
  ],
  [['--tenant', '3', '--account', '7', '--login', 'a b', '--yes'], '"a b" is not a login.'],
  [['--account', '7', '--login', 'rita', '--yes'], '--tenant is missing.'],
])('%j is refused with a sentence', async (typed, sentence) => {
  const ran = await countersign(['audit', 'erase', ...typed], { env: { DATABASE_URL: owner.url } });
  expect(ran).toMatchObject({ status: 2, err: `${sentence}\n` });
});
