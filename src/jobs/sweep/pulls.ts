import { isOurName } from '../../findings/foreign.ts';
import { type OpenPull, readOpenPulls } from '../../github/open-pulls.ts';
import { type Session, transact } from '../../store/database.ts';
import { markAttempt } from '../../store/publications.ts';
import { enqueue } from '../../store/queue.ts';
import type { Sweep, SweepCounts } from '../../store/sweeps.ts';
import { knownPulls, publishedChecks } from '../../store/swept-pulls.ts';
import type { Deps } from '../deps.ts';
import { evaluateJob, foreignCheckJob, PRIORITY, publishJob, type RepositoryLocator, verifyCheckJob } from '../job.ts';
import { choosePulls, compareCheck } from './choose.ts';

/** Compares the open pull requests of a repository, as GitHub lists them, with what the app knows, and the checks on them with its own. */
export async function sweepPulls(
  deps: Deps,
  session: Session,
  locator: RepositoryLocator,
  sweep: Sweep,
): Promise<Partial<SweepCounts>> {
  const { tenant, owner, repository: name, repositoryId } = locator;
  const installation = deps.github.installation(tenant, locator.installation);
  const open = await readOpenPulls(installation, { owner, name }, 'sweep');
  if (open === null) return {};
  return transact(session, tenant, async (within) => {
    const known = await knownPulls(
      within,
      repositoryId,
      open.map(({ pull }) => pull),
    );
    const chosen = choosePulls(known, open, sweep.outage === null ? null : sweep.tookMs);
    for (const { pull, showsSuccess } of chosen) {
      const priority = showsSuccess ? PRIORITY.evaluate : PRIORITY.cosmetic;
      await enqueue(within, evaluateJob({ ...locator, pull }, priority));
    }
    const checks = await compareChecks(deps, within, locator, open);
    const foreign = await findForeign(deps, within, locator, open);
    return { pulls: open.length, evaluated: chosen.length, checks, foreign };
  });
}

async function compareChecks(
  deps: Deps,
  session: Session,
  { tenant, repositoryId }: RepositoryLocator,
  open: readonly OpenPull[],
): Promise<number> {
  const byHead = new Map(open.map((pull) => [pull.headSha, pull]));
  let count = 0;
  for (const published of await publishedChecks(session, repositoryId, [...byHead.keys()])) {
    const shown = byHead.get(published.headSha);
    const compared = shown === undefined ? 'as-published' : compareCheck(published, shown, deps.appId);
    if (compared === 'as-published') continue;
    const key = { tenant, repositoryId, headSha: published.headSha, checkName: published.checkName };
    // What differs is looked at once more by itself: a list of many may be behind, or not have had room for it.
    if (compared === 'differs') await enqueue(session, verifyCheckJob(key));
    else {
      await markAttempt(session, key);
      await enqueue(session, publishJob(key, PRIORITY.cosmetic));
    }
    count += 1;
  }
  return count;
}

/** A check of our name by another app, in case its own delivery did not arrive (T18). */
async function findForeign(
  deps: Deps,
  session: Session,
  locator: RepositoryLocator,
  open: readonly OpenPull[],
): Promise<number> {
  let count = 0;
  for (const { headSha: head, runs } of open) {
    for (const { name, conclusion, app } of runs) {
      if (app === null || app.id === deps.appId || !isOurName(name)) continue;
      const foreign = {
        source: 'check',
        name,
        head,
        publisher: { id: app.id, name: app.slug },
        says: conclusion ?? 'in_progress',
        by: null,
      } as const;
      await enqueue(session, foreignCheckJob({ locator, foreign }));
      count += 1;
    }
  }
  return count;
}
