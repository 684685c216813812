import type { PullLocator, RepositoryLocator } from '../jobs/job.ts';
import type { Session } from './database.ts';

/** Whether GitHub has confirmed that the installation belongs to the tenant, and it has not been removed since. */
export async function isConfirmed(session: Session, installationId: number): Promise<boolean> {
  const { rowCount } = await session.query(
    'select from countersign.installations where tenant_id = countersign.tenant() and installation_id = $1 and removed_at is null',
    [installationId],
  );
  return rowCount === 1;
}

/**
 * Keeps that GitHub has confirmed an installation as the tenant's. Says whether it was known as such, or begins now: for the first time, after
 * a suspension, or in the place of one that was removed.
 */
export async function confirmInstallation(
  session: Session,
  installationId: number,
  login: string,
): Promise<'known' | 'begins'> {
  const { rows } = await session.query<{ readonly known: boolean }>(
    `with before as materialized (
       select removed_at is null as known from countersign.installations
        where tenant_id = countersign.tenant() and installation_id = $1),
     kept as (
       insert into countersign.installations (tenant_id, installation_id, account_login) values (countersign.tenant(), $1, $2)
       on conflict (tenant_id, installation_id) do update set account_login = excluded.account_login, removed_at = null, seen_at = now())
     select known from before`,
    [installationId, login],
  );
  return rows[0]?.known === true ? 'known' : 'begins';
}

/** Tables of what is not at its end, each of whose rows says through which installation GitHub is reached. */
const REACHED_THROUGH = [
  'pull_requests',
  'publications',
  'replies',
  'reconciliations',
  'findings',
  'merge_groups',
  'gate_questions',
  'records',
  'access_reviews',
] as const;

/** An account has one installation of an App: what an earlier one has left is reached through this one from now on. */
export async function takeOver(session: Session, installationId: number): Promise<void> {
  await session.query(
    `update countersign.installations set removed_at = now()
      where tenant_id = countersign.tenant() and installation_id <> $1 and removed_at is null`,
    [installationId],
  );
  for (const table of REACHED_THROUGH)
    await session.query(
      `update countersign.${table} set installation_id = $1 where tenant_id = countersign.tenant() and installation_id <> $1`,
      [installationId],
    );
}

/** What was left undone while the app could not reach it. Open pull requests, gate questions and checks are found by sweeps. */
export type Undone = {
  readonly reconciliations: readonly PullLocator[];
  readonly findings: readonly number[];
  readonly records: readonly RepositoryLocator[];
  readonly replies: readonly PullLocator[];
};

export async function undoneOf(session: Session, tenant: number): Promise<Undone> {
  const place = `$1::float8 as tenant, installation_id::float8 as installation, repository_id::float8 as "repositoryId", owner, repository`;
  const reconciliations = await session.query<PullLocator>(
    `select ${place}, pull_number as pull from countersign.reconciliations
      where tenant_id = countersign.tenant() and state = 'open'`,
    [tenant],
  );
  const findings = await session.query<{ readonly id: number }>(
    `select finding_id::float8 as id from countersign.findings where tenant_id = countersign.tenant() and state = 'open'`,
  );
  const records = await session.query<RepositoryLocator>(
    `select distinct ${place} from countersign.records
      where tenant_id = countersign.tenant() and state not in ('closed', 'rolled-back')`,
    [tenant],
  );
  const replies = await session.query<PullLocator>(
    `select distinct ${place}, number as pull from countersign.replies
      where tenant_id = countersign.tenant() and settled_at is null`,
    [tenant],
  );
  return {
    reconciliations: reconciliations.rows,
    findings: findings.rows.map(({ id }) => id),
    records: records.rows,
    replies: replies.rows,
  };
}

export async function markRemoved(session: Session, installationId: number): Promise<void> {
  await session.query(
    'update countersign.installations set removed_at = now() where tenant_id = countersign.tenant() and installation_id = $1',
    [installationId],
  );
}
