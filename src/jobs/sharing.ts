import type { Session } from '../store/database.ts';
import { listOpenPulls } from '../store/pulls.ts';
import { enqueue } from '../store/queue.ts';
import { evaluateJob, type PullLocator } from './job.ts';

/**
 * Queues an evaluation of the pull requests whose head is a commit that another one has just let go of, by closing or by moving on: the
 * check on that commit may have been as strict as it was only because of the other one.
 */
export async function evaluateSharing(session: Session, locator: PullLocator, headSha: string): Promise<void> {
  const which = { scope: 'commit', repositoryId: locator.repositoryId, headSha } as const;
  for (const pull of await listOpenPulls(session, locator.tenant, which)) {
    if (pull.pull !== locator.pull) await enqueue(session, evaluateJob(pull));
  }
}
