import type { Session } from './database.ts';

export type StoredLookup = { readonly key: string; readonly value: unknown; readonly at: string };

/** Reads those of `keys` that were answered after `since`, by the clock that wrote down when. */
export async function loadLookups(
  session: Session,
  keys: readonly string[],
  since: Date,
): Promise<readonly StoredLookup[]> {
  if (keys.length === 0) return [];
  const { rows } = await session.query<StoredLookup>(
    `select key, value, to_char(fetched_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at
       from countersign.lookups
      where tenant_id = countersign.tenant() and key = any($1) and fetched_at > $2`,
    [keys, since],
  );
  return rows;
}

/** Keeps answers, that there is none among them (null); an older answer never replaces a newer one. */
export async function saveLookups(session: Session, lookups: readonly StoredLookup[]): Promise<void> {
  if (lookups.length === 0) return;
  await session.query(
    `insert into countersign.lookups (tenant_id, key, value, fetched_at)
       select countersign.tenant(), l.key, coalesce(l.value, 'null'), l.at from jsonb_to_recordset($1) as l(key text, value jsonb, at timestamptz)
       order by l.key
     on conflict (tenant_id, key) do update set value = excluded.value, fetched_at = excluded.fetched_at
       where lookups.fetched_at <= excluded.fetched_at`,
    [JSON.stringify(lookups)],
  );
}

/** Forgets the answers whose keys begin with one of `prefixes`. */
export async function forgetLookups(session: Session, prefixes: readonly string[]): Promise<void> {
  await session.query(
    `delete from countersign.lookups
      where tenant_id = countersign.tenant() and exists (select from unnest($1::text[]) p where starts_with(key, p))`,
    [prefixes],
  );
}

/** Names of a policy and the account ids that they were bound to when they were first met. */
export async function loadBindings(session: Session): Promise<Readonly<Record<string, number>>> {
  const { rows } = await session.query<{ readonly name: string; readonly id: number }>(
    "select kind || ':' || name as name, account_id::float8 as id from countersign.bindings where tenant_id = countersign.tenant()",
  );
  return Object.fromEntries(rows.map((row) => [row.name, row.id]));
}

/** Keeps first bindings; a name that is bound already stays bound to what it was. */
export async function saveBindings(session: Session, bindings: Readonly<Record<string, number>>): Promise<void> {
  const names = Object.keys(bindings).sort();
  if (names.length === 0) return;
  await session.query(
    `insert into countersign.bindings (tenant_id, kind, name, account_id)
       select countersign.tenant(), split_part(b.name, ':', 1), substr(b.name, strpos(b.name, ':') + 1), b.id
         from unnest($1::text[], $2::bigint[]) as b(name, id)
     on conflict do nothing`,
    [names, names.map((name) => bindings[name])],
  );
}

/** Forgets every answer that is older, by the clock that wrote down when: something may have changed without a word. */
export async function forgetLookupsBefore(session: Session, before: Date): Promise<void> {
  await session.query('delete from countersign.lookups where tenant_id = countersign.tenant() and fetched_at < $1', [
    before,
  ]);
}
