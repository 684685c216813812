import { digestOf } from '../audit/canonical.ts';
import { AppError, messageOf } from '../errors.ts';
import { withTenant } from '../store/database.ts';
import { type CheckContent, desire, grantedChecks } from '../store/publications.ts';
import { enqueue } from '../store/queue.ts';
import type { Deps } from './deps.ts';
import { PRIORITY, type PullLocator, publishJob } from './job.ts';

/** Trouble that may pass is given two more tries, some ten seconds, before a success that stands on older facts is taken back. */
const PATIENCE = 3;

/**
 * Runs an evaluation. When it cannot be done, a success that was granted before is not left standing on facts that may have changed:
 * it is replaced by a failure that says why, and the evaluation is tried again.
 */
export async function withdrawOnTrouble(
  deps: Deps,
  locator: PullLocator,
  attempt: number,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    const passing = error instanceof AppError && error.retryable;
    if (!passing || (attempt >= PATIENCE && error.retryAfterMs === undefined))
      await withdraw(deps, locator, messageOf(error)).catch(() => undefined);
    throw error;
  }
}

async function withdraw(deps: Deps, locator: PullLocator, reason: string): Promise<void> {
  const content: CheckContent = {
    status: 'completed',
    conclusion: 'failure',
    title: 'Could not be evaluated; it is tried again',
    summary: `This pull request was approved, and could not be evaluated again since something changed: ${reason.slice(0, 500)}\n\nIt is tried again by itself.`,
  };
  await withTenant(deps.database, locator.tenant, async (session) => {
    for (const granted of await grantedChecks(session, locator.repositoryId, locator.pull)) {
      const key = {
        tenant: locator.tenant,
        repositoryId: locator.repositoryId,
        headSha: granted.headSha,
        checkName: granted.checkName,
      };
      const { installation, owner, repository } = locator;
      const desired = { installation, owner, repository, content, digest: digestOf(content), version: granted.version };
      if ((await desire(session, key, desired)) !== 'none')
        await enqueue(session, publishJob(key, PRIORITY.withdrawal));
    }
  });
}
