import { countRange, type DerivedFacts, derivedTruth, levelTruth } from './derived.ts';
import { globTest } from './glob.ts';
import { loginMatches } from './login.ts';
import { patternTest } from './pattern.ts';
import type { Condition, GlobKey, NameKey } from './schema/condition.ts';
import type { Operator } from './schema/values.ts';
import type { ChangedFile, Subject } from './subject.ts';
import { every, type Match, not, some, type Truth, type Want } from './truth.ts';

type ConditionOf<Kind extends Condition['kind']> = Extract<Condition, { kind: Kind }>;

/** Whether a condition holds of a subject, and why, key by key. `derived` is what earlier steps have found. */
export function matches(condition: Condition, subject: Subject, derived: DerivedFacts): Match {
  switch (condition.kind) {
    case 'all':
    case 'any':
      return nested(condition, subject, derived);
    case 'not': {
      const part = matches(condition.of, subject, derived);
      return { holds: not(part.holds), key: 'not', because: `not: ${part.because}`, of: [part] };
    }
    case 'globs':
      return globs(condition, subject);
    case 'names':
      return names(condition, subject, derived);
    case 'property':
      return property(condition, subject);
    case 'count':
      return count(condition, subject, derived);
    case 'level': {
      const holds = levelTruth(derived, condition.operator, condition.level);
      const because = `blast radius is ${derived.blastRadius.possible.join(' or ')}`;
      return { holds, key: condition.key, because, wants: derived.blastRadius.wants };
    }
    default:
      return plain(condition, subject);
  }
}

function nested({ kind, of }: ConditionOf<'all' | 'any'>, subject: Subject, derived: DerivedFacts): Match {
  if (of.length === 0) return { holds: true, key: kind, because: 'always' };
  const parts = of.map((part) => matches(part, subject, derived));
  const holds = (kind === 'all' ? every : some)(parts.map((part) => part.holds));
  const telling = parts.filter((part) => part.holds === holds);
  return { holds, key: kind, because: telling.map((part) => part.because).join('; '), of: parts };
}

function globs({ key, globs: written }: ConditionOf<'globs'>, subject: Subject): Match {
  if (key === 'paths') return anyPath(written, subject);
  if (key === 'only-paths') return onlyPaths(written, subject);
  const value = matchedValue(key, subject, written);
  const glob = written.find((candidate) => nameMatches(key, candidate, value, subject));
  const because = glob === undefined ? `${value} matches none of ${written.join(', ')}` : `${value} matches ${glob}`;
  return { holds: glob !== undefined, key, because };
}

function nameMatches(key: GlobKey, glob: string, value: string, { repository }: Subject): boolean {
  if (key !== 'repositories') return globTest(glob)(value);
  const name = glob.includes('/') ? `${repository.owner}/${repository.name}` : repository.name;
  return globTest(glob.toLowerCase())(name.toLowerCase());
}

function matchedValue(key: GlobKey, { repository, change }: Subject, written: readonly string[]): string {
  if (key === 'base') return change.base;
  if (key === 'head') return change.forkOwner === undefined ? change.head : `${change.forkOwner}:${change.head}`;
  return written.some((glob) => glob.includes('/')) ? `${repository.owner}/${repository.name}` : repository.name;
}

const filesWanted: readonly Want[] = [{ fact: 'files' }];

function anyPath(written: readonly string[], { change: { files } }: Subject): Match {
  for (const glob of written) {
    const test = globTest(glob);
    for (const file of files.list) {
      const path = pathOf(file, test);
      if (path !== undefined) return { holds: true, key: 'paths', because: `${path} matches ${glob}` };
    }
  }
  const because = `no path matches ${written.join(', ')}`;
  if (files.complete) return { holds: false, key: 'paths', because };
  return { holds: 'unknown', key: 'paths', because: 'the list of files is incomplete', wants: filesWanted };
}

/** A rename counts with its old and its new path. */
function pathOf({ path, previousPath }: ChangedFile, test: (path: string) => boolean): string | undefined {
  if (test(path)) return path;
  return previousPath !== undefined && test(previousPath) ? previousPath : undefined;
}

function onlyPaths(written: readonly string[], { change: { files } }: Subject): Match {
  const key = 'only-paths';
  const tests = written.map(globTest);
  const isOutside = (path: string) => !tests.some((test) => test(path));
  for (const file of files.list) {
    const outside = pathOf(file, isOutside);
    if (outside !== undefined) return { holds: false, key, because: `${outside} is outside ${written.join(', ')}` };
  }
  if (!files.complete) {
    return { holds: 'unknown', key, because: 'the list of files is incomplete', wants: filesWanted };
  }
  if (files.list.length === 0) return { holds: false, key, because: 'no file changed' };
  return { holds: true, key, because: `every path matches ${written.join(', ')}` };
}

function names({ key, names: written }: ConditionOf<'names'>, subject: Subject, derived: DerivedFacts): Match {
  if (key === 'author-teams') return authorTeams(written, subject);
  if (key === 'categories' || key === 'environments' || key === 'systems' || key === 'classifications') {
    return derivedTruth(derived, key, written);
  }
  const found = written.find((name) => hasName(key, name, subject));
  const because = found === undefined ? `${key}: none of ${written.join(', ')}` : `${key}: ${found}`;
  return { holds: found !== undefined, key, because };
}

function hasName(key: NameKey, name: string, { repository, change }: Subject): boolean {
  switch (key) {
    case 'topics':
      return repository.topics.includes(name.toLowerCase());
    case 'visibility':
      return repository.visibility === name;
    case 'authors':
      return loginMatches(name, change.author);
    case 'labels':
      return change.labels.some((label) => label.toLowerCase() === name.toLowerCase());
    default:
      return false;
  }
}

function authorTeams(teams: readonly string[], { change: { author } }: Subject): Match {
  const key = 'author-teams';
  const known = new Map(author.teams.map(({ team, member }) => [team.toLowerCase(), member]));
  const member = teams.find((team) => known.get(team) === true);
  if (member !== undefined) return { holds: true, key, because: `${author.login} is in ${member}` };
  const wants = teams.filter((team) => !known.has(team)).map((team): Want => ({ fact: 'author-team', team }));
  const because = `${author.login} is in none of ${teams.join(', ')}`;
  if (wants.length === 0) return { holds: false, key, because };
  return { holds: 'unknown', key, because: `whether ${author.login} is in ${teams.join(', ')} is not known`, wants };
}

function property({ name, values }: ConditionOf<'property'>, { repository }: Subject): Match {
  const key = `properties.${name}`;
  if (repository.properties === undefined) {
    return { holds: 'unknown', key, because: 'custom properties could not be read', wants: [{ fact: 'properties' }] };
  }
  const found = repository.properties.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
  if (found?.editableBy === 'anybody') {
    const because = `property ${name} may be edited by repository actors, so it cannot classify`;
    return { holds: 'unknown', key, because, wants: [{ fact: 'property-editability', property: name }] };
  }
  const value = values.find((candidate) => found?.values.includes(candidate));
  const because = value === undefined ? `${name} is none of ${values.join(', ')}` : `${name} is ${value}`;
  return { holds: value !== undefined, key, because };
}

function count({ key, operator, value }: ConditionOf<'count'>, subject: Subject, derived: DerivedFacts): Match {
  const { files } = subject.change;
  const amounts = { files: files.count, additions: files.additions, deletions: files.deletions };
  const [least, most] =
    key === 'systems-touched'
      ? countRange(derived)
      : key === 'lines'
        ? [files.additions + files.deletions, files.additions + files.deletions]
        : [amounts[key], amounts[key]];
  const shown = least === most ? `${least}` : `between ${least} and ${most}`;
  const holds = rangeTruth(least, most, operator, value);
  const because = `${key}: ${shown}${holds === false ? ', not' : ','} ${operator} ${value}`;
  return { holds, key, because, wants: derived.systems.wants };
}

function rangeTruth(least: number, most: number, operator: Operator, value: number): Truth {
  switch (operator) {
    case '>=':
      return least >= value ? true : most >= value ? 'unknown' : false;
    case '>':
      return least > value ? true : most > value ? 'unknown' : false;
    case '<=':
      return not(rangeTruth(least, most, '>', value));
    case '<':
      return not(rangeTruth(least, most, '>=', value));
    case '=':
      return value < least || value > most ? false : least === most ? true : 'unknown';
  }
}

function plain(condition: ConditionOf<'flag' | 'kind' | 'pattern'>, { change }: Subject): Match {
  switch (condition.kind) {
    case 'flag': {
      const actual = condition.key === 'fork' ? change.forkOwner !== undefined : change.draft;
      const because = `${actual ? 'is' : 'is not'} a ${condition.key}`;
      return { holds: actual === condition.value, key: condition.key, because };
    }
    case 'kind':
      return {
        holds: change.author.kind === condition.value,
        key: condition.key,
        because: `${change.author.login} is a ${change.author.kind}`,
      };
    case 'pattern': {
      const holds = patternTest(condition.pattern)(change.title);
      return {
        holds,
        key: condition.key,
        because: `the title ${holds ? 'matches' : 'does not match'} ${condition.pattern}`,
      };
    }
  }
}

/** Every fact that the unknown parts of a match want. */
export function wantsOf(match: Match): readonly Want[] {
  if (match.holds !== 'unknown') return [];
  return [...(match.wants ?? []), ...(match.of ?? []).flatMap(wantsOf)];
}
