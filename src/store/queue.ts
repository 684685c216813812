import type { Job } from '../jobs/job.ts';
import type { Database, Session } from './database.ts';

export type QueueCounts = { readonly waiting: number; readonly running: number; readonly dead: number };

/**
 * A job that has used up its attempts: a person should look at it, mend the cause, and rearm it.
 * All our jobs have keys: one that lost its key was overtaken by a newer one while it ran, and is not missed.
 */
export type DeadJob = {
  readonly id: string;
  readonly task: string;
  readonly key: string | null;
  readonly payload: unknown;
  readonly attempts: number;
  readonly lastError: string | null;
  readonly diedAt: Date;
};

/** A job that is put off for longer runs after a year, finds that its time has not come, and is put off again. */
const LONGEST_DELAY_MS = 366 * 86_400_000;

/**
 * Adds a job, in the transaction of `session` when one is given. A waiting job of the same key keeps its time, so that a burst of events
 * puts nothing off; but an urgent one (of negative priority) runs at once, and `delayMs` puts one off, whatever waits. It is a span and not
 * an instant, since the clocks of the app and of the database may differ.
 */
export async function enqueue(on: Database | Session, job: Job, delayMs?: number): Promise<void> {
  const keepsTime = delayMs === undefined && job.priority >= 0;
  await on.query({
    name: 'enqueue',
    text: "select countersign.enqueue($1, $2, $3, $4, clock_timestamp() + $5::float8 * interval '1 millisecond', $6)",
    values: [
      job.task,
      job.key,
      JSON.stringify(job.payload),
      job.priority,
      delayMs === undefined ? null : Math.min(Math.max(0, delayMs), LONGEST_DELAY_MS),
      keepsTime ? 'preserve_run_at' : 'replace',
    ],
  });
}

export async function countQueue(database: Database): Promise<QueueCounts> {
  const { rows } = await database.query<QueueCounts>(
    `select count(*) filter (where locked_at is null and attempts < max_attempts)::int as waiting,
            count(*) filter (where locked_at is not null)::int as running,
            count(*) filter (where locked_at is null and key is not null and attempts >= max_attempts and key is not null)::int as dead
       from graphile_worker.jobs`,
  );
  return rows[0] ?? { waiting: 0, running: 0, dead: 0 };
}

export async function listDeadJobs(database: Database): Promise<readonly DeadJob[]> {
  const { rows } = await database.query<DeadJob>(
    `select j.id::text as id, j.task_identifier as task, j.key, p.payload, j.attempts, j.last_error as "lastError", j.updated_at as "diedAt"
       from graphile_worker.jobs j join graphile_worker._private_jobs p on p.id = j.id
      where j.locked_at is null and j.key is not null and j.attempts >= j.max_attempts order by j.updated_at`,
  );
  return rows;
}

/** Gives dead jobs their attempts back and runs them at once; all of them without `ids`. Returns how many there were. */
export async function rearmDeadJobs(database: Database, ids?: readonly string[]): Promise<number> {
  const dead = (await listDeadJobs(database))
    .map((job) => job.id)
    .filter((id) => ids === undefined || ids.includes(id));
  if (dead.length === 0) return 0;
  await database.query('select graphile_worker.reschedule_jobs($1::bigint[], run_at => now(), attempts => 0)', [dead]);
  return dead.length;
}

/** Removes jobs that failed after a newer one of the same key had taken their place. */
export async function removeOvertakenJobs(database: Database): Promise<void> {
  await database.query(
    'delete from graphile_worker._private_jobs where key is null and locked_at is null and attempts >= max_attempts',
  );
}
