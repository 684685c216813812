import { Client, type Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase, withTenant } from '../../src/store/database.ts';
import { record } from '../../src/store/ledger.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';

let owner: TestDatabase;
let database: Pool;
beforeAll(async () => {
  owner = await createTestDatabase();
  database = openDatabase(owner.url, 5, () => undefined);
  for (const tenant of [1, 2]) {
    await withTenant(database, tenant, (session) =>
      record(session, {
        version: 1,
        kind: 'closed',
        at: '2026-11-23T12:00:00Z',
        tenant,
        repository: { id: 1, name: 'acme/shop' },
        pull: 1,
        head: 'a'.repeat(40),
        actor: { kind: 'app' },
        deliveries: [],
        details: {},
      }),
    );
  }
});
afterAll(async () => {
  await database.end();
  await owner.drop();
});

test('without a tenant there are no rows, with one only its own', async () => {
  expect((await database.query('select from countersign.ledger')).rowCount).toBe(0);
  const seen = await withTenant(database, 1, async (session) => {
    const { rows } = await session.query('select tenant_id from countersign.ledger');
    return rows;
  });
  expect(seen).toEqual([{ tenant_id: '1' }]);
  expect((await database.query('select from countersign.ledger')).rowCount).toBe(0);
});

test('a row of another tenant can be neither written nor read', async () => {
  const forge = withTenant(database, 1, (session) =>
    session.query(
      "insert into countersign.ledger (tenant_id, kind, entry, leaf_hash) values (2, 'closed', '{}', sha256('x'))",
    ),
  );
  await expect(forge).rejects.toThrow(/row-level security/);
});

test('every table that names a tenant is under row-level security that binds its owner too', async () => {
  const open = await owner.query(
    `select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id'
      where c.relnamespace = 'countersign'::regnamespace and c.relkind in ('r', 'p')
        and not (c.relrowsecurity and c.relforcerowsecurity) order by 1`,
  );
  expect(open).toEqual([{ relname: 'installation_owner' }]);
  await expect(database.query('select * from countersign.installation_owner')).rejects.toThrow(/permission denied/);
});

test.each([
  "update countersign.ledger set kind = 'x'",
  'delete from countersign.ledger',
  'truncate countersign.ledger cascade',
])('the ledger is append-only: %s is refused to the app and to the owner', async (statement) => {
  await expect(withTenant(database, 1, (session) => session.query(statement))).rejects.toThrow(/permission denied/);
  const client = new Client({ connectionString: owner.url });
  await client.connect();
  try {
    await client.query("set countersign.tenant = '1'");
    await expect(client.query(statement)).rejects.toThrow(/append-only/);
  } finally {
    await client.end();
  }
  expect(await owner.query('select from countersign.ledger')).toHaveLength(2);
});
