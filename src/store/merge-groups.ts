import type { Session } from './database.ts';

/** The pull requests of the merge queue's groups that have one of these commits as their head. */
export async function groupsAmong(
  session: Session,
  repositoryId: number,
  heads: readonly string[],
): Promise<ReadonlyMap<string, readonly number[]>> {
  const { rows } = await session.query<{ readonly head: string; readonly pulls: readonly number[] }>(
    `select head_sha as head, pulls from countersign.merge_groups
      where tenant_id = countersign.tenant() and repository_id = $1 and head_sha = any($2)`,
    [repositoryId, heads],
  );
  return new Map(rows.map(({ head, pulls }) => [head, pulls]));
}
