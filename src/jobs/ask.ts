import { digestOf } from '../audit/canonical.ts';
import { wishOf } from '../decision/asked.ts';
import type { Decision } from '../decision/decision.ts';
import type { Facts } from '../decision/facts.ts';
import type { Session } from '../store/database.ts';
import { enqueue } from '../store/queue.ts';
import { saveWish } from '../store/review-requests.ts';
import { type PullLocator, requestReviewsJob } from './job.ts';

/** Within the transaction that records a decision: whom it needs now, and a job to ask them where that has changed. */
export async function askPeople(
  session: Session,
  locator: PullLocator,
  decision: Decision,
  facts: Facts,
): Promise<void> {
  const wish = wishOf(decision, facts.pull);
  if (wish === null) return;
  if (await saveWish(session, locator, wish, digestOf(wish))) await enqueue(session, requestReviewsJob(locator));
}
