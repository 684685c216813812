import type { Progress } from '../../access-review/attest.ts';
import { recordedLine, recordedResult } from '../../access-review/record.ts';
import { finishedText, goneText, isObjected, overdueText } from '../../access-review/text.ts';
import type { Actor, Entry } from '../../audit/entry.ts';
import { noticeOfOverdueReview } from '../../notify/access-review.ts';
import { finishReview, markReviewOverdue, type StoredReview } from '../../store/access-reviews.ts';
import { type Session, transact } from '../../store/database.ts';
import { record } from '../../store/ledger.ts';
import { notify } from '../../store/notifications.ts';
import { enqueue } from '../../store/queue.ts';
import type { StoredRemark } from '../../store/remarks.ts';
import { addReply } from '../../store/replies.ts';
import { saveRoleUses } from '../../store/role-uses.ts';
import type { Deps } from '../deps.ts';
import { entryHead } from '../entry-head.ts';
import type { JudgedSpeech } from '../hear.ts';
import { replyJob } from '../job.ts';
import { recordCommands } from '../record-commands.ts';
import type { Under } from './hear.ts';
import type { IssueOf } from './issue.ts';
import { accessReviewJob, accessReviewTimer } from './job.ts';

type ToRecord = {
  readonly review: StoredReview;
  readonly under: Under;
  /** Null where GitHub lets none be opened. */
  readonly issue: number | null;
  readonly setting: IssueOf;
  readonly remarks: readonly StoredRemark[];
  readonly judged: readonly JudgedSpeech[];
  readonly progress: Progress;
  readonly overdue: boolean;
  readonly at: string;
};

/** Writes down what was said and what the review comes to, in one transaction, with what is to be said of it and the time to come again. */
export async function recordReview(deps: Deps, session: Session, what: ToRecord): Promise<void> {
  const { review, issue, remarks, judged, progress, overdue, at } = what;
  const { locator } = review;
  await transact(session, locator.tenant, async (within) => {
    const heard = { hearing: { remarks, standing: [] }, judged };
    if (issue !== null) {
      const onIssue = { ...locator, pull: issue };
      await recordCommands(within, deps, { locator: onIssue, heard, head: review.head, at, lookupKeys: [] });
    }
    if (review.finishedAt !== null) return;
    if (progress.complete) await finish(within, what);
    else if (overdue) await escalate(deps, within, what);
    else await enqueue(within, accessReviewTimer(locator), Date.parse(review.dueAt) - deps.now());
    if (!what.under.isAsked && !progress.complete) await say(within, what, goneText, 'gone');
  });
  if (progress.complete && review.finishedAt === null)
    deps.log.info({ tenant: locator.tenant, repository: locator.repositoryId }, 'an access review is finished');
}

/** With `once`, on each issue of the review once. */
async function say(session: Session, { review, issue }: ToRecord, body: string, once?: string): Promise<void> {
  if (issue === null) return;
  const onIssue = { ...review.locator, pull: issue };
  const name = once === undefined ? null : `access-review:${review.id}:${issue}:${once}`;
  await addReply(session, onIssue, { kind: 'comment', body }, name);
  await enqueue(session, replyJob(onIssue));
}

async function finish(session: Session, what: ToRecord): Promise<void> {
  const { review, issue, judged, progress, at } = what;
  const { locator } = review;
  const lines = recordedResult(progress);
  await finishReview(session, review.id, new Date(at), progress.lines);
  const last = judged.at(-1);
  await writeDown(session, what, {
    kind: 'access-reviewed',
    actor: last?.speech.by ?? { kind: 'app' },
    deliveries: last === undefined ? [] : [last.remark.guid],
    details: { openedUnder: review.policy, objected: progress.lines.filter(isObjected).length, lines },
  });
  const answers = progress.lines.flatMap((state) => state.answers);
  const uses = answers.map(
    ({ seat, by, at: when }) => ({ role: seat, account: by.id, what: 'attested', at: when }) as const,
  );
  const newest = new Map(
    uses.toSorted((one, other) => (one.at < other.at ? -1 : 1)).map((use) => [`${use.role} ${use.account}`, use]),
  );
  await saveRoleUses(session, locator, issue ?? 0, [...newest.values()]);
  await say(session, what, finishedText(progress));
  if (issue !== null) await addReply(session, { ...locator, pull: issue }, { kind: 'close' });
  await enqueue(session, accessReviewJob(locator));
}

/** On an issue that could be opened only later it is said there too; everybody else is told once. */
async function escalate(deps: Deps, session: Session, what: ToRecord): Promise<void> {
  const { review, issue, setting, progress, under, at } = what;
  const { tenant, owner: organization, repositoryId, repository: name } = review.locator;
  await say(session, what, overdueText(progress, setting), 'overdue');
  if (review.isOverdue) return;
  await markReviewOverdue(session, review.id, new Date(at));
  const repository = `${organization}/${name}`;
  const about = { repository, pull: null, url: `${deps.github.server}/${repository}/issues/${issue ?? ''}` };
  const told = noticeOfOverdueReview(review.id, progress, review.dueAt, about);
  await notify(
    session,
    { tenant, organization, repositoryId, head: review.head },
    [told],
    under.reviewed.policy.notify,
  );
  const open = progress.lines.filter((state) => state.open.length > 0);
  const lines = open.map((state) => ({ ...recordedLine(state.line), open: state.open }));
  await writeDown(session, what, {
    kind: 'access-review-overdue',
    actor: { kind: 'timer' },
    deliveries: [],
    details: { lines },
  });
}

type Written = Pick<Entry, 'kind' | 'details' | 'deliveries'> & { readonly actor: Actor };

async function writeDown(session: Session, { review, under, issue, at }: ToRecord, written: Written): Promise<void> {
  const { id, locator, head, openedAt, dueAt } = review;
  const { blobs, effective, asked } = under.reviewed;
  const { kind, actor, deliveries } = written;
  await record(session, {
    ...entryHead(locator, at),
    kind,
    pull: null,
    head,
    actor,
    deliveries,
    details: {
      review: id,
      issue,
      openedAt,
      dueAt,
      reviewers: asked.reviewers,
      policy: blobs,
      sources: effective.sources.map(({ kind: of, file, sha256 }) => ({ kind: of, file, sha256 })),
      ...written.details,
    },
  });
}
