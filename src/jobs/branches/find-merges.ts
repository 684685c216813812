import { z } from 'zod';
import { AppError } from '../../errors.ts';
import type { Session } from '../../store/database.ts';
import { enqueue } from '../../store/queue.ts';
import type { Deps } from '../deps.ts';
import { evaluateJob, type RepositoryLocator } from '../job.ts';

const Pulls = z.array(z.object({ number: z.number().int(), merged_at: z.string().nullish() }));

/** Has the pull requests that brought a commit looked at, where the delivery that would have told of their merge is late or lost. */
export async function findMerges(
  deps: Deps,
  session: Session,
  locator: RepositoryLocator,
  commit: string,
): Promise<void> {
  const { tenant, installation, owner, repository } = locator;
  try {
    const pulls = await deps.github
      .installation(tenant, installation)
      .read(
        'GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls',
        { owner, repo: repository, commit_sha: commit },
        'facts',
      );
    for (const { number } of Pulls.parse(pulls).filter(({ merged_at: at }) => at))
      await enqueue(session, evaluateJob({ ...locator, pull: number }));
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'github-not-found')) throw error;
  }
}
