import type { Merge } from '../coverage/update.ts';
import type { Account } from '../decision/values.ts';
import type { Session } from './database.ts';

export type NewMerge = Merge & {
  readonly repositoryId: number;
  readonly base: string;
  readonly environment: string | null;
  readonly at: string;
  readonly by: Account | null;
};

/** Keeps that a pull request was merged and what had been decided by then: once, since nothing that happens later changes it. Says whether it is new. */
export async function saveMerge(session: Session, merge: NewMerge): Promise<boolean> {
  const { rows } = await session.query<{ readonly isNew: boolean }>(
    `insert into countersign.merges as m
       (tenant_id, repository_id, pull_number, base_ref, head_sha, merge_commit, permitted, state, environment, merged_at, merged_by)
     values (countersign.tenant(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
     on conflict (tenant_id, repository_id, pull_number) do update set merge_commit = coalesce(m.merge_commit, excluded.merge_commit)
     returning (xmax = 0) as "isNew"`,
    [
      merge.repositoryId,
      merge.pull,
      merge.base,
      merge.head,
      merge.mergeCommit,
      merge.permitted,
      merge.state,
      merge.environment,
      merge.at,
      merge.by === null ? null : JSON.stringify(merge.by),
    ],
  );
  return rows[0]?.isNew === true;
}

/**
 * Merges into a branch that have one of these commits as their merge commit or head, and open pull requests that are permitted to bring
 * exactly one of these heads into it: a push may be known before the merge that it made.
 */
export async function mergesAmong(
  session: Session,
  repositoryId: number,
  ref: string,
  shas: readonly string[],
): Promise<readonly Merge[]> {
  const { rows } = await session.query<Merge>(
    `select pull_number as pull, head_sha as head, merge_commit as "mergeCommit", permitted, state
       from countersign.merges
      where tenant_id = countersign.tenant() and repository_id = $1 and base_ref = $2 and (merge_commit = any($3) or head_sha = any($3))
     union all
     select p.pull_number, p.head_sha, null, true, d.state
       from countersign.pull_requests p
       cross join lateral (select head_sha, state from countersign.decisions d
         where d.tenant_id = p.tenant_id and d.repository_id = p.repository_id and d.pull_number = p.pull_number
         order by d.decision_id desc limit 1) d
      where p.tenant_id = countersign.tenant() and p.repository_id = $1 and p.base_ref = $2 and p.state = 'open'
        and p.head_sha = any($3) and d.head_sha = p.head_sha and d.state in ('approved', 'overridden', 'ungoverned')`,
    [repositoryId, ref, shas],
  );
  return rows;
}

/** How a pull request was merged, if it was. */
export async function mergeOf(
  session: Session,
  repositoryId: number,
  pull: number,
): Promise<Pick<Merge, 'head' | 'permitted'> | null> {
  const { rows } = await session.query<Pick<Merge, 'head' | 'permitted'>>(
    `select head_sha as head, permitted from countersign.merges
      where tenant_id = countersign.tenant() and repository_id = $1 and pull_number = $2`,
    [repositoryId, pull],
  );
  return rows[0] ?? null;
}
