import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';

/** What the database itself promises of tenants, as its catalogue has it: a table or function that is added later must keep to it. */

let owner: TestDatabase;
beforeAll(async () => {
  owner = await createTestDatabase();
});
afterAll(() => owner.drop());

/** Tables that are under no tenant's policy, and why. */
const WITHOUT_TENANT: Readonly<Record<string, string>> = {
  delivery_log: 'how far the log of the App itself has been read',
  heartbeat: 'when the app was last there',
  installation_owner: 'a number for a number, which the app may not touch: two definers read it',
  migrations: 'which migrations were applied',
  missed_deliveries: 'ids of deliveries of the App itself, without their contents',
  outage_parts: 'numbers of installations, and counts',
  outages: 'instants, and counts',
  processes: 'which workers live',
  signing_keys: 'verifiers, which are public, of the keys that sign for all organizations',
};

/** Policies besides the one that each table has, and why. They only ever add rows that can be read. */
const MORE_POLICIES: Readonly<Record<string, string>> = {
  'installations.by_login': 'the command line knows an organization by its login, and sees the rows of that login only',
  'pending_leaves.sequencer': 'the sequencer asks once for all organizations whose entries wait: two numbers',
};

/** Functions that work as their owner, and why. */
const DEFINERS: Readonly<Record<string, string>> = {
  installation_fits: 'compares the owner of an installation with a tenant, and says yes or no',
  remember_owner: 'a trigger, which notes whose an installation is when it is first confirmed',
  tenants_to_purge: 'numbers of organizations, whose rows are then purged as each of them, and no others',
  unprocessed:
    'looks for deliveries among the rows of the tenant of their own installation, and gives back ids that it was given',
};

test('every table is under row-level security that binds its owner too, by tenant; what is not has a reason', async () => {
  const rows = await owner.query<{ readonly name: string; readonly safe: boolean; readonly columns: string }>(
    `select c.relname as name,
            c.relrowsecurity and c.relforcerowsecurity and exists (
              select from pg_policy p where p.polrelid = c.oid and p.polname = 'tenant' and p.polcmd = '*' and p.polpermissive
                and pg_get_expr(p.polqual, c.oid) = '(tenant_id = countersign.tenant())'
                and pg_get_expr(p.polwithcheck, c.oid) = '(tenant_id = countersign.tenant())')
            and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and a.attnotnull) as safe
       from pg_class c where c.relnamespace = 'countersign'::regnamespace and c.relkind in ('r', 'p', 'f', 'm') order by 1`,
  );
  expect(rows.length).toBeGreaterThan(40);
  expect(rows.filter(({ safe }) => !safe).map(({ name }) => name)).toEqual(Object.keys(WITHOUT_TENANT).sort());
});

test('what is unique is so within one organization, and refers to rows of the same one', async () => {
  const rows = await owner.query<{ readonly name: string }>(
    `select i.indexrelid::regclass::text as name from pg_index i join pg_class c on c.oid = i.indrelid
      where c.relnamespace = 'countersign'::regnamespace and i.indisunique
        and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id')
        and not exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and a.attnum = any(i.indkey))
     union all
     select k.conname from pg_constraint k join pg_class c on c.oid = k.conrelid
      where c.relnamespace = 'countersign'::regnamespace and k.contype = 'f'
        and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id')
        and not exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and a.attnum = any(k.conkey))
      order by 1`,
  );
  // A number that the database itself gives, and whose an installation is.
  expect(rows.map(({ name }) => name)).toEqual(['countersign.deliveries_pkey', 'countersign.installation_owner_pkey']);
});

test('a further policy has a reason, and lets nobody write', async () => {
  const rows = await owner.query<{ readonly name: string; readonly command: string }>(
    `select c.relname || '.' || p.polname as name, p.polcmd::text as command from pg_policy p join pg_class c on c.oid = p.polrelid
      where c.relnamespace = 'countersign'::regnamespace and p.polname <> 'tenant' order by 1`,
  );
  expect(rows.map(({ name }) => name)).toEqual(Object.keys(MORE_POLICIES).sort());
  expect(rows.map(({ command }) => command)).toEqual(rows.map(() => 'r'));
});

test('there is no view, which would read as its owner', async () => {
  expect(
    await owner.query(
      "select relname from pg_class where relnamespace = 'countersign'::regnamespace and relkind in ('v', 'm')",
    ),
  ).toEqual([]);
});

test('the app’s role owns nothing, is nobody else, and is bound by row-level security', async () => {
  const [role] = await owner.query(
    `select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication from pg_roles where rolname = 'countersign_app'`,
  );
  const no = { rolsuper: false, rolbypassrls: false, rolcreaterole: false };
  expect(role).toEqual({ ...no, rolcreatedb: false, rolcanlogin: false, rolreplication: false });
  expect(
    await owner.query("select from pg_auth_members where member = 'countersign_app'::regrole"),
    'it is a member of no other role',
  ).toEqual([]);
  const owned = await owner.query(
    `select oid from pg_class where relowner = 'countersign_app'::regrole
     union all select oid from pg_proc where proowner = 'countersign_app'::regrole
     union all select oid from pg_namespace where nspowner = 'countersign_app'::regrole
     union all select oid from pg_type where typowner = 'countersign_app'::regrole`,
  );
  expect(owned).toEqual([]);
  const creates = await owner.query(
    `select nspname from pg_namespace where nspname in ('countersign', 'graphile_worker', 'public')
        and has_schema_privilege('countersign_app', oid, 'create')`,
  );
  expect(creates).toEqual([]);
});

/** What the app may only read and add to. */
const APPEND_ONLY = ['checkpoints', 'decisions', 'leaves', 'ledger', 'signing_keys', 'tree_nodes'];

test('what proves anything can be read and added to, never changed, deleted or emptied', async () => {
  const rows = await owner.query<{ readonly name: string; readonly may: string }>(
    `select c.relname as name, string_agg(p.name, ' ' order by p.name) as may
       from pg_class c cross join unnest(array['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger']) as p(name)
      where c.relnamespace = 'countersign'::regnamespace and c.relkind in ('r', 'p')
        and (has_table_privilege('countersign_app', c.oid, p.name)
          or (p.name in ('insert', 'update', 'references') and has_any_column_privilege('countersign_app', c.oid, p.name)))
      group by c.relname`,
  );
  const may = Object.fromEntries(rows.map(({ name, may }) => [name, may]));
  for (const name of APPEND_ONLY) expect([name, may[name]]).toEqual([name, 'insert select']);
  expect(may.migrations).toBe('select');
  expect(may.installation_owner).toBeUndefined();
  for (const [name, all] of Object.entries(may))
    expect([name, all]).not.toEqual([name, expect.stringContaining('truncate')]);
});

test('whatever works as its owner has a reason, and a search path that nobody can put anything in front of', async () => {
  const rows = await owner.query<{ readonly name: string; readonly config: readonly string[] | null }>(
    `select proname as name, proconfig as config from pg_proc
      where pronamespace = 'countersign'::regnamespace and prosecdef order by proname`,
  );
  expect(rows.map(({ name }) => name)).toEqual(Object.keys(DEFINERS).sort());
  for (const { config } of rows) expect(config).toEqual(['search_path=pg_catalog, pg_temp']);
});
