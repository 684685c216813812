import { z } from 'zod';
import { Facts } from '../decision/facts.ts';
import { Contributor, History } from '../decision/history.ts';
import { Intervention, type InterventionOf } from '../decision/intervention.ts';
import type { LetPass } from '../decision/people.ts';
import type { Matter } from '../findings/matter.ts';
import type { PullLocator, RepositoryLocator } from '../jobs/job.ts';
import type { Session } from './database.ts';
import type { PolicyBlobs } from './policies.ts';

/** How far the reconciliation of a broken glass or of a finding has come. */
export type Progress = {
  /** Of the glass, or of the finding. */
  readonly id: number;
  readonly issue: number | null;
  readonly issueAttemptedAt: string | null;
  /** `mended`: put right without anybody's judging it. */
  readonly state: 'open' | 'approved' | 'rejected' | 'mended';
  readonly isOverdue: boolean;
};

/** A broken glass or a finding, with all that judging it takes. */
export type StoredReconciliation = Progress & {
  readonly locator: RepositoryLocator;
  readonly matter: Matter;
  /** In force when it passed. */
  readonly policy: PolicyBlobs;
  /** Those of the decision that passed because of it, where there was one. */
  readonly facts: Facts;
  readonly letPass: readonly LetPass[];
  readonly contributors: readonly Contributor[];
  /** Sentences on who had a part in it and cannot be told. */
  readonly unknown: readonly string[];
};

export type StoredGlass = StoredReconciliation & { readonly matter: Extract<Matter, { readonly kind: 'glass' }> };

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

/** The issue of what came past the gate with a pull request and is not reconciled yet: null while it is being opened, undefined where there is none. */
export async function reconcilingOn(
  session: Session,
  repositoryId: number,
  pull: number,
): Promise<number | null | undefined> {
  const { rows } = await session.query<{ readonly issue: number | null }>(
    `select issue from (
       select issue_number as issue, opened_at as at from countersign.reconciliations
         where tenant_id = countersign.tenant() and repository_id = $1 and pull_number = $2 and state = 'open'
       union all
       select issue_number, found_at from countersign.findings
         where tenant_id = countersign.tenant() and repository_id = $1 and pull_number = $2 and state = 'open') open
      order by at desc limit 1`,
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
): Promise<readonly StoredGlass[]> {
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
      return [
        {
          ...row,
          locator: { tenant, installation, repositoryId, owner, repository },
          matter: { kind: 'glass', pull, glass },
          letPass: [{ account: glass.by, how: 'broke-the-glass' }],
          contributors: [...contributors, ...history.contributors],
          unknown: [],
        },
      ];
    });
}

/** Both tables have the same columns for how far it has come. */
const TABLES = {
  glass: { table: 'countersign.reconciliations', key: 'reconciliation_id' },
  finding: { table: 'countersign.findings', key: 'finding_id' },
} as const;

type Which = { readonly id: number; readonly matter: Pick<Matter, 'kind'> };

export async function markIssueAttempt(session: Session, which: Which, at: Date): Promise<void> {
  await update(session, which, 'issue_attempted_at = coalesce(issue_attempted_at, $2)', [at]);
}

export async function saveIssue(session: Session, which: Which, issue: number): Promise<void> {
  await update(session, which, 'issue_number = $2', [issue]);
}

export async function saveReconciled(
  session: Session,
  which: Which,
  { state, overdue, dueAt }: { readonly state: Progress['state']; readonly overdue: boolean; readonly dueAt: string },
): Promise<void> {
  const assignments = `state = $2, overdue_at = case when $3 then coalesce(overdue_at, now()) else overdue_at end,
    settled_at = case when $2 = 'open' then null else coalesce(settled_at, now()) end, due_at = coalesce(due_at, $4)`;
  await update(session, which, assignments, [state, overdue, dueAt]);
}

async function update(
  session: Session,
  { id, matter }: Which,
  assignments: string,
  values: readonly unknown[],
): Promise<void> {
  const { table, key } = TABLES[matter.kind];
  await session.query(`update ${table} set ${assignments} where tenant_id = countersign.tenant() and ${key} = $1`, [
    id,
    ...values,
  ]);
}
