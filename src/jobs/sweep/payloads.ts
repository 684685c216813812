import { withTenant } from '../../store/database.ts';
import { PURGED, type Purged, purge, tenantsToPurge } from '../../store/retention.ts';
import type { Deps } from '../deps.ts';

/** Rows of a table that one transaction takes: with payloads of 30 kB some 15 MB, and their locks for some milliseconds. */
const BATCH = 500;
/** Counts of what was spent are of no use after an hour. */
const BUDGETS_MS = 86_400_000;

/** Before the first organization. */
export const FROM_THE_START = -1;

type Counts = Partial<Record<Purged, number>>;

/**
 * Purges what is older than its retention, one organization after the other and a batch at a time, for as long as this turn lasts. What is
 * purged is not found again, so whoever goes on after a kill goes on there. Returns the organization after which to go on, or null.
 */
export async function sweepPayloads(deps: Deps, after: number, isOver: () => boolean): Promise<number | null> {
  const tenants = await tenantsToPurge(deps.database, after);
  const counts: Counts = {};
  let [done, finished] = [0, after];
  for (const tenant of tenants) {
    show(deps, done, tenants.length);
    if (!(await purgeTenant(deps, tenant, counts, isOver))) break;
    [done, finished] = [done + 1, tenant];
    if (isOver()) break;
  }
  show(deps, done, tenants.length);
  tell(deps, counts);
  return done === tenants.length ? null : finished;
}

/** Says whether nothing is left. */
async function purgeTenant(deps: Deps, tenant: number, counts: Counts, isOver: () => boolean): Promise<boolean> {
  for (const what of PURGED) {
    const olderThanMs = what === 'budgets' ? BUDGETS_MS : deps.payloadRetentionMs;
    if (olderThanMs === null) continue;
    for (;;) {
      const rows = await withTenant(deps.database, tenant, (session) =>
        purge(session, what, { olderThanMs, now: deps.now(), most: BATCH }),
      );
      if (rows > 0) {
        counts[what] = (counts[what] ?? 0) + rows;
        deps.metrics.purged.inc({ what }, rows);
      }
      if (rows < BATCH) break;
      if (isOver()) return false;
    }
  }
  return true;
}

function show({ metrics }: Deps, done: number, total: number): void {
  metrics.sweeps.set({ sweep: 'payloads', what: 'done' }, done);
  metrics.sweeps.set({ sweep: 'payloads', what: 'total' }, total);
}

function tell({ log, payloadRetentionMs }: Deps, { budgets: _, ...counts }: Counts): void {
  if (payloadRetentionMs === null || Object.keys(counts).length === 0) return;
  log.info({ ...counts }, `purged what was older than ${payloadRetentionMs / 86_400_000} days`);
}
