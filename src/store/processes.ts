import { randomInt } from 'node:crypto';
import { Client } from 'pg';
import { APP_ROLE, type Database } from './database.ts';

/** The class of the advisory locks that say "this process lives". */
const ALIVE = 1_129_270_611;

export type Registration = {
  readonly key: number;
  readonly workers: (ids: readonly string[]) => Promise<void>;
  readonly release: () => Promise<void>;
};

/**
 * Registers this process: it holds a session lock of its own for as long as it lives, on a connection of its own. Postgres lets go of
 * the lock the moment the process is gone, however it went, and the reaper of any other process sees it.
 */
export async function registerProcess(url: string, onLost: (error: Error) => void): Promise<Registration> {
  const client = new Client({
    connectionString: url,
    options: `-c role=${APP_ROLE}`,
    application_name: 'countersign-alive',
    keepAlive: true,
  });
  await client.connect();
  const key = randomInt(1, 2 ** 31 - 1);
  await client.query('select pg_advisory_lock($1, $2)', [ALIVE, key]);
  await client.query('insert into countersign.processes (process_key) values ($1)', [key]);
  let released = false;
  client.on('error', (error) => (released ? undefined : onLost(error)));
  return {
    key,
    workers: async (ids) => {
      await client.query('update countersign.processes set worker_ids = $2 where process_key = $1', [key, ids]);
    },
    release: async () => {
      released = true;
      await client.query('delete from countersign.processes where process_key = $1', [key]).catch(() => undefined);
      await client.end().catch(() => undefined);
    },
  };
}

/**
 * Unlocks the jobs of worker processes whose lock has gone, so that others take them up in seconds; graphile-worker itself would wait
 * four hours. Returns how many were found dead.
 */
export async function reapDeadProcesses(database: Database): Promise<number> {
  const { rows } = await database.query<{ readonly process_key: number; readonly worker_ids: readonly string[] }>(
    `select process_key, worker_ids from countersign.processes p
      where not exists (select from pg_locks l where l.locktype = 'advisory' and l.classid = ${ALIVE} and l.objid = p.process_key::oid
        and l.objsubid = 2 and l.database = (select oid from pg_database where datname = current_database()))`,
  );
  for (const row of rows) {
    await database.query('select graphile_worker.force_unlock_workers($1::text[])', [row.worker_ids]);
    await database.query('delete from countersign.processes where process_key = $1', [row.process_key]);
  }
  return rows.length + (await freeUnregistered(database));
}

/** A process that died before it could write down its workers leaves jobs that nobody living holds. */
async function freeUnregistered(database: Database): Promise<number> {
  const { rows } = await database.query<{ readonly worker: string }>(
    `select distinct j.locked_by as worker from graphile_worker.jobs j
      where j.locked_at < now() - interval '10 seconds'
        and not exists (select from countersign.processes p where j.locked_by = any(p.worker_ids))`,
  );
  if (rows.length > 0)
    await database.query('select graphile_worker.force_unlock_workers($1::text[])', [rows.map((row) => row.worker)]);
  return rows.length;
}
