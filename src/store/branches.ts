import type { BranchUpdate } from '../coverage/update.ts';
import type { Session } from './database.ts';

/** A branch that the app watches: from where on, and how far its updates have been judged. */
export type Adoption = {
  readonly ref: string;
  /** What this commit reaches was there before; all zeros where the branch came to be watched later than its repository. */
  readonly sha: string;
  readonly at: string;
  /** GitHub's number of the newest update that has been judged. */
  readonly lastActivity: number | null;
  /** Where that left the branch. */
  readonly head: string;
};

const COLUMNS = `ref, sha, to_char(adopted_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as at,
  last_activity::float8 as "lastActivity", head_sha as head`;

export async function loadAdoption(session: Session, repositoryId: number, ref: string): Promise<Adoption | null> {
  const { rows } = await session.query<Adoption>(
    `select ${COLUMNS} from countersign.adoptions where tenant_id = countersign.tenant() and repository_id = $1 and ref = $2`,
    [repositoryId, ref],
  );
  return rows[0] ?? null;
}

export async function listAdoptions(session: Session, repositoryId: number): Promise<readonly Adoption[]> {
  const { rows } = await session.query<Adoption>(
    `select ${COLUMNS} from countersign.adoptions where tenant_id = countersign.tenant() and repository_id = $1 order by adopted_at, ref`,
    [repositoryId],
  );
  return rows;
}

export type Beginning = {
  readonly ref: string;
  /** What this commit reaches is the baseline; all zeros where nothing of the branch is. */
  readonly baseline: string;
  /** Updates of the branch are judged from here on; all zeros where every one is. */
  readonly head: string;
};

/** Begins to watch a branch; one that is watched already stays as it is. Says whether it is new. */
export async function adopt(
  session: Session,
  repositoryId: number,
  { ref, baseline, head }: Beginning,
  at: Date,
): Promise<boolean> {
  const { rowCount } = await session.query(
    `insert into countersign.adoptions (tenant_id, repository_id, ref, sha, adopted_at, from_sha, head_sha)
       values (countersign.tenant(), $1, $2, $3, $4, $5, $5) on conflict do nothing`,
    [repositoryId, ref, baseline, at, head],
  );
  return rowCount === 1;
}

export async function saveUpdate(
  session: Session,
  repositoryId: number,
  ref: string,
  update: BranchUpdate,
  judged: {
    readonly covered: boolean;
    /** What it brought, newest first; null where that could not be read. */
    readonly commits: readonly string[] | null;
  },
): Promise<void> {
  await session.query(
    `insert into countersign.branch_updates
       (tenant_id, repository_id, ref, activity_id, kind, before_sha, after_sha, actor, happened_at, covered, commits)
     values (countersign.tenant(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing`,
    [
      repositoryId,
      ref,
      update.id,
      update.kind,
      update.before,
      update.after,
      update.actor === null ? null : JSON.stringify(update.actor),
      update.at,
      judged.covered,
      judged.commits,
    ],
  );
  await session.query(
    `update countersign.adoptions set last_activity = $3, head_sha = $4
      where tenant_id = countersign.tenant() and repository_id = $1 and ref = $2 and coalesce(last_activity, 0) < $3`,
    [repositoryId, ref, update.id, update.after],
  );
}

/** Notes which commits a decision on a pull request, or a finding that was approved afterwards, has permitted for an environment. */
export async function permitCommits(
  session: Session,
  repositoryId: number,
  permitted: {
    readonly shas: readonly string[];
    readonly environment: string;
    readonly pull: number | null;
    readonly findingId?: number;
    readonly at: Date;
  },
): Promise<void> {
  await session.query(
    `insert into countersign.permitted_commits (tenant_id, repository_id, sha, environment, pull_number, finding_id, permitted_at)
       select countersign.tenant(), $1, s.sha, $3, $4, $5, $6 from unnest($2::text[]) as s(sha) on conflict do nothing`,
    [repositoryId, permitted.shas, permitted.environment, permitted.pull, permitted.findingId ?? null, permitted.at],
  );
}

export type PermittedCommit = {
  readonly sha: string;
  readonly environment: string;
  readonly pull: number | null;
};

/** Which of these commits have been permitted, and for which environment. */
export async function permittedAmong(
  session: Session,
  repositoryId: number,
  shas: readonly string[],
): Promise<readonly PermittedCommit[]> {
  const { rows } = await session.query<PermittedCommit>(
    `select sha, environment, pull_number as pull from countersign.permitted_commits
      where tenant_id = countersign.tenant() and repository_id = $1 and sha = any($2)`,
    [repositoryId, shas],
  );
  return rows;
}
