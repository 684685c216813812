import type { Session } from './database.ts';

export type Mended = {
  readonly id: number;
  readonly kind: string;
  readonly key: string;
  readonly title: string;
  readonly environment: string | null;
  readonly head: string;
};

/**
 * Takes what does not hold any more as mended: every finding whose key begins so, but for the one that still holds. Its key is free
 * again, so that the same is found again when it comes back; what people have already judged keeps their judgement.
 */
export async function mendFindings(
  session: Session,
  repositoryId: number,
  { begins, except, at }: { readonly begins: string; readonly except: string | null; readonly at: Date },
): Promise<readonly Mended[]> {
  const { rows } = await session.query<Mended>(
    `update countersign.findings f set
       state = case when state = 'open' then 'mended' else state end, settled_at = coalesce(settled_at, $4),
       dedupe_key = dedupe_key || ' mended ' || finding_id
      where tenant_id = countersign.tenant() and repository_id = $1 and starts_with(dedupe_key, $2)
        and ($3::text is null or dedupe_key <> $3) and strpos(dedupe_key, ' mended ') = 0
     returning finding_id::float8 as id, kind, split_part(dedupe_key, ' mended ', 1) as key, title, environment, head_sha as head`,
    [repositoryId, begins, except, at],
  );
  return rows;
}
