import { EventEmitter } from 'node:events';
import { type JobHelpers, Logger as QueueLogger, run, type WorkerEvents } from 'graphile-worker';
import type { Logger } from 'pino';
import { AppError, messageOf } from '../errors.ts';
import { type Database, retryConflicts } from '../store/database.ts';
import { reapDeadProcesses, registerProcess } from '../store/processes.ts';
import { enqueue, removeOvertakenJobs } from '../store/queue.ts';
import type { Metrics } from '../web/metrics.ts';
import type { Job, TaskName, TaskPayloads } from './job.ts';

/** What carries out each kind of job. It throws to have the job tried again; an AppError with a time is tried again then. */
export type Tasks = { readonly [T in TaskName]: (payload: TaskPayloads[T], attempt: number) => Promise<void> };

export type WorkerOptions = {
  readonly database: Database;
  readonly databaseUrl: string;
  readonly tasks: Tasks;
  readonly concurrency: number;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** Called when the queue stops by itself, or the lock that says "alive" is lost: the process must end and be started again. */
  readonly onLost: (error: Error) => void;
};

export type Worker = { stop(): Promise<void> };

const REAP_EVERY_MS = 1_000;

/** Starts working off the queue, and looking for workers that have died. `stop` lets running jobs finish. */
export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const registration = await registerProcess(options.databaseUrl, options.onLost);
  const events: WorkerEvents = new EventEmitter();
  // The queue locks jobs in the name of the pool, not of the worker in it that runs them.
  const pools: string[] = [];
  events.on('pool:create', ({ workerPool }) => pools.push(workerPool.id));
  const runner = await run({
    pgPool: options.database,
    concurrency: options.concurrency,
    pollInterval: REAP_EVERY_MS,
    noHandleSignals: true,
    crontab: '',
    logger: queueLogger(options.log),
    taskList: Object.fromEntries(
      Object.entries(options.tasks).map(([name]) => [name, wrap(options, name as TaskName)]),
    ),
    events,
  });
  await registration.workers(pools);
  const reaper = setInterval(() => void reap(options), REAP_EVERY_MS);
  let stopping = false;
  runner.promise.then(
    () => (stopping ? undefined : options.onLost(new Error('the queue stopped'))),
    (error: unknown) => (stopping ? undefined : options.onLost(new Error(messageOf(error)))),
  );
  return {
    stop: async () => {
      stopping = true;
      clearInterval(reaper);
      await runner.stop().catch(() => undefined);
      await registration.release();
    },
  };
}

async function reap(options: WorkerOptions): Promise<void> {
  try {
    await removeOvertakenJobs(options.database);
    const freed = await reapDeadProcesses(options.database);
    if (freed > 0) options.log.warn({ workers: freed }, 'took over the jobs of a process that died');
  } catch (error) {
    options.log.debug({ reason: messageOf(error) }, 'could not look for dead workers');
  }
}

function wrap<T extends TaskName>(
  options: WorkerOptions,
  task: T,
): (payload: unknown, helpers: JobHelpers) => Promise<void> {
  return async (payload, helpers) => {
    const started = performance.now();
    const done = (outcome: string): void =>
      options.metrics.tasks.observe({ task, outcome }, (performance.now() - started) / 1000);
    const log = options.log.child({ task, job: helpers.job.key ?? helpers.job.id, attempt: helpers.job.attempts });
    try {
      await options.tasks[task](payload as TaskPayloads[T], helpers.job.attempts);
      done('ok');
    } catch (error) {
      if (error instanceof AppError && error.retryAfterMs !== undefined && helpers.job.key !== null) {
        done('deferred');
        log.debug({ reason: error.message, waitMs: error.retryAfterMs }, 'put a job off');
        const job = { task, key: helpers.job.key, payload: payload as TaskPayloads[T], priority: helpers.job.priority };
        const delayMs = error.retryAfterMs;
        await retryConflicts(() => enqueue(options.database, job as Job, delayMs));
        return;
      }
      done('failed');
      const last = helpers.job.attempts >= helpers.job.max_attempts;
      const fields = { reason: messageOf(error), code: error instanceof AppError ? error.code : 'bug' };
      log[last ? 'error' : 'warn'](
        fields,
        last ? 'a job is dead: mend the cause, then "countersign jobs rearm"' : 'a job failed and will be tried again',
      );
      throw error;
    }
  };
}

const LEVELS = { error: 'error', warning: 'warn', info: 'debug', debug: 'trace' } as const;

function queueLogger(log: Logger): QueueLogger {
  return new QueueLogger(() => (level, message) => {
    // The wrapper logs each failure with its fields; the queue's own line about it would only repeat it.
    log[/Failed task/.test(message) ? 'trace' : LEVELS[level]]({ queue: message }, 'queue');
  });
}
