import { isReviewOpen } from '../../store/access-reviews.ts';
import { type Session, transact } from '../../store/database.ts';
import { enqueue } from '../../store/queue.ts';
import type { RepositoryLocator } from '../job.ts';
import { accessReviewJob } from './job.ts';

/** Begins the schedule where nobody told that a policy asks for reviews, and goes on with a review that is open whatever the policy says now. */
export async function sweepReview(session: Session, locator: RepositoryLocator, asked: boolean): Promise<void> {
  await transact(session, locator.tenant, async (within) => {
    if (asked || (await isReviewOpen(within, locator.repositoryId))) await enqueue(within, accessReviewJob(locator));
  });
}
