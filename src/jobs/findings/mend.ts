import type { Account } from '../../decision/values.ts';
import type { Session } from '../../store/database.ts';
import { record } from '../../store/ledger.ts';
import { mendFindings } from '../../store/mended.ts';
import { enqueue } from '../../store/queue.ts';
import type { Deps } from '../deps.ts';
import { entryHead } from '../entry-head.ts';
import { type RepositoryLocator, reconcileFindingJob } from '../job.ts';

/** Writes down, within the transaction of `session`, that what was found does not hold any more; says of how much. */
export async function mend(
  deps: Deps,
  session: Session,
  locator: RepositoryLocator,
  {
    begins,
    except = null,
    by,
  }: { readonly begins: string; readonly except?: string | null; readonly by: Account | null },
): Promise<number> {
  const at = new Date(deps.now());
  const mended = await mendFindings(session, locator.repositoryId, { begins, except, at });
  for (const { id, kind, key, title, environment, head } of mended) {
    await record(session, {
      ...entryHead(locator, at.toISOString()),
      kind: 'finding-mended',
      pull: null,
      head,
      actor: by ?? { kind: 'app' },
      deliveries: [],
      details: { finding: kind, number: id, key, title, environment },
    });
    await enqueue(session, reconcileFindingJob({ tenant: locator.tenant, finding: id }));
    deps.log.info({ tenant: locator.tenant, repository: locator.repositoryId, finding: kind, title }, 'mended');
  }
  return mended.length;
}
