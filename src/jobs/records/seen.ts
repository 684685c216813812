import { withTenant } from '../../store/database.ts';
import { saveDeployment, saveRun } from '../../store/deployments.ts';
import { enqueue } from '../../store/queue.ts';
import type { Deps } from '../deps.ts';
import { followUpJob, type TaskPayloads } from '../job.ts';

/** Keeps what was told of a deployment, whether or not a merge that it may bring is known by now. */
export async function takeDeployment(
  deps: Deps,
  { locator, deployment }: TaskPayloads['deployment-seen'],
): Promise<void> {
  await withTenant(deps.database, locator.tenant, async (session) => {
    await saveDeployment(session, locator.repositoryId, deployment);
    await enqueue(session, followUpJob(locator));
  });
}

/** Keeps a run that may verify something; all others are forgotten. */
export async function takeRun(deps: Deps, { locator, run }: TaskPayloads['run-seen']): Promise<void> {
  await withTenant(deps.database, locator.tenant, async (session) => {
    if (await saveRun(session, locator.repositoryId, run)) await enqueue(session, followUpJob(locator));
  });
}
