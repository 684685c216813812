import { foreignFinding } from '../../findings/foreign.ts';
import { newestCheck } from '../../github/check-runs.ts';
import { type Session, transact } from '../../store/database.ts';
import { knowledgeWithin } from '../../store/knowledge.ts';
import { loadPublication, renew } from '../../store/publications.ts';
import { enqueue } from '../../store/queue.ts';
import type { Deps } from '../deps.ts';
import { type ForeignCheck, PRIORITY, type PublicationKey, publishJob } from '../job.ts';
import { lastValidPolicy } from '../policy-in-force.ts';
import { publishLock } from '../publish.ts';
import { withLock } from '../with-lock.ts';
import { openFinding } from './open.ts';

/** How soon to come back while ours is being published. */
const BUSY_MS = 200;

/**
 * Somebody else published a check or a status under a name of ours (T18). It is a finding, once; and where theirs is the newer check, which
 * a rule without a source would take, ours is published once more, after it.
 */
export async function findForeign(deps: Deps, { locator, foreign }: ForeignCheck): Promise<void> {
  const { head: headSha, name: checkName } = foreign;
  const key = { tenant: locator.tenant, repositoryId: locator.repositoryId, headSha, checkName };
  await withLock(deps.database, publishLock(key), BUSY_MS, async (session) => {
    const isGoverned = await transact(session, locator.tenant, async (within) => {
      const policy = await lastValidPolicy(knowledgeWithin(within), locator.repositoryId);
      if (policy !== undefined) await openFinding(deps, within, locator, foreignFinding(foreign));
      return policy !== undefined;
    });
    if (isGoverned && foreign.source === 'check') await comeAfter(deps, session, key);
  });
}

/** GitHub numbers check runs in the order in which they are made. */
async function comeAfter(deps: Deps, session: Session, key: PublicationKey): Promise<void> {
  const publication = await transact(session, key.tenant, (within) => loadPublication(within, key));
  if (publication === null || publication.checkRunId === null) return;
  const { installation: id, owner, repository, headSha, checkName: name, checkRunId } = publication;
  const installation = deps.github.installation(key.tenant, id);
  const newest = await newestCheck(installation, { owner, repository, headSha, name }, 'withdrawal');
  if (newest === null || newest <= checkRunId) return;
  await transact(session, key.tenant, async (within) => {
    await renew(within, key);
    await enqueue(within, publishJob(key, PRIORITY.withdrawal));
  });
}
