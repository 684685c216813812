import type { GroupMember } from '../decision/group-members.ts';
import type { MergeGroup } from '../jobs/job.ts';
import type { Session } from './database.ts';

/** What is known of a group. */
export type StoredGroup = {
  readonly group: MergeGroup;
  /** In the order of the queue; empty while they are not known. */
  readonly members: readonly GroupMember[];
  /** What was decided last; null while nothing has been. */
  readonly decided: { readonly digest: string; readonly entryId: string; readonly leaf: string } | null;
  readonly outcome: 'success' | 'failure' | null;
  readonly destroyed: string | null;
};

type Row = {
  readonly tenant: number;
  readonly installation: number;
  readonly repositoryId: number;
  readonly owner: string;
  readonly repository: string;
  readonly headSha: string;
  readonly headRef: string;
  readonly baseSha: string;
  readonly baseRef: string;
  readonly pulls: readonly number[];
  readonly heads: readonly string[];
  readonly outcome: 'success' | 'failure' | null;
  readonly digest: string | null;
  readonly entryId: string | null;
  readonly leaf: string | null;
  readonly destroyed: string | null;
};

const SELECT = `select g.tenant_id::float8 as tenant, g.installation_id::float8 as installation, g.repository_id::float8 as "repositoryId", g.owner,
  g.repository, g.head_sha as "headSha", g.head_ref as "headRef", g.base_sha as "baseSha", g.base_ref as "baseRef", g.pulls, g.heads,
  g.outcome, g.digest, g.ledger_entry_id::text as "entryId", g.destroyed,
  (select encode(l.leaf_hash, 'hex') from countersign.ledger l where l.tenant_id = g.tenant_id and l.entry_id = g.ledger_entry_id) as leaf
  from countersign.merge_groups g where g.tenant_id = countersign.tenant() and g.repository_id = $1`;

function storedOf(row: Row): StoredGroup {
  const { tenant, installation, repositoryId, owner, repository, headSha, headRef, baseSha, baseRef } = row;
  const { digest, entryId, leaf, outcome, destroyed } = row;
  return {
    group: { locator: { tenant, installation, repositoryId, owner, repository }, headSha, headRef, baseSha, baseRef },
    members: row.pulls.map((pull, index) => ({ pull, head: row.heads[index] ?? '' })),
    decided: digest === null || entryId === null || leaf === null ? null : { digest, entryId, leaf },
    outcome,
    destroyed,
  };
}

/** Keeps a group that was told of. One that has ended stays ended, in whatever order its events come. */
export async function saveGroup(session: Session, { locator, ...group }: MergeGroup): Promise<void> {
  await session.query(
    `insert into countersign.merge_groups
       (tenant_id, repository_id, installation_id, owner, repository, head_sha, head_ref, base_sha, base_ref)
     values (countersign.tenant(), $1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (tenant_id, repository_id, head_sha) do update set
       installation_id = excluded.installation_id, owner = excluded.owner, repository = excluded.repository`,
    [
      locator.repositoryId,
      locator.installation,
      locator.owner,
      locator.repository,
      group.headSha,
      group.headRef,
      group.baseSha,
      group.baseRef,
    ],
  );
}

export async function loadGroup(session: Session, repositoryId: number, headSha: string): Promise<StoredGroup | null> {
  const { rows } = await session.query<Row>(`${SELECT} and g.head_sha = $2`, [repositoryId, headSha]);
  return rows[0] === undefined ? null : storedOf(rows[0]);
}

/** The groups in the queue that hold a pull request. */
export async function activeGroupsOf(
  session: Session,
  repositoryId: number,
  pull: number,
): Promise<readonly StoredGroup[]> {
  const { rows } = await session.query<Row>(
    `${SELECT} and g.pulls @> array[$2::integer] and g.destroyed is null order by g.head_sha`,
    [repositoryId, pull],
  );
  return rows.map(storedOf);
}

/** What a group holds never changes: its head is one commit. */
export async function saveMembers(
  session: Session,
  repositoryId: number,
  headSha: string,
  members: readonly GroupMember[],
): Promise<void> {
  await session.query(
    `update countersign.merge_groups set pulls = $3, heads = $4, updated_at = now()
      where tenant_id = countersign.tenant() and repository_id = $1 and head_sha = $2`,
    [repositoryId, headSha, members.map(({ pull }) => pull), members.map(({ head }) => head)],
  );
}

export async function saveOutcome(
  session: Session,
  repositoryId: number,
  headSha: string,
  decided: { readonly outcome: 'success' | 'failure'; readonly digest: string; readonly entryId: string },
): Promise<void> {
  await session.query(
    `update countersign.merge_groups set outcome = $3, digest = $4, ledger_entry_id = $5, updated_at = now()
      where tenant_id = countersign.tenant() and repository_id = $1 and head_sha = $2`,
    [repositoryId, headSha, decided.outcome, decided.digest, decided.entryId],
  );
}

/** Ends a group. Says whether it was not ended before. */
export async function markDestroyed(
  session: Session,
  repositoryId: number,
  headSha: string,
  reason: string,
): Promise<boolean> {
  const { rowCount } = await session.query(
    `update countersign.merge_groups set destroyed = $3, updated_at = now()
      where tenant_id = countersign.tenant() and repository_id = $1 and head_sha = $2 and destroyed is null`,
    [repositoryId, headSha, reason],
  );
  return rowCount === 1;
}

/**
 * The pull requests of the merge queue's groups that have one of these commits as their head, without those that other commits than these
 * have merged before.
 */
export async function groupsAmong(
  session: Session,
  repositoryId: number,
  heads: readonly string[],
): Promise<ReadonlyMap<string, readonly number[]>> {
  const { rows } = await session.query<{ readonly head: string; readonly pulls: readonly number[] }>(
    `select g.head_sha as head,
            array(select pull from unnest(g.pulls) with ordinality as p(pull, place)
              where not exists (select from countersign.merges m
                where m.tenant_id = g.tenant_id and m.repository_id = g.repository_id and m.pull_number = p.pull and m.merge_commit <> all($2))
              order by place) as pulls
       from countersign.merge_groups g
      where g.tenant_id = countersign.tenant() and g.repository_id = $1 and g.head_sha = any($2)`,
    [repositoryId, heads],
  );
  return new Map(rows.map(({ head, pulls }) => [head, pulls]));
}
