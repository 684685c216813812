import { z } from 'zod';
import { Facts } from '../decision/facts.ts';
import { Contributor, History } from '../decision/history.ts';
import { Intervention, type InterventionOf } from '../decision/intervention.ts';
import type { PullLocator } from '../jobs/job.ts';
import type { Session } from './database.ts';
import type { PolicyBlobs } from './policies.ts';

/** A broken glass and how far its reconciliation has come. */
export type StoredReconciliation = {
  readonly id: number;
  readonly locator: PullLocator;
  readonly glass: InterventionOf<'break-glass'>;
  readonly policy: PolicyBlobs;
  /** Those of the decision that passed because of it. */
  readonly facts: Facts;
  readonly contributors: readonly Contributor[];
  readonly issue: number | null;
  readonly issueAttemptedAt: string | null;
  readonly state: 'open' | 'approved' | 'rejected';
  readonly isOverdue: boolean;
};

export type NewReconciliation = {
  readonly locator: PullLocator;
  readonly decisionId: string;
  readonly glass: InterventionOf<'break-glass'>;
  readonly policy: PolicyBlobs;
  readonly dueAt: string;
};

/** Opens a reconciliation, once for each glass; says whether it is new. */
export async function openReconciliation(session: Session, made: NewReconciliation): Promise<boolean> {
  const { locator, glass } = made;
  const { rowCount } = await session.query(
    `insert into countersign.reconciliations
       (tenant_id, repository_id, pull_number, installation_id, owner, repository, command_id, decision_id, glass, policy, opened_at, due_at)
     values (countersign.tenant(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
     on conflict (tenant_id, command_id) do nothing`,
    [
      locator.repositoryId,
      locator.pull,
      locator.installation,
      locator.owner,
      locator.repository,
      glass.id,
      made.decisionId,
      JSON.stringify(glass),
      JSON.stringify(made.policy),
      glass.at,
      made.dueAt,
    ],
  );
  return rowCount === 1;
}

/** The issue of a glass that is not reconciled yet: null while it is being opened, undefined where none is broken. */
export async function reconcilingOn(
  session: Session,
  repositoryId: number,
  pull: number,
): Promise<number | null | undefined> {
  const { rows } = await session.query<{ readonly issue: number | null }>(
    `select issue_number as issue from countersign.reconciliations
      where tenant_id = countersign.tenant() and repository_id = $1 and pull_number = $2 and state = 'open'
      order by reconciliation_id desc limit 1`,
    [repositoryId, pull],
  );
  return rows[0]?.issue;
}

const Row = z.object({
  id: z.number(),
  installation: z.number(),
  owner: z.string(),
  repository: z.string(),
  pull: z.number(),
  glass: Intervention,
  policy: z.object({ organization: z.string().nullable(), repository: z.string().nullable() }),
  facts: Facts,
  history: History,
  contributors: z.array(Contributor),
  issue: z.number().nullable(),
  issueAttemptedAt: z.string().nullable(),
  state: z.enum(['open', 'approved', 'rejected']),
  isOverdue: z.boolean(),
});

/** Reconciliations of a pull request, or the one that an issue was opened for, oldest first. */
export async function loadReconciliations(
  session: Session,
  tenant: number,
  repositoryId: number,
  number: number,
): Promise<readonly StoredReconciliation[]> {
  const { rows } = await session.query(
    `select r.reconciliation_id::float8 as id, r.installation_id::float8 as installation, r.owner, r.repository, r.pull_number as pull,
            r.glass, r.policy, d.facts, p.history, d.decision->'contributors' as contributors, r.issue_number as issue,
            to_char(r.issue_attempted_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as "issueAttemptedAt",
            r.state, r.overdue_at is not null as "isOverdue"
       from countersign.reconciliations r
       join countersign.decisions d on d.tenant_id = r.tenant_id and d.decision_id = r.decision_id
       join countersign.pull_requests p
         on p.tenant_id = r.tenant_id and p.repository_id = r.repository_id and p.pull_number = r.pull_number
      where r.tenant_id = countersign.tenant() and r.repository_id = $1 and (r.pull_number = $2 or r.issue_number = $2)
      order by r.reconciliation_id`,
    [repositoryId, number],
  );
  return z
    .array(Row)
    .parse(rows)
    .flatMap(({ installation, owner, repository, pull, glass, history, contributors, ...row }) => {
      if (glass.kind !== 'break-glass') return [];
      const locator = { tenant, installation, repositoryId, owner, repository, pull };
      return [{ ...row, locator, glass, contributors: [...contributors, ...history.contributors] }];
    });
}

export async function markIssueAttempt(session: Session, id: number, at: Date): Promise<void> {
  await session.query(
    `update countersign.reconciliations set issue_attempted_at = coalesce(issue_attempted_at, $2)
      where tenant_id = countersign.tenant() and reconciliation_id = $1`,
    [id, at],
  );
}

export async function saveIssue(session: Session, id: number, issue: number): Promise<void> {
  await session.query(
    'update countersign.reconciliations set issue_number = $2 where tenant_id = countersign.tenant() and reconciliation_id = $1',
    [id, issue],
  );
}

export async function saveReconciled(
  session: Session,
  id: number,
  state: StoredReconciliation['state'],
  overdue: boolean,
): Promise<void> {
  await session.query(
    `update countersign.reconciliations
        set state = $2, overdue_at = case when $3 then coalesce(overdue_at, now()) else overdue_at end,
            settled_at = case when $2 = 'open' then null else coalesce(settled_at, now()) end
      where tenant_id = countersign.tenant() and reconciliation_id = $1`,
    [id, state, overdue],
  );
}
