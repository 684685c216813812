import { usesOf } from '../access-review/uses.ts';
import { digestOf } from '../audit/canonical.ts';
import type { Actor, EntryHead } from '../audit/entry.ts';
import { essenceOf } from '../decision/essence.ts';
import { evolve } from '../decision/evolve.ts';
import { accountOfSender } from '../github/sender.ts';
import type { Session } from '../store/database.ts';
import { transact } from '../store/database.ts';
import { decisionsOnCommit, latestDecision, type StoredDecision, saveDecision } from '../store/decisions.ts';
import { markProcessed, type OpenDelivery } from '../store/deliveries.ts';
import { record } from '../store/ledger.ts';
import { lockForTransaction } from '../store/locks.ts';
import { saveBindings } from '../store/lookups.ts';
import { savePull } from '../store/pulls.ts';
import { enqueue } from '../store/queue.ts';
import { saveRoleUses } from '../store/role-uses.ts';
import { askPeople } from './ask.ts';
import { askForRationales } from './ask-for-rationales.ts';
import { haveTried } from './backtest/have-tried.ts';
import { type Deps, ENGINE } from './deps.ts';
import { desireChecks, desirePolicyGate } from './desire.ts';
import { entryHead } from './entry-head.ts';
import type { Gathered } from './gather.ts';
import { evaluateJob, type PullLocator } from './job.ts';
import { recordContents } from './lineage.ts';
import { decideGroupsAgain } from './merge-queue/again.ts';
import { recordPolicyChange } from './notice-policy.ts';
import { openIfBroken } from './open-reconciliation.ts';
import { recordBreaches } from './overdue.ts';
import type { InForce } from './policy-in-force.ts';
import type { GateOfPolicy } from './proposed-policy.ts';
import { type JudgedHearing, recordCommands } from './record-commands.ts';
import { evaluateSharing } from './sharing.ts';
import { tell } from './tell.ts';

export type ToRecord = Gathered & {
  readonly locator: PullLocator;
  readonly force: InForce;
  readonly deliveries: readonly OpenDelivery[];
  /** The group of the merge queue that it was decided for, by its head; null where it was for none. */
  readonly group: string | null;
  /** What the check of the policy itself must say; null where no policy file is touched. */
  readonly policyGate: GateOfPolicy | null;
  /** What was said since the last decision, and what became of it. */
  readonly heard: JudgedHearing;
};

/**
 * Records a decision and everything that follows from it in one transaction: its ledger entry, what the next evaluation must remember,
 * what must be published, and when to look again. A decision that says nothing new adds nothing to the ledger.
 */
export async function recordDecision(deps: Deps, session: Session, what: ToRecord): Promise<void> {
  const { locator, decision, facts } = what;
  await transact(session, locator.tenant, async (within) => {
    await lockForTransaction(within, `commit:${locator.repositoryId}:${decision.head}`);
    const before = await latestDecision(within, locator.repositoryId, locator.pull);
    const history = evolve(facts.history, decision);
    await savePull(within, {
      locator,
      headSha: decision.head,
      base: facts.pull.base,
      history,
      lookupKeys: what.lookupKeys,
    });
    if (before !== null && before.decision.head !== decision.head)
      await evaluateSharing(within, locator, before.decision.head);
    await saveBindings(within, decision.bindings);
    await recordPolicyChange(within, locator, decision.at, what.force);
    const governed = decision.state !== 'ungoverned' || history.governed !== null;
    if (governed) await recordEvents(within, deps, what);
    const digest = digestOf(essenceOf(decision));
    const isNew = before === null || before.digest !== digest;
    if (isNew) {
      await append(within, deps, what, digest);
      await decideGroupsAgain(within, locator, what.group);
    }
    await tell(within, what, before, isNew);
    await recordCommands(within, deps, { ...what, head: decision.head, at: decision.at });
    await askForRationales(within, locator, decision);
    await recordContents(within, locator, facts, history);
    await askPeople(within, locator, decision, facts);
    await recordBreaches(within, what);
    const onCommit = await decisionsOnCommit(within, locator.repositoryId, decision.head);
    await desireChecks(within, onCommit, locator, decision);
    await desirePolicyGate(within, locator, decision.head, what.policyGate?.gate ?? null, onCommit.length);
    if (what.policyGate?.trial) await haveTried(within, locator, what.policyGate.trial);
    await markProcessed(
      within,
      what.deliveries.map(({ id }) => id),
    );
    if (decision.reevaluateAt !== null) {
      const timer = { ...evaluateJob(locator), key: `timer:${locator.repositoryId}:${locator.pull}` };
      await enqueue(within, timer, Date.parse(decision.reevaluateAt) - deps.now());
    }
  });
}

async function append(session: Session, deps: Deps, what: ToRecord, digest: string): Promise<StoredDecision> {
  const { decision, facts, locator } = what;
  const actor: Actor = actorOf(what.deliveries.at(-1));
  const details = { engine: ENGINE, decision: essenceOf(decision), facts: digestOf(facts), policy: what.force.blobs };
  const entry = { ...headOf(what, actor), kind: 'decision', details: details as Record<string, unknown> } as const;
  const { id, leaf } = await record(session, entry);
  const { repositoryId, pull } = locator;
  const row = { repositoryId, pull, base: facts.pull.base, decision, facts, digest, entryId: id, leaf };
  const decisionId = await saveDecision(session, row);
  await openIfBroken(session, what, decisionId);
  await saveRoleUses(session, locator, pull, usesOf(decision));
  deps.log.debug({ entry: id, leaf }, 'recorded a decision');
  return row;
}

/** One entry for each delivery that led here: who did what, as GitHub signed it. */
async function recordEvents(session: Session, deps: Deps, what: ToRecord): Promise<void> {
  for (const delivery of what.deliveries) {
    const details = { event: delivery.event, action: delivery.action, digest: delivery.digest };
    await record(session, {
      ...headOf({ ...what, deliveries: [delivery] }, actorOf(delivery)),
      kind: 'event',
      details,
    });
  }
  deps.metrics.deliveries.inc({ event: 'all', disposition: 'evaluated' }, what.deliveries.length);
}

function headOf(what: ToRecord, actor: Actor): EntryHead {
  const { locator, decision, deliveries } = what;
  return {
    ...entryHead(locator, decision.at),
    pull: locator.pull,
    head: decision.head,
    actor,
    deliveries: deliveries.map(({ guid }) => guid),
  };
}

/** Who set it off; without a delivery it was a timer or a sweep of the app's own. */
export function actorOf(delivery: OpenDelivery | undefined): Actor {
  const sender = delivery?.sender ?? null;
  return sender === null ? { kind: 'timer' } : accountOfSender(sender);
}
