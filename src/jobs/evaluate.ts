import type { Decision, PolicyInForce } from '../decision/decision.ts';
import type { Facts } from '../decision/facts.ts';
import { AppError } from '../errors.ts';
import { answerWants, withAnswers } from '../github/answer-wants.ts';
import type { Installation } from '../github/client.ts';
import { headsOf, queriedFacts, writersOf } from '../github/facts.ts';
import {
  PULL_QUERY,
  type PullAnswer,
  PullAnswer as PullAnswerShape,
  type PullNode,
  type RepositoryNode,
} from '../github/pull-query.ts';
import { type Session, transact } from '../store/database.ts';
import { markProcessed, type OpenDelivery, openDeliveries } from '../store/deliveries.ts';
import { confirmInstallation, isConfirmed } from '../store/installations.ts';
import { loadBindings } from '../store/lookups.ts';
import { loadMemory, markClosed, pushesOf } from '../store/pulls.ts';
import { openRemarks, settleRemarks } from '../store/remarks.ts';
import type { Deps } from './deps.ts';
import { type Gathered, gatherAndDecide } from './gather.ts';
import { factsWithoutRefused, hear, judgeAll, type Look } from './hear.ts';
import { hearClosed } from './hear-closed.ts';
import type { PullLocator } from './job.ts';
import { settleContents, withLineage } from './lineage.ts';
import { policyInForce } from './policy-in-force.ts';
import { gateOfPolicy, readProposal } from './proposed-policy.ts';
import { recordDecision } from './record.ts';
import { rollBackFor } from './roll-back.ts';
import { evaluateSharing } from './sharing.ts';
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
  const outcome = await look(deps, session, locator);
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
  { merged, headSha }: Extract<Looked, { kind: 'closed' }>,
  deliveries: readonly OpenDelivery[],
): Promise<void> {
  const rollBack = merged ? await rollBackFor(deps, session, locator) : null;
  await transact(session, locator.tenant, async (within) => {
    await markClosed(within, locator.repositoryId, locator.pull, merged ? 'merged' : 'closed');
    if (merged) await settleContents(within, locator, headSha);
    await evaluateSharing(within, locator, headSha);
    await hearClosed(deps, within, locator, { merged, headSha, rollBack });
    await markProcessed(
      within,
      deliveries.map(({ id }) => id),
    );
  });
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

type Looked =
  | { readonly kind: 'unreachable'; readonly reason: string }
  | { readonly kind: 'closed'; readonly merged: boolean; readonly headSha: string }
  | {
      readonly kind: 'open';
      readonly installation: Installation;
      readonly answer: PullAnswer & { readonly repository: RepositoryNode };
      readonly pull: PullNode;
    };

/** Asks GitHub, as this installation, for the pull request; what the installation cannot see, or is not what the event named, is not there. */
async function look(deps: Deps, session: Session, locator: PullLocator): Promise<Looked> {
  if (!(await belongs(deps, session, locator)))
    return { kind: 'unreachable', reason: 'the installation does not belong to this account, or is gone' };
  const installation = deps.github.installation(locator.tenant, locator.installation);
  const answer = await ask(deps, installation, locator);
  if (answer === null) return { kind: 'unreachable', reason: 'the installation may not read this repository' };
  const { repository } = answer;
  if (repository === null) return { kind: 'unreachable', reason: 'the installation cannot see the repository' };
  if (
    repository.databaseId !== locator.repositoryId ||
    (repository.owner.databaseId ?? locator.tenant) !== locator.tenant
  ) {
    return { kind: 'unreachable', reason: 'the repository is not the one that the event named' };
  }
  const pull = repository.pullRequest;
  if (pull === null) return { kind: 'unreachable', reason: 'there is no such pull request' };
  if (pull.state !== 'OPEN') return { kind: 'closed', merged: pull.state === 'MERGED', headSha: pull.headRefOid };
  return { kind: 'open', installation, answer: { ...answer, repository }, pull };
}

/** The tenant comes from GitHub's own word about the installation, never from a payload alone. */
async function belongs(deps: Deps, session: Session, { tenant, installation }: PullLocator): Promise<boolean> {
  if (await transact(session, tenant, (within) => isConfirmed(within, installation))) return true;
  const owner = await deps.github.ownerOf(installation);
  if (owner === null || owner.id !== tenant) return false;
  await transact(session, tenant, (within) => confirmInstallation(within, installation, owner.login));
  return true;
}

async function ask(deps: Deps, installation: Installation, locator: PullLocator): Promise<PullAnswer | null> {
  const variables = {
    owner: locator.owner,
    name: locator.repository,
    number: locator.pull,
    policyRepository: deps.policyRepository,
  };
  try {
    const { data, errors } = await installation.query(PULL_QUERY, variables, 'facts');
    const trouble = errors.find((error) => error.type !== 'NOT_FOUND');
    if (trouble !== undefined)
      throw new AppError('github-unexpected', `GitHub answered in part only: ${trouble.message}`, { retryable: true });
    const parsed = PullAnswerShape.safeParse(data);
    if (!parsed.success)
      throw new AppError(
        'github-unexpected',
        `GitHub answered in an unknown form: ${parsed.error.issues[0]?.path.join('.')}`,
        { retryable: true },
      );
    return parsed.data;
  } catch (error) {
    if (error instanceof AppError && error.code === 'github-not-found') return null;
    throw error;
  }
}

async function decideAndRecord(
  deps: Deps,
  session: Session,
  locator: PullLocator,
  seen: Extract<Looked, { kind: 'open' }>,
  deliveries: readonly OpenDelivery[],
): Promise<Decision> {
  const force = await policyInForce(session, seen.installation, seen.answer);
  const queried = queriedFacts(deps.github.server, seen.answer.repository, seen.pull, force.paths);
  const at = new Date(deps.now()).toISOString();
  const told = await transact(session, locator.tenant, (within) => remembered(within, locator, queried, at));
  const known = asksForWrite(force.policy) ? { ...told, lookups: { people: writersOf(seen.pull, at) } } : told;
  const { pull } = queried;
  const place = {
    owner: queried.repository.owner,
    repository: queried.repository.name,
    repositoryId: locator.repositoryId,
    pull: pull.number,
    head: pull.head,
    headSha: pull.headSha,
    baseSha: pull.baseSha,
    fork: pull.forkOwner !== null,
    changedFiles: queried.files.total,
  };
  const { installation } = seen;
  const facts = await withLineage({ session, installation, key: locator, place, policy: force.policy }, known);
  const proposal = once(() => readProposal({ session, installation, place, force, facts }));
  const look: Look = async (from, wants) => ({
    ...from,
    lookups: withAnswers(from.lookups, await answerWants(installation, place, wants, 'facts')),
  });
  const { hearing, facts: spoken } = await hear(session, locator, force.policy, facts, look);
  const reader = { session, installation, place, proposal };
  const withAll = await gatherAndDecide(reader, force.policy, spoken);
  const judged = judgeAll(hearing, force.policy, withAll);
  const without = factsWithoutRefused(judged, withAll.facts);
  const gathered = without === null ? withAll : await decideAgain(reader, force.policy, without, withAll.lookupKeys);
  const defaultBranch = seen.answer.repository.defaultBranchRef?.name ?? '';
  const gate = await gateOfPolicy({ facts: gathered.facts, force, defaultBranch }, proposal);
  const here = { ...locator, owner: place.owner, repository: place.repository };
  await recordDecision(deps, session, {
    locator: here,
    force,
    deliveries,
    policyGate: gate,
    heard: { hearing, judged },
    ...gathered,
  });
  return gathered.decision;
}

async function decideAgain(
  reader: Parameters<typeof gatherAndDecide>[0],
  policy: PolicyInForce,
  facts: Facts,
  keys: readonly string[],
): Promise<Gathered> {
  const gathered = await gatherAndDecide(reader, policy, facts);
  return { ...gathered, lookupKeys: [...new Set([...keys, ...gathered.lookupKeys])].sort() };
}

/** What is asked for the first time is asked; after that it is known. */
function once<Value>(read: () => Promise<Value>): () => Promise<Value> {
  let known: Promise<Value> | undefined;
  return () => {
    known ??= read();
    return known;
  };
}

/** Whether `write` is the permission that the whole policy asks of approvers. */
function asksForWrite(policy: PolicyInForce): boolean {
  if (policy.kind !== 'valid') return false;
  return policy.effective.layers.every(({ policy: { approvals, rules } }) =>
    [approvals, ...rules.map((rule) => rule.approvals)].every(({ permission }) => (permission ?? 'write') === 'write'),
  );
}

/** Adds to what GitHub says now what the app alone knows: deliveries, earlier decisions, bindings. */
async function remembered(
  session: Session,
  locator: PullLocator,
  queried: ReturnType<typeof queriedFacts>,
  at: string,
): Promise<Facts> {
  const memory = await loadMemory(session, locator.repositoryId, locator.pull);
  const commits = [queried.pull.headSha, ...queried.commits.items.map(({ sha }) => sha)];
  const pushes = [...memory.pushes, ...(await pushesOf(session, commits))];
  return {
    at,
    ...queried,
    heads: headsOf(queried.pull, pushes, at),
    deliveredReviews: [...memory.deliveredReviews],
    interventions: [],
    history: memory.history,
    bindings: { ...(await loadBindings(session)) },
    lookups: {},
  };
}
