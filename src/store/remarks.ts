import { z } from 'zod';
import { Intervention } from '../decision/intervention.ts';
import type { Statement } from '../decision/reconciliation.ts';
import { Account } from '../decision/values.ts';
import type { Session } from './database.ts';

/** A comment or review with commands in it, as its own delivery told it. */
export type StoredRemark = {
  readonly id: number;
  readonly source: 'comment' | 'review';
  readonly nodeId: string;
  readonly by: Account;
  readonly body: string;
  readonly at: string;
  /** Of a review. */
  readonly head: string | null;
  readonly guid: string;
  /** Commands of it that have been settled, by number. */
  readonly settled: readonly number[];
};

const RemarkRow = z.object({
  id: z.number(),
  source: z.enum(['comment', 'review']),
  nodeId: z.string(),
  authorId: z.number(),
  authorLogin: z.string(),
  body: z.string(),
  at: z.string(),
  head: z.string().nullable(),
  guid: z.string(),
  settled: z.array(z.number()),
});

/** Remarks on a pull request or issue that nobody has judged to the end, oldest first. */
export async function openRemarks(
  session: Session,
  repositoryId: number,
  number: number,
): Promise<readonly StoredRemark[]> {
  const { rows } = await session.query(
    `select remark_id::float8 as id, source, node_id as "nodeId", author_id::float8 as "authorId", author_login as "authorLogin", body,
            to_char(said_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as at, head_sha as head, guid,
            array(select command_id::float8 from countersign.commands c
                   where c.tenant_id = r.tenant_id and c.remark_id = r.remark_id) as settled
       from countersign.remarks r
      where tenant_id = countersign.tenant() and repository_id = $1 and number = $2 and settled_at is null
      order by said_at, remark_id`,
    [repositoryId, number],
  );
  return z
    .array(RemarkRow)
    .parse(rows)
    .map(({ authorId: id, authorLogin: login, ...row }) => ({ ...row, by: { id, login, kind: 'user' } }));
}

export async function settleRemarks(session: Session, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return;
  await session.query(
    'update countersign.remarks set settled_at = now() where tenant_id = countersign.tenant() and remark_id = any($1::bigint[])',
    [ids],
  );
}

export type SettledCommand = {
  readonly id: number;
  readonly remark: number;
  readonly repositoryId: number;
  readonly number: number;
  readonly word: string;
  readonly text: string;
  readonly by: Account;
  readonly at: string;
  readonly outcome: 'taken' | 'refused';
  readonly code: string | null;
  readonly intervention: Intervention | null;
  /** What it says of a broken glass or a finding, or in an access review. */
  readonly statement: Readonly<Record<string, unknown>> | null;
};

export async function saveCommand(session: Session, command: SettledCommand): Promise<void> {
  await session.query(
    `insert into countersign.commands
       (tenant_id, command_id, remark_id, repository_id, number, word, text, said_by, said_at, outcome, code, intervention, statement)
     values (countersign.tenant(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      command.id,
      command.remark,
      command.repositoryId,
      command.number,
      command.word,
      command.text,
      JSON.stringify(command.by),
      command.at,
      command.outcome,
      command.code,
      command.intervention === null ? null : JSON.stringify(command.intervention),
      command.statement === null ? null : JSON.stringify(command.statement),
    ],
  );
}

/**
 * What was taken on a pull request, in the order in which it was said, and absences that hold wherever they were said. A later withdrawal
 * of an absence, wherever it was said, ends it.
 */
export async function takenInterventions(
  session: Session,
  repositoryId: number,
  number: number,
): Promise<readonly Intervention[]> {
  const { rows } = await session.query<{ readonly intervention: unknown }>(
    `select intervention from countersign.commands c
      where tenant_id = countersign.tenant() and outcome = 'taken' and intervention is not null
        and ((repository_id = $1 and number = $2)
          or (word = 'away' and not exists (
            select from countersign.commands w
              where w.tenant_id = c.tenant_id and w.outcome = 'taken' and w.word = 'withdraw' and w.command_id > c.command_id
                and (w.said_by->>'id')::bigint = (c.said_by->>'id')::bigint and w.intervention->>'whose' is null)))
      order by command_id`,
    [repositoryId, number],
  );
  return rows.map(({ intervention }) => ({ ...Intervention.parse(intervention), taken: true }));
}

/** Which pull requests or issues wait for which others, so that nobody is made to wait in a circle: `acme/shop#7` → `acme/shop#12`. */
export async function standingReferences(
  session: Session,
): Promise<readonly { readonly from: string; readonly to: string }[]> {
  const { rows } = await session.query<{ readonly from: string; readonly to: string }>(
    `select p.owner || '/' || p.repository || '#' || c.number as "from", c.intervention->'until'->>'reference' as "to"
       from countersign.commands c
       join countersign.pull_requests p
         on p.tenant_id = c.tenant_id and p.repository_id = c.repository_id and p.pull_number = c.number and p.state = 'open'
      where c.tenant_id = countersign.tenant() and c.outcome = 'taken' and c.word = 'defer'
        and c.intervention->'until'->>'kind' = 'reference'
        and not exists (
          select from countersign.commands w
            where w.tenant_id = c.tenant_id and w.repository_id = c.repository_id and w.number = c.number
              and w.outcome = 'taken' and w.word = 'withdraw' and w.command_id > c.command_id
              and coalesce(w.intervention->>'whose', w.said_by->>'id') = c.said_by->>'id')`,
  );
  return rows;
}

const StatementRow = z.object({
  id: z.number(),
  by: Account,
  at: z.string(),
  statement: z.object({ verdict: z.enum(['approve', 'reject']), rationale: z.string() }),
});

/** What was taken of `/reconcile` on an issue, in the order in which it was said. */
export async function takenStatements(
  session: Session,
  repositoryId: number,
  number: number,
): Promise<readonly Statement[]> {
  const { rows } = await session.query(
    `select command_id::float8 as id, said_by as by, to_char(said_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as at, statement
       from countersign.commands
      where tenant_id = countersign.tenant() and repository_id = $1 and number = $2
        and outcome = 'taken' and statement is not null
      order by command_id`,
    [repositoryId, number],
  );
  return z
    .array(StatementRow)
    .parse(rows)
    .map(({ statement, ...said }) => ({ ...said, ...statement }));
}
