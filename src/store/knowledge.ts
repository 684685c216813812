import { type Session, transact } from './database.ts';

/**
 * What the app has written down about a tenant, as far as whoever decides may use it. A worker reads and adds to it; somebody who only
 * wants to see what would be decided adds nothing; and without a database nothing is known.
 */
export type Knowledge = {
  /** Reads in one transaction; `unknown` is what is known without a database. */
  read<T>(work: (within: Session) => Promise<T>, unknown: T): Promise<T>;
  /** Keeps what spares a later evaluation calls to GitHub. Nothing may rest on its being kept. */
  keep(work: (within: Session) => Promise<void>): Promise<void>;
};

export function knowledgeOf(session: Session, tenant: number): Knowledge {
  return {
    read: (work) => transact(session, tenant, work),
    keep: (work) => transact(session, tenant, work),
  };
}

/** Within a transaction that is open already. */
export function knowledgeWithin(session: Session): Knowledge {
  return { read: (work) => work(session), keep: (work) => work(session) };
}

/** PostgreSQL itself refuses to write for somebody who only reads. */
export function readOnlyKnowledge(session: Session, tenant: number): Knowledge {
  return {
    read: (work) =>
      transact(session, tenant, async (within) => {
        await within.query('set transaction read only');
        return work(within);
      }),
    keep: async () => undefined,
  };
}

export const nothingKnown: Knowledge = { read: async (_work, unknown) => unknown, keep: async () => undefined };
