import { messageOf } from '../../errors.ts';
import { retryConflicts } from '../../store/database.ts';
import { beat, noticeOutage } from '../../store/outages.ts';
import { enqueue } from '../../store/queue.ts';
import type { Deps } from '../deps.ts';
import { type SweepPart, sweepJob } from '../job.ts';
import { FROM_THE_START } from './payloads.ts';

/** How often a process that takes webhooks says that it lives; */
const BEAT_MS = 20_000;
/** and after what silence nobody did: a restart is no outage, GitHub's log of deliveries makes up for that. */
const OUTAGE_MS = 3 * 60_000;

export type Heart = { stop(): Promise<void> };

/**
 * Begins to say that webhooks are taken, and has everything gone through that may have been missed before: by the log of deliveries always,
 * and from the ground up where nobody was there for minutes.
 */
export async function startHeart(deps: Deps, takesWebhooks: boolean): Promise<Heart> {
  if (takesWebhooks) {
    const now = deps.now();
    const last = await beat(deps.database, new Date(now));
    if (last !== null && now - last.getTime() > OUTAGE_MS) await outage(deps, last.getTime(), now);
  }
  await sweepNow(deps);
  if (!takesWebhooks) return { stop: async () => undefined };
  // A machine that was put to sleep takes no webhooks either; its own clock tells.
  let lastBeat = Date.now();
  const timer = setInterval(() => {
    const gap = Date.now() - lastBeat;
    lastBeat = Date.now();
    beatOn(deps, gap).catch((error: unknown) =>
      deps.log.debug({ reason: messageOf(error) }, 'could not write down that this process lives'),
    );
  }, BEAT_MS);
  return {
    stop: async () => {
      clearInterval(timer);
      await beat(deps.database, new Date(deps.now()));
    },
  };
}

async function beatOn(deps: Deps, gap: number): Promise<void> {
  const now = deps.now();
  const last = await beat(deps.database, new Date(now));
  const others = last === null ? gap : now - last.getTime();
  if (gap <= OUTAGE_MS || others <= OUTAGE_MS) return;
  await outage(deps, now - gap, now);
  await sweepNow(deps);
}

const FIRST: readonly SweepPart[] = [
  { what: 'deliveries' },
  { what: 'installations' },
  { what: 'payloads', after: FROM_THE_START },
];

/** A worker that takes such a job at this moment keeps the queue from taking another. */
async function sweepNow(deps: Deps): Promise<void> {
  for (const part of FIRST) await retryConflicts(() => enqueue(deps.database, sweepJob(part), 0));
}

async function outage(deps: Deps, from: number, to: number): Promise<void> {
  await noticeOutage(deps.database, new Date(from), new Date(to));
  deps.log.warn(
    { from: new Date(from).toISOString(), minutes: Math.round((to - from) / 60_000) },
    'nobody took webhooks for a while: everything is gone through again',
  );
}
