import type { Actor, Entry } from '../../audit/entry.ts';
import type { Deps } from '../deps.ts';
import type { MergeGroup } from '../job.ts';

/** What every entry of the ledger about a group says. */
export function entryHead(deps: Deps, { locator, headSha }: MergeGroup, actor: Actor): Omit<Entry, 'details'> {
  return {
    version: 1,
    kind: 'merge-group',
    at: new Date(deps.now()).toISOString(),
    tenant: locator.tenant,
    repository: { id: locator.repositoryId, name: `${locator.owner}/${locator.repository}` },
    pull: null,
    head: headSha,
    actor,
    deliveries: [],
  };
}
