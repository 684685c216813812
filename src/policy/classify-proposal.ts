import type { Labelled, ProposalOutcome } from './classification.ts';
import { changedPaths } from './classify-systems.ts';
import { matches, wantsOf } from './conditions.ts';
import type { DerivedFacts, Found } from './derived.ts';
import type { Policy, Proposal } from './policy.ts';
import { routes } from './schema.ts';
import { otherwiseCategory, policyChangeCategory, type Subject } from './subject.ts';
import { some, type Truth, type Want } from './truth.ts';

/** The category, route and initiator of a change, and whether it is a proposal at all. */
export function proposalOutcome(
  policy: Policy,
  subject: Subject,
  derived: DerivedFacts,
): { readonly outcome: ProposalOutcome; readonly found: Found } {
  const touch = policyTouch(subject);
  const search = firstMatch(policy.proposals, subject, derived);
  const candidates = withOtherwise(search, policy, touch);
  const touchWants: readonly Want[] = touch.touches === 'unknown' ? [{ fact: 'files' }] : [];
  const categories = labelled(candidates, touch.touches);
  const { governed, policyChange } = verdictOf(candidates, touch.touches);
  const found = { ...namesOf(categories), wants: [...search.wants, ...touchWants] };
  const outcome = {
    governed,
    categories,
    policyChange,
    route: strictestRoute(candidates.possible),
    initiator: initiatorOf(candidates.possible),
    because: becauseOf(candidates, touch),
  };
  return { outcome, found };
}

type Touch = { readonly touches: Truth; readonly nothingElse: boolean; readonly path: string | undefined };

/** Whether a policy file is touched, and whether nothing else is. */
function policyTouch({ repository: { policyPaths }, change: { files } }: Subject): Touch {
  const paths = changedPaths(files);
  const path = paths.find((candidate) => policyPaths.includes(candidate));
  const settled = files.complete || policyPaths.every((policy) => files.untouched?.includes(policy) === true);
  const touches = path !== undefined ? true : settled ? false : 'unknown';
  const nothingElse = files.complete && paths.length > 0 && paths.every((candidate) => policyPaths.includes(candidate));
  return { touches, nothingElse, path };
}

type Candidate = Pick<Proposal, 'category' | 'route' | 'initiator'>;

type Search = {
  /** Those that may be the first match, in order. */
  readonly possible: readonly Candidate[];
  /** Whether one of them is the match for certain. */
  readonly certain: boolean;
  readonly because: readonly string[];
  readonly wants: readonly Want[];
};

function firstMatch(proposals: readonly Proposal[], subject: Subject, derived: DerivedFacts): Search {
  const possible: Candidate[] = [];
  const because: string[] = [];
  const wants: Want[] = [];
  for (const proposal of proposals) {
    const match = matches(proposal.when, subject, derived);
    if (match.holds === false) continue;
    possible.push(proposal);
    because.push(`${proposal.category}: ${match.because}`);
    wants.push(...wantsOf(match));
    if (match.holds === true) return { possible, certain: true, because, wants };
  }
  return { possible, certain: false, because, wants };
}

/** `otherwise: governed` catches the rest, but for a change that only mends policy. */
function withOtherwise(search: Search, { otherwise }: Policy, touch: Touch): Search {
  if (search.certain || otherwise === 'ungoverned') return search;
  if (touch.nothingElse && search.possible.length === 0) return search;
  const rest: Candidate = { category: otherwiseCategory, route: 'approval', initiator: 'required' };
  const because = [...search.because, `${otherwiseCategory}: policy governs every pull request`];
  return { ...search, possible: [...search.possible, rest], certain: true, because };
}

function labelled({ possible, certain, because }: Search, touches: Truth): readonly Labelled[] {
  const isSure = certain && new Set(possible.map(({ category }) => category)).size === 1;
  const ordinary = possible.map(
    ({ category }, index): Labelled => ({
      name: category,
      holds: isSure ? true : 'unknown',
      because: because.slice(index, index + 1),
    }),
  );
  if (touches === false) return ordinary;
  return [...ordinary, { name: policyChangeCategory, holds: touches, because: ['a policy file is touched'] }];
}

function namesOf(categories: readonly Labelled[]): Pick<Found, 'certain' | 'possible'> {
  return {
    certain: new Set(categories.filter(({ holds }) => holds === true).map(({ name }) => name)),
    possible: new Set(categories.filter(({ holds }) => holds === 'unknown').map(({ name }) => name)),
  };
}

function verdictOf({ possible, certain }: Search, touches: Truth): Pick<ProposalOutcome, 'governed' | 'policyChange'> {
  const ordinary: Truth = certain ? true : possible.length > 0 ? 'unknown' : false;
  if (touches === false) return { governed: ordinary, policyChange: 'none' };
  const policyChange = touches === true && ordinary === false ? 'only' : 'also';
  return { governed: some([ordinary, touches]), policyChange };
}

function strictestRoute(possible: readonly Candidate[]): Candidate['route'] {
  const strictest = Math.max(...possible.map(({ route }) => routes.indexOf(route)));
  return routes[strictest] ?? 'approval';
}

function initiatorOf(possible: readonly Candidate[]): Candidate['initiator'] {
  return possible.some(({ initiator }) => initiator === 'required') ? 'required' : 'none';
}

function becauseOf({ possible, because }: Search, { path }: Touch): string {
  const policy = path === undefined ? [] : [`${policyChangeCategory}: touches ${path}`];
  const reasons = [...because, ...policy];
  return possible.length === 0 && reasons.length === 0 ? 'no proposal condition matches' : reasons.join('; ');
}
