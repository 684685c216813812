import { RE2JS } from 're2js';
import { Temporal } from 'temporal-polyfill';
import * as z from 'zod';
import { globProblem } from './glob-syntax.ts';

/** The small values that people write as text, each parsed once so that nothing downstream parses anything. */

/** Text of a certain form; the same words answer another form and another type, and nothing else is said besides. */
function written(form: RegExp, message: string) {
  return z.string(message).regex(form, { message, abort: true });
}

/** A role, stage, system, … as policy authors name it. The first letter keeps names apart from numbers and `__proto__`. */
export const Name = written(
  /^[A-Za-z][A-Za-z0-9._-]{0,99}$/,
  'a name starts with a letter and holds letters, digits, `-`, `_` and `.`',
);

export const Text = z.string().regex(/\S/, 'must not be blank').max(1000);

/** `30m`, `4h`, `2d`, `1w`: working time where a calendar is named beside it, elapsed time otherwise. */
export const Duration = written(
  /^(0|[1-9][0-9]{0,4})[mhdw]$/,
  'must be a duration such as `30m`, `4h`, `2d` or `1w`',
).transform((text) => ({ amount: Number(text.slice(0, -1)), unit: text.slice(-1) as 'm' | 'h' | 'd' | 'w' }));
export type Duration = Readonly<z.output<typeof Duration>>;

export const LongDuration = Duration.refine(({ amount }) => amount > 0, 'must be longer than zero');

const operators = ['<', '<=', '=', '>=', '>'] as const;
export type Operator = (typeof operators)[number];

/** `">= 20"`, `"< 3"`, or a plain number for equality. */
export const Comparison = z
  .union([
    z.int().min(0).max(999_999_999),
    written(/^(<|<=|=|>=|>) ?[0-9]{1,9}$/, 'must be a comparison such as `">= 20"`'),
  ])
  .transform((text): Comparison => {
    if (typeof text === 'number') return { operator: '=', value: text };
    const [, operator = '=', digits = '0'] = /^([<>=]+) ?([0-9]+)$/.exec(text) ?? [];
    return { operator: operator as Operator, value: Number(digits) };
  });
export type Comparison = { readonly operator: Operator; readonly value: number };

export const blastRadii = ['critical', 'high', 'medium', 'low'] as const;
export type BlastRadius = (typeof blastRadii)[number];

/** `high`, or `">= high"`. */
export const BlastRadiusComparison = written(
  /^((<|<=|=|>=|>) ?)?(critical|high|medium|low)$/,
  'must be `low`, `medium`, `high` or `critical`, or a comparison such as `">= high"`',
).transform((text) => {
  const [, operator = '=', level = 'low'] = /^([<>=]*) ?([a-z]+)$/.exec(text) ?? [];
  return { operator: (operator || '=') as Operator, level: level as BlastRadius };
});

/** A glob over paths, branches or names. The text is kept; `match/glob.ts` compiles it once. */
export const Glob = z
  .string()
  .min(1, { message: 'must not be blank', abort: true })
  .max(500)
  .superRefine((glob, context) => {
    const problem = globProblem(glob);
    if (problem !== undefined) context.addIssue(problem);
  });

/** Counted repetition is written out when an expression is compiled: this bounds what that may come to. */
const mostRepeated = 5000;

/** A regular expression that RE2 accepts, and that therefore runs in linear time. */
export const Pattern = z
  .string()
  .min(1, 'must not be blank')
  .max(300)
  .superRefine((pattern, context) => {
    if (repetitionOf(pattern) > mostRepeated) {
      context.addIssue('is not an expression that may be used: its counted repetitions come to too much');
      return;
    }
    try {
      RE2JS.compile(pattern);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      context.addIssue(`is not an RE2 regular expression (${why}); RE2 has no look-around and no back-references`);
    }
  });

/** At least the size that an expression has once every `{n}` is written out, as if all were nested. */
function repetitionOf(pattern: string): number {
  const counts = Array.from(pattern.matchAll(/\{(\d+)(?:,(\d*))?\}/g), ([, low = '1', high]) => Number(high || low));
  return counts.reduce((product, count) => product * Math.max(count, 1), pattern.length);
}

const login = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})(?:_[A-Za-z0-9]+)?';

/** `user:login` or `team:org/slug`. Bots cannot be written: only people approve. */
export const Member = written(
  new RegExp(`^(user:${login}|team:${login}/[a-z0-9][a-z0-9_-]*)$`),
  'must be `user:login` or `team:org/slug`; a bot fills no seat',
).transform((text): Member => {
  const [kind, rest = ''] = text.split(':');
  if (kind === 'user') return { kind: 'user', login: rest };
  const [organization = '', slug = ''] = rest.split('/');
  return { kind: 'team', organization, slug };
});
export type Member =
  | { readonly kind: 'user'; readonly login: string }
  | { readonly kind: 'team'; readonly organization: string; readonly slug: string };

/** `user:login`, for what only a person can have. */
export const User = written(new RegExp(`^user:${login}$`), 'must be a person, `user:login`').transform((text) => ({
  login: text.slice('user:'.length),
}));

/** `team:org/slug`, kept as `org/slug`. */
export const Team = written(
  new RegExp(`^team:${login}/[a-z0-9][a-z0-9_-]*$`),
  'must be a team, `team:org/slug`',
).transform((text) => text.slice('team:'.length).toLowerCase());

/** A login as GitHub shows it; `*` stands for any characters, `[bot]` at the end for an app. */
export const LoginPattern = written(
  /^[A-Za-z0-9*](?:[A-Za-z0-9_*-]{0,60})(?:\[bot\])?$/,
  'must be a login such as `sam`, `svc-*` or `dependabot[bot]`',
);

/** A workflow's file name, as in `.github/workflows/ci.yml`. */
export const Workflow = written(/^[^/\s][^/]*\.ya?ml$/, 'must be the file name of a workflow, such as `ci.yml`').max(
  200,
);

/** An IANA time zone. */
export const TimeZone = written(
  /^[A-Za-z][A-Za-z0-9_+/-]*$/,
  'must be an IANA time zone such as `Europe/Zurich`',
).refine(isTimeZone, 'is not a known IANA time zone; write one such as `Europe/Zurich` or `UTC`');

export const LocalDate = written(/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/, 'must be a date such as `2026-12-25`').refine(
  (text) => parses(() => Temporal.PlainDate.from(text)),
  'is not a date that exists',
);

export const LocalDateTime = written(
  /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}$/,
  'must be a local date and time such as `2026-12-18T00:00`, without a zone (that is `timezone`)',
).refine(
  (text) => parses(() => Temporal.PlainDateTime.from(text, { overflow: 'reject' })),
  'is not a time that exists',
);

function isTimeZone(name: string): boolean {
  return parses(() => Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name));
}

function parses(attempt: () => unknown): boolean {
  try {
    attempt();
    return true;
  } catch {
    return false;
  }
}

/** A list that says something: an empty one is a mistake, never "nothing" or "everything". */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z.array(item).min(1, 'must not be an empty list; leave the key out instead');
}

/** A mapping from names to definitions, as the list of definitions that it is. Order is kept. */
export function namedList<Shape extends z.ZodType<object>>(definition: Shape) {
  return z
    .record(Name, definition)
    .transform((entries) => Object.entries(entries).map(([name, entry]) => ({ name, ...entry })));
}
