import { recordedLine } from '../../access-review/record.ts';
import { nextOpening, reviewBy } from '../../access-review/schedule.ts';
import { epochOf, instantOf } from '../../decision/time.ts';
import {
  loadLastReview,
  loadReviewOn,
  openReview,
  rememberSchedule,
  type StoredReview,
} from '../../store/access-reviews.ts';
import { type Session, transact } from '../../store/database.ts';
import { knowledgeOf } from '../../store/knowledge.ts';
import { record } from '../../store/ledger.ts';
import { enqueue } from '../../store/queue.ts';
import type { Deps } from '../deps.ts';
import { entryHead } from '../entry-head.ts';
import type { RepositoryLocator } from '../job.ts';
import { policyOfRepository } from '../policy-of-repository.ts';
import { withLock } from '../with-lock.ts';
import { hearReview } from './hear.ts';
import { accessReviewTimer } from './job.ts';
import { asksForReview, openedUnder, type ReviewedWith, reviewedHere } from './policy.ts';
import { takeStock } from './take-stock.ts';

const BUSY_MS = 200;

/**
 * Brings the reviews of a repository forward: opens the one that is due, hears what was said on the issue of the open one, or on `issue`,
 * and comes again when something is due. Never are two open at once.
 */
export async function bringReviewForward(deps: Deps, locator: RepositoryLocator, issue?: number): Promise<void> {
  const { tenant, repositoryId } = locator;
  await withLock(deps.database, `access-review:${tenant}:${repositoryId}`, BUSY_MS, async (session) => {
    const found = await policyOfRepository(deps, session, locator);
    // What is out of sight for a while is as it was when it is back.
    if (found === null) return;
    const asking = asksForReview(await reviewedHere(session, locator, found));
    const { last, spoken } = await transact(session, tenant, async (within) => ({
      last: await loadLastReview(within, tenant, repositoryId),
      spoken: issue === undefined ? null : await loadReviewOn(within, tenant, { repositoryId, issue }),
    }));
    if (spoken !== null && spoken.id !== last?.id) await hear(deps, session, spoken, locator, asking);
    if (last !== null && (last.finishedAt === null || spoken?.id === last.id))
      await hear(deps, session, last, locator, asking);
    if (asking !== null && (last === null || last.finishedAt !== null))
      await openWhenDue(deps, session, locator, last, asking);
  });
}

async function hear(
  deps: Deps,
  session: Session,
  stored: StoredReview,
  locator: RepositoryLocator,
  asking: ReviewedWith | null,
): Promise<void> {
  const reviewed = asking ?? (await openedUnder(session, stored));
  await hearReview(deps, session, { ...stored, locator }, { reviewed, isAsked: asking !== null });
}

async function openWhenDue(
  deps: Deps,
  session: Session,
  locator: RepositoryLocator,
  last: StoredReview | null,
  asking: ReviewedWith,
): Promise<void> {
  const now = deps.now();
  const { since } = await transact(session, locator.tenant, (within) =>
    rememberSchedule(within, locator.repositoryId, new Date(now)),
  );
  const past = last === null ? null : { openedAt: last.openedAt, finishedAt: last.finishedAt ?? last.openedAt };
  const next = nextOpening({ since, last: past }, asking.asked.every);
  if (next > now)
    return transact(session, locator.tenant, (within) => enqueue(within, accessReviewTimer(locator), next - now));
  await openNow(deps, session, locator, asking, now);
  const opened = await transact(session, locator.tenant, (within) =>
    loadLastReview(within, locator.tenant, locator.repositoryId),
  );
  if (opened !== null) await hear(deps, session, opened, locator, asking);
}

/** The ledger has it before anybody sees the issue. */
async function openNow(
  deps: Deps,
  session: Session,
  locator: RepositoryLocator,
  { policy, blobs, head, asked }: ReviewedWith,
  now: number,
): Promise<void> {
  const { tenant, repositoryId: id, owner, repository: name } = locator;
  const installation = deps.github.installation(tenant, locator.installation);
  const openedAt = instantOf(now);
  const nextAt = nextOpening({ since: openedAt, last: null }, asked.every);
  const subject = {
    repository: { id, server: deps.github.server, owner, name },
    policy,
    head,
    now,
    nextAt,
    resumes: true,
  };
  const { lines } = await takeStock(knowledgeOf(session, tenant), installation, subject, 'sweep');
  const dueAt = instantOf(reviewBy(epochOf(openedAt), asked.every));
  await transact(session, tenant, async (within) => {
    const review = await openReview(within, { locator, head, policy: blobs, lines, openedAt, dueAt });
    await record(within, {
      ...entryHead(locator, openedAt),
      kind: 'access-review-opened',
      pull: null,
      head,
      actor: { kind: 'timer' },
      deliveries: [],
      details: { review, dueAt, reviewers: asked.reviewers, policy: blobs, lines: lines.map(recordedLine) },
    });
  });
  deps.log.info({ tenant, repository: id, lines: lines.length }, 'opened an access review');
}
