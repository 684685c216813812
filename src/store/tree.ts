import { emptyFrontier, type Frontier, type Hash, type Node } from '../audit/tree.ts';
import type { Database, Session } from './database.ts';

const HASH_BYTES = 32;
/** Subtrees are kept for every eighth level: 2^8 leaves, 2^16, and so on. */
export const LEVEL_STEP = 8;

/** Organizations with entries that have no place in their tree yet. */
export async function tenantsWithPending(database: Database): Promise<readonly number[]> {
  const session = await database.connect();
  try {
    await session.query("begin; set local countersign.sequencer = 'on'");
    const { rows } = await session.query<{ readonly tenant: number }>(
      'select distinct tenant_id::float8 as tenant from countersign.pending_leaves order by 1',
    );
    await session.query('commit');
    session.release();
    return rows.map(({ tenant }) => tenant);
  } catch (error) {
    session.release(true);
    throw error;
  }
}

export type Leaf = { readonly entryId: string; readonly hash: Hash };

/** Takes entries that wait, oldest first, for as long as this transaction holds the organization's tree. */
export async function takePending(session: Session, most: number): Promise<readonly Leaf[]> {
  const { rows } = await session.query<Leaf>(
    `with taken as (
       delete from countersign.pending_leaves
        where tenant_id = countersign.tenant() and entry_id in (
          select entry_id from countersign.pending_leaves where tenant_id = countersign.tenant() order by entry_id limit $1)
       returning entry_id)
     select t.entry_id::text as "entryId", l.leaf_hash as hash
       from taken t join countersign.ledger l on l.tenant_id = countersign.tenant() and l.entry_id = t.entry_id
      order by t.entry_id`,
    [most],
  );
  return rows;
}

export async function loadFrontier(session: Session): Promise<Frontier> {
  const { rows } = await session.query<{ readonly size: number; readonly frontier: Buffer }>(
    'select size::float8 as size, frontier from countersign.trees where tenant_id = countersign.tenant()',
  );
  const row = rows[0];
  if (row === undefined) return emptyFrontier;
  const hashes = Array.from({ length: row.frontier.length / HASH_BYTES }, (_, index) =>
    row.frontier.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES),
  );
  return { size: row.size, hashes };
}

/** Gives these leaves the places from `start` on, and keeps the subtrees that they complete and the tree as it is then. */
export async function saveLeaves(
  session: Session,
  start: number,
  leaves: readonly Leaf[],
  nodes: readonly Node[],
  frontier: Frontier,
): Promise<void> {
  await session.query(
    `insert into countersign.leaves (tenant_id, leaf_index, entry_id, leaf_hash)
       select countersign.tenant(), $1::bigint + n.place - 1, n.entry_id, n.hash
         from unnest($2::bigint[], $3::bytea[]) with ordinality as n(entry_id, hash, place)`,
    [start, leaves.map(({ entryId }) => entryId), leaves.map(({ hash }) => hash)],
  );
  if (nodes.length > 0)
    await session.query(
      `insert into countersign.tree_nodes (tenant_id, level, node_index, hash)
         select countersign.tenant(), n.* from unnest($1::smallint[], $2::bigint[], $3::bytea[]) as n`,
      [nodes.map(({ level }) => level), nodes.map(({ index }) => index), nodes.map(({ hash }) => hash)],
    );
  await session.query(
    `insert into countersign.trees (tenant_id, size, frontier) values (countersign.tenant(), $1, $2)
     on conflict (tenant_id) do update set size = excluded.size, frontier = excluded.frontier`,
    [frontier.size, Buffer.concat(frontier.hashes)],
  );
}

export type StoredCheckpoint = { readonly size: number; readonly note: string };

export async function saveCheckpoint(
  session: Session,
  checkpoint: StoredCheckpoint & { readonly root: Hash; readonly at: Date },
): Promise<void> {
  await session.query(
    `insert into countersign.checkpoints (tenant_id, size, root, note, signed_at) values (countersign.tenant(), $1, $2, $3, $4)
     on conflict do nothing`,
    [checkpoint.size, checkpoint.root, checkpoint.note, checkpoint.at],
  );
}

/** The newest signed word on the organization's ledger; null while there is none. */
export async function newestCheckpoint(session: Session): Promise<StoredCheckpoint | null> {
  const { rows } = await session.query<StoredCheckpoint>(
    `select size::float8 as size, note from countersign.checkpoints
      where tenant_id = countersign.tenant() order by size desc limit 1`,
  );
  return rows[0] ?? null;
}

/** Remembers a key that signs from now on. Says whether it is new. */
export async function rememberKey(database: Database, verifier: string, at: Date): Promise<boolean> {
  const { rowCount } = await database.query(
    'insert into countersign.signing_keys (verifier, first_used_at) values ($1, $2) on conflict do nothing',
    [verifier, at],
  );
  return rowCount === 1;
}
