import type { Session } from '../../store/database.ts';
import { activeGroupsOf, loadGroup, type StoredGroup } from '../../store/merge-groups.ts';
import { enqueue } from '../../store/queue.ts';
import { mergeGroupJob, PRIORITY, type PullLocator } from '../job.ts';

/** Has the groups that hold a pull request decided again, but for the one (by its head) that this is being done for. */
export async function decideGroupsAgain(
  session: Session,
  { repositoryId, pull }: Pick<PullLocator, 'repositoryId' | 'pull'>,
  except: string | null,
): Promise<void> {
  for (const stored of await activeGroupsOf(session, repositoryId, pull))
    if (stored.group.headSha !== except) await decideAgain(session, stored);
}

/** Has the group whose head a commit is decided again. Says whether there is one in the queue. */
export async function decideGroupOnCommit(
  session: Session,
  { repositoryId, headSha }: { readonly repositoryId: number; readonly headSha: string },
): Promise<boolean> {
  const stored = await loadGroup(session, repositoryId, headSha);
  if (stored === null || stored.destroyed !== null) return false;
  await decideAgain(session, stored);
  return true;
}

/** A success may have to be taken back before GitHub acts on it. */
async function decideAgain(session: Session, { group, outcome }: StoredGroup): Promise<void> {
  await enqueue(session, mergeGroupJob({ group }, outcome === 'success' ? PRIORITY.withdrawal : PRIORITY.grant));
}
