import type { Decision } from '../decision/decision.ts';
import { reconcileBy } from '../decision/reconciliation.ts';
import { instantOf } from '../decision/time.ts';
import { hasBreakGlass } from '../policy/policy.ts';
import type { Session } from '../store/database.ts';
import { record } from '../store/ledger.ts';
import { enqueue } from '../store/queue.ts';
import { openReconciliation } from '../store/reconciliations.ts';
import { saveRoleUses } from '../store/role-uses.ts';
import { entryHead } from './entry-head.ts';
import { PRIORITY, type PullLocator, reconcileJob } from './job.ts';
import type { InForce } from './policy-in-force.ts';

/** Opens the reconciliation of a glass that was broken for this head, in the transaction that records the decision: once for each glass. */
export async function openIfBroken(
  session: Session,
  what: { readonly locator: PullLocator; readonly decision: Decision; readonly force: InForce },
  decisionId: string,
): Promise<void> {
  const { locator, decision, force } = what;
  const { glass } = decision;
  if (glass === null || force.policy.kind !== 'valid') return;
  const policy = force.policy.effective.layers.map((layer) => layer.policy).find(hasBreakGlass);
  if (policy === undefined) return;
  const dueAt = instantOf(reconcileBy(policy, glass.at));
  const isNew = await openReconciliation(session, { locator, decisionId, glass, policy: force.blobs, dueAt });
  if (!isNew) return;
  await record(session, {
    ...entryHead(locator, decision.at),
    kind: 'glass-broken',
    pull: locator.pull,
    head: decision.head,
    actor: glass.by,
    deliveries: [],
    details: {
      incident: glass.incident,
      reason: glass.reason,
      command: glass.id,
      reconcileBy: dueAt,
      state: decision.state,
    },
  });
  const uses = policy.breakGlass.roles.map(
    (role) => ({ role, account: glass.by.id, what: 'broke-the-glass', at: glass.at }) as const,
  );
  await saveRoleUses(session, locator, locator.pull, uses);
  await enqueue(session, reconcileJob(locator, PRIORITY.people));
}
