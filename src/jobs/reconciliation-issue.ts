import { issueBody, issueTitle } from '../commands/reconciliation-text.ts';
import type { Reconciliation } from '../decision/reconciliation.ts';
import { findIssue, openIssue } from '../github/issues.ts';
import { type Session, transact } from '../store/database.ts';
import { enqueue } from '../store/queue.ts';
import { markIssueAttempt, type StoredReconciliation, saveIssue } from '../store/reconciliations.ts';
import { addReply } from '../store/replies.ts';
import type { Deps } from './deps.ts';
import { replyJob } from './job.ts';
import { sinceAttempt } from './since-attempt.ts';

/** The issue of a reconciliation, opened once: if an answer was lost it is looked for before it is opened again. */
export async function ensureIssue(
  deps: Deps,
  session: Session,
  stored: StoredReconciliation,
  reconciled: Reconciliation,
  timezone: string,
): Promise<number> {
  const { id, locator, glass } = stored;
  if (stored.issue !== null) return stored.issue;
  const installation = deps.github.installation(locator.tenant, locator.installation);
  const marker = `<!-- countersign:reconciliation:${id} -->`;
  const since = sinceAttempt(stored.issueAttemptedAt);
  const known = since === null ? null : await findIssue(installation, locator, { appId: deps.appId, marker, since });
  await transact(session, locator.tenant, (within) => markIssueAttempt(within, id, new Date(deps.now())));
  const issue =
    known ??
    (await openIssue(installation, locator, {
      title: issueTitle(locator.pull, glass),
      body: issueBody(locator.pull, glass, reconciled, timezone, marker),
    }));
  await transact(session, locator.tenant, async (within) => {
    await saveIssue(within, id, issue);
    const body = `The broken glass is reconciled on #${issue}.`;
    await addReply(within, locator, { kind: 'comment', body });
    await enqueue(within, replyJob(locator));
  });
  return issue;
}
