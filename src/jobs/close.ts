import { type Session, transact } from '../store/database.ts';
import { latestDecision, type StoredDecision } from '../store/decisions.ts';
import { markProcessed, openDeliveries } from '../store/deliveries.ts';
import { record } from '../store/ledger.ts';
import { saveMerge } from '../store/merges.ts';
import { markClosed, stateOf } from '../store/pulls.ts';
import type { Deps } from './deps.ts';
import { entryHead } from './entry-head.ts';
import type { Closing, PullLocator, TaskPayloads } from './job.ts';
import { permits, settleContents } from './lineage.ts';
import { decideGroupsAgain } from './merge-queue/again.ts';
import { actorOf } from './record.ts';
import { beginFollowing } from './records/open.ts';
import { evaluateSharing } from './sharing.ts';
import { pullLock, withLock } from './with-lock.ts';

/** How soon to come back when an evaluation of it is under way, which must not record after this. */
const BUSY_MS = 50;

/**
 * Writes down that a pull request was merged or closed, and what had been decided of that head by then. Costs no call: the delivery
 * says all there is, and a merge that should not have been possible shows as one without a permitting decision.
 */
export async function close(deps: Deps, { locator, closing }: TaskPayloads['close']): Promise<void> {
  await withLock(deps.database, pullLock(locator), BUSY_MS, (session) =>
    transact(session, locator.tenant, (within) => recordClosing(deps, within, locator, closing)),
  );
  deps.log.info(
    { tenant: locator.tenant, repository: locator.repositoryId, pull: locator.pull, merged: closing.merged },
    'closed',
  );
}

/** Records a closing once, whoever tells of it first: its own delivery, or GitHub when the pull request was looked at. */
export async function recordClosing(
  deps: Deps,
  session: Session,
  locator: PullLocator,
  closing: Closing,
): Promise<void> {
  const wasOpen = (await stateOf(session, locator.repositoryId, locator.pull)) !== stateAfter(closing);
  const decided = await latestDecision(session, locator.repositoryId, locator.pull);
  await markClosed(session, locator.repositoryId, locator.pull, stateAfter(closing));
  if (closing.merged) await keepMerge(deps, session, locator, closing, decided);
  if (wasOpen && !closing.merged) await decideGroupsAgain(session, locator, null);
  await evaluateSharing(session, locator, closing.headSha);
  const deliveries = await openDeliveries(session, locator.repositoryId, locator.pull);
  const closings = deliveries.filter(({ event, action }) => event === 'pull_request' && action === 'closed');
  if (decided !== null && decided.decision.check !== null && (wasOpen || closings.length > 0)) {
    const { decision, leaf } = decided;
    await record(session, {
      ...entryHead(locator, new Date(deps.now()).toISOString()),
      kind: 'closed',
      pull: locator.pull,
      head: closing.headSha,
      actor: closings.length > 0 ? actorOf(closings.at(-1)) : (closing.by ?? { kind: 'app' }),
      deliveries: closings.map(({ guid }) => guid),
      details: {
        merged: closing.merged,
        mergeCommit: closing.mergeCommit,
        by: closing.by,
        state: decision.state,
        permitted: isPermitted(decided, closing),
        decision: leaf,
      },
    });
  }
  await markProcessed(
    session,
    closings.map(({ id }) => id),
  );
}

function stateAfter({ merged }: Closing): 'merged' | 'closed' {
  return merged ? 'merged' : 'closed';
}

/** What was decided of another base says nothing of this one (T13). */
function isPermitted(decided: StoredDecision | null, { headSha, base }: Closing): boolean {
  return decided !== null && decided.base === base && permits(decided.decision, headSha);
}

async function keepMerge(
  deps: Deps,
  session: Session,
  locator: PullLocator,
  closing: Closing,
  decided: StoredDecision | null,
): Promise<void> {
  const permitted = isPermitted(decided, closing);
  if (permitted) await settleContents(session, locator, closing.headSha);
  const at = closing.mergedAt ?? new Date(deps.now()).toISOString();
  const isNew = await saveMerge(session, {
    repositoryId: locator.repositoryId,
    pull: locator.pull,
    base: closing.base,
    head: closing.headSha,
    mergeCommit: closing.mergeCommit,
    permitted,
    state: decided?.decision.state ?? null,
    environment: decided?.decision.environment ?? null,
    at,
    by: closing.by,
  });
  if (isNew) await beginFollowing(deps, session, locator, { closing, at, decided: permitted ? decided : null });
}
