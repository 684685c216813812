import type { PublicationKey } from '../jobs/job.ts';
import type { Session } from './database.ts';
import type { CheckContent } from './publications.ts';

/** A pull request as the app knew it at its last evaluation. */
export type KnownPull = {
  readonly pull: number;
  readonly isOpen: boolean;
  readonly headSha: string;
  /** When GitHub said that it was changed, in milliseconds since 1970; null where that is not known for sure. */
  readonly changedAt: number | null;
  /** For how many milliseconds it has not been evaluated, by the database's clock. */
  readonly age: number;
  readonly showsSuccess: boolean;
};

/** GitHub tells of changes in whole seconds: one in the second of the evaluation may have come after it. */
export async function saveChangedAt(
  session: Session,
  { repositoryId, pull }: { readonly repositoryId: number; readonly pull: number },
  changedAt: string | undefined,
  evaluatedAt: string,
): Promise<void> {
  const isPast = changedAt !== undefined && Date.parse(evaluatedAt) - Date.parse(changedAt) >= 2_000;
  await session.query(
    `update countersign.pull_requests set changed_at = $3
      where tenant_id = countersign.tenant() and repository_id = $1 and pull_number = $2`,
    [repositoryId, pull, isPast ? changedAt : null],
  );
}

const SHOWS_SUCCESS = `exists (select from countersign.publications u
  where u.tenant_id = p.tenant_id and u.repository_id = p.repository_id and u.head_sha = p.head_sha
    and (u.published_conclusion = 'success' or u.desired->>'conclusion' = 'success'))`;

/** Of these pull requests, and of all that the app believes open, what it knows. */
export async function knownPulls(
  session: Session,
  repositoryId: number,
  numbers: readonly number[],
): Promise<readonly KnownPull[]> {
  const { rows } = await session.query<KnownPull>(
    `select p.pull_number as pull, p.state = 'open' as "isOpen", p.head_sha as "headSha",
            extract(epoch from p.changed_at)::float8 * 1000 as "changedAt",
            extract(epoch from now() - p.updated_at)::float8 * 1000 as age, ${SHOWS_SUCCESS} as "showsSuccess"
       from countersign.pull_requests p
      where p.tenant_id = countersign.tenant() and p.repository_id = $1 and (p.state = 'open' or p.pull_number = any($2))`,
    [repositoryId, numbers],
  );
  return rows;
}

export type OpenPullPlace = {
  readonly repositoryId: number;
  readonly owner: string;
  readonly repository: string;
  readonly pull: number;
};

/** The open pull requests of an installation that show a success, which is what may have become wrong. */
export async function successfulPulls(session: Session, installation: number): Promise<readonly OpenPullPlace[]> {
  const { rows } = await session.query<OpenPullPlace>(
    `select p.repository_id::float8 as "repositoryId", p.owner, p.repository, p.pull_number as pull
       from countersign.pull_requests p
      where p.tenant_id = countersign.tenant() and p.installation_id = $1 and p.state = 'open' and ${SHOWS_SUCCESS}
      order by p.updated_at desc`,
    [installation],
  );
  return rows;
}

/** How many open pull requests of an installation have not been evaluated since its sweep began, or do not show what was decided. */
export async function countUnanswered(session: Session, installation: number): Promise<number> {
  const { rows } = await session.query<{ readonly left: number }>(
    `select count(*)::int as left from countersign.pull_requests p
       join countersign.sweeps s on s.tenant_id = p.tenant_id and s.installation_id = p.installation_id
      where p.tenant_id = countersign.tenant() and p.installation_id = $1 and p.state = 'open'
        and (p.updated_at < s.started_at or exists (select from countersign.publications u
          where u.tenant_id = p.tenant_id and u.repository_id = p.repository_id and u.head_sha = p.head_sha
            and (u.published_digest is distinct from u.desired_digest or u.attempted_at is not null)))`,
    [installation],
  );
  return rows[0]?.left ?? 0;
}

/** A check of ours as it was published last, with nothing under way. */
export type PublishedCheck = Pick<PublicationKey, 'headSha' | 'checkName'> & {
  readonly content: CheckContent;
  /** For how many milliseconds it has stood there, by the database's clock. */
  readonly age: number;
};

export async function publishedChecks(
  session: Session,
  repositoryId: number,
  heads: readonly string[],
): Promise<readonly PublishedCheck[]> {
  const { rows } = await session.query<PublishedCheck>(
    `select head_sha as "headSha", check_name as "checkName", desired as content,
            extract(epoch from now() - coalesce(written_at, updated_at))::float8 * 1000 as age
       from countersign.publications
      where tenant_id = countersign.tenant() and repository_id = $1 and head_sha = any($2)
        and published_digest = desired_digest and attempted_at is null`,
    [repositoryId, heads],
  );
  return rows;
}
