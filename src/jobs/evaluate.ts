import type { Decision } from '../decision/decision.ts';
import { accountOf } from '../github/facts.ts';
import type { PullNode } from '../github/pull-query.ts';
import { type Session, transact } from '../store/database.ts';
import { markProcessed, type OpenDelivery, openDeliveries } from '../store/deliveries.ts';
import { confirmInstallation, isConfirmed } from '../store/installations.ts';
import { knowledgeOf } from '../store/knowledge.ts';
import { openRemarks, settleRemarks } from '../store/remarks.ts';
import { saveChangedAt } from '../store/swept-pulls.ts';
import { recordClosing } from './close.ts';
import type { Deps } from './deps.ts';
import { hearClosed } from './hear-closed.ts';
import type { Closing, PullLocator } from './job.ts';
import { type Looked, look, type Seen } from './look.ts';
import { policyInForce } from './policy-in-force.ts';
import { reachDecision } from './reach-decision.ts';
import { recordDecision } from './record.ts';
import { rollBackFor } from './roll-back.ts';
import { pullLock, withLock } from './with-lock.ts';

/** How soon to come back when another worker evaluates the same pull request. */
const BUSY_MS = 50;

/**
 * Evaluates one pull request from the state of the world: policy from the default branches, facts by one query, the decision, and one
 * transaction that records it with what is to be published. Throws only for trouble that may pass; everything else is an outcome.
 */
export function evaluate(deps: Deps, locator: PullLocator): Promise<void> {
  return withLock(deps.database, pullLock(locator), BUSY_MS, (session) => evaluateLocked(deps, session, locator));
}

async function evaluateLocked(deps: Deps, session: Session, locator: PullLocator): Promise<void> {
  const deliveries = await transact(session, locator.tenant, (within) =>
    openDeliveries(within, locator.repositoryId, locator.pull),
  );
  const outcome = await lookFor(deps, session, locator);
  const log = deps.log.child({ tenant: locator.tenant, repository: locator.repositoryId, pull: locator.pull });
  switch (outcome.kind) {
    case 'unreachable':
      await settle(session, locator, deliveries, outcome.reason);
      log.info({ reason: outcome.reason }, 'nothing to evaluate');
      return;
    case 'closed':
      await settleClosed(deps, session, locator, outcome, deliveries);
      return;
    case 'open': {
      const decision = await decideAndRecord(deps, session, locator, outcome, deliveries);
      deps.metrics.decisions.inc({ state: decision.state });
      log.info({ state: decision.state, check: decision.check, head: decision.head, title: decision.title }, 'decided');
    }
  }
}

async function settleClosed(
  deps: Deps,
  session: Session,
  locator: PullLocator,
  { pull }: Seen,
  deliveries: readonly OpenDelivery[],
): Promise<void> {
  const closing = closingOf(pull);
  const { merged, headSha } = closing;
  const rollBack = merged ? await rollBackFor(deps, session, locator) : null;
  await transact(session, locator.tenant, async (within) => {
    await recordClosing(deps, within, locator, closing);
    await hearClosed(deps, within, locator, { merged, headSha, rollBack });
    await markProcessed(
      within,
      deliveries.map(({ id }) => id),
    );
  });
}

/** A closing as GitHub shows it afterwards, where its delivery was late or lost. */
function closingOf(pull: PullNode): Closing {
  const merged = pull.state === 'MERGED';
  return {
    merged,
    mergeCommit: merged ? (pull.mergeCommit?.oid ?? null) : null,
    headSha: pull.headRefOid,
    base: pull.baseRefName,
    by: accountOf(pull.mergedBy ?? null),
  };
}

async function settle(
  session: Session,
  locator: PullLocator,
  deliveries: readonly OpenDelivery[],
  reason: string,
): Promise<void> {
  await transact(session, locator.tenant, async (within) => {
    // What was said while it was out of reach must not come back to life later.
    const remarks = await openRemarks(within, locator.repositoryId, locator.pull);
    await settleRemarks(
      within,
      remarks.map(({ id }) => id),
    );
    await markProcessed(
      within,
      deliveries.map(({ id }) => id),
      reason,
    );
  });
}

/** Asks GitHub for the pull request, as the installation that the event named, if that is its account's own. */
async function lookFor(deps: Deps, session: Session, locator: PullLocator): Promise<Looked> {
  if (!(await belongs(deps, session, locator)))
    return { kind: 'unreachable', reason: 'the installation does not belong to this account, or is gone' };
  const installation = deps.github.installation(locator.tenant, locator.installation);
  return look(
    installation,
    locator,
    deps.policyRepository,
    ({ databaseId, owner }) =>
      databaseId === locator.repositoryId && (owner.databaseId ?? locator.tenant) === locator.tenant,
  );
}

/** The tenant comes from GitHub's own word about the installation, never from a payload alone. */
async function belongs(deps: Deps, session: Session, { tenant, installation }: PullLocator): Promise<boolean> {
  if (await transact(session, tenant, (within) => isConfirmed(within, installation))) return true;
  const owner = await deps.github.ownerOf(installation);
  if (owner === null || owner.id !== tenant) return false;
  await transact(session, tenant, (within) => confirmInstallation(within, installation, owner.login));
  return true;
}

async function decideAndRecord(
  deps: Deps,
  session: Session,
  locator: PullLocator,
  seen: Seen,
  deliveries: readonly OpenDelivery[],
): Promise<Decision> {
  const knowledge = knowledgeOf(session, locator.tenant);
  const force = await policyInForce(knowledge, seen.installation, seen.answer);
  const reached = await reachDecision({ ...deps, knowledge, server: deps.github.server }, seen, force);
  const { owner, name } = reached.facts.repository;
  await recordDecision(deps, session, {
    ...reached,
    locator: { ...locator, owner, repository: name },
    force,
    deliveries,
  });
  await transact(session, locator.tenant, (within) =>
    saveChangedAt(within, locator, seen.pull.updatedAt, reached.decision.at),
  );
  return reached.decision;
}
