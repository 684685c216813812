import type { Session } from './database.ts';

/** A deployment as an event, or GitHub when it was asked, told of it. */
export type DeploymentSighting = {
  readonly id: number;
  readonly environment: string;
  readonly sha: string;
  readonly createdAt: string;
  readonly statuses: readonly { readonly state: string; readonly at: string }[];
};

/** A workflow run that has ended. */
export type RunSighting = {
  readonly id: number;
  readonly attempt: number;
  readonly workflow: string;
  readonly sha: string;
  readonly startedAt: string;
  readonly completedAt: string;
  readonly conclusion: string;
};

/** Keeps a deployment and what was said of it: the same may be told often, and in any order. */
export async function saveDeployment(session: Session, repositoryId: number, seen: DeploymentSighting): Promise<void> {
  await session.query(
    `insert into countersign.deployments (tenant_id, repository_id, deployment_id, environment, sha, created_at)
       values (countersign.tenant(), $1, $2, $3, $4, $5) on conflict do nothing`,
    [repositoryId, seen.id, seen.environment, seen.sha, seen.createdAt],
  );
  for (const { state, at } of seen.statuses)
    await session.query(
      `insert into countersign.deployment_statuses (tenant_id, repository_id, deployment_id, state, at)
         values (countersign.tenant(), $1, $2, $3, $4) on conflict do nothing`,
      [repositoryId, seen.id, state, at],
    );
}

/** Keeps a run that may verify something: of a commit that was deployed, or while a record is open. Says whether it was kept. */
export async function saveRun(session: Session, repositoryId: number, run: RunSighting): Promise<boolean> {
  const { rowCount } = await session.query(
    `insert into countersign.workflow_runs
       (tenant_id, repository_id, run_id, attempt, workflow, sha, started_at, completed_at, conclusion)
     select countersign.tenant(), $1, $2, $3, $4, $5, $6, $7, $8
      where exists (select from countersign.deployments d
                     where d.tenant_id = countersign.tenant() and d.repository_id = $1 and d.sha = $5)
         or exists (select from countersign.records r
                     where r.tenant_id = countersign.tenant() and r.repository_id = $1 and r.state not in ('closed', 'rolled-back'))
     on conflict do nothing`,
    [repositoryId, run.id, run.attempt, run.workflow, run.sha, run.startedAt, run.completedAt, run.conclusion],
  );
  return rowCount === 1;
}

const instant = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`;

/** Deployments of a repository from an instant on. */
export async function deploymentsSince(
  session: Session,
  repositoryId: number,
  since: string,
): Promise<readonly DeploymentSighting[]> {
  const { rows } = await session.query<DeploymentSighting>(
    `select d.deployment_id::float8 as id, environment, sha, ${instant('created_at')} as "createdAt",
            coalesce(jsonb_agg(jsonb_build_object('state', s.state, 'at', ${instant('s.at')})) filter (where s.state is not null), '[]')
              as statuses
       from countersign.deployments d
       left join countersign.deployment_statuses s using (tenant_id, repository_id, deployment_id)
      where d.tenant_id = countersign.tenant() and d.repository_id = $1 and d.created_at >= $2
      group by d.deployment_id, environment, sha, created_at order by d.deployment_id`,
    [repositoryId, since],
  );
  return rows;
}

export async function runsSince(
  session: Session,
  repositoryId: number,
  since: string,
): Promise<readonly RunSighting[]> {
  const { rows } = await session.query<RunSighting>(
    `select run_id::float8 as id, attempt, workflow, sha, ${instant('started_at')} as "startedAt",
            ${instant('completed_at')} as "completedAt", conclusion
       from countersign.workflow_runs
      where tenant_id = countersign.tenant() and repository_id = $1 and started_at >= $2 order by run_id, attempt`,
    [repositoryId, since],
  );
  return rows;
}

export type Containment = { readonly sha: string; readonly contained: string; readonly holds: boolean };

export async function containmentsOf(
  session: Session,
  repositoryId: number,
  shas: readonly string[],
): Promise<readonly Containment[]> {
  const { rows } = await session.query<Containment>(
    `select sha, contained, holds from countersign.containments
      where tenant_id = countersign.tenant() and repository_id = $1 and sha = any($2)`,
    [repositoryId, shas],
  );
  return rows;
}

export async function saveContainments(
  session: Session,
  repositoryId: number,
  known: readonly Containment[],
): Promise<void> {
  for (const { sha, contained, holds } of known)
    await session.query(
      `insert into countersign.containments (tenant_id, repository_id, sha, contained, holds)
         values (countersign.tenant(), $1, $2, $3, $4) on conflict do nothing`,
      [repositoryId, sha, contained, holds],
    );
}
