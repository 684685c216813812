import { type Attestation, progressOf } from '../../access-review/attest.ts';
import { type Reviewers, reviewersOf } from '../../access-review/reviewers.ts';
import { statusText } from '../../access-review/text.ts';
import { judgeAttesting } from '../../commands/judge-access-review.ts';
import { type Speech, speechesOf } from '../../commands/speech.ts';
import { timezoneOf } from '../../commands/timezone.ts';
import { readerOf } from '../../decision/reader.ts';
import { epochOf } from '../../decision/time.ts';
import { type StoredReview, takenAttestations } from '../../store/access-reviews.ts';
import { type Session, transact } from '../../store/database.ts';
import { knowledgeOf } from '../../store/knowledge.ts';
import { openRemarks, type StoredRemark } from '../../store/remarks.ts';
import type { Deps } from '../deps.ts';
import type { JudgedSpeech } from '../hear.ts';
import { ORGANIZATION_FILE, REPOSITORY_FILE } from '../policy-in-force.ts';
import { ensureReviewIssue, type IssueOf } from './issue.ts';
import type { ReviewedWith } from './policy.ts';
import { recordReview } from './record.ts';
import { bareFacts, withWants } from './take-stock.ts';

/** The policy that reviewers are taken from, and whether it is the one in force that asks for the review. */
export type Under = { readonly reviewed: ReviewedWith; readonly isAsked: boolean };

/** Sees to the issue of a review, hears what was said there, and writes down what it comes to. */
export async function hearReview(deps: Deps, session: Session, review: StoredReview, under: Under): Promise<void> {
  const { locator } = review;
  const { reviewed } = under;
  const now = deps.now();
  const reviewers = await reviewersNow(deps, session, review, reviewed);
  const timezone = timezoneOf({ kind: 'valid', effective: reviewed.effective });
  const setting = settingOf(review, reviewers, timezone);
  const isFinished = review.finishedAt !== null;
  const issue = isFinished ? review.issue : await ensureReviewIssue(deps, session, review, setting);
  const { remarks, taken } = await transact(session, locator.tenant, async (within) => ({
    remarks: issue === null ? [] : await openRemarks(within, locator.repositoryId, issue),
    taken: await takenAttestations(within, review.id),
  }));
  const place = { timezone, repository: `${locator.owner}/${locator.repository}`, server: deps.github.server };
  const said = remarks.flatMap((remark) =>
    speechesOf({ ...remark, head: review.head }, place).map((speech) => ({ speech, remark })),
  );
  const overdue = now >= epochOf(review.dueAt);
  const { judged, attestations } = judgedInTurn(said, { review, reviewers, taken, overdue, reviewed, timezone });
  const progress = progressOf(review.lines, reviewed.asked.reviewers, attestations);
  const at = new Date(now).toISOString();
  await recordReview(deps, session, { review, under, issue, setting, remarks, judged, progress, overdue, at });
}

/** Who holds the reviewers' roles is read as it is now, every time. */
async function reviewersNow(
  deps: Deps,
  session: Session,
  { locator, head }: StoredReview,
  { policy, asked }: ReviewedWith,
): Promise<readonly Reviewers[]> {
  const { repositoryId: id, owner, repository: name } = locator;
  const repository = { id, server: deps.github.server, owner, name };
  const installation = deps.github.installation(locator.tenant, locator.installation);
  const bare = await bareFacts(knowledgeOf(session, locator.tenant), { repository, head, now: deps.now() });
  const read = (facts: typeof bare) => {
    const reader = readerOf(facts, epochOf(facts.at));
    return { reviewers: reviewersOf(policy, asked.reviewers, reader, new Map()), wants: reader.wants() };
  };
  return read(await withWants(bare, installation, read(bare).wants, 'facts')).reviewers;
}

function settingOf(
  { lines, openedAt, dueAt, locator, policy }: StoredReview,
  reviewers: readonly Reviewers[],
  timezone: string,
): IssueOf {
  const [file, blob] =
    policy.organization === null ? [REPOSITORY_FILE, policy.repository] : [ORGANIZATION_FILE, policy.organization];
  const words = `${file} here (blob ${blob?.slice(0, 10) ?? 'unknown'})`;
  return { lines, openedAt, dueAt, reviewers, timezone, policy: words, organization: locator.owner };
}

type Turn = {
  readonly review: StoredReview;
  readonly reviewers: readonly Reviewers[];
  readonly taken: readonly Attestation[];
  readonly overdue: boolean;
  readonly reviewed: ReviewedWith;
  readonly timezone: string;
};

/** One after the other: what somebody says may rest on what they have said in the line above. */
function judgedInTurn(said: readonly { readonly speech: Speech; readonly remark: StoredRemark }[], turn: Turn) {
  const { review, reviewers, overdue, reviewed, timezone } = turn;
  const { lines, finishedAt, dueAt } = review;
  const attestations = [...turn.taken];
  const judged = said.map(({ speech, remark }): JudgedSpeech => {
    const status = statusText(progressOf(lines, reviewed.asked.reviewers, attestations), dueAt, timezone);
    const finished = finishedAt !== null;
    const { outcome, attestation } = judgeAttesting(speech, {
      lines,
      reviewers,
      attestations,
      overdue,
      finished,
      status,
    });
    const { read } = speech;
    const heard = read.ok
      ? ({ kind: 'word', command: read.command } as const)
      : ({ kind: 'problem', problem: read.problem } as const);
    if (attestation === null) return { speech, remark, heard, outcome };
    attestations.push(attestation);
    const { verdict, lines: about, rationale, roles } = attestation;
    return {
      speech,
      remark,
      heard,
      outcome,
      statement: { review: review.id, verdict, lines: about, rationale, roles },
    };
  });
  return { judged, attestations };
}
