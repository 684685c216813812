import { AppError } from '../errors.ts';
import { connect, type Database, type Session } from '../store/database.ts';
import { tryLock, unlock } from '../store/locks.ts';
import type { PullLocator } from './job.ts';

/** Everything that decides on, or closes, one pull request holds this. */
export function pullLock({ repositoryId, pull }: Pick<PullLocator, 'repositoryId' | 'pull'>): string {
  return `pull:${repositoryId}:${pull}`;
}

/**
 * Runs `work` on a session that holds the lock of that name, which lasts as long as the work or the process. Where another worker has it,
 * the job is put off by `busyMs` and no connection waits.
 */
export async function withLock<T>(
  database: Database,
  lock: string,
  busyMs: number,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const session = await connect(database);
  try {
    const result = await holding(session, lock, busyMs, () => work(session));
    session.release();
    return result;
  } catch (error) {
    session.release(!(error instanceof AppError));
    throw error;
  }
}

/** As {@link withLock}, on a session that the caller has already, which may hold other locks: a second connection is not waited for. */
export async function holding<T>(session: Session, lock: string, busyMs: number, work: () => Promise<T>): Promise<T> {
  if (!(await tryLock(session, lock))) {
    throw new AppError('busy', `Another worker holds ${lock}.`, { retryable: true, retryAfterMs: busyMs });
  }
  return work().finally(() => unlock(session, lock));
}
