import type { Session } from './database.ts';

/**
 * Takes a lock that lasts until the session gives it back or dies, or says at once that somebody else has it. `key` names what is
 * locked; its hash is the lock.
 */
export async function tryLock(session: Session, key: string): Promise<boolean> {
  const { rows } = await session.query<{ readonly taken: boolean }>(
    'select pg_try_advisory_lock(hashtextextended($1, 0)) as taken',
    [key],
  );
  return rows[0]?.taken === true;
}

export async function unlock(session: Session, key: string): Promise<void> {
  await session.query('select pg_advisory_unlock(hashtextextended($1, 0))', [key]);
}

/** Waits for a lock that lasts until the transaction ends. */
export async function lockForTransaction(session: Session, key: string): Promise<void> {
  await session.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [key]);
}

/** Takes a lock that lasts until the transaction ends, or says at once that somebody else has it. */
export async function tryLockForTransaction(session: Session, key: string): Promise<boolean> {
  const { rows } = await session.query<{ readonly taken: boolean }>(
    'select pg_try_advisory_xact_lock(hashtextextended($1, 0)) as taken',
    [key],
  );
  return rows[0]?.taken === true;
}
