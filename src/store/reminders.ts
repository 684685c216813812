import type { PullLocator } from '../jobs/job.ts';
import type { Session } from './database.ts';

type Key = Pick<PullLocator, 'repositoryId' | 'pull'>;

/** A stage whose time ran out at an instant, and what is said about it. */
export type Reminder = {
  readonly stage: string;
  readonly dueAt: string;
  readonly body: string;
};

/** Keeps a reminder that is to be sent. Returns false when there is one already for that stage and instant. */
export async function addReminder(
  session: Session,
  key: Key,
  { stage, dueAt, body }: Reminder,
  { content, question }: { readonly content: string; readonly question: string },
): Promise<boolean> {
  const { rowCount } = await session.query(
    `insert into countersign.reminders (tenant_id, repository_id, pull_number, stage, content, question, due_at, body)
     values (countersign.tenant(), $1, $2, $3, $4, $5, $6, $7) on conflict do nothing`,
    [key.repositoryId, key.pull, stage, content, question, dueAt, body],
  );
  return rowCount === 1;
}

export type OpenReminder = Reminder & {
  /** An earlier attempt may have had its effect. */
  readonly attemptedAt: string | null;
};

/** Reminders that are still to be sent on a pull request that is open. */
export async function openReminders(session: Session, key: Key): Promise<readonly OpenReminder[]> {
  const { rows } = await session.query<OpenReminder>(
    `select r.stage, r.body, to_char(r.due_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "dueAt",
            to_char(r.attempted_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as "attemptedAt"
       from countersign.reminders r join countersign.pull_requests p using (tenant_id, repository_id, pull_number)
      where r.tenant_id = countersign.tenant() and r.repository_id = $1 and r.pull_number = $2 and r.settled_at is null
        and p.state = 'open' order by r.due_at`,
    [key.repositoryId, key.pull],
  );
  return rows;
}

/** Notes, before a comment is written, that it may be there. */
export async function markReminding(session: Session, key: Key, reminder: Reminder, at: Date): Promise<void> {
  await update(session, key, reminder, 'attempted_at = coalesce(attempted_at, $5)', at);
}

/** Sent, or given up with a reason. */
export async function settleReminder(
  session: Session,
  key: Key,
  reminder: Reminder,
  why: string | null,
): Promise<void> {
  await update(session, key, reminder, 'settled_at = now(), gave_up = $5', why);
}

async function update(
  session: Session,
  key: Key,
  { stage, dueAt }: Reminder,
  assignments: string,
  value: unknown,
): Promise<void> {
  await session.query(
    `update countersign.reminders set ${assignments}
      where tenant_id = countersign.tenant() and repository_id = $1 and pull_number = $2 and stage = $3 and due_at = $4`,
    [key.repositoryId, key.pull, stage, dueAt, value],
  );
}
