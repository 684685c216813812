import type { Finding } from '../../findings/finding.ts';
import { noticeOfFinding } from '../../notify/findings.ts';
import type { Session } from '../../store/database.ts';
import { isFound, saveFinding } from '../../store/findings.ts';
import { knowledgeWithin } from '../../store/knowledge.ts';
import { record } from '../../store/ledger.ts';
import { lockForTransaction } from '../../store/locks.ts';
import { notify } from '../../store/notifications.ts';
import { loadLastValid, type PolicyBlobs } from '../../store/policies.ts';
import { enqueue } from '../../store/queue.ts';
import type { Deps } from '../deps.ts';
import { entryHead } from '../entry-head.ts';
import { type RepositoryLocator, reconcileFindingJob } from '../job.ts';
import { effectiveOf } from '../policy-in-force.ts';

/**
 * Writes down what was found, once, within the transaction of `session`: in the ledger first, and then for those who follow it up. Channels
 * are told, and an issue will be opened, on which other people reconcile it under the policy of this moment.
 */
export async function openFinding(
  deps: Deps,
  session: Session,
  locator: RepositoryLocator,
  finding: Finding,
): Promise<void> {
  await lockForTransaction(session, `finding:${locator.repositoryId}:${finding.key}`);
  if (await isFound(session, locator.repositoryId, finding.key)) return;
  const at = new Date(deps.now());
  const { id: entryId } = await record(session, {
    ...entryHead(locator, at.toISOString()),
    kind: 'finding',
    pull: finding.pull,
    head: finding.head,
    actor: finding.by ?? { kind: 'app' },
    deliveries: [],
    details: { finding: finding.kind, title: finding.title, environment: finding.environment, ...finding.details },
  });
  const policy = await loadLastValid(session, locator.repositoryId);
  const id = await saveFinding(session, locator, finding, { entryId, at, policy });
  await tellChannels(deps, session, locator, finding, policy);
  await enqueue(session, reconcileFindingJob({ tenant: locator.tenant, finding: id }));
  deps.metrics.findings.inc({ kind: finding.kind });
  deps.log.warn(
    { tenant: locator.tenant, repository: locator.repositoryId, finding: finding.kind, title: finding.title },
    'found',
  );
}

async function tellChannels(
  deps: Deps,
  session: Session,
  { tenant, owner, repository: name, repositoryId }: RepositoryLocator,
  finding: Finding,
  policy: PolicyBlobs | null,
): Promise<void> {
  const effective = policy === null ? undefined : await effectiveOf(knowledgeWithin(session), policy);
  if (effective === undefined) return;
  const repository = `${owner}/${name}`;
  const page = finding.pull === null ? `commit/${finding.head}` : `pull/${finding.pull}`;
  const about = { repository, pull: finding.pull, url: `${deps.github.server}/${repository}/${page}` };
  const channels = effective.layers[0].policy.notify;
  const where = { tenant, organization: owner, repositoryId, head: finding.head };
  await notify(session, where, [noticeOfFinding(finding, about)], channels);
}
