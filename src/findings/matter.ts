import type { Facts } from '../decision/facts.ts';
import { noHistory } from '../decision/history.ts';
import type { InterventionOf } from '../decision/intervention.ts';
import type { KnownFinding } from './finding.ts';

/** What passed without the signatures that it needs, and is judged afterwards. */
export type Matter =
  | { readonly kind: 'glass'; readonly pull: number; readonly glass: InterventionOf<'break-glass'> }
  | { readonly kind: 'finding'; readonly finding: KnownFinding };

/** From when on the time to judge it is counted, ISO 8601 in UTC: nobody can judge what has not been found. */
export function passedAt(matter: Matter): string {
  return matter.kind === 'glass' ? matter.glass.at : matter.finding.at;
}

export function headOf(matter: Matter): string {
  return matter.kind === 'glass' ? matter.glass.head : matter.finding.head;
}

/** The pull request that it came with; null where there was none. */
export function pullOf(matter: Matter): number | null {
  return matter.kind === 'glass' ? matter.pull : matter.finding.pull;
}

/**
 * What is known of a finding as facts: where it is. Its seats are of roles alone, and those ask for nothing else. The pull request that
 * facts speak of is none here; it has number 0, which GitHub gives to nothing.
 */
export function factsOf(
  repository: Pick<Facts['repository'], 'id' | 'server' | 'owner' | 'name'>,
  { head, at }: Pick<KnownFinding, 'head' | 'at'>,
  bindings: Facts['bindings'],
): Facts {
  const empty = { items: [], total: 0 };
  return {
    at,
    repository: { ...repository, visibility: 'private', topics: [], policyPaths: [] },
    pull: {
      number: 0,
      title: '',
      body: '',
      bodyEditedAt: null,
      draft: false,
      createdAt: at,
      author: null,
      base: '',
      baseSha: head,
      head: '',
      headSha: head,
      forkOwner: null,
      requestedBy: [],
      additions: 0,
      deletions: 0,
    },
    files: empty,
    commits: empty,
    reviews: empty,
    comments: empty,
    labels: empty,
    heads: [],
    deliveredReviews: [],
    dismissals: [],
    interventions: [],
    history: noHistory,
    bindings,
    lookups: {},
  };
}
