import type { Account } from '../decision/values.ts';
import type { GateAnswer } from '../deployment/judge.ts';
import type { RepositoryLocator } from '../jobs/job.ts';
import type { Session } from './database.ts';

/** Whether a commit may be deployed to an environment, as somebody has asked. */
export type GateQuestion = {
  readonly id: number;
  readonly locator: RepositoryLocator;
  readonly source: 'github' | 'api';
  readonly run: number | null;
  readonly environment: string;
  readonly sha: string | null;
  readonly askedBy: Account | null;
  readonly askedAt: string;
  readonly allowed: boolean | null;
  readonly answer: GateAnswer | null;
  readonly notes: number;
  readonly lastNote: string | null;
  readonly isSettled: boolean;
};

export type NewQuestion = Pick<GateQuestion, 'locator' | 'source' | 'run' | 'environment' | 'sha' | 'askedBy'>;

/** Keeps a question and returns its number. GitHub may ask the same of a run twice: that is one question. */
export async function saveQuestion(session: Session, question: NewQuestion, at: Date): Promise<number> {
  const { locator } = question;
  const { rows } = await session.query<{ readonly id: number }>(
    `insert into countersign.gate_questions as q
       (tenant_id, repository_id, installation_id, owner, repository, source, run_id, environment, sha, asked_by, asked_at)
     values (countersign.tenant(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
     on conflict (tenant_id, repository_id, run_id, environment) where source = 'github'
       do update set installation_id = excluded.installation_id
     returning question_id::float8 as id`,
    [
      locator.repositoryId,
      locator.installation,
      locator.owner,
      locator.repository,
      question.source,
      question.run,
      question.environment,
      question.sha,
      question.askedBy === null ? null : JSON.stringify(question.askedBy),
      at,
    ],
  );
  const id = rows[0]?.id;
  if (id === undefined) throw new Error('the store did not say which question it keeps');
  return id;
}

type Row = Omit<GateQuestion, 'locator'> & Omit<RepositoryLocator, 'tenant'>;

const COLUMNS = `question_id::float8 as id, repository_id::float8 as "repositoryId", installation_id::float8 as installation, owner, repository,
  source, run_id::float8 as run, environment, sha, asked_by as "askedBy",
  to_char(asked_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as "askedAt", allowed, answer, notes, last_note as "lastNote",
  answered_at is not null or gave_up is not null as "isSettled"`;

function questionOf(tenant: number, row: Row): GateQuestion {
  const { repositoryId, installation, owner, repository, ...rest } = row;
  return { ...rest, locator: { tenant, repositoryId, installation, owner, repository } };
}

export async function loadQuestion(session: Session, tenant: number, id: number): Promise<GateQuestion | null> {
  const { rows } = await session.query<Row>(
    `select ${COLUMNS} from countersign.gate_questions where tenant_id = countersign.tenant() and question_id = $1`,
    [id],
  );
  return rows[0] === undefined ? null : questionOf(tenant, rows[0]);
}

/** Questions of GitHub's that have no answer yet. */
export async function openQuestions(session: Session, tenant: number): Promise<readonly GateQuestion[]> {
  const { rows } = await session.query<Row>(
    `select ${COLUMNS} from countersign.gate_questions
      where tenant_id = countersign.tenant() and source = 'github' and answered_at is null and gave_up is null order by question_id`,
  );
  return rows.map((row) => questionOf(tenant, row));
}

/** Keeps what was decided, whose ledger entry is there already in the same transaction. */
export async function saveAnswer(
  session: Session,
  id: number,
  decided: { readonly answer: GateAnswer; readonly sha: string | null; readonly entryId: string; readonly at: Date },
): Promise<void> {
  await session.query(
    `update countersign.gate_questions
        set allowed = $2, answer = $3, sha = coalesce(sha, $4), ledger_entry_id = $5, decided_at = $6::timestamptz,
            answered_at = case when source = 'api' then $6::timestamptz end
      where tenant_id = countersign.tenant() and question_id = $1`,
    [id, decided.answer.allowed, JSON.stringify(decided.answer), decided.sha, decided.entryId, decided.at],
  );
}

export async function saveNote(session: Session, id: number, note: string): Promise<void> {
  await session.query(
    `update countersign.gate_questions set notes = notes + 1, last_note = $2 where tenant_id = countersign.tenant() and question_id = $1`,
    [id, note],
  );
}

/** GitHub has taken the answer, or never will. */
export async function settleQuestion(session: Session, id: number, at: Date, gaveUp: string | null): Promise<void> {
  await session.query(
    `update countersign.gate_questions
        set answered_at = case when $3::text is null then $2::timestamptz end, gave_up = $3
      where tenant_id = countersign.tenant() and question_id = $1`,
    [id, at, gaveUp],
  );
}

/** Which of these commits the gate has let into an environment before. */
export async function allowedBefore(
  session: Session,
  repositoryId: number,
  environment: string,
  shas: readonly string[],
): Promise<ReadonlySet<string>> {
  const { rows } = await session.query<{ readonly sha: string }>(
    `select distinct sha from countersign.gate_questions
      where tenant_id = countersign.tenant() and repository_id = $1 and lower(environment) = lower($2) and allowed and sha = any($3)`,
    [repositoryId, environment, shas],
  );
  return new Set(rows.map(({ sha }) => sha));
}

/** Pull requests among these that passed on a broken glass which was rejected afterwards. */
export async function rejectedAmong(
  session: Session,
  repositoryId: number,
  pulls: readonly number[],
): Promise<readonly number[]> {
  const { rows } = await session.query<{ readonly pull: number }>(
    `select distinct pull_number as pull from countersign.reconciliations
      where tenant_id = countersign.tenant() and repository_id = $1 and pull_number = any($2) and state = 'rejected' order by 1`,
    [repositoryId, pulls],
  );
  return rows.map(({ pull }) => pull);
}

/** Counts a question that nobody had the right to ask. It belongs to no organization: what it claims to be is only shown. */
export async function countRefusal(session: Session, reason: string, claimed: string, at: Date): Promise<void> {
  await session.query(
    `insert into countersign.gate_refusals as r (tenant_id, day, reason, claimed, last_at)
       values (countersign.tenant(), $3::timestamptz::date, $1, $2, $3)
     on conflict (tenant_id, day, reason, claimed) do update set times = r.times + 1, last_at = excluded.last_at`,
    [reason, claimed, at],
  );
}
