import type { Actor, Entry } from '../../audit/entry.ts';
import type { Deps } from '../deps.ts';
import { entryHead } from '../entry-head.ts';
import type { MergeGroup } from '../job.ts';

/** What every entry of the ledger about a group says. */
export function groupHead(deps: Deps, { locator, headSha }: MergeGroup, actor: Actor): Omit<Entry, 'details'> {
  return {
    ...entryHead(locator, new Date(deps.now()).toISOString()),
    kind: 'merge-group',
    pull: null,
    head: headSha,
    actor,
    deliveries: [],
  };
}
