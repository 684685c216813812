import type { Annotation } from '../decision/policy-gate.ts';
import type { PublicationKey } from '../jobs/job.ts';
import type { Session } from './database.ts';

/** What a check run shows. `conclusion` is null while it waits. */
export type CheckContent = {
  readonly status: 'in_progress' | 'completed';
  readonly conclusion: 'success' | 'failure' | 'action_required' | null;
  readonly title: string;
  readonly summary: string;
  /** Remarks at lines of files. GitHub adds them to those that are there and takes none back. */
  readonly annotations?: readonly Annotation[];
};

export type Publication = PublicationKey & {
  readonly installation: number;
  readonly owner: string;
  readonly repository: string;
  readonly desired: CheckContent;
  readonly desiredDigest: string;
  readonly desiredVersion: string;
  readonly publishedDigest: string | null;
  readonly publishedConclusion: string | null;
  readonly checkRunId: number | null;
  /** True while the answer to a write is not known. */
  readonly uncertain: boolean;
};

export type Desired = {
  readonly installation: number;
  readonly owner: string;
  readonly repository: string;
  readonly content: CheckContent;
  readonly digest: string;
  readonly version: string;
};

export type Urgency = 'none' | 'withdrawal' | 'grant' | 'cosmetic';

/**
 * Writes down what a check must show. An older version never replaces a newer one. Returns how urgent it is that GitHub shows it: a
 * success to be taken back comes first, and what is shown already need not be published.
 */
export async function desire(session: Session, key: PublicationKey, desired: Desired): Promise<Urgency> {
  const { rows } = await session.query<{
    readonly published: string | null;
    readonly conclusion: string | null;
    readonly uncertain: boolean;
  }>(
    `insert into countersign.publications as p
       (tenant_id, repository_id, head_sha, check_name, installation_id, owner, repository, desired, desired_digest, desired_version)
     values (countersign.tenant(), $1, $2, $3, $4, $5, $6, $7, $8, $9)
     on conflict (tenant_id, repository_id, head_sha, check_name) do update set
       installation_id = excluded.installation_id, owner = excluded.owner, repository = excluded.repository, desired = excluded.desired,
       desired_digest = excluded.desired_digest, desired_version = excluded.desired_version, updated_at = now()
       where p.desired_version <= excluded.desired_version
     returning p.published_digest as published, p.published_conclusion as conclusion, p.attempted_at is not null as uncertain`,
    [
      key.repositoryId,
      key.headSha,
      key.checkName,
      desired.installation,
      desired.owner,
      desired.repository,
      JSON.stringify(desired.content),
      desired.digest,
      desired.version,
    ],
  );
  const row = rows[0];
  if (row === undefined || (row.published === desired.digest && !row.uncertain)) return 'none';
  if (desired.content.conclusion === 'success') return 'grant';
  return row.conclusion === 'success' || row.uncertain ? 'withdrawal' : 'cosmetic';
}

export async function loadPublication(session: Session, key: PublicationKey): Promise<Publication | null> {
  const { rows } = await session.query<Publication>(
    `select tenant_id::float8 as tenant, repository_id::float8 as "repositoryId", head_sha as "headSha", check_name as "checkName",
            installation_id::float8 as installation, owner, repository, desired, desired_digest as "desiredDigest",
            desired_version::text as "desiredVersion", published_digest as "publishedDigest", published_conclusion as "publishedConclusion",
            check_run_id::float8 as "checkRunId", attempted_at is not null as uncertain
       from countersign.publications
      where tenant_id = countersign.tenant() and repository_id = $1 and head_sha = $2 and check_name = $3`,
    [key.repositoryId, key.headSha, key.checkName],
  );
  return rows[0] ?? null;
}

/** Other checks of ours on a commit: what they say is no longer anybody's decision once the pull request has another environment. */
export async function otherChecks(
  session: Session,
  repositoryId: number,
  headSha: string,
  current: readonly string[],
): Promise<readonly string[]> {
  const { rows } = await session.query<{ readonly name: string }>(
    `select check_name as name from countersign.publications
      where tenant_id = countersign.tenant() and repository_id = $1 and head_sha = $2 and check_name <> all($3)`,
    [repositoryId, headSha, current],
  );
  return rows.map((row) => row.name);
}

/** Notes, before a write, that one is under way: should its answer be lost, GitHub is asked before anything is written again. */
export async function markAttempt(session: Session, key: PublicationKey): Promise<void> {
  await update(session, key, 'attempted_at = now()', []);
}

export async function markPublished(
  session: Session,
  key: PublicationKey,
  published: { readonly checkRunId: number; readonly digest: string; readonly conclusion: string | null },
): Promise<void> {
  const assignments =
    'check_run_id = $4, published_digest = $5, published_conclusion = $6, attempted_at = null, updated_at = now(), written_at = now()';
  await update(session, key, assignments, [published.checkRunId, published.digest, published.conclusion]);
}

/** Has a check published once more as a new run, which comes after every other of its name. */
export async function renew(session: Session, key: PublicationKey): Promise<void> {
  await update(session, key, 'check_run_id = null, published_digest = null, updated_at = now()', []);
}

/** Notes that a write certainly had no effect. */
export async function clearAttempt(session: Session, key: PublicationKey): Promise<void> {
  await update(session, key, 'attempted_at = null', []);
}

async function update(
  session: Session,
  key: PublicationKey,
  assignments: string,
  values: readonly unknown[],
): Promise<void> {
  await session.query(
    `update countersign.publications set ${assignments}
      where tenant_id = countersign.tenant() and repository_id = $1 and head_sha = $2 and check_name = $3`,
    [key.repositoryId, key.headSha, key.checkName, ...values],
  );
}

export type Granted = { readonly headSha: string; readonly checkName: string; readonly version: string };

/** The checks on a pull request's present head, and on groups of the merge queue that hold it, that show or are about to show a success. */
export async function grantedChecks(session: Session, repositoryId: number, pull: number): Promise<readonly Granted[]> {
  const { rows } = await session.query<Granted>(
    `select u.head_sha as "headSha", u.check_name as "checkName", u.desired_version::text as version
       from countersign.publications u
      where u.tenant_id = countersign.tenant() and u.repository_id = $1
        and (u.published_conclusion = 'success' or u.desired->>'conclusion' = 'success')
        and u.head_sha in (
          select p.head_sha from countersign.pull_requests p
            where p.tenant_id = countersign.tenant() and p.repository_id = $1 and p.pull_number = $2
          union
          select g.head_sha from countersign.merge_groups g
            where g.tenant_id = countersign.tenant() and g.repository_id = $1 and g.pulls @> array[$2::integer] and g.destroyed is null)`,
    [repositoryId, pull],
  );
  return rows;
}

/** The checks on one commit that show, or are about to show, a success. */
export async function grantedOn(session: Session, repositoryId: number, headSha: string): Promise<readonly Granted[]> {
  const { rows } = await session.query<Granted>(
    `select head_sha as "headSha", check_name as "checkName", desired_version::text as version
       from countersign.publications
      where tenant_id = countersign.tenant() and repository_id = $1 and head_sha = $2
        and (published_conclusion = 'success' or desired->>'conclusion' = 'success')`,
    [repositoryId, headSha],
  );
  return rows;
}
