import * as z from 'zod';
import {
  type BlastRadius,
  BlastRadiusComparison,
  Comparison,
  Glob,
  LoginPattern,
  listOf,
  Name,
  type Operator,
  Pattern,
  Team,
  Text,
} from './values.ts';

/**
 * The one vocabulary in which policy says when something holds. What people write is a mapping whose keys are ANDed and
 * whose lists are ORed; what the program reads is the small tree below, one node for each key.
 */
export type Condition =
  | { readonly kind: 'all' | 'any'; readonly of: readonly Condition[] }
  | { readonly kind: 'not'; readonly of: Condition }
  | { readonly kind: 'globs'; readonly key: GlobKey; readonly globs: readonly string[] }
  | { readonly kind: 'names'; readonly key: NameKey; readonly names: readonly string[] }
  | { readonly kind: 'kind'; readonly key: 'author-kind'; readonly value: 'human' | 'bot' }
  | { readonly kind: 'flag'; readonly key: 'fork' | 'draft'; readonly value: boolean }
  | { readonly kind: 'property'; readonly name: string; readonly values: readonly string[] }
  | { readonly kind: 'pattern'; readonly key: 'title'; readonly pattern: string }
  | { readonly kind: 'count'; readonly key: CountKey; readonly operator: Operator; readonly value: number }
  | {
      readonly kind: 'level';
      readonly key: 'blast-radius';
      readonly operator: Operator;
      readonly level: BlastRadius;
    };

export type GlobKey = 'repositories' | 'base' | 'head' | 'paths' | 'only-paths';
export type NameKey = keyof typeof names;
export type CountKey = keyof typeof counts;

const globs = {
  repositories: listOf(Glob).describe("The repository's name matches; with a slash, its full name."),
  base: listOf(Glob).describe('The branch that the pull request merges into.'),
  head: listOf(Glob).describe("The branch that it comes from; a fork's is `owner:branch`."),
  paths: listOf(Glob).describe('Any changed path matches; a rename counts with its old and its new path.'),
  'only-paths': listOf(Glob).describe('At least one file changed, and every path, old and new, matches.'),
};

const names = {
  topics: listOf(Text),
  visibility: listOf(z.enum(['public', 'private', 'internal'])),
  authors: listOf(LoginPattern).describe("The pull request's author: `sam`, `svc-*`, `dependabot[bot]`."),
  'author-teams': listOf(Team),
  labels: listOf(Text).describe('Any of them, whatever their case.'),
  categories: listOf(Name),
  environments: listOf(Name),
  systems: listOf(Name).describe('`unmapped` stands for paths that no system claims.'),
  classifications: listOf(Name),
};

const counts = {
  files: Comparison,
  lines: Comparison.describe('Additions and deletions together.'),
  additions: Comparison,
  deletions: Comparison,
  'systems-touched': Comparison,
};

const PropertyValues = z.union([Text.transform((value) => [value]), listOf(Text)]);

const keys = {
  ...globs,
  ...names,
  ...counts,
  'author-kind': z.enum(['human', 'bot']),
  properties: z
    .record(
      z.string().regex(/^[A-Za-z0-9_$#-]{1,75}$/, 'is not a name that a custom property can have'),
      PropertyValues,
    )
    .describe('Custom properties of the repository that only organization actors may edit.'),
  fork: z.boolean(),
  draft: z.boolean(),
  title: Pattern.describe('An RE2 regular expression.'),
  'blast-radius': BlastRadiusComparison,
};

const Leaves = z.strictObject(keys).partial();

/** What people write; the three keys that nest are written out because a type cannot infer itself. */
export type ConditionInput = z.input<typeof Leaves> & {
  any?: ConditionInput[] | undefined;
  all?: ConditionInput[] | undefined;
  not?: ConditionInput | undefined;
};

type Written = z.output<typeof Leaves> & {
  any?: Condition[] | undefined;
  all?: Condition[] | undefined;
  not?: Condition | undefined;
};

const Fields: z.ZodType<Written, ConditionInput> = Leaves.extend({
  any: listOf(z.lazy((): z.ZodType<Condition, ConditionInput> => Condition)).optional(),
  all: listOf(z.lazy((): z.ZodType<Condition, ConditionInput> => Condition)).optional(),
  not: z.lazy((): z.ZodType<Condition, ConditionInput> => Condition).optional(),
});

export const Condition: z.ZodType<Condition, ConditionInput> = Fields.transform(toCondition).meta({ id: 'Condition' });

/** The condition that an absent `when` stands for. */
export const always: Condition = { kind: 'all', of: [] };

function toCondition(written: Written): Condition {
  const nodes = Object.entries(written).flatMap(([key, value]) => (value === undefined ? [] : toNodes(key, written)));
  const [only] = nodes;
  return nodes.length === 1 && only !== undefined ? only : { kind: 'all', of: nodes };
}

function toNodes(key: string, written: Written): readonly Condition[] {
  if (key === 'any' || key === 'all') return [{ kind: key, of: written[key] ?? [] }];
  if (key === 'not') return written.not === undefined ? [] : [{ kind: 'not', of: written.not }];
  if (isKeyOf(globs, key)) return [{ kind: 'globs', key, globs: written[key] ?? [] }];
  if (isKeyOf(names, key)) return [{ kind: 'names', key, names: written[key] ?? [] }];
  if (isKeyOf(counts, key)) return toCount(key, written[key]);
  return toOther(key, written);
}

function toCount(key: CountKey, comparison: Comparison | undefined): readonly Condition[] {
  return comparison === undefined ? [] : [{ kind: 'count', key, ...comparison }];
}

function toOther(key: string, written: Written): readonly Condition[] {
  switch (key) {
    case 'fork':
    case 'draft':
      return [{ kind: 'flag', key, value: written[key] === true }];
    case 'author-kind':
      return [{ kind: 'kind', key, value: written[key] ?? 'human' }];
    case 'title':
      return [{ kind: 'pattern', key, pattern: written.title ?? '' }];
    case 'properties':
      return Object.entries(written.properties ?? {}).map(([name, values]) => ({ kind: 'property', name, values }));
    case 'blast-radius':
      return written[key] === undefined ? [] : [{ kind: 'level', key, ...written[key] }];
    default:
      throw new Error(`condition key without a meaning: ${key}`);
  }
}

function isKeyOf<Keys extends object>(of: Keys, key: string): key is Extract<keyof Keys, string> {
  return Object.hasOwn(of, key);
}
