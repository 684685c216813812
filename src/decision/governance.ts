import type { AppliedRule, Classification } from '../policy/classification.ts';
import { matches } from '../policy/conditions.ts';
import type { DerivedFacts, Found } from '../policy/derived.ts';
import type { Policy } from '../policy/policy.ts';
import type { Subject } from '../policy/subject.ts';
import type { Governed, History } from './history.ts';
import { routesSeen } from './history.ts';

/**
 * Once governed, always governed (T20, T41): what an earlier decision, or a recorded proposal with the same content, was
 * found to be stays on top of what the pull request looks like now. Categories add up, and the route is the strictest.
 */
export function withGovernedOnce(
  policy: Policy,
  subject: Subject,
  classification: Classification,
  history: History,
): Classification {
  const before = [history.governed, ...history.lineage.map(({ governed }) => governed)].filter(
    (known) => known !== null,
  );
  if (before.length === 0) return classification;
  const names = new Set(classification.proposal.categories.map(({ name }) => name));
  const added = [...new Set(before.flatMap(({ categories }) => categories))].filter((name) => !names.has(name));
  const because = 'it was governed before, and stays so';
  const categories = [
    ...classification.proposal.categories,
    ...added.map((name) => ({ name, holds: true as const, because: [because] })),
  ];
  const proposal = {
    ...classification.proposal,
    governed: true as const,
    categories,
    route: strictestRoute([classification.proposal, ...before], classification.proposal.governed === false),
    initiator: classification.proposal.governed === false ? ('required' as const) : classification.proposal.initiator,
    because: classification.proposal.governed === true ? classification.proposal.because : because,
  };
  return { ...classification, proposal, rules: rulesFor(policy, subject, { ...classification, proposal }, added) };
}

export function governedBy({ proposal }: Classification, since: string): Governed {
  return { categories: proposal.categories.map(({ name }) => name), route: proposal.route, since };
}

function strictestRoute(
  of: readonly { readonly route: Governed['route'] }[],
  nowUngoverned: boolean,
): Governed['route'] {
  const counted = nowUngoverned ? of.slice(1) : of;
  return routesSeen[Math.max(...counted.map(({ route }) => routesSeen.indexOf(route)))] ?? 'approval';
}

/** Rules that already apply, and those that apply because of a category that it once had. */
function rulesFor(
  policy: Policy,
  subject: Subject,
  classification: Classification,
  added: readonly string[],
): readonly AppliedRule[] {
  if (added.length === 0) return classification.rules;
  const derived = derivedFrom(classification);
  const applied = new Map(classification.rules.map((entry) => [entry.rule, entry]));
  return policy.rules.flatMap((rule) => {
    const known = applied.get(rule);
    if (known !== undefined) return [known];
    const match = matches(rule.when, subject, derived);
    return match.holds === false ? [] : [{ rule, holds: match.holds, match }];
  });
}

/** What a classification has found, as further conditions read it. */
export function derivedFrom({
  systems,
  classifications,
  environments,
  blastRadius,
  proposal,
}: Classification): DerivedFacts {
  return {
    systems: found(systems),
    classifications: found(classifications),
    environments: found(environments),
    categories: found(proposal.categories),
    blastRadius: { possible: [blastRadius.level], wants: [] },
  };
}

function found(labelled: readonly { readonly name: string; readonly holds: true | 'unknown' }[]): Found {
  const namesWith = (holds: true | 'unknown') =>
    new Set(labelled.filter((entry) => entry.holds === holds).map(({ name }) => name));
  return { certain: namesWith(true), possible: namesWith('unknown'), wants: [] };
}
