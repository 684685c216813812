import { type Session, withTenant } from '../store/database.ts';
import { confirmInstallation, markRemoved, takeOver, undoneOf } from '../store/installations.ts';
import { enqueue } from '../store/queue.ts';
import type { Deps } from './deps.ts';
import {
  fanOutJob,
  followUpJob,
  reconcileFindingJob,
  reconcileJob,
  replyJob,
  sweepJob,
  type TaskPayloads,
} from './job.ts';

/** Asks GitHub, with the App's own key, whose an installation is, and goes through it; a removed or suspended one is nobody's. */
export async function confirm(deps: Deps, { tenant, installation }: TaskPayloads['installation']): Promise<void> {
  const owner = await deps.github.ownerOf(installation);
  await withTenant(deps.database, tenant, async (session) => {
    if (owner !== null && owner.id === tenant) {
      await keepConfirmed(session, { tenant, installation, login: owner.login });
      await enqueue(session, sweepJob({ what: 'installation', tenant, installation, begin: true }), 0);
    } else await markRemoved(session, installation);
  });
  deps.log.info(
    { tenant, installation, account: owner?.login ?? null },
    owner === null ? 'an installation is gone' : 'an installation is confirmed',
  );
}

/**
 * Keeps that GitHub has confirmed an installation. Where it takes the place of one that was removed, or comes back from a suspension, what
 * was left undone goes on through it: the organization's record is one, however often the app is installed.
 */
export async function keepConfirmed(
  session: Session,
  { tenant, installation, login }: { readonly tenant: number; readonly installation: number; readonly login: string },
): Promise<void> {
  if ((await confirmInstallation(session, installation, login)) === 'known') return;
  await takeOver(session, installation);
  const { reconciliations, findings, records, replies } = await undoneOf(session, tenant);
  await enqueue(session, fanOutJob({ tenant, scope: 'tenant' }));
  for (const locator of reconciliations) await enqueue(session, reconcileJob(locator));
  for (const finding of findings) await enqueue(session, reconcileFindingJob({ tenant, finding }));
  for (const locator of records) await enqueue(session, followUpJob(locator));
  for (const locator of replies) await enqueue(session, replyJob(locator));
}
