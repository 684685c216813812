import { type GroupMember, type Resolved, resolveGroup } from '../../decision/group-members.ts';
import { unresolvedGroup } from '../../decision/merge-group.ts';
import { readMergeQueue } from '../../github/merge-queue.ts';
import { type Session, transact } from '../../store/database.ts';
import { loadGroup, type StoredGroup, saveGroup, saveMembers } from '../../store/merge-groups.ts';
import { enqueue } from '../../store/queue.ts';
import { belongs } from '../belongs.ts';
import type { Deps } from '../deps.ts';
import { keyOfGroup, type MergeGroup, mergeGroupJob, type TaskPayloads } from '../job.ts';
import { withLock } from '../with-lock.ts';
import { evaluateMembers } from './evaluate-members.ts';
import { recordGroup } from './record-group.ts';

const BUSY_MS = 100;
/** The event may be there before the queue shows what it is about: so often it is asked again before that is a failure, */
const PATIENT_TRIES = 3;
/** and so often in all, each time after twice as long. */
const MOST_TRIES = 8;
const FIRST_WAIT_MS = 1_000;

export function groupLock(group: MergeGroup): string {
  return `merge-group:${keyOfGroup(group)}`;
}

/**
 * Decides about a group of the merge queue: finds out which pull requests it would merge, evaluates every one of them again with facts of
 * this moment, and shows the strictest outcome on the group's commit. A group that has ended costs nothing and shows nothing.
 */
export async function decideGroup(deps: Deps, { group, tries = 0 }: TaskPayloads['merge-group']): Promise<void> {
  const done = await withLock(deps.database, groupLock(group), BUSY_MS, (session) =>
    decideLocked(deps, session, group, tries),
  );
  if (done || tries >= MOST_TRIES) return;
  await enqueue(deps.database, mergeGroupJob({ group, tries: tries + 1 }), FIRST_WAIT_MS * 2 ** tries);
}

/** Says whether there is nothing to come back for. */
async function decideLocked(deps: Deps, session: Session, group: MergeGroup, tries: number): Promise<boolean> {
  const { locator, headSha } = group;
  const log = deps.log.child({ tenant: locator.tenant, repository: locator.repositoryId, group: headSha });
  if (!(await belongs(deps, session, locator))) {
    log.info('the installation does not belong to this account, or is gone');
    return true;
  }
  const stored = await keep(session, group);
  if (stored.destroyed !== null) {
    log.info({ reason: stored.destroyed }, 'the group has ended');
    return true;
  }
  const resolved = await membersOf(deps, session, stored);
  if (resolved.kind === 'unresolved') {
    log.warn({ reason: resolved.why, tries }, 'cannot tell what a group of the merge queue holds');
    if (tries >= PATIENT_TRIES)
      await recordGroup(deps, session, group, async () => ({ members: [], verdict: unresolvedGroup(resolved.why) }));
    return false;
  }
  const judge = await evaluateMembers(deps, session, group, resolved.members);
  await recordGroup(deps, session, group, judge);
  return true;
}

async function keep(session: Session, group: MergeGroup): Promise<StoredGroup> {
  const { tenant, repositoryId } = group.locator;
  return transact(session, tenant, async (within) => {
    await saveGroup(within, group);
    const stored = await loadGroup(within, repositoryId, group.headSha);
    if (stored === null) throw new Error(`the group ${group.headSha} was kept and is not there`);
    return stored;
  });
}

/** GitHub is asked once: the head of a group is one commit, and holds what it holds. */
async function membersOf(deps: Deps, session: Session, { group, members }: StoredGroup): Promise<Resolved> {
  const known = asResolved(members);
  if (known !== null) return known;
  const { locator, headSha, baseRef } = group;
  const { tenant, installation, owner, repository, repositoryId } = locator;
  const address = { owner, repository, repositoryId, branch: baseRef };
  const queue = await readMergeQueue(deps.github.installation(tenant, installation), address);
  if ('why' in queue) return { kind: 'unresolved', why: queue.why };
  const resolved = resolveGroup(queue, group);
  if (resolved.kind === 'resolved')
    await transact(session, tenant, (within) => saveMembers(within, repositoryId, headSha, resolved.members));
  return resolved;
}

function asResolved([first, ...rest]: readonly GroupMember[]): Resolved | null {
  return first === undefined ? null : { kind: 'resolved', members: [first, ...rest] };
}
