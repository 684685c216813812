import { Pool, type PoolClient } from 'pg';
import { AppError, messageOf } from '../errors.ts';

export type Database = Pool;
export type Session = PoolClient;

/** The role that the app works as: it owns nothing, so row-level security and the ledger's grants bind it. */
export const APP_ROLE = 'countersign_app';

/** Postgres' classes of errors that say "not now" rather than "not like this": connection, resources, operator intervention, conflict. */
const PASSING = /^(08|53|57|40)/;

/** Opens a pool whose every session works as {@link APP_ROLE}. `size` is the largest number of connections. */
export function openDatabase(url: string, size: number, onError: (error: Error) => void): Database {
  const pool = new Pool({
    connectionString: url,
    options: `-c role=${APP_ROLE}`,
    max: size,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    application_name: 'countersign',
  });
  // A connection can be lost at work as well as idle, and nobody listening would end the process; what the pool says of idle ones is
  // what they have said themselves. A server that is stopped right after the pool may cut off what is saying goodbye.
  pool.on('connect', (client) => client.on('error', (error) => (pool.ending ? undefined : onError(error))));
  pool.on('error', () => undefined);
  return pool;
}

/** One connection as whoever owns the tables, for what the app itself may not do. Row-level security binds the owner too. */
export function openOwnerDatabase(url: string): Database {
  return new Pool({
    connectionString: url,
    max: 1,
    connectionTimeoutMillis: 5_000,
    application_name: 'countersign-owner',
  });
}

/** Whether an error of `pg` may pass by itself: no connection, a restart, a conflict with another transaction. */
export function isPassing(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === '') return error instanceof Error && /timeout|terminated|closed|Connection/i.test(error.message);
  return PASSING.test(code) || /^E[A-Z]+$/.test(code);
}

/** Whether a statement lost against another one of the same moment (`40001`, `40P01`), so that the same again may well succeed. */
function isConflict(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === '40001' || error.code === '40P01');
}

/** Repeats what lost against something concurrent, a few times, a few milliseconds apart: by then it is over. */
export async function retryConflicts<T>(work: () => Promise<T>, tries = 6): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (tries <= 1 || !isConflict(error)) throw error;
    await new Promise((done) => setTimeout(done, 2 ** (7 - tries)));
    return retryConflicts(work, tries - 1);
  }
}

/** Runs `work` in one transaction that sees the rows of `tenant` only. Rolls back when it throws. */
export async function withTenant<T>(
  database: Database,
  tenant: number,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const session = await connect(database);
  try {
    const result = await transact(session, tenant, work);
    session.release();
    return result;
  } catch (error) {
    session.release(isPassing(error));
    throw error;
  }
}

/** As {@link withTenant}, on a session that the caller holds already. What loses against something concurrent is done again. */
export function transact<T>(session: Session, tenant: number, work: (session: Session) => Promise<T>): Promise<T> {
  if (!Number.isSafeInteger(tenant) || tenant < 0) throw new Error(`not a tenant: ${tenant}`);
  return retryConflicts(() => transactOnce(session, tenant, work));
}

async function transactOnce<T>(session: Session, tenant: number, work: (session: Session) => Promise<T>): Promise<T> {
  await session.query(`begin; set local countersign.tenant = '${tenant}'`);
  try {
    const result = await work(session);
    await session.query('commit');
    return result;
  } catch (error) {
    await session.query('rollback').catch(() => undefined);
    throw error;
  }
}

/** A session from the pool; `database-unavailable` when there is none to be had. */
export async function connect(database: Database): Promise<Session> {
  try {
    return await database.connect();
  } catch (error) {
    throw new AppError('database-unavailable', `The database cannot be reached: ${messageOf(error)}`, {
      retryable: true,
      cause: error,
    });
  }
}
