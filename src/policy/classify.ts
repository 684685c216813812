import type { AppliedRule, Classification, Labelled, ProposalOutcome } from './classification.ts';
import { proposalOutcome } from './classify-proposal.ts';
import { type TouchedSystems, touchedSystems } from './classify-systems.ts';
import { matches, wantsOf } from './conditions.ts';
import { type DerivedFacts, type Found, nothingDerived } from './derived.ts';
import { globTest } from './glob.ts';
import type { BlastRadiusCondition, Environment, Policy, Rule } from './policy.ts';
import type { Condition } from './schema/condition.ts';
import type { BlastRadius } from './schema/values.ts';
import { policyChangeCategory, type Subject } from './subject.ts';
import { type Match, some, type Want } from './truth.ts';

/**
 * What one policy makes of a subject: repository and change → systems → classifications → environments → blast radius →
 * category → rules. Each step reads only what the steps before it found.
 */
export function classify(policy: Policy, subject: Subject): Classification {
  const systems = touchedSystems(policy.systems, subject);
  const afterSystems = { ...nothingDerived, systems: systems.found };
  const labels = classifications(policy, subject, systems, afterSystems);
  const places = environments(policy.environments, subject);
  const afterPlaces = { ...afterSystems, classifications: labels.found, environments: places.found };
  const radius = blastRadius(policy.blastRadius, subject, afterPlaces);
  const beforeCategory = { ...afterPlaces, blastRadius: radius.found };
  const { outcome, found: categories } = proposalOutcome(policy, subject, beforeCategory);
  const rules = appliedRules(policy.rules, subject, { ...beforeCategory, categories }, outcome);
  return {
    systems: systems.touched,
    classifications: labels.labelled,
    environments: places.labelled,
    gate: gateOf(policy.environments, subject.change.base),
    blastRadius: radius.answer,
    proposal: outcome,
    rules,
    wants: distinct([
      ...systems.found.wants,
      ...labels.found.wants,
      ...places.found.wants,
      ...radius.found.wants,
      ...categories.wants,
      ...rules.flatMap(({ match }) => wantsOf(match)),
    ]),
  };
}

/** The strictest environment that claims a branch. */
export function gateOf(environments: readonly Environment[], base: string): string | undefined {
  return environments.find((environment) => claimOf(environment, base) !== undefined)?.name;
}

function claimOf({ base: globs }: Environment, base: string): string | undefined {
  const glob = globs.find((candidate) => globTest(candidate)(base));
  return glob === undefined ? undefined : `base ${base} matches ${glob}`;
}

type Step = { readonly labelled: readonly Labelled[]; readonly found: Found };

function classifications(policy: Policy, subject: Subject, systems: TouchedSystems, derived: DerivedFacts): Step {
  const reasons = new Map<string, Reasons>();
  const wants: Want[] = [];
  for (const { name, holds } of systems.touched) {
    const system = policy.systems.find((candidate) => candidate.name === name);
    for (const label of system?.classifications ?? []) note(reasons, label, holds, `system ${name}`);
    if (holds === 'unknown') wants.push(...systems.found.wants);
  }
  for (const { name, when } of policy.classifications) {
    const match = matches(when, subject, derived);
    if (match.holds !== false) note(reasons, name, match.holds, match.because);
    wants.push(...wantsOf(match));
  }
  return stepOf(reasons, wants);
}

function environments(defined: readonly Environment[], subject: Subject): Step {
  const reasons = new Map<string, Reasons>();
  const wants: Want[] = [];
  for (const environment of defined) {
    const claim = claimOf(environment, subject.change.base);
    if (claim !== undefined) note(reasons, environment.name, true, claim);
    if (environment.paths.length === 0) continue;
    const match = matches({ kind: 'globs', key: 'paths', globs: environment.paths }, subject, nothingDerived);
    if (match.holds !== false) note(reasons, environment.name, match.holds, match.because);
    if (claim === undefined) wants.push(...wantsOf(match));
  }
  return stepOf(reasons, wants);
}

type Reasons = { holds: true | 'unknown'; readonly because: string[] };

function note(reasons: Map<string, Reasons>, name: string, holds: true | 'unknown', because: string): void {
  const known = reasons.get(name);
  if (known === undefined) reasons.set(name, { holds, because: [because] });
  else {
    known.holds = some([known.holds, holds]) === true ? true : 'unknown';
    known.because.push(because);
  }
}

function stepOf(reasons: ReadonlyMap<string, Reasons>, wants: readonly Want[]): Step {
  const labelled = [...reasons].map(([name, { holds, because }]) => ({ name, holds, because }));
  const uncertain = labelled.filter(({ holds }) => holds === 'unknown');
  return {
    labelled,
    found: {
      certain: new Set(labelled.filter(({ holds }) => holds === true).map(({ name }) => name)),
      possible: new Set(uncertain.map(({ name }) => name)),
      wants: uncertain.length === 0 ? [] : wants,
    },
  };
}

function blastRadius(conditions: readonly BlastRadiusCondition[], subject: Subject, derived: DerivedFacts) {
  const possible: BlastRadius[] = [];
  const wants: Want[] = [];
  let because = 'no blast-radius condition matches';
  for (const { level, when } of conditions) {
    const match = matches(when, subject, derived);
    if (match.holds === false) continue;
    if (possible.length === 0) because = match.because;
    possible.push(level);
    wants.push(...wantsOf(match));
    if (match.holds === true) return radiusOf(possible, wants, because);
  }
  return radiusOf([...possible, 'low'], wants, because);
}

function radiusOf(possible: readonly BlastRadius[], wants: readonly Want[], because: string) {
  const holds: true | 'unknown' = possible.length === 1 ? true : 'unknown';
  return { found: { possible, wants }, answer: { level: possible[0] ?? 'critical', holds, because } };
}

function appliedRules(
  rules: readonly Rule[],
  subject: Subject,
  derived: DerivedFacts,
  { policyChange }: ProposalOutcome,
): readonly AppliedRule[] {
  const considered = policyChange === 'only' ? rules.filter(({ when }) => namesPolicyChange(when)) : rules;
  const readings = policyChange === 'also' ? [derived, withoutPolicyChange(derived)] : [derived];
  return considered.flatMap((rule) => {
    const match = strictest(readings.map((reading) => matches(rule.when, subject, reading)));
    return match === undefined || match.holds === false ? [] : [{ rule, holds: match.holds, match }];
  });
}

/** Adding a policy file to a proposal must not free it from a rule that spares policy changes. */
function withoutPolicyChange(derived: DerivedFacts): DerivedFacts {
  const { certain, possible, wants } = derived.categories;
  const others = (names: ReadonlySet<string>) => new Set([...names].filter((name) => name !== policyChangeCategory));
  return { ...derived, categories: { certain: others(certain), possible: others(possible), wants } };
}

function strictest(found: readonly Match[]): Match | undefined {
  return found.find(({ holds }) => holds === true) ?? found.find(({ holds }) => holds === 'unknown');
}

/** Whether a condition speaks of the reserved category, other than to exclude it. */
function namesPolicyChange(condition: Condition): boolean {
  if (condition.kind === 'all' || condition.kind === 'any') return condition.of.some(namesPolicyChange);
  if (condition.kind !== 'names' || condition.key !== 'categories') return false;
  return condition.names.includes(policyChangeCategory);
}

function distinct(wants: readonly Want[]): readonly Want[] {
  return [...new Map(wants.map((want) => [JSON.stringify(want), want])).values()];
}
