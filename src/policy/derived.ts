import { type BlastRadius, blastRadii, type Operator } from './schema/values.ts';
import { unmapped } from './subject.ts';
import type { Match, Truth, Want } from './truth.ts';

/** What the steps of derivation have found so far. Later conditions read it; a step that has not run yet is empty. */
export type DerivedFacts = {
  readonly systems: Found;
  readonly classifications: Found;
  readonly environments: Found;
  readonly categories: Found;
  /** The levels that are possible, strictest first; one when all is known. */
  readonly blastRadius: { readonly possible: readonly BlastRadius[]; readonly wants: readonly Want[] };
};

/** Names that hold, names that may hold, and the facts that would tell. */
export type Found = {
  readonly certain: ReadonlySet<string>;
  readonly possible: ReadonlySet<string>;
  readonly wants: readonly Want[];
};

export const nothingFound: Found = { certain: new Set(), possible: new Set(), wants: [] };

export const nothingDerived: DerivedFacts = {
  systems: nothingFound,
  classifications: nothingFound,
  environments: nothingFound,
  categories: nothingFound,
  blastRadius: { possible: ['low'], wants: [] },
};

/** Whether any of the names is among those found. */
export function derivedTruth(
  derived: DerivedFacts,
  key: 'categories' | 'environments' | 'systems' | 'classifications',
  names: readonly string[],
): Match {
  const found = derived[key];
  const certain = names.find((name) => found.certain.has(name));
  if (certain !== undefined) return { holds: true, key, because: `${key}: ${certain}` };
  const possible = names.find((name) => found.possible.has(name));
  if (possible === undefined) return { holds: false, key, because: `${key}: none of ${names.join(', ')}` };
  return { holds: 'unknown', key, because: `${key}: perhaps ${possible}`, wants: found.wants };
}

/** The least and the most systems that may be touched; `unmapped` is not one. */
export function countRange({ systems }: DerivedFacts): readonly [number, number] {
  const least = mapped(systems.certain);
  return [least, least + mapped(systems.possible)];
}

function mapped(names: ReadonlySet<string>): number {
  return names.size - (names.has(unmapped) ? 1 : 0);
}

/** Whether the blast radius, as far as it is known, compares so to a level. */
export function levelTruth({ blastRadius }: DerivedFacts, operator: Operator, level: BlastRadius): Truth {
  const answers = new Set(blastRadius.possible.map((possible) => levelCompares(possible, operator, level)));
  return answers.size === 1 ? answers.has(true) : 'unknown';
}

function levelCompares(actual: BlastRadius, operator: Operator, level: BlastRadius): boolean {
  const above = blastRadii.indexOf(level) - blastRadii.indexOf(actual);
  switch (operator) {
    case '>=':
      return above >= 0;
    case '>':
      return above > 0;
    case '<=':
      return above <= 0;
    case '<':
      return above < 0;
    case '=':
      return above === 0;
  }
}
