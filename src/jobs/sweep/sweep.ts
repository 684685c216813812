import { AppError } from '../../errors.ts';
import { readInstallations } from '../../github/installations.ts';
import { retryConflicts, withTenant } from '../../store/database.ts';
import { openOutage, planOutage } from '../../store/outages.ts';
import { enqueue } from '../../store/queue.ts';
import { beginSweep } from '../../store/sweeps.ts';
import type { Deps } from '../deps.ts';
import { keepConfirmed } from '../installation.ts';
import { type SweepPart, sweepJob } from '../job.ts';
import { withLock } from '../with-lock.ts';
import { sweepDeliveries } from './deliveries.ts';
import { sweepInstallation } from './installation.ts';
import { FROM_THE_START, sweepPayloads } from './payloads.ts';

/** How often GitHub's log of deliveries is read, and how often everything else is gone through. */
const DELIVERIES_EVERY_MS = 5 * 60_000;
const EVERYTHING_EVERY_MS = 3_600_000;
const PAYLOADS_EVERY_MS = 3_600_000;
const BUSY_MS = 1_000;
const TROUBLE_MS = 20_000;
/** A job gives its worker back after so long, and goes on in another: a process that is to stop need not wait for more. */
const TURN_MS = 8_000;

/** Does a turn of a sweep, one at a time over all processes; what is not done in it is gone on with in the next. */
export async function sweep(deps: Deps, part: SweepPart): Promise<void> {
  const { key } = sweepJob(part);
  const until = Date.now() + TURN_MS;
  const isOver = () => Date.now() > until;
  // The next turn is certain before anything can fail; whatever puts this one off, by its key, brings that one forward.
  if (part.what === 'deliveries') await again(deps, part, DELIVERIES_EVERY_MS);
  if (part.what === 'installations') await again(deps, part, EVERYTHING_EVERY_MS);
  if (part.what === 'payloads') await again(deps, { ...part, after: FROM_THE_START }, PAYLOADS_EVERY_MS);
  let next: SweepPart = part.what === 'installation' ? { ...part, begin: false } : part;
  const outcome = await soonAgain(() =>
    withLock(deps.database, key, BUSY_MS, async (session) => {
      switch (part.what) {
        case 'deliveries':
          return sweepDeliveries(deps, isOver);
        case 'installations':
          return plan(deps);
        case 'installation':
          return sweepInstallation(deps, session, part, isOver);
        case 'payloads': {
          const after = await sweepPayloads(deps, part.after, isOver);
          next = { ...part, after: after ?? FROM_THE_START };
          return after === null ? 'done' : 'more';
        }
      }
    }),
  );
  if (outcome === 'more') await again(deps, next, 0);
}

function again(deps: Deps, part: SweepPart, delayMs: number): Promise<void> {
  return retryConflicts(() => enqueue(deps.database, sweepJob(part), delayMs));
}

/** Trouble that may pass puts a sweep off for a little, where its next turn would be later. */
async function soonAgain<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AppError) || !error.retryable || error.retryAfterMs !== undefined) throw error;
    throw new AppError(error.code, error.message, { retryable: true, retryAfterMs: TROUBLE_MS, cause: error });
  }
}

/** GitHub says which installations there are, those too that were made while nobody listened. */
async function plan(deps: Deps): Promise<'done'> {
  const outage = await openOutage(deps.database);
  const installations = await readInstallations(deps.github.asApp);
  if (outage !== null && !outage.isPlanned)
    await planOutage(
      deps.database,
      outage.id,
      installations.map(({ id }) => id),
    );
  for (const { id, tenant, login } of installations) {
    await withTenant(deps.database, tenant, async (within) => {
      await keepConfirmed(within, { tenant, installation: id, login });
      await beginSweep(within, id, outage?.id ?? null);
      await enqueue(within, sweepJob({ what: 'installation', tenant, installation: id, begin: false }), 0);
    });
  }
  return 'done';
}
