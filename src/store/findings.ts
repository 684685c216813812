import { z } from 'zod';
import { Contributor } from '../decision/history.ts';
import { Account } from '../decision/values.ts';
import { type Finding, findingKinds, type KnownFinding } from '../findings/finding.ts';
import { FindingPeople } from '../findings/people.ts';
import type { RepositoryLocator } from '../jobs/job.ts';
import type { Session } from './database.ts';
import type { PolicyBlobs } from './policies.ts';
import type { Progress } from './reconciliations.ts';

/** Whether it has been found before; the rest of it may have changed since. */
export async function isFound(session: Session, repositoryId: number, key: string): Promise<boolean> {
  const { rowCount } = await session.query(
    `select from countersign.findings where tenant_id = countersign.tenant() and repository_id = $1 and dedupe_key = $2`,
    [repositoryId, key],
  );
  return (rowCount ?? 0) > 0;
}

/** Keeps a finding, whose ledger entry is there already in the same transaction, and returns its number. */
export async function saveFinding(
  session: Session,
  locator: RepositoryLocator,
  finding: Finding,
  { entryId, at, policy }: { readonly entryId: string; readonly at: Date; readonly policy: PolicyBlobs | null },
): Promise<number> {
  const { rows } = await session.query<{ readonly id: number }>(
    `insert into countersign.findings
       (tenant_id, repository_id, installation_id, owner, repository, kind, dedupe_key, environment, pull_number, head_sha, title,
        details, by, found_at, ledger_entry_id, policy, commits)
     values (countersign.tenant(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
     returning finding_id::float8 as id`,
    [
      locator.repositoryId,
      locator.installation,
      locator.owner,
      locator.repository,
      finding.kind,
      finding.key,
      finding.environment,
      finding.pull,
      finding.head,
      finding.title,
      JSON.stringify(finding.details),
      finding.by === null ? null : JSON.stringify(finding.by),
      at,
      entryId,
      policy === null ? null : JSON.stringify(policy),
      finding.commits ?? [],
    ],
  );
  const id = rows[0]?.id;
  if (id === undefined) throw new Error('the store did not say which finding it keeps');
  return id;
}

/** What is known of commits that nothing permits: the title of the finding that names them. */
export async function findingsOn(
  session: Session,
  repositoryId: number,
  shas: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (shas.length === 0) return new Map();
  const { rows } = await session.query<{ readonly sha: string; readonly title: string }>(
    `select s.sha, max(f.title) as title
       from unnest($2::text[]) as s(sha)
       join countersign.findings f on f.tenant_id = countersign.tenant() and f.repository_id = $1 and f.commits @> array[s.sha]
      group by s.sha`,
    [repositoryId, shas],
  );
  return new Map(rows.map(({ sha, title }) => [sha, title]));
}
/** A finding, and how far its reconciliation has come. */
export type StoredFinding = Progress & {
  readonly locator: RepositoryLocator;
  readonly finding: KnownFinding;
  /** In force when it was found, or the first since that named anybody who may reconcile it. Null where there never was one. */
  readonly policy: PolicyBlobs | null;
  /** Null until all of it could be read. */
  readonly people: FindingPeople | null;
};

const Row = z.object({
  id: z.number(),
  installation: z.number(),
  repositoryId: z.number(),
  owner: z.string(),
  repository: z.string(),
  kind: z.enum(findingKinds),
  key: z.string(),
  environment: z.string().nullable(),
  pull: z.number().nullable(),
  head: z.string(),
  title: z.string(),
  details: z.record(z.string(), z.unknown()),
  by: Account.nullable(),
  at: z.string(),
  commits: z.array(z.string()),
  policy: z.object({ organization: z.string().nullable(), repository: z.string().nullable() }).nullable(),
  people: FindingPeople.nullable(),
  issue: z.number().nullable(),
  issueAttemptedAt: z.string().nullable(),
  state: z.enum(['open', 'approved', 'rejected', 'mended']),
  isOverdue: z.boolean(),
});

/** The finding of that number, or the one that an issue was opened for. */
export async function loadFinding(
  session: Session,
  tenant: number,
  which: { readonly id: number } | { readonly repositoryId: number; readonly issue: number },
): Promise<StoredFinding | null> {
  const [where, values] =
    'id' in which
      ? ['finding_id = $1', [which.id]]
      : ['repository_id = $1 and issue_number = $2', [which.repositoryId, which.issue]];
  const { rows } = await session.query(
    `select finding_id::float8 as id, installation_id::float8 as installation, repository_id::float8 as "repositoryId", owner, repository,
            kind, dedupe_key as key, environment, pull_number as pull, head_sha as head, title, details, by,
            to_char(found_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, commits, policy, people, issue_number as issue,
            to_char(issue_attempted_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as "issueAttemptedAt",
            state, overdue_at is not null as "isOverdue"
       from countersign.findings where tenant_id = countersign.tenant() and ${where}`,
    values,
  );
  const row = z.array(Row).parse(rows)[0];
  if (row === undefined) return null;
  const {
    installation,
    repositoryId,
    owner,
    repository,
    policy,
    people,
    issue,
    issueAttemptedAt,
    state,
    isOverdue,
    ...finding
  } = row;
  return {
    id: row.id,
    locator: { tenant, installation, repositoryId, owner, repository },
    finding,
    policy,
    people,
    issue,
    issueAttemptedAt,
    state,
    isOverdue,
  };
}

/** Keeps who had a part in a finding, once all of it is known: it does not change any more. */
export async function savePeople(session: Session, id: number, people: FindingPeople): Promise<void> {
  await session.query(
    'update countersign.findings set people = $2 where tenant_id = countersign.tenant() and finding_id = $1',
    [id, JSON.stringify(people)],
  );
}

/** Keeps the policy that a finding is judged under, where the one before it named nobody. */
export async function savePolicyOf(session: Session, id: number, policy: PolicyBlobs): Promise<void> {
  await session.query(
    'update countersign.findings set policy = $2 where tenant_id = countersign.tenant() and finding_id = $1',
    [id, JSON.stringify(policy)],
  );
}

/**
 * Who is on record as having helped to make the proposals that a finding came from, and who merged them: those with these numbers, and those
 * that have, or were merged with, one of these commits as their head.
 */
export async function peopleOnRecord(
  session: Session,
  repositoryId: number,
  { pulls, shas }: { readonly pulls: readonly number[]; readonly shas: readonly string[] },
): Promise<{ readonly contributors: readonly Contributor[]; readonly mergedBy: readonly Account[] }> {
  const { rows } = await session.query(
    `with concerned as (
       select pull_number from countersign.pull_requests
         where tenant_id = countersign.tenant() and repository_id = $1 and (pull_number = any($2) or head_sha = any($3))
       union select pull_number from countersign.merges
         where tenant_id = countersign.tenant() and repository_id = $1 and (pull_number = any($2) or head_sha = any($3) or merge_commit = any($3)))
     select coalesce((select d.decision->'contributors' from countersign.decisions d
              where d.tenant_id = countersign.tenant() and d.repository_id = $1 and d.pull_number = c.pull_number
              order by d.decision_id desc limit 1), '[]') as decided,
            coalesce((select p.history->'contributors' from countersign.pull_requests p
              where p.tenant_id = countersign.tenant() and p.repository_id = $1 and p.pull_number = c.pull_number), '[]') as remembered,
            (select m.merged_by from countersign.merges m
              where m.tenant_id = countersign.tenant() and m.repository_id = $1 and m.pull_number = c.pull_number) as "mergedBy"
       from concerned c order by c.pull_number`,
    [repositoryId, pulls, shas],
  );
  const found = z.array(OnRecord).parse(rows);
  return {
    contributors: found.flatMap(({ decided, remembered }) => [...decided, ...remembered]),
    mergedBy: found.flatMap(({ mergedBy }) => mergedBy ?? []),
  };
}

const OnRecord = z.object({
  decided: z.array(Contributor),
  remembered: z.array(Contributor),
  mergedBy: Account.nullable(),
});
