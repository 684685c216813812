import { z } from 'zod';
import { Duty, Failure } from '../follow-up/record.ts';
import type { Standing } from '../follow-up/words.ts';
import type { PullLocator } from '../jobs/job.ts';
import type { Session } from './database.ts';

const StandingShape: z.ZodType<Standing> = z.object({
  state: z.enum(['merged', 'applying', 'verifying', 'failed', 'escalated', 'closed', 'rolled-back']),
  since: z.string(),
  failure: Failure.nullable(),
  awaited: z.array(z.string()),
  again: z.string().nullable(),
  issue: z.number().nullable(),
  revertedBy: z.number().nullable(),
});

const Row = z.object({
  id: z.number(),
  repositoryId: z.number(),
  pull: z.number(),
  installation: z.number(),
  owner: z.string(),
  repository: z.string(),
  title: z.string(),
  base: z.string(),
  head: z.string(),
  commit: z.string(),
  mergedAt: z.string(),
  policy: z.object({ organization: z.string().nullable(), repository: z.string().nullable() }),
  duties: z.array(Duty),
  paths: z.array(z.string()),
  standing: StandingShape,
  failedAt: z.string().nullable(),
  issue: z.number().nullable(),
  issueCycle: z.number().nullable(),
  issueAttemptedAt: z.string().nullable(),
});

/** The record of a merged change, as it was last left. */
export type StoredRecord = Omit<
  z.infer<typeof Row>,
  'repositoryId' | 'pull' | 'installation' | 'owner' | 'repository'
> & {
  readonly locator: PullLocator;
};

export type NewRecord = Pick<
  StoredRecord,
  'locator' | 'title' | 'base' | 'head' | 'commit' | 'mergedAt' | 'policy' | 'duties' | 'paths' | 'standing'
>;

/** Opens a record, once for each pull request; its number, or undefined where there is one already. */
export async function insertRecord(session: Session, made: NewRecord): Promise<number | undefined> {
  const { locator } = made;
  const { rows } = await session.query<{ readonly id: number }>(
    `insert into countersign.records
       (tenant_id, repository_id, pull_number, installation_id, owner, repository, title, base_ref, head_sha, merge_commit, merged_at,
        policy, duties, paths, state, standing)
     values (countersign.tenant(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
     on conflict (tenant_id, repository_id, pull_number) do nothing returning record_id::float8 as id`,
    [
      locator.repositoryId,
      locator.pull,
      locator.installation,
      locator.owner,
      locator.repository,
      made.title,
      made.base,
      made.head,
      made.commit,
      made.mergedAt,
      JSON.stringify(made.policy),
      JSON.stringify(made.duties),
      made.paths,
      made.standing.state,
      JSON.stringify(made.standing),
    ],
  );
  return rows[0]?.id;
}

const instant = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
const COLUMNS = `record_id::float8 as id, repository_id::float8 as "repositoryId", pull_number as pull,
  installation_id::float8 as installation, owner, repository, title, base_ref as base, head_sha as head, merge_commit as commit,
  ${instant('merged_at')} as "mergedAt", policy, duties, paths, standing, ${instant('failed_at')} as "failedAt",
  issue_number as issue, issue_cycle as "issueCycle", ${instant('issue_attempted_at')} as "issueAttemptedAt"`;

async function load(session: Session, tenant: number, where: string, values: readonly unknown[]) {
  const { rows } = await session.query(
    `select ${COLUMNS} from countersign.records where tenant_id = countersign.tenant() and ${where} order by merged_at, record_id`,
    [...values],
  );
  return z
    .array(Row)
    .parse(rows)
    .map(
      ({ repositoryId, pull, installation, owner, repository, ...rest }): StoredRecord => ({
        ...rest,
        locator: { tenant, repositoryId, pull, installation, owner, repository },
      }),
    );
}

/** Records of a repository that nothing has ended, the oldest merge first. */
export function openRecords(session: Session, tenant: number, repositoryId: number): Promise<readonly StoredRecord[]> {
  return load(session, tenant, "repository_id = $1 and state not in ('closed', 'rolled-back')", [repositoryId]);
}

export async function loadRecord(session: Session, tenant: number, id: number): Promise<StoredRecord | null> {
  return (await load(session, tenant, 'record_id = $1', [id]))[0] ?? null;
}

/** The record of a pull request; null where no decision let it be merged. */
export async function recordOf(
  session: Session,
  { tenant, repositoryId, pull }: Pick<PullLocator, 'tenant' | 'repositoryId' | 'pull'>,
): Promise<StoredRecord | null> {
  return (await load(session, tenant, 'repository_id = $1 and pull_number = $2', [repositoryId, pull]))[0] ?? null;
}

export async function saveStanding(session: Session, id: number, standing: Standing, failedAt: string | null) {
  await session.query(
    `update countersign.records set state = $2, standing = $3, failed_at = $4
      where tenant_id = countersign.tenant() and record_id = $1`,
    [id, standing.state, JSON.stringify(standing), failedAt],
  );
}

export async function markRecordIssue(session: Session, id: number, at: Date): Promise<void> {
  await session.query(
    `update countersign.records set issue_attempted_at = coalesce(issue_attempted_at, $2)
      where tenant_id = countersign.tenant() and record_id = $1`,
    [id, at],
  );
}

export async function saveRecordIssue(session: Session, id: number, issue: number, cycle: number): Promise<void> {
  await session.query(
    `update countersign.records set issue_number = $2, issue_cycle = $3, issue_attempted_at = null
      where tenant_id = countersign.tenant() and record_id = $1`,
    [id, issue, cycle],
  );
}

export type Act = {
  readonly kind: 'report' | 'reopening' | 'revert';
  readonly key: string;
  readonly at: string;
  readonly details: Readonly<Record<string, unknown>>;
};

/** Keeps what somebody has done about a record; says whether it is new. */
export async function saveAct(session: Session, record: number, { kind, key, at, details }: Act): Promise<boolean> {
  const { rowCount } = await session.query(
    `insert into countersign.record_acts (tenant_id, record_id, kind, key, at, details)
       values (countersign.tenant(), $1, $2, $3, $4, $5) on conflict do nothing`,
    [record, kind, key, at, JSON.stringify(details)],
  );
  return rowCount === 1;
}

export async function actsOn(session: Session, record: number): Promise<readonly Act[]> {
  const { rows } = await session.query<Act>(
    `select kind, key, ${instant('at')} as at, details from countersign.record_acts
      where tenant_id = countersign.tenant() and record_id = $1 order by record_acts.at, kind, key`,
    [record],
  );
  return rows;
}

/** Keys of what is in the ledger about a record. */
export async function changesOf(session: Session, record: number): Promise<ReadonlySet<string>> {
  const { rows } = await session.query<{ readonly key: string }>(
    'select key from countersign.record_changes where tenant_id = countersign.tenant() and record_id = $1',
    [record],
  );
  return new Set(rows.map(({ key }) => key));
}

export async function saveChange(session: Session, record: number, key: string, entryId: string): Promise<void> {
  await session.query(
    `insert into countersign.record_changes (tenant_id, record_id, key, ledger_entry_id) values (countersign.tenant(), $1, $2, $3)`,
    [record, key, entryId],
  );
}
