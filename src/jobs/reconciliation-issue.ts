import { type IssueSetting, issueBody, issueTitle } from '../commands/reconciliation-text.ts';
import { pullOf } from '../findings/matter.ts';
import { findIssue, openIssue } from '../github/issues.ts';
import { type Session, transact } from '../store/database.ts';
import type { PolicyBlobs } from '../store/policies.ts';
import { enqueue } from '../store/queue.ts';
import { markIssueAttempt, type StoredReconciliation, saveIssue } from '../store/reconciliations.ts';
import { addReply } from '../store/replies.ts';
import type { Deps } from './deps.ts';
import { replyJob } from './job.ts';
import { ORGANIZATION_FILE, REPOSITORY_FILE } from './policy-in-force.ts';
import { sinceAttempt } from './since-attempt.ts';

/** The issue of a reconciliation, opened once: if an answer was lost it is looked for before it is opened again. */
export async function ensureIssue(
  deps: Deps,
  session: Session,
  stored: StoredReconciliation,
  { reconciled, timezone }: Pick<IssueSetting, 'reconciled' | 'timezone'>,
): Promise<number> {
  const { locator, matter } = stored;
  if (stored.issue !== null) return stored.issue;
  const installation = deps.github.installation(locator.tenant, locator.installation);
  const marker = markerOf(stored);
  const since = sinceAttempt(stored.issueAttemptedAt);
  const known = since === null ? null : await findIssue(installation, locator, { appId: deps.appId, marker, since });
  await transact(session, locator.tenant, (within) => markIssueAttempt(within, stored, new Date(deps.now())));
  const setting = { reconciled, policy: inWords(stored.policy), timezone, marker };
  const issue =
    known ?? (await openIssue(installation, locator, { title: issueTitle(matter), body: issueBody(matter, setting) }));
  await transact(session, locator.tenant, (within) => tellPull(within, stored, issue));
  return issue;
}

function markerOf({ id, matter }: StoredReconciliation): string {
  return `<!-- countersign:${matter.kind === 'glass' ? 'reconciliation' : 'finding'}:${id} -->`;
}

/** Keeps the issue, and says on the pull request that it came with, if it came with one, where it is reconciled. */
async function tellPull(session: Session, stored: StoredReconciliation, issue: number): Promise<void> {
  const { locator, matter } = stored;
  await saveIssue(session, stored, issue);
  const pull = pullOf(matter);
  if (pull === null) return;
  const what = matter.kind === 'glass' ? 'The broken glass' : 'That this went past the gate';
  await addReply(session, { ...locator, pull }, { kind: 'comment', body: `${what} is reconciled on #${issue}.` });
  await enqueue(session, replyJob({ ...locator, pull }));
}

/** The files by the ids that git gives to their contents, which name them for good. */
function inWords({ organization, repository }: PolicyBlobs): string {
  const parts = [
    ...(organization === null ? [] : [`the organization’s ${ORGANIZATION_FILE} (blob ${organization.slice(0, 10)})`]),
    ...(repository === null ? [] : [`${REPOSITORY_FILE} here (blob ${repository.slice(0, 10)})`]),
  ];
  return parts.length === 0 ? 'no policy, as far as is known' : parts.join(' and ');
}
