import { listAdoptions } from '../../store/branches.ts';
import { type Session, transact } from '../../store/database.ts';
import { enqueue } from '../../store/queue.ts';
import type { SweepCounts } from '../../store/sweeps.ts';
import { sweepReview } from '../access-review/sweep.ts';
import type { Deps } from '../deps.ts';
import { governedBranches, judgeRepository } from '../findings/look-at-rules.ts';
import { adoptJob, type RepositoryLocator, watchBranchJob } from '../job.ts';

/** Begins to watch what is not watched, has branches looked at that are not where the app left them, and judges the rules of each. */
export async function sweepBranches(
  deps: Deps,
  session: Session,
  locator: RepositoryLocator,
): Promise<Partial<SweepCounts>> {
  const governed = await governedBranches(deps, session, locator, 'sweep');
  await sweepReview(session, locator, governed?.reviewed === true);
  if (governed === null) return {};
  const { branches, all, main } = governed;
  const heads = new Map(all.map(({ ref, sha }) => [ref, sha]));
  const found = await transact(session, locator.tenant, async (within) => {
    const adoptions = await listAdoptions(within, locator.repositoryId);
    const watched = new Set(adoptions.map(({ ref }) => ref));
    const wanted = [...branches.map(({ ref }) => ref), ...(main === null ? [] : [main])];
    const adopted = wanted.some((ref) => !watched.has(ref)) ? 1 : 0;
    if (adopted > 0) await enqueue(within, adoptJob(locator));
    const claimed = new Set(branches.map(({ ref }) => ref));
    const moved = adoptions.filter(({ ref, head }) => claimed.has(ref) && heads.get(ref) !== head);
    for (const { ref, head } of moved)
      await enqueue(within, watchBranchJob({ locator, ref, before: head, after: heads.get(ref) ?? head }));
    return { adopted, moved: moved.length };
  });
  const drifted = await judgeRepository(deps, session, locator, { ...governed, by: null, purpose: 'sweep' });
  return { ...found, drifted };
}
