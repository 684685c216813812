import type { Decision } from '../decision/decision.ts';
import { accountOf } from '../github/facts.ts';
import type { PullNode } from '../github/pull-query.ts';
import { type Session, transact } from '../store/database.ts';
import { markProcessed, type OpenDelivery, openDeliveries } from '../store/deliveries.ts';
import { knowledgeOf } from '../store/knowledge.ts';
import { openRemarks, settleRemarks } from '../store/remarks.ts';
import { saveChangedAt } from '../store/swept-pulls.ts';
import { belongs } from './belongs.ts';
import { recordClosing } from './close.ts';
import type { Deps } from './deps.ts';
import { hearClosed } from './hear-closed.ts';
import type { Closing, PullLocator } from './job.ts';
import { type Looked, look, type Seen } from './look.ts';
import { policyInForce } from './policy-in-force.ts';
import { reachDecision } from './reach-decision.ts';
import { recordDecision } from './record.ts';
import { reopenRecord, signedAgainFor } from './records/sign-again.ts';
import { rollBackFor } from './roll-back.ts';
import { pullLock, withLock } from './with-lock.ts';

/** How soon to come back when another worker evaluates the same pull request. */
const BUSY_MS = 50;

/**
 * Evaluates one pull request from the state of the world: policy from the default branches, facts by one query, the decision, and one
 * transaction that records it with what is to be published. Throws only for trouble that may pass; everything else is an outcome.
 */
export function evaluate(deps: Deps, locator: PullLocator): Promise<void> {
  return withLock(deps.database, pullLock(locator), BUSY_MS, async (session) => {
    await evaluateLocked(deps, session, locator);
  });
}

export type How = {
  /** Kept answers of GitHub from before this instant are not believed. */
  readonly believedFrom?: number;
  /** The head of the merge queue's group for which it is evaluated: whoever asks decides about that group itself. */
  readonly group?: string;
};

/** What has become of a pull request that was evaluated. What was decided is on record. */
export type Evaluated =
  | { readonly kind: 'unreachable'; readonly reason: string }
  | { readonly kind: 'closed' }
  | { readonly kind: 'open' };

/** As {@link evaluate}, for a caller whose session holds the lock of the pull request. */
export async function evaluateLocked(
  deps: Deps,
  session: Session,
  locator: PullLocator,
  how: How = {},
): Promise<Evaluated> {
  const deliveries = await transact(session, locator.tenant, (within) =>
    openDeliveries(within, locator.repositoryId, locator.pull),
  );
  const outcome = await lookFor(deps, session, locator);
  const log = deps.log.child({ tenant: locator.tenant, repository: locator.repositoryId, pull: locator.pull });
  switch (outcome.kind) {
    case 'unreachable':
      await settle(session, locator, deliveries, outcome.reason);
      log.info({ reason: outcome.reason }, 'nothing to evaluate');
      return outcome;
    case 'closed':
      await settleClosed(deps, session, locator, outcome, deliveries);
      return { kind: 'closed' };
    case 'open': {
      const decision = await decideAndRecord(deps, session, locator, outcome, { deliveries, how });
      deps.metrics.decisions.inc({ state: decision.state });
      log.info({ state: decision.state, check: decision.check, head: decision.head, title: decision.title }, 'decided');
      return { kind: 'open' };
    }
  }
}

async function settleClosed(
  deps: Deps,
  session: Session,
  locator: PullLocator,
  seen: Seen,
  deliveries: readonly OpenDelivery[],
): Promise<void> {
  const closing = closingOf(seen.pull);
  const { merged, headSha } = closing;
  const rollBack = merged ? await rollBackFor(deps, session, locator) : null;
  const again = merged ? await signedAgainFor(deps, session, locator, seen) : null;
  await transact(session, locator.tenant, async (within) => {
    await recordClosing(deps, within, locator, closing);
    if (again !== null) await reopenRecord(deps, within, again, deliveries);
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
    mergedAt: pull.mergedAt ?? null,
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

async function decideAndRecord(
  deps: Deps,
  session: Session,
  locator: PullLocator,
  seen: Seen,
  { deliveries, how }: { readonly deliveries: readonly OpenDelivery[]; readonly how: How },
): Promise<Decision> {
  const knowledge = knowledgeOf(session, locator.tenant);
  const force = await policyInForce(knowledge, seen.installation, seen.answer);
  const { believedFrom, group = null } = how;
  const surroundings = { ...deps, knowledge, server: deps.github.server, believedFrom };
  const reached = await reachDecision(surroundings, seen, force);
  const { owner, name } = reached.facts.repository;
  await recordDecision(deps, session, {
    ...reached,
    locator: { ...locator, owner, repository: name },
    force,
    deliveries,
    group,
  });
  await transact(session, locator.tenant, (within) =>
    saveChangedAt(within, locator, seen.pull.updatedAt, reached.decision.at),
  );
  return reached.decision;
}
