import { z } from 'zod';
import type { Attestation } from '../access-review/attest.ts';
import { Line } from '../access-review/line.ts';
import type { Past } from '../access-review/schedule.ts';
import { Account } from '../decision/values.ts';
import type { RepositoryLocator } from '../jobs/job.ts';
import type { Session } from './database.ts';
import type { PolicyBlobs } from './policies.ts';

/** A review of who may sign what, and how far it has come. */
export type StoredReview = {
  readonly id: number;
  readonly locator: RepositoryLocator;
  readonly head: string;
  /** That it was opened under. */
  readonly policy: PolicyBlobs;
  readonly lines: readonly Line[];
  readonly openedAt: string;
  readonly dueAt: string;
  readonly issue: number | null;
  readonly issueTitle: string | null;
  readonly issueBody: string | null;
  readonly issueAttemptedAt: string | null;
  readonly isOverdue: boolean;
  readonly finishedAt: string | null;
  readonly result: unknown;
};

const instant = (column: string, fraction = '') =>
  `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS${fraction}"Z"')`;

const Row = z.object({
  id: z.number(),
  installation: z.number(),
  repositoryId: z.number(),
  owner: z.string(),
  repository: z.string(),
  head: z.string(),
  policy: z.object({ organization: z.string().nullable(), repository: z.string().nullable() }),
  lines: z.array(Line),
  openedAt: z.string(),
  dueAt: z.string(),
  issue: z.number().nullable(),
  issueTitle: z.string().nullable(),
  issueBody: z.string().nullable(),
  issueAttemptedAt: z.string().nullable(),
  isOverdue: z.boolean(),
  finishedAt: z.string().nullable(),
  result: z.unknown(),
});

const SELECT = `select review_id::float8 as id, installation_id::float8 as installation, repository_id::float8 as "repositoryId", owner,
    repository, head_sha as head, policy, lines, ${instant('opened_at', '.MS')} as "openedAt", ${instant('due_at', '.MS')} as "dueAt",
    issue_number as issue, issue_title as "issueTitle", issue_body as "issueBody", ${instant('issue_attempted_at')} as "issueAttemptedAt",
    overdue_at is not null as "isOverdue", ${instant('finished_at', '.MS')} as "finishedAt", result
  from countersign.access_reviews where tenant_id = countersign.tenant()`;

async function first(
  session: Session,
  tenant: number,
  where: string,
  values: readonly unknown[],
): Promise<StoredReview | null> {
  const { rows } = await session.query(`${SELECT} ${where} order by review_id desc limit 1`, [...values]);
  const [row] = z.array(Row).parse(rows);
  if (row === undefined) return null;
  const { installation, repositoryId, owner, repository, ...rest } = row;
  return { ...rest, locator: { tenant, installation, repositoryId, owner, repository } };
}

/** The newest review of a repository, open or finished. */
export function loadLastReview(session: Session, tenant: number, repositoryId: number): Promise<StoredReview | null> {
  return first(session, tenant, 'and repository_id = $1', [repositoryId]);
}

/** The newest review of the organization, or of one of its repositories by its name, whatever it is called now. */
export function loadNewestReview(session: Session, tenant: number, repository?: string): Promise<StoredReview | null> {
  return first(session, tenant, "and ($1::text is null or lower(owner || '/' || repository) = lower($1))", [
    repository ?? null,
  ]);
}

export async function isReviewOpen(session: Session, repositoryId: number): Promise<boolean> {
  const { rowCount } = await session.query(
    'select from countersign.access_reviews where tenant_id = countersign.tenant() and repository_id = $1 and finished_at is null',
    [repositoryId],
  );
  return rowCount === 1;
}

/** The review that an issue was opened for. */
export function loadReviewOn(
  session: Session,
  tenant: number,
  { repositoryId, issue }: { readonly repositoryId: number; readonly issue: number },
): Promise<StoredReview | null> {
  return first(session, tenant, 'and repository_id = $1 and issue_number = $2', [repositoryId, issue]);
}

/** Since when reviews are asked for here, which is kept from the first time on, and the newest one. */
export async function rememberSchedule(
  session: Session,
  repositoryId: number,
  now: Date,
): Promise<Pick<Past, 'since'>> {
  await session.query(
    `insert into countersign.access_review_schedules (tenant_id, repository_id, since) values (countersign.tenant(), $1, $2)
     on conflict do nothing`,
    [repositoryId, now],
  );
  const { rows } = await session.query<{ readonly since: string }>(
    `select ${instant('since', '.MS')} as since from countersign.access_review_schedules
      where tenant_id = countersign.tenant() and repository_id = $1`,
    [repositoryId],
  );
  return { since: rows[0]?.since ?? now.toISOString() };
}

export type NewReview = Pick<StoredReview, 'locator' | 'head' | 'policy' | 'lines' | 'openedAt' | 'dueAt'>;

/** Its number. A second one that is open in the same repository is refused by the database. */
export async function openReview(session: Session, made: NewReview): Promise<number> {
  const { locator, head, policy, lines, openedAt, dueAt } = made;
  const { rows } = await session.query<{ readonly id: number }>(
    `insert into countersign.access_reviews
       (tenant_id, repository_id, installation_id, owner, repository, head_sha, policy, lines, opened_at, due_at)
     values (countersign.tenant(), $1, $2, $3, $4, $5, $6, $7, $8, $9) returning review_id::float8 as id`,
    [
      locator.repositoryId,
      locator.installation,
      locator.owner,
      locator.repository,
      head,
      JSON.stringify(policy),
      JSON.stringify(lines),
      openedAt,
      dueAt,
    ],
  );
  const id = rows[0]?.id;
  if (id === undefined) throw new Error('the database did not say which review it opened');
  return id;
}

/** The text that the issue is to have, kept before it is opened. */
export async function markReviewIssue(
  session: Session,
  id: number,
  { title, body, at }: { readonly title: string; readonly body: string; readonly at: Date },
): Promise<void> {
  await update(
    session,
    id,
    'issue_title = $2, issue_body = $3, issue_attempted_at = coalesce(issue_attempted_at, $4)',
    [title, body, at],
  );
}

export async function saveReviewIssue(session: Session, id: number, issue: number): Promise<void> {
  await update(session, id, 'issue_number = $2', [issue]);
}

/** Its issue is gone for good: another is opened. */
export async function forgetReviewIssue(session: Session, id: number): Promise<void> {
  await update(session, id, 'issue_number = null, issue_attempted_at = null', []);
}

export async function markReviewOverdue(session: Session, id: number, at: Date): Promise<void> {
  await update(session, id, 'overdue_at = coalesce(overdue_at, $2)', [at]);
}

export async function finishReview(session: Session, id: number, at: Date, result: unknown): Promise<void> {
  await update(session, id, 'finished_at = $2, result = $3', [at, JSON.stringify(result)]);
}

async function update(session: Session, id: number, assignments: string, values: readonly unknown[]): Promise<void> {
  await session.query(
    `update countersign.access_reviews set ${assignments} where tenant_id = countersign.tenant() and review_id = $1`,
    [id, ...values],
  );
}

const AttestationRow = z.object({
  id: z.number(),
  by: Account,
  at: z.string(),
  statement: z.object({
    verdict: z.enum(['attest', 'object']),
    lines: z.array(z.number()),
    rationale: z.string(),
    roles: z.array(z.string()),
  }),
});

/** What was taken of `/attest` and `/object` in a review, on whichever issue it was said, in the order in which it was said. */
export async function takenAttestations(session: Session, review: number): Promise<readonly Attestation[]> {
  const { rows } = await session.query(
    `select command_id::float8 as id, said_by as by, ${instant('said_at')} as at, statement
       from countersign.commands
      where tenant_id = countersign.tenant() and outcome = 'taken' and word in ('attest', 'object')
        and (statement->>'review')::bigint = $1
      order by command_id`,
    [review],
  );
  return z
    .array(AttestationRow)
    .parse(rows)
    .map(({ statement, ...said }) => ({ ...said, ...statement }));
}
