import type { ConditionInput } from './schema/condition.ts';

/** A condition of this language, or one whose answer is known beforehand. */
export type Cond = boolean | ConditionInput;

/**
 * A condition of another language, between two of this one: whenever `surely` holds so does it, and whenever it holds so
 * does `perhaps`. What asks for an approval goes by `perhaps`, what asks for less goes by `surely`, and nothing is loosened.
 */
export type Bounds = { readonly surely: Cond; readonly perhaps: Cond };

export const unsayable: Bounds = { surely: false, perhaps: true };

export function exactly(cond: Cond): Bounds {
  return { surely: cond, perhaps: cond };
}

export function allBounds(of: readonly Bounds[]): Bounds {
  return { surely: allOf(of.map(({ surely }) => surely)), perhaps: allOf(of.map(({ perhaps }) => perhaps)) };
}

export function anyBounds(of: readonly Bounds[]): Bounds {
  return { surely: anyOf(of.map(({ surely }) => surely)), perhaps: anyOf(of.map(({ perhaps }) => perhaps)) };
}

export function notBounds({ surely, perhaps }: Bounds): Bounds {
  return { surely: notOf(perhaps), perhaps: notOf(surely) };
}

export function allOf(of: readonly Cond[]): Cond {
  return joined('all', of, true);
}

export function anyOf(of: readonly Cond[]): Cond {
  return joined('any', of, false);
}

export function notOf(cond: Cond): Cond {
  if (typeof cond === 'boolean') return !cond;
  return cond.not !== undefined && Object.keys(cond).length === 1 ? cond.not : { not: cond };
}

export function keyOf(cond: Cond): string {
  return JSON.stringify(cond);
}

/** Flat, each part once, and settled where one part settles it or two contradict each other. */
function joined(kind: 'all' | 'any', of: readonly Cond[], neutral: boolean): Cond {
  const flat = of.flatMap((cond): readonly Cond[] => partsOf(kind, cond));
  if (flat.includes(!neutral)) return !neutral;
  const parts = new Map(flat.flatMap((cond) => (typeof cond === 'boolean' ? [] : [[keyOf(cond), cond] as const])));
  const isThere = (cond: Cond) => typeof cond !== 'boolean' && parts.has(keyOf(cond));
  if ([...parts.values()].some(({ not }) => not !== undefined && partsOf(kind, not).every(isThere))) return !neutral;
  const [only, ...others] = parts.values();
  if (only === undefined) return neutral;
  return others.length === 0 ? only : { [kind]: [only, ...others] };
}

function partsOf(kind: 'all' | 'any', cond: Cond): readonly Cond[] {
  if (typeof cond === 'boolean' || Object.keys(cond).length !== 1) return [cond];
  return cond[kind] ?? [cond];
}
