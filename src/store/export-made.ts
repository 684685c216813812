import { type Database, type Session, withTenant } from './database.ts';
import { record } from './ledger.ts';

/** An export that was made: which entries, as of which checkpoint, and what its bytes come to. */
export type ExportMade = {
  readonly at: Date;
  readonly format: string;
  readonly origin: string;
  readonly checkpoint: number;
  /** Leaf indexes from `start` to before `end`, or the instants that were asked for. */
  readonly range: { readonly start: number; readonly end: number } | null;
  readonly period: { readonly from: Date | null; readonly to: Date | null };
  readonly count: number;
  readonly sha256: string;
  /** Who is logged in where the command runs. */
  readonly systemLogin: string;
};

/** Cannot be written: the database is a replica, or the login may only read. */
const READ_ONLY = ['25006', '42501'];

/** Records that an export was made, in a transaction of its own after it. Says whether the database let it. */
export async function recordExport(database: Database, tenant: number, made: ExportMade): Promise<boolean> {
  try {
    await withTenant(database, tenant, (session) => write(session, tenant, made));
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && READ_ONLY.includes(String(error.code))) return false;
    throw error;
  }
}

async function write(session: Session, tenant: number, { at, systemLogin, ...made }: ExportMade): Promise<void> {
  const { rows } = await session.query<{ readonly login: string }>('select session_user::text as login');
  await record(session, {
    version: 1,
    kind: 'export-made',
    at: at.toISOString(),
    tenant,
    repository: { id: 0, name: '' },
    pull: null,
    head: '',
    actor: { kind: 'operator' },
    deliveries: [],
    details: {
      ...made,
      period: { from: made.period.from?.toISOString() ?? null, to: made.period.to?.toISOString() ?? null },
      database: { login: rows[0]?.login ?? '' },
      system: { login: systemLogin },
    },
  });
}
