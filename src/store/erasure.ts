import type { Session } from './database.ts';

export type Erased = { readonly table: string; readonly column: string; readonly rows: number };

/** What keeps its names: the tree and its leaves hold none, and names that a policy binds belong to the policy. */
const LEFT_ALONE = [
  'ledger',
  'leaves',
  'tree_nodes',
  'trees',
  'checkpoints',
  'pending_leaves',
  'personal_data',
  'policy_sources',
  'bindings',
];

type Column = { readonly table: string; readonly column: string; readonly type: string };

/** Every column of text or JSON that could hold somebody's name. */
async function columns(session: Session): Promise<readonly Column[]> {
  const { rows } = await session.query<Column>(
    `select c.table_name as table, c.column_name as column, c.data_type as type
       from information_schema.columns c
       join information_schema.columns t
         on t.table_schema = c.table_schema and t.table_name = c.table_name and t.column_name = 'tenant_id'
       join information_schema.tables b on b.table_schema = c.table_schema and b.table_name = c.table_name
      where c.table_schema = 'countersign' and b.table_type = 'BASE TABLE' and c.data_type in ('text', 'jsonb', 'ARRAY')
        and c.udt_name in ('text', 'jsonb', '_text') and c.table_name <> all($1)
      order by 1, 2`,
    [LEFT_ALONE],
  );
  return rows;
}

/** Words that the ledger's commitments open: those of the account, and every sentence that names it. Returns how many are gone. */
export async function eraseWords(session: Session, account: number, login: string): Promise<number> {
  const { rowCount } = await session.query(
    'delete from countersign.personal_data where tenant_id = countersign.tenant() and (account_id = $1 or value ~* $2)',
    [account, wordPattern(login)],
  );
  return rowCount ?? 0;
}

/** A login where it stands by itself: letters, digits and hyphens are part of one. */
function wordPattern(login: string): string {
  return `(?<![A-Za-z0-9-])${login.replaceAll(/[[\]]/g, '\\$&')}(?![A-Za-z0-9-])`;
}

/** Puts a pseudonym in place of a login wherever else the organization's data name it. For the owner of the tables. */
export async function eraseName(session: Session, account: number, login: string): Promise<readonly Erased[]> {
  const pattern = wordPattern(login);
  const erased: Erased[] = [];
  for (const { table, column, type } of await columns(session)) {
    const cast = type === 'ARRAY' ? 'text[]' : type;
    const name = `"${column}"`;
    const { rowCount } = await session.query(
      `update countersign."${table}" set ${name} = regexp_replace(${name}::text, $1, $2, 'gi')::${cast}
        where tenant_id = countersign.tenant() and ${name}::text ~* $1`,
      [pattern, `erased-${account}`],
    );
    if ((rowCount ?? 0) > 0) erased.push({ table, column, rows: rowCount ?? 0 });
  }
  return erased;
}

/** Texts that the account has written itself, outside the ledger, and payloads of webhooks that name it. */
export async function eraseTexts(session: Session, account: number, login: string): Promise<void> {
  await session.query(
    `update countersign.remarks set body = '' where tenant_id = countersign.tenant() and author_id = $1`,
    [account],
  );
  await session.query(
    `update countersign.commands set text = '' where tenant_id = countersign.tenant() and (said_by->>'id')::bigint = $1`,
    [account],
  );
  await session.query(
    `update countersign.deliveries set payload = null
      where tenant_id = countersign.tenant() and payload is not null and convert_from(payload, 'UTF8') ~* $1`,
    [wordPattern(login)],
  );
}

/** Accounts of which the ledger says that they were erased. */
export async function erasedAccounts(session: Session): Promise<readonly number[]> {
  const { rows } = await session.query<{ readonly account: number }>(
    `select distinct (entry::json#>>'{details,account}')::float8 as account from countersign.ledger
      where tenant_id = countersign.tenant() and kind = 'personal-data-erased'`,
  );
  return rows.map(({ account }) => account);
}
