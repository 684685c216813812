import type { Asked } from '../decision/asked.ts';
import { missing, type Ours, oursAmong, superfluous } from '../decision/asking.ts';
import { AppError } from '../errors.ts';
import type { Installation } from '../github/client.ts';
import type { Thread } from '../github/comments.ts';
import { requestedReviewers, requestReviewers, withdrawReviewers } from '../github/review-requests.ts';
import { type Session, transact } from '../store/database.ts';
import { type Asking, endRequests, loadAsking, saveRequests } from '../store/review-requests.ts';
import type { Deps } from './deps.ts';
import type { PullLocator } from './job.ts';
import { withLock } from './with-lock.ts';

/** How soon to come back when another worker asks for the same pull request. */
const BUSY_MS = 500;
/** How soon to come back when the budget for asking is spent: each attempt begins with a look, which costs a call too. */
const SPENT_MS = 30_000;

type Asker = {
  readonly deps: Deps;
  readonly session: Session;
  readonly locator: PullLocator;
  readonly installation: Installation;
  readonly asking: Asking;
};

/**
 * Brings the review requests of a pull request to what its decision needs: people whose seat is open are asked, once for one stage and
 * content, and a request of ours is taken back when its seat is filled. What GitHub refuses for good is left to the next change.
 */
export async function requestReviews(deps: Deps, locator: PullLocator): Promise<void> {
  const lock = `ask:${locator.repositoryId}:${locator.pull}`;
  await withLock(deps.database, lock, BUSY_MS, async (session) => {
    const asking = await transact(session, locator.tenant, (within) => loadAsking(within, locator));
    if (asking === null) return;
    const installation = deps.github.installation(locator.tenant, locator.installation);
    try {
      await bringAbout({ deps, session, locator, installation, asking });
    } catch (error) {
      if (!(error instanceof AppError) || error.retryable) throw patient(error);
      const where = { tenant: locator.tenant, repository: locator.repositoryId, pull: locator.pull };
      deps.log.warn({ ...where, reason: error.message }, 'could not ask for reviews');
    }
  });
}

function patient(error: unknown): unknown {
  if (!(error instanceof AppError) || error.code !== 'budget-exhausted') return error;
  const retryAfterMs = Math.max(SPENT_MS, error.retryAfterMs ?? 0);
  return new AppError(error.code, error.message, { retryable: true, retryAfterMs, cause: error });
}

async function bringAbout(asker: Asker): Promise<void> {
  const { installation, locator, asking } = asker;
  const ask = missing(asking.wish, asking.before);
  const { withdraw, fulfilled } = superfluous(asking.wish, asking.before);
  await end(asker, fulfilled, 'gone');
  if (ask.length === 0 && withdraw.length === 0) return;
  const shown = await requestedReviewers(installation, threadOf(locator));
  await askMissing(asker, ask, shown);
  await withdrawOurs(asker, withdraw, shown);
}

function threadOf({ owner, repository, pull }: PullLocator): Thread {
  return { owner, repository, number: pull };
}

/** Whose review is requested already is not told again; it is ours if we asked before. */
async function askMissing(asker: Asker, ask: readonly Asked[], shown: ReadonlySet<number>): Promise<void> {
  const ours = new Set(oursAmong(asker.asking.before).map(({ accountId }) => accountId));
  const there = ask.filter(({ account }) => shown.has(account.id));
  await note(
    asker,
    there.filter(({ account }) => ours.has(account.id)),
    'asked',
  );
  await note(
    asker,
    there.filter(({ account }) => !ours.has(account.id)),
    'shown',
  );
  const absent = ask.filter(({ account }) => !shown.has(account.id));
  if (absent.length === 0 || (await askTogether(asker, absent))) return;
  // GitHub refused all because of some, and does not say whom.
  for (const one of absent) if (!(await askTogether(asker, [one]))) await note(asker, [one], 'refused');
}

/** Noted before the call, so that a request whose answer is lost is known to be ours when it shows. */
async function askTogether(asker: Asker, people: readonly Asked[]): Promise<boolean> {
  await note(asker, people, 'asking');
  const logins = [...new Set(people.map(({ account }) => account.login))];
  const taken = await requestReviewers(asker.installation, threadOf(asker.locator), logins);
  if (taken) await note(asker, people, 'asked');
  return taken;
}

async function withdrawOurs(asker: Asker, withdraw: readonly Ours[], shown: ReadonlySet<number>): Promise<void> {
  const there = withdraw.filter(({ accountId }) => shown.has(accountId));
  const logins = there.map(({ login }) => login);
  if (logins.length > 0) await withdrawReviewers(asker.installation, threadOf(asker.locator), logins);
  await end(
    asker,
    there.map(({ accountId }) => accountId),
    'withdrawn',
  );
  await end(
    asker,
    withdraw.filter(({ accountId }) => !shown.has(accountId)).map(({ accountId }) => accountId),
    'gone',
  );
}

async function note(
  { deps, session, locator, asking }: Asker,
  people: readonly Asked[],
  outcome: 'asking' | 'asked' | 'shown' | 'refused',
): Promise<void> {
  if (people.length === 0) return;
  const at = new Date(deps.now());
  await transact(session, locator.tenant, (within) =>
    saveRequests(within, locator, asking.wish.content, people, outcome, at),
  );
}

async function end({ deps, session, locator }: Asker, ids: readonly number[], outcome: 'withdrawn' | 'gone') {
  if (ids.length === 0) return;
  const at = new Date(deps.now());
  await transact(session, locator.tenant, (within) => endRequests(within, locator, ids, outcome, at));
}
