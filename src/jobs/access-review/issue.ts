import { issueTexts, issueTitle, reopenedText, restoredText, type Setting } from '../../access-review/text.ts';
import { digestOf } from '../../decision/digest.ts';
import { AppError } from '../../errors.ts';
import type { Installation } from '../../github/client.ts';
import { findIssue, openIssue, readIssue, restoreIssue, type SeenIssue } from '../../github/issues.ts';
import { forgetReviewIssue, markReviewIssue, type StoredReview, saveReviewIssue } from '../../store/access-reviews.ts';
import { type Session, transact } from '../../store/database.ts';
import { enqueue } from '../../store/queue.ts';
import { addReply } from '../../store/replies.ts';
import type { Deps } from '../deps.ts';
import { replyJob } from '../job.ts';
import { sinceAttempt } from '../since-attempt.ts';

export type IssueOf = Omit<Setting, 'marker'>;

/**
 * The issue of an open review, as it should be: opened once, even if an answer was lost; open again where somebody closed it, with its own
 * text where somebody changed that, and opened anew where somebody deleted it. Null where GitHub refuses for good, since the repository has no
 * issues, for example: what is due is due all the same.
 */
export async function ensureReviewIssue(
  deps: Deps,
  session: Session,
  review: StoredReview,
  of: IssueOf,
): Promise<number | null> {
  try {
    return await ensured(deps, session, review, of);
  } catch (error) {
    if (!(error instanceof AppError) || error.retryable) throw error;
    const { tenant, repositoryId: repository } = review.locator;
    deps.log.warn({ tenant, repository, reason: error.message }, 'could not see to the issue of an access review');
    return review.issue;
  }
}

async function ensured(deps: Deps, session: Session, review: StoredReview, of: IssueOf): Promise<number> {
  const { locator, id } = review;
  const installation = deps.github.installation(locator.tenant, locator.installation);
  if (review.issue === null) return open(deps, session, installation, review, of);
  const seen = await readIssue(installation, { ...locator, number: review.issue });
  if (seen !== null) {
    await putBack(session, installation, { ...review, issue: review.issue }, seen);
    return review.issue;
  }
  await transact(session, locator.tenant, (within) => forgetReviewIssue(within, id));
  return open(deps, session, installation, { ...review, issue: null, issueAttemptedAt: null }, of);
}

async function open(
  deps: Deps,
  session: Session,
  installation: Installation,
  { id, locator, issueAttemptedAt, issueTitle: keptTitle, issueBody: keptBody }: StoredReview,
  of: IssueOf,
): Promise<number> {
  const marker = `<!-- countersign:access-review:${id} -->`;
  const setting = { ...of, marker };
  const texts = issueTexts(setting);
  const since = sinceAttempt(issueAttemptedAt);
  const known = since === null ? null : await findIssue(installation, locator, { appId: deps.appId, marker, since });
  const isAgain = since !== null && keptTitle !== null && keptBody !== null;
  const [title, body] = isAgain ? [keptTitle, keptBody] : [issueTitle(setting), texts.body];
  const at = new Date(deps.now());
  await transact(session, locator.tenant, (within) => markReviewIssue(within, id, { title, body, at }));
  const issue = known ?? (await openIssue(installation, locator, { title, body }));
  await transact(session, locator.tenant, async (within) => {
    await saveReviewIssue(within, id, issue);
    const onIssue = { ...locator, pull: issue };
    for (const [index, comment] of texts.comments.entries())
      await addReply(
        within,
        onIssue,
        { kind: 'comment', body: comment },
        `access-review:${id}:${issue}:lines:${index}`,
      );
    await enqueue(within, replyJob(onIssue));
  });
  return issue;
}

/** GitHub keeps a text as it is given; line ends and blanks at its end are nobody's doing. */
function isSame(one: string, other: string): boolean {
  const plain = (text: string) => text.replaceAll('\r\n', '\n').trim();
  return plain(one) === plain(other);
}

async function putBack(
  session: Session,
  installation: Installation,
  { id, locator, issue, issueTitle: title, issueBody: body }: StoredReview & { readonly issue: number },
  seen: SeenIssue,
): Promise<void> {
  const isChanged = title !== null && body !== null && !(isSame(seen.title, title) && isSame(seen.body, body));
  const isClosed = seen.state === 'closed';
  if (!isChanged && !isClosed) return;
  const to: Partial<SeenIssue> = {
    ...(isChanged ? { title, body } : {}),
    ...(isClosed ? ({ state: 'open' } as const) : {}),
  };
  await restoreIssue(installation, { ...locator, number: issue }, to);
  await transact(session, locator.tenant, async (within) => {
    const onIssue = { ...locator, pull: issue };
    // Once for each text that somebody put there, so that nothing is said again and again of one that cannot be put back.
    const once = `access-review:${id}:${issue}:text:${digestOf([seen.title, seen.body])}`;
    if (isChanged) await addReply(within, onIssue, { kind: 'comment', body: restoredText }, once);
    if (isClosed) await addReply(within, onIssue, { kind: 'comment', body: reopenedText });
    await enqueue(within, replyJob(onIssue));
  });
}
