import type { Finding } from '../../findings/finding.ts';
import type { Session } from '../../store/database.ts';
import { isFound, saveFinding } from '../../store/findings.ts';
import { record } from '../../store/ledger.ts';
import { lockForTransaction } from '../../store/locks.ts';
import type { Deps } from '../deps.ts';
import type { RepositoryLocator } from '../job.ts';

/** Writes down what was found, once, within the transaction of `session`: in the ledger first, and then for those who follow it up. */
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
    version: 1,
    kind: 'finding',
    at: at.toISOString(),
    tenant: locator.tenant,
    repository: { id: locator.repositoryId, name: `${locator.owner}/${locator.repository}` },
    pull: finding.pull,
    head: finding.head,
    actor: finding.by ?? { kind: 'app' },
    deliveries: [],
    details: { finding: finding.kind, title: finding.title, environment: finding.environment, ...finding.details },
  });
  await saveFinding(session, locator, finding, { entryId, at });
  deps.metrics.findings.inc({ kind: finding.kind });
  deps.log.warn(
    { tenant: locator.tenant, repository: locator.repositoryId, finding: finding.kind, title: finding.title },
    'found',
  );
}
