import type { Session } from '../../store/database.ts';
import { savePolicyText } from '../../store/policies.ts';
import { enqueue } from '../../store/queue.ts';
import type { PullLocator } from '../job.ts';
import type { Trial } from '../proposed-policy.ts';
import { backtestJob } from './try-policy.ts';

/** Keeps the texts of a proposed policy and queues its trial, in the transaction that records the decision about the pull request. */
export async function haveTried(session: Session, locator: PullLocator, { proposal, texts }: Trial): Promise<void> {
  for (const { oid, file, text } of texts) await savePolicyText(session, oid, file, text);
  await enqueue(session, backtestJob({ locator, proposal }));
}
