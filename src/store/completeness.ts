import type { Session } from './database.ts';

/** A commit that came to a governed branch, and what answers for it. */
export type Answered = {
  readonly repositoryId: number;
  /** Null where no pull request of the repository is known. */
  readonly repository: string | null;
  readonly ref: string;
  /** GitHub's number of the update that brought it. */
  readonly update: number;
  readonly at: string;
  readonly commit: string;
  /** Pull requests with a permitting decision that covers it. */
  readonly pulls: readonly number[];
  readonly findings: readonly number[];
};

/** Where a page ended. */
export type Cursor = {
  readonly at: string;
  readonly repositoryId: number;
  readonly ref: string;
  readonly update: number;
};
export type Bounds = { readonly from: Date | null; readonly to: Date | null };

const AT = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
const NAME = `(select p.owner || '/' || p.repository from countersign.pull_requests p
  where p.tenant_id = u.tenant_id and p.repository_id = u.repository_id limit 1)`;
const OWN_FINDING = `f.tenant_id = u.tenant_id and f.repository_id = u.repository_id and f.dedupe_key = 'update:' || u.ref || ':' || u.activity_id`;

export type Update = Cursor & {
  readonly repository: string | null;
  /** Where the update before it had left the branch, if that is not where it began: something between them is not known. */
  readonly missedFrom: string | null;
  readonly before: string;
};

export async function countUpdates(session: Session, { from, to }: Bounds): Promise<number> {
  const { rows } = await session.query<{ readonly count: number }>(
    `select count(*)::int as count from countersign.branch_updates
      where tenant_id = countersign.tenant() and ($1::timestamptz is null or happened_at >= $1) and ($2::timestamptz is null or happened_at < $2)`,
    [from, to],
  );
  return rows[0]?.count ?? 0;
}

/** Updates of governed branches in a period, in the order in which they happened. */
export async function updatesAfter(
  session: Session,
  bounds: Bounds,
  after: Cursor | null,
  most: number,
): Promise<readonly Update[]> {
  const { rows } = await session.query<Update>(
    `select ${AT('u.happened_at')} as at, u.repository_id::float8 as "repositoryId", u.ref, u.activity_id::float8 as update,
            ${NAME} as repository, u.before_sha as before,
            case when u.before_sha <> was.sha and not exists (select from countersign.findings f where ${OWN_FINDING}) then was.sha end as "missedFrom"
       from countersign.branch_updates u
       cross join lateral (select coalesce(
         (select e.after_sha from countersign.branch_updates e
           where e.tenant_id = u.tenant_id and e.repository_id = u.repository_id and e.ref = u.ref and e.activity_id < u.activity_id
           order by e.activity_id desc limit 1),
         (select a.from_sha from countersign.adoptions a where a.tenant_id = u.tenant_id and a.repository_id = u.repository_id and a.ref = u.ref),
         u.before_sha) as sha) was
      where u.tenant_id = countersign.tenant()
        and ($1::timestamptz is null or u.happened_at >= $1) and ($2::timestamptz is null or u.happened_at < $2)
        and ($3::timestamptz is null or (u.happened_at, u.repository_id, u.ref, u.activity_id) > ($3, $4, $5, $6))
      order by u.happened_at, u.repository_id, u.ref, u.activity_id limit $7`,
    [bounds.from, bounds.to, after?.at, after?.repositoryId, after?.ref, after?.update, most],
  );
  return rows;
}

/**
 * The commits of one update with what answers for them. A decision is that of a pull request into this branch which covers the commit; one
 * that was permitted on its way to another branch counts where this branch has none of its own. A finding is the update's, or one that
 * names the commit on this branch; that it was approved afterwards makes it no second answer.
 */
export async function answersFor(session: Session, update: Cursor): Promise<readonly Answered[]> {
  const { rows } = await session.query<Answered>({
    name: 'answers-for',
    text: `select u.repository_id::float8 as "repositoryId", ${NAME} as repository, u.ref, u.activity_id::float8 as update,
            ${AT('u.happened_at')} as at, c.sha as commit,
            coalesce(own.pulls, other.pulls, '{}') as pulls, coalesce(found.ids, '{}') as findings
       from countersign.branch_updates u
       cross join lateral (select distinct s as sha from unnest(
         coalesce(u.commits, case when u.kind = 'deletion' then '{}' else array[u.after_sha] end)) as s) c
       cross join lateral (select array_agg(distinct pc.pull_number order by pc.pull_number) as pulls
         from countersign.permitted_commits pc
         join countersign.merges m on m.tenant_id = pc.tenant_id and m.repository_id = pc.repository_id and m.pull_number = pc.pull_number
          and m.base_ref = u.ref
         where pc.tenant_id = u.tenant_id and pc.repository_id = u.repository_id and pc.sha = c.sha and ${DECIDED}) own
       cross join lateral (select array_agg(distinct pc.pull_number order by pc.pull_number) as pulls
         from countersign.permitted_commits pc
         where pc.tenant_id = u.tenant_id and pc.repository_id = u.repository_id and pc.sha = c.sha and ${DECIDED}) other
       cross join lateral (select array_agg(distinct f.finding_id::int) as ids from countersign.findings f
         where (${OWN_FINDING})
            or (f.tenant_id = u.tenant_id and f.repository_id = u.repository_id and f.details->>'ref' = u.ref and f.details->'commits' ? c.sha)) found
      where u.tenant_id = countersign.tenant() and u.repository_id = $1 and u.ref = $2 and u.activity_id = $3
      order by c.sha`,
    values: [update.repositoryId, update.ref, update.update],
  });
  return rows;
}

const DECIDED = `exists (select from countersign.decisions d where d.tenant_id = pc.tenant_id and d.repository_id = pc.repository_id
  and d.pull_number = pc.pull_number and d.state in ('approved', 'overridden', 'ungoverned'))`;

export type UnseenMerge = {
  readonly repositoryId: number;
  readonly repository: string | null;
  readonly ref: string;
  readonly pull: number;
  readonly at: string;
  readonly commit: string;
};

/** Merges into governed branches whose commit no update of the branch tells of. */
export async function unseenMerges(
  session: Session,
  bounds: Bounds,
  after: Pick<UnseenMerge, 'repositoryId' | 'pull'>,
  most: number,
): Promise<readonly UnseenMerge[]> {
  const { rows } = await session.query<UnseenMerge>(
    `select u.repository_id::float8 as "repositoryId", ${NAME} as repository, u.base_ref as ref, u.pull_number as pull,
            ${AT('u.merged_at')} as at, u.merge_commit as commit
       from countersign.merges u
      where u.tenant_id = countersign.tenant() and u.environment is not null and u.merge_commit is not null
        and ($1::timestamptz is null or u.merged_at >= $1) and ($2::timestamptz is null or u.merged_at < $2)
        and (u.repository_id, u.pull_number) > ($3, $4)
        and not exists (select from countersign.branch_updates b
          where b.tenant_id = u.tenant_id and b.repository_id = u.repository_id and b.ref = u.base_ref
            and (b.after_sha = u.merge_commit or b.commits @> array[u.merge_commit]))
      order by u.repository_id, u.pull_number limit $5`,
    [bounds.from, bounds.to, after.repositoryId, after.pull, most],
  );
  return rows;
}
