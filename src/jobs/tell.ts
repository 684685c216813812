import type { Decision, PolicyInForce } from '../decision/decision.ts';
import type { Facts } from '../decision/facts.ts';
import { noticesOf } from '../notify/notices.ts';
import type { Notify } from '../policy/policy.ts';
import type { Session } from '../store/database.ts';
import { type StoredDecision, wasDraft } from '../store/decisions.ts';
import { notify } from '../store/notifications.ts';
import type { PullLocator } from './job.ts';

export type Decided = {
  readonly locator: PullLocator;
  readonly decision: Decision;
  readonly facts: Facts;
  readonly force: { readonly policy: PolicyInForce };
};

/**
 * Has people told of what a decision says that the one before it did not, in the transaction that records it. A pull request that
 * is no draft any more may be decided as before: it is then told of as if nothing had come before, since nobody was.
 */
export async function tell(
  session: Session,
  { locator, decision, facts, force }: Decided,
  before: StoredDecision | null,
  isNew: boolean,
): Promise<void> {
  const policy = channelsIn(force.policy);
  if (policy === undefined || policy.on.length === 0) return;
  const untold = before !== null && (await wasDraft(session, locator.repositoryId, before));
  if (!isNew && !untold) return;
  const notices = noticesOf(untold ? null : (before?.decision ?? null), decision, whereOf(facts));
  const { tenant, repositoryId } = locator;
  const about = { tenant, organization: facts.repository.owner, repositoryId, head: decision.head };
  await notify(session, about, notices, policy);
}

/** Of the first layer, which is the organization's where it has a policy: a repository adds no channels to that. */
function channelsIn(policy: PolicyInForce): Notify | undefined {
  switch (policy.kind) {
    case 'none':
      return undefined;
    case 'valid':
      return policy.effective.layers[0].policy.notify;
    case 'invalid':
      return policy.lastValid?.layers[0].policy.notify;
  }
}

function whereOf({ repository: { server, owner, name }, pull: { number, title, draft } }: Facts) {
  const repository = `${owner}/${name}`;
  return { repository, pull: number, title, url: `${server}/${repository}/pull/${number}`, draft };
}
