import { type Session, transact } from '../store/database.ts';
import { latestDecision } from '../store/decisions.ts';
import { markProcessed, openDeliveries } from '../store/deliveries.ts';
import { record } from '../store/ledger.ts';
import { markClosed } from '../store/pulls.ts';
import type { Deps } from './deps.ts';
import type { TaskPayloads } from './job.ts';
import { permits, settleContents } from './lineage.ts';
import { actorOf } from './record.ts';
import { evaluateSharing } from './sharing.ts';
import { pullLock, withLock } from './with-lock.ts';

/** How soon to come back when an evaluation of it is under way, which must not record after this. */
const BUSY_MS = 50;

/**
 * Writes down that a pull request was merged or closed, and what had been decided of that head by then. Costs no call: the delivery
 * says all there is, and a merge that should not have been possible shows as one without a permitting decision.
 */
export async function close(deps: Deps, payload: TaskPayloads['close']): Promise<void> {
  const { locator, closing } = payload;
  await withLock(deps.database, pullLock(locator), BUSY_MS, (session) =>
    transact(session, locator.tenant, (within) => recordClosing(deps, within, payload)),
  );
  deps.log.info(
    { tenant: locator.tenant, repository: locator.repositoryId, pull: locator.pull, merged: closing.merged },
    'closed',
  );
}

async function recordClosing(deps: Deps, session: Session, { locator, closing }: TaskPayloads['close']): Promise<void> {
  const decided = await latestDecision(session, locator.repositoryId, locator.pull);
  await markClosed(session, locator.repositoryId, locator.pull, closing.merged ? 'merged' : 'closed');
  if (closing.merged) await settleContents(session, locator, closing.headSha);
  await evaluateSharing(session, locator, closing.headSha);
  const deliveries = await openDeliveries(session, locator.repositoryId, locator.pull);
  const closings = deliveries.filter(({ event, action }) => event === 'pull_request' && action === 'closed');
  if (decided !== null && decided.decision.check !== null) {
    const { decision, leaf } = decided;
    const permitted = permits(decision, closing.headSha);
    await record(session, {
      version: 1,
      kind: 'closed',
      at: new Date(deps.now()).toISOString(),
      tenant: locator.tenant,
      repository: { id: locator.repositoryId, name: `${locator.owner}/${locator.repository}` },
      pull: locator.pull,
      head: closing.headSha,
      actor: actorOf(closings.at(-1)),
      deliveries: closings.map(({ guid }) => guid),
      details: {
        merged: closing.merged,
        mergeCommit: closing.mergeCommit,
        by: closing.by,
        state: decision.state,
        permitted,
        decision: leaf,
      },
    });
  }
  await markProcessed(
    session,
    closings.map(({ id }) => id),
  );
}
