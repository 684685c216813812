import { withTenant } from '../store/database.ts';
import { forgetLookups } from '../store/lookups.ts';
import { listOpenPulls } from '../store/pulls.ts';
import { enqueue } from '../store/queue.ts';
import type { Deps } from './deps.ts';
import { evaluateJob, type FanOut, PRIORITY } from './job.ts';
import { decideGroupOnCommit } from './merge-queue/again.ts';

/**
 * Queues an evaluation for every open pull request that a change concerns, and nothing for the others: a team that no decision rested on
 * costs no call.
 */
export async function fanOut(deps: Deps, what: FanOut): Promise<void> {
  const count = await withTenant(deps.database, what.tenant, async (session) => {
    if (what.scope === 'lookups') await forgetLookups(session, what.forget);
    const pulls = await listOpenPulls(session, what.tenant, what);
    // A single pull request somebody asked about goes first; a whole organization's must not stand in the way of new work.
    const priority =
      what.scope === 'commit' ? PRIORITY.evaluate : what.scope === 'lookups' ? PRIORITY.people : PRIORITY.cosmetic;
    for (const pull of pulls) await enqueue(session, evaluateJob(pull, priority));
    if (what.scope === 'commit') await decideGroupOnCommit(session, what);
    return pulls.length;
  });
  deps.log.info({ tenant: what.tenant, scope: what.scope, pulls: count }, 'queued evaluations');
}
