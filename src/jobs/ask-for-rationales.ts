import type { Decision } from '../decision/decision.ts';
import type { Session } from '../store/database.ts';
import { enqueue } from '../store/queue.ts';
import { addReply } from '../store/replies.ts';
import { type PullLocator, replyJob } from './job.ts';

/** Whoever requested changes without a word blocks all the same, and is asked for a reason, once. */
export async function askForRationales(session: Session, locator: PullLocator, decision: Decision): Promise<void> {
  for (const { source, id, by, rationale } of decision.rejections) {
    if (source !== 'review' || rationale !== '') continue;
    const body = `@${by.login} Your review requests changes and blocks this proposal, without saying why. Please give the reason: \`/reject <scope|evidence|timing|quality|risk|duplicate|other> <rationale>\`. To take it back, approve or say \`/withdraw\`.`;
    const isNew = await addReply(session, locator, { kind: 'comment', body }, `rationale of review ${id}`);
    if (isNew) await enqueue(session, replyJob(locator));
  }
}
