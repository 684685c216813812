import { commitmentsIn, type Openings } from '../audit/commitment.ts';
import type { Place } from '../audit/range.ts';
import { type Hash, nodeHash } from '../audit/tree.ts';
import { type Database, type Session, transact } from './database.ts';
import { LEVEL_STEP, type StoredCheckpoint } from './tree.ts';

/** Organizations that the app is, or was, installed on under this login: more than one if it has passed on. */
export async function tenantsOfLogin(database: Database, login: string): Promise<readonly number[]> {
  const session = await database.connect();
  try {
    await session.query('begin');
    await session.query("select set_config('countersign.login', $1, true)", [login]);
    const { rows } = await session.query<{ readonly tenant: number }>(
      `select tenant_id::float8 as tenant from countersign.installations
        group by tenant_id order by bool_or(removed_at is null) desc, tenant_id`,
    );
    await session.query('commit');
    session.release();
    return rows.map(({ tenant }) => tenant);
  } catch (error) {
    session.release(true);
    throw error;
  }
}

/** Runs `work` on one unchanging view of what the organization has, however long it takes. */
export function readingAll<T>(session: Session, tenant: number, work: (session: Session) => Promise<T>): Promise<T> {
  return transact(session, tenant, async (within) => {
    await within.query('set transaction isolation level repeatable read, read only');
    return work(within);
  });
}

/** The checkpoint of that size; null if none was signed there. */
export async function checkpointOf(session: Session, size: number): Promise<StoredCheckpoint | null> {
  const { rows } = await session.query<StoredCheckpoint>(
    'select size::float8 as size, note from countersign.checkpoints where tenant_id = countersign.tenant() and size = $1',
    [size],
  );
  return rows[0] ?? null;
}

/** Sizes nearest to one that no checkpoint has. */
export async function sizesNear(session: Session, size: number): Promise<readonly number[]> {
  const { rows } = await session.query<{ readonly size: number }>(
    `(select size::float8 as size from countersign.checkpoints where tenant_id = countersign.tenant() and size < $1 order by size desc limit 1)
     union all
     (select size::float8 from countersign.checkpoints where tenant_id = countersign.tenant() and size > $1 order by size limit 1)`,
    [size],
  );
  return rows.map((row) => row.size);
}

/** Verifiers of the keys that have signed checkpoints, oldest first. */
export async function signingKeys(
  database: Database | Session,
): Promise<readonly { readonly verifier: string; readonly firstUsedAt: Date }[]> {
  const { rows } = await database.query<{ readonly verifier: string; readonly firstUsedAt: Date }>(
    'select verifier, first_used_at as "firstUsedAt" from countersign.signing_keys order by first_used_at, verifier',
  );
  return rows;
}

/** The hash of a complete subtree, out of the nodes or leaves that are kept next below it; undefined where one of them is missing. */
export async function subtreeHash(session: Session, { level, index }: Place): Promise<Hash | undefined> {
  const kept = level - (level % LEVEL_STEP);
  const count = 2 ** (level - kept);
  const [table, column, where] =
    kept === 0 ? ['leaves', 'leaf_hash', 'leaf_index'] : ['tree_nodes', 'hash', 'node_index'];
  const { rows } = await session.query<{ readonly hash: Hash }>(
    `select ${column} as hash from countersign.${table}
      where tenant_id = countersign.tenant() and ${where} >= $1 and ${where} < $2 ${kept === 0 ? '' : `and level = ${kept}`}
      order by ${where}`,
    [index * count, (index + 1) * count],
  );
  return rows.length === count ? folded(rows.map(({ hash }) => hash)) : undefined;
}

function folded(hashes: readonly Hash[]): Hash | undefined {
  if (hashes.length <= 1) return hashes[0];
  const pairs = Array.from({ length: hashes.length / 2 }, (_, pair) => hashes.slice(2 * pair, 2 * pair + 2));
  return folded(pairs.flatMap(([left, right]) => (left && right ? [nodeHash(left, right)] : [])));
}

export type PlacedEntry = { readonly index: number; readonly entry: string };

/** Entries from `start` on, in their order. An entry that the ledger has lost is left out. */
export async function entriesFrom(
  session: Session,
  start: number,
  end: number,
  most: number,
): Promise<readonly PlacedEntry[]> {
  const { rows } = await session.query<PlacedEntry>({
    name: 'entries-from',
    text: `select p.leaf_index::float8 as index, l.entry
       from countersign.leaves p join countersign.ledger l on l.tenant_id = p.tenant_id and l.entry_id = p.entry_id
      where p.tenant_id = countersign.tenant() and p.leaf_index >= $1 and p.leaf_index < $2 order by p.leaf_index limit $3`,
    values: [start, end, most],
  });
  return rows;
}

/** Whether personal data is kept apart in this database, so that there is something to open commitments with. */
export async function keepsPersonalData(session: Session): Promise<boolean> {
  const { rows } = await session.query<{ readonly is: boolean }>(
    "select to_regclass('countersign.personal_data') is not null as is",
  );
  return rows[0]?.is ?? false;
}

/** What opens the commitments of these values, as far as it has not been erased. */
export async function openingsOf(session: Session, values: readonly unknown[]): Promise<Openings> {
  const commitments = commitmentsIn(values);
  if (commitments.length === 0) return {};
  const { rows } = await session.query<{ readonly commitment: string; readonly salt: string; readonly value: string }>(
    `select encode(commitment, 'hex') as commitment, encode(salt, 'hex') as salt, value from countersign.personal_data
      where tenant_id = countersign.tenant() and commitment = any(select decode(c, 'hex') from unnest($1::text[]) as c)
        and salt is not null and value is not null`,
    [commitments],
  );
  return Object.fromEntries(rows.map(({ commitment, salt, value }) => [commitment, { salt, value }]));
}

/**
 * Of the leaves from `start` to before `end`, the first and the last whose entry is of the period, and where the page ended. The time is
 * the entry's own, which is not the order of the tree: an entry that is committed late comes late.
 */
export async function pageOfPeriod(
  session: Session,
  { start, end }: { readonly start: number; readonly end: number },
  { from, to }: { readonly from: Date | null; readonly to: Date | null },
): Promise<{ readonly first: number | null; readonly last: number | null }> {
  const { rows } = await session.query<{ readonly first: number | null; readonly last: number | null }>(
    `select min(p.leaf_index)::float8 as first, max(p.leaf_index)::float8 as last
       from countersign.leaves p join countersign.ledger l on l.tenant_id = p.tenant_id and l.entry_id = p.entry_id
      where p.tenant_id = countersign.tenant() and p.leaf_index >= $1 and p.leaf_index < $2
        and ($3::timestamptz is null or (l.entry::json->>'at')::timestamptz >= $3)
        and ($4::timestamptz is null or (l.entry::json->>'at')::timestamptz < $4)`,
    [start, end, from, to],
  );
  return rows[0] ?? { first: null, last: null };
}
