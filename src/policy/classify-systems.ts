import type { TouchedSystem } from './classification.ts';
import { matches, wantsOf } from './conditions.ts';
import { type Found, nothingDerived } from './derived.ts';
import { globTest } from './glob.ts';
import type { System } from './policy.ts';
import type { Condition } from './schema/condition.ts';
import { type ChangedFiles, type Subject, unmapped } from './subject.ts';
import { every, not, some, type Truth, type Want } from './truth.ts';

export type TouchedSystems = { readonly touched: readonly TouchedSystem[]; readonly found: Found };

/** A condition with everything but the path already settled: an answer, or a question to each path. */
type PathQuestion = Truth | ((path: string) => Truth);

/** Which systems the changed paths belong to. Paths that none claims belong to `unmapped`. */
export function touchedSystems(systems: readonly System[], subject: Subject): TouchedSystems {
  const { files } = subject.change;
  const wants: Want[] = files.complete ? [] : [{ fact: 'files' }];
  const questions = systems.map(({ name, when }) => ({ name, asks: settle(when, subject, wants) }));
  const paths = changedPaths(files);
  const claims = questions.map(({ name, asks }) => claimOf(name, asks, paths, files.complete));
  const rest = unclaimed(paths, claims, files.complete);
  const touched = [...claims, rest].flatMap(({ name, holds, sure, perhaps }): readonly TouchedSystem[] =>
    holds === false ? [] : [{ name, holds, paths: holds === true ? sure : perhaps }],
  );
  return { touched, found: foundOf(touched, wants) };
}

/** Every path of a change once, old and new. */
export function changedPaths(files: ChangedFiles): readonly string[] {
  const paths = new Set<string>();
  for (const { path, previousPath } of files.list) {
    paths.add(path);
    if (previousPath !== undefined) paths.add(previousPath);
  }
  return [...paths];
}

type Claim = {
  readonly name: string;
  readonly holds: Truth;
  readonly sure: readonly string[];
  readonly perhaps: readonly string[];
};

function claimOf(name: string, asks: PathQuestion, paths: readonly string[], complete: boolean): Claim {
  const sure: string[] = [];
  const perhaps: string[] = [];
  for (const path of asks === false ? [] : paths) {
    const claims = typeof asks === 'function' ? asks(path) : asks;
    if (claims === true) sure.push(path);
    if (claims === 'unknown') perhaps.push(path);
  }
  const open = perhaps.length > 0 || (!complete && asks !== false);
  return { name, holds: sure.length > 0 ? true : open ? 'unknown' : false, sure, perhaps };
}

function unclaimed(paths: readonly string[], claims: readonly Claim[], complete: boolean): Claim {
  const sure = new Set(claims.flatMap((claim) => claim.sure));
  const perhaps = new Set(claims.flatMap((claim) => claim.perhaps).filter((path) => !sure.has(path)));
  const rest = paths.filter((path) => !sure.has(path) && !perhaps.has(path));
  const open = perhaps.size > 0 || !complete;
  return {
    name: unmapped,
    holds: rest.length > 0 ? true : open ? 'unknown' : false,
    sure: rest,
    perhaps: [...perhaps],
  };
}

function foundOf(touched: readonly TouchedSystem[], wants: readonly Want[]): Found {
  return {
    certain: new Set(touched.filter(({ holds }) => holds === true).map(({ name }) => name)),
    possible: new Set(touched.filter(({ holds }) => holds === 'unknown').map(({ name }) => name)),
    wants,
  };
}

function settle(condition: Condition, subject: Subject, wants: Want[]): PathQuestion {
  switch (condition.kind) {
    case 'all':
      return combine(condition.of, subject, wants, every, false);
    case 'any':
      return combine(condition.of, subject, wants, some, true);
    case 'not': {
      const asks = settle(condition.of, subject, wants);
      return typeof asks === 'function' ? (path) => not(asks(path)) : not(asks);
    }
    case 'globs':
      if (condition.key === 'paths' || condition.key === 'only-paths') return pathQuestion(condition.globs);
  }
  const match = matches(condition, subject, nothingDerived);
  wants.push(...wantsOf(match));
  return match.holds;
}

function combine(
  parts: readonly Condition[],
  subject: Subject,
  wants: Want[],
  fold: (truths: Iterable<Truth>) => Truth,
  decisive: boolean,
): PathQuestion {
  const asks = parts.map((part) => settle(part, subject, wants));
  if (asks.includes(decisive)) return decisive;
  const open = asks.filter((question) => typeof question === 'function');
  const settled = fold(asks.filter((question) => typeof question !== 'function'));
  if (open.length === 0) return settled;
  const only = open[0];
  if (open.length === 1 && only !== undefined && settled === !decisive) return only;
  return (path) => fold([settled, ...open.map((question) => question(path))]);
}

function pathQuestion(globs: readonly string[]): (path: string) => boolean {
  const tests = globs.map(globTest);
  return (path) => tests.some((test) => test(path));
}
