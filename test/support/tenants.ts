import { Client } from 'pg';
import type { TestDatabase } from './postgres.ts';

/** What tests of tenants need: which tables there are, the rows of one organization for another, and whether anybody's rows have changed. */

type Column = { readonly name: string; readonly isIdentity: boolean };
export type TenantTable = {
  readonly name: string;
  readonly columns: readonly Column[];
  readonly keyHasTenant: boolean;
};

/** Every table of the app's with a `tenant_id`, as the catalogue has it: what is added later is among them. */
export function tenantTables({ query }: Pick<TestDatabase, 'query'>): Promise<readonly TenantTable[]> {
  return query<TenantTable>(
    `select c.relname as name,
            json_agg(json_build_object('name', a.attname, 'isIdentity', a.attidentity <> '') order by a.attnum) as columns,
            coalesce(bool_or(a.attname = 'tenant_id' and a.attnum = any(k.conkey)), false) as "keyHasTenant"
       from pg_class c
       join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
       left join pg_constraint k on k.conrelid = c.oid and k.contype = 'p'
      where c.relnamespace = 'countersign'::regnamespace and c.relkind in ('r', 'p') and c.relname <> 'installation_owner'
      group by c.relname having bool_or(a.attname = 'tenant_id') order by c.relname`,
  );
}

/**
 * Gives an organization the rows of another one, with the same repositories, numbers, commits and names: the worst that can stand beside it.
 * Only the login differs, which GitHub gives to one account at a time. As a superuser, past triggers, references and row-level security.
 */
export async function cloneTenant(database: TestDatabase, from: number, to: number): Promise<void> {
  const tables = await tenantTables(database);
  await asSuperuser(database, async (client) => {
    await client.query('set session_replication_role = replica');
    for (const { name, columns, keyHasTenant } of tables) {
      const kept = columns.filter(({ isIdentity }) => keyHasTenant || !isIdentity).map((column) => column.name);
      const values = kept.map((column) => (column === 'tenant_id' ? `${to}` : `"${column}"`));
      const list = kept.map((column) => `"${column}"`).join(', ');
      await client.query(
        `insert into countersign."${name}" (${list}) overriding system value
           select ${values.join(', ')} from countersign."${name}" where tenant_id = ${from}`,
      );
    }
    await client.query(
      "update countersign.installations set account_login = account_login || '-two' where tenant_id = $1",
      [to],
    );
  });
}

/** A digest of all that an organization has, table by table: equal where nothing has been added, changed or deleted. */
export async function rowsOf(
  database: Pick<TestDatabase, 'query'>,
  tenant: number,
): Promise<Readonly<Record<string, string>>> {
  const tables = await tenantTables(database);
  const parts = tables.map(
    ({ name }) =>
      `select '${name}' as name, count(*) || ' ' || coalesce(md5(string_agg(md5(t::text), '' order by md5(t::text))), '') as digest
         from countersign."${name}" t where tenant_id = ${tenant}`,
  );
  const rows = await database.query<{ readonly name: string; readonly digest: string }>(parts.join(' union all '));
  return Object.fromEntries(rows.map(({ name, digest }) => [name, digest]));
}

async function asSuperuser(database: TestDatabase, work: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
