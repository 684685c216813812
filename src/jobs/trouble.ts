import { digestOf } from '../audit/canonical.ts';
import { AppError, messageOf } from '../errors.ts';
import { type Session, withTenant } from '../store/database.ts';
import { type CheckContent, desire, type Granted, grantedChecks, grantedOn } from '../store/publications.ts';
import { enqueue } from '../store/queue.ts';
import type { Deps } from './deps.ts';
import { type MergeGroup, PRIORITY, type PullLocator, publishJob, type RepositoryLocator } from './job.ts';
import { decideGroupsAgain } from './merge-queue/again.ts';

/** Trouble that may pass is given two more tries, some ten seconds, before a success that stands on older facts is taken back. */
const PATIENCE = 3;

/**
 * Runs an evaluation. When it cannot be done, a success that was granted before is not left standing on facts that may have changed:
 * it is replaced by a failure that says why, and the evaluation is tried again. The same holds for groups of the merge queue in which the
 * pull request is; they are decided again.
 */
export function withdrawOnTrouble(
  deps: Deps,
  locator: PullLocator,
  attempt: number,
  work: () => Promise<void>,
): Promise<void> {
  return guarded(attempt, work, (reason) =>
    withTenant(deps.database, locator.tenant, async (session) => {
      const granted = await grantedChecks(session, locator.repositoryId, locator.pull);
      await withdraw(session, locator, granted, reason);
      if (granted.length > 0) await decideGroupsAgain(session, locator, null);
    }),
  );
}

/** As {@link withdrawOnTrouble}, for deciding about a group of the merge queue. */
export function withdrawGroupOnTrouble(
  deps: Deps,
  { locator, headSha }: MergeGroup,
  attempt: number,
  work: () => Promise<void>,
): Promise<void> {
  return guarded(attempt, work, (reason) =>
    withTenant(deps.database, locator.tenant, async (session) =>
      withdraw(session, locator, await grantedOn(session, locator.repositoryId, headSha), reason),
    ),
  );
}

async function guarded(
  attempt: number,
  work: () => Promise<void>,
  takeBack: (reason: string) => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    const passing = error instanceof AppError && error.retryable;
    if (!passing || (attempt >= PATIENCE && error.retryAfterMs === undefined))
      await takeBack(messageOf(error)).catch(() => undefined);
    throw error;
  }
}

async function withdraw(
  session: Session,
  { tenant, installation, owner, repository, repositoryId }: RepositoryLocator,
  granted: readonly Granted[],
  reason: string,
): Promise<void> {
  const content: CheckContent = {
    status: 'completed',
    conclusion: 'failure',
    title: 'Could not be evaluated; it is tried again',
    summary: `This was approved, and could not be evaluated again since something changed: ${reason.slice(0, 500)}\n\nIt is tried again by itself.`,
  };
  for (const { headSha, checkName, version } of granted) {
    const key = { tenant, repositoryId, headSha, checkName };
    const desired = { installation, owner, repository, content, digest: digestOf(content), version };
    if ((await desire(session, key, desired)) !== 'none') await enqueue(session, publishJob(key, PRIORITY.withdrawal));
  }
}
