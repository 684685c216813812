import { type Session, transact } from '../../store/database.ts';
import { record } from '../../store/ledger.ts';
import { lockForTransaction } from '../../store/locks.ts';
import { loadGroup, markDestroyed, saveGroup } from '../../store/merge-groups.ts';
import { listOpenPulls } from '../../store/pulls.ts';
import { enqueue } from '../../store/queue.ts';
import { belongs } from '../belongs.ts';
import type { Deps } from '../deps.ts';
import { evaluateJob, type MergeGroup, type TaskPayloads } from '../job.ts';
import { withLock } from '../with-lock.ts';
import { groupHead } from './entry.ts';

const BUSY_MS = 100;

/**
 * Ends a group and records why, once. It waits for nothing but the database, and may come before the group itself does: that is then over
 * before it has begun.
 */
export async function endGroup(deps: Deps, ended: TaskPayloads['end-group']): Promise<void> {
  const { group } = ended;
  const lock = `end-group:${group.locator.repositoryId}:${group.headSha}`;
  await withLock(deps.database, lock, BUSY_MS, async (session) => {
    if (!(await belongs(deps, session, group.locator))) return;
    await transact(session, group.locator.tenant, (within) => recordEnd(deps, within, ended));
  });
}

async function recordEnd(
  deps: Deps,
  session: Session,
  { group, reason, by }: TaskPayloads['end-group'],
): Promise<void> {
  const { locator, headSha, headRef, baseRef, baseSha } = group;
  const { tenant, repositoryId } = locator;
  await lockForTransaction(session, `commit:${repositoryId}:${headSha}`);
  await saveGroup(session, group);
  if (!(await markDestroyed(session, repositoryId, headSha, reason))) return;
  const stored = await loadGroup(session, repositoryId, headSha);
  const pulls = (stored?.members ?? []).map(({ pull }) => pull);
  const details = {
    event: 'destroyed',
    cause: reason,
    headRef,
    base: baseRef,
    baseSha,
    outcome: stored?.outcome ?? null,
    pulls,
  };
  await record(session, { ...groupHead(deps, group, by ?? { kind: 'app' }), details });
  await releaseCommit(session, group);
  deps.log.info({ tenant, repository: repositoryId, group: headSha, reason }, 'a group has ended');
}

/** Whoever made a pull request of the group's commit has the check on it for themselves from now on. */
async function releaseCommit(session: Session, { locator, headSha }: MergeGroup): Promise<void> {
  const which = { scope: 'commit', repositoryId: locator.repositoryId, headSha } as const;
  for (const pull of await listOpenPulls(session, locator.tenant, which)) await enqueue(session, evaluateJob(pull));
}
