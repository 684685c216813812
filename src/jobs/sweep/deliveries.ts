import { AppError } from '../../errors.ts';
import { type LoggedDelivery, readDeliveries, repeatDelivery } from '../../github/hook-deliveries.ts';
import {
  countMissed,
  forgetOldMissed,
  justTried,
  type LogReading,
  loadReading,
  type MissedDelivery,
  markTried,
  nextMissed,
  saveMissed,
  saveReading,
  settleMissed,
  unprocessed,
} from '../../store/missed.ts';
import { countRepeated } from '../../store/outages.ts';
import type { Deps } from '../deps.ts';
import { tellIfCaughtUp } from './caught-up.ts';
import { urgencyOf } from './urgency.ts';

/** A delivery may be listed before it has been answered, and is not read again: so much is read twice. */
const OVERLAP_MS = 15 * 60_000;
const MOST_TRIES = 3;
/** How long a delivery that was sent again may take to arrive and be worked on, and how often it is looked. */
const ARRIVES_MS = 60_000;
const LOOK_AGAIN_MS = 1_000;
/** As many as are asked about at once. */
const BATCH = 50;

/** Reads GitHub's log of deliveries back to where it was read last, and has it send again what failed and was never processed. */
export async function sweepDeliveries(deps: Deps, isOver: () => boolean): Promise<'done' | 'more'> {
  deps.metrics.sweeps.set({ sweep: 'deliveries', what: 'started' }, Date.now() / 1000);
  if ((await readLog(deps, isOver)) === 'more') return 'more';
  const outcome = await repeatMissed(deps, isOver);
  await showProgress(deps);
  if (outcome === 'more') return 'more';
  await waitForThem(deps);
  await forgetOldMissed(deps.database);
  await countRepeated(deps.database, 0, true);
  await tellIfCaughtUp(deps);
  return 'done';
}

async function showProgress(deps: Deps): Promise<void> {
  const { total, done } = await countMissed(deps.database);
  deps.metrics.sweeps.set({ sweep: 'deliveries', what: 'total' }, total);
  deps.metrics.sweeps.set({ sweep: 'deliveries', what: 'done' }, done);
}

/** What has been read of the log is kept page by page. */
async function readLog(deps: Deps, isOver: () => boolean): Promise<'done' | 'more'> {
  let reading = await loadReading(deps.database);
  for (;;) {
    const { deliveries, next } = await readDeliveries(deps.github.asApp, reading.cursor);
    await keepMissed(deps, deliveries);
    const top = reading.top ?? newestOf(deliveries) ?? reading.until;
    const isEnd = next === null || reachesBack(deliveries, reading);
    reading = isEnd ? { until: top, top: null, cursor: null } : { ...reading, top, cursor: next };
    await saveReading(deps.database, reading);
    if (isEnd) return 'done';
    if (isOver()) return 'more';
  }
}

function newestOf(deliveries: readonly LoggedDelivery[]): Date | null {
  const [first] = deliveries;
  return first === undefined ? null : new Date(first.at);
}

function reachesBack(deliveries: readonly LoggedDelivery[], { until }: LogReading): boolean {
  const last = deliveries.at(-1);
  return until !== null && last !== undefined && Date.parse(last.at) < until.getTime() - OVERLAP_MS;
}

/** One delivery has a line in the log for each attempt; whichever arrived, it has been processed. */
async function keepMissed(deps: Deps, deliveries: readonly LoggedDelivery[]): Promise<void> {
  const arrived = new Set(deliveries.filter((each) => each.arrived).map(({ guid }) => guid));
  const failed = deliveries.filter((each) => !each.arrived && !arrived.has(each.guid));
  const worth = failed.flatMap((each): readonly MissedDelivery[] => {
    const urgency = urgencyOf(each);
    return urgency === null ? [] : [{ ...each, urgency }];
  });
  const missing = await unprocessed(deps.database, worth);
  const missed = worth.filter(({ guid }) => missing.has(guid));
  await saveMissed(deps.database, missed);
  if (missed.length > 0) deps.log.info({ deliveries: missed.length }, 'deliveries were missed');
}

/** What was sent again this moment is on its way, or is being worked on. */
async function waitForThem(deps: Deps): Promise<void> {
  const sent = await justTried(deps.database, ARRIVES_MS);
  const missing = await unprocessed(deps.database, sent);
  const arrived = sent.filter(({ guid }) => !missing.has(guid));
  await settleMissed(
    deps.database,
    arrived.map(({ guid }) => guid),
    'arrived',
  );
  if (missing.size > 0)
    throw new AppError('busy', `${missing.size} deliveries are on their way.`, {
      retryable: true,
      retryAfterMs: LOOK_AGAIN_MS,
    });
}

async function repeatMissed(deps: Deps, isOver: () => boolean): Promise<'done' | 'more'> {
  for (;;) {
    const batch = await nextMissed(deps.database, BATCH);
    if (batch.length === 0) return 'done';
    const missing = await unprocessed(deps.database, batch);
    const isArrived = ({ guid }: { readonly guid: string }) => !missing.has(guid);
    await settleMissed(
      deps.database,
      batch.filter(isArrived).map(({ guid }) => guid),
      'arrived',
    );
    for (const { guid, id, tries } of batch.filter((each) => !isArrived(each))) {
      if (tries >= MOST_TRIES) {
        await settleMissed(deps.database, [guid], 'gave-up');
        deps.metrics.swept.inc({ kind: 'delivery-gave-up' });
        continue;
      }
      if (isOver()) return 'more';
      const isSent = await repeatDelivery(deps.github.asApp, id);
      await (isSent ? markTried(deps.database, guid) : settleMissed(deps.database, [guid], 'gone'));
      deps.metrics.swept.inc({ kind: isSent ? 'delivery-repeated' : 'delivery-gone' });
      if (isSent) await countRepeated(deps.database, 1, false);
    }
    await showProgress(deps);
  }
}
