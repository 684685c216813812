import type { Session } from './database.ts';

/** A pull request that the ledger has entries of. An issue, on which nothing but commands is recorded, is none. */
export type ChangeKey = { readonly repositoryId: number; readonly pull: number };

/** Pull requests after `after`, by repository and number. */
export async function changesAfter(session: Session, after: ChangeKey, most: number): Promise<readonly ChangeKey[]> {
  const { rows } = await session.query<ChangeKey>(
    `select repository_id::float8 as "repositoryId", pull_number as pull from countersign.ledger
      where tenant_id = countersign.tenant() and pull_number is not null and (repository_id, pull_number) > ($1, $2)
      group by repository_id, pull_number having bool_or(kind <> 'command') order by repository_id, pull_number limit $3`,
    [after.repositoryId, after.pull, most],
  );
  return rows;
}

export type EntryOfChange = {
  readonly index: number;
  readonly entry: string;
  /** Hex. */
  readonly leaf: string;
  readonly pull: number;
};

const COLUMNS = `p.leaf_index::float8 as index, l.entry, encode(p.leaf_hash, 'hex') as leaf`;

/** A pull request's own entries after `after` and within the first `size` of the ledger, in their order. */
export async function entriesOfChange(
  session: Session,
  { repositoryId, pull }: ChangeKey,
  { after, size, most }: { readonly after: number; readonly size: number; readonly most: number },
): Promise<readonly EntryOfChange[]> {
  const { rows } = await session.query<EntryOfChange>({
    name: 'entries-of-change',
    text: `select ${COLUMNS}, l.pull_number as pull
       from countersign.ledger l join countersign.leaves p on p.tenant_id = l.tenant_id and p.entry_id = l.entry_id
      where l.tenant_id = countersign.tenant() and l.repository_id = $1 and l.pull_number = $2
        and p.leaf_index > $3 and p.leaf_index < $4
      order by p.leaf_index limit $5`,
    values: [repositoryId, pull, after, size, most],
  });
  return rows;
}

/** What was deployed and verified of these pull requests of a repository: entries that are of no pull request, and name several. */
export async function deploymentsOf(
  session: Session,
  repositoryId: number,
  pulls: readonly number[],
  size: number,
): Promise<readonly EntryOfChange[]> {
  const { rows } = await session.query<EntryOfChange>(
    `select ${COLUMNS}, n.pull
       from countersign.ledger l
       join countersign.leaves p on p.tenant_id = l.tenant_id and p.entry_id = l.entry_id
       cross join lateral (select value::int as pull
         from json_array_elements_text(case when json_typeof(l.entry::json->'details'->'pulls') = 'array'
           then l.entry::json->'details'->'pulls' else '[]' end)) n
      where l.tenant_id = countersign.tenant() and l.repository_id = $1 and l.pull_number is null
        and l.kind in ('deployment-gated', 'deployment', 'verification') and p.leaf_index < $3 and n.pull = any($2::int[])
      order by p.leaf_index`,
    [repositoryId, pulls, size],
  );
  return rows;
}
