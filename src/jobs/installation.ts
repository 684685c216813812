import { withTenant } from '../store/database.ts';
import { confirmInstallation, markRemoved } from '../store/installations.ts';
import { enqueue } from '../store/queue.ts';
import type { Deps } from './deps.ts';
import { sweepJob, type TaskPayloads } from './job.ts';

/** Asks GitHub, with the App's own key, whose an installation is, and goes through it; a removed or suspended one is nobody's. */
export async function confirm(deps: Deps, { tenant, installation }: TaskPayloads['installation']): Promise<void> {
  const owner = await deps.github.ownerOf(installation);
  await withTenant(deps.database, tenant, async (session) => {
    if (owner !== null && owner.id === tenant) {
      await confirmInstallation(session, installation, owner.login);
      await enqueue(session, sweepJob({ what: 'installation', tenant, installation, begin: true }), 0);
    } else await markRemoved(session, installation);
  });
  deps.log.info(
    { tenant, installation, account: owner?.login ?? null },
    owner === null ? 'an installation is gone' : 'an installation is confirmed',
  );
}
