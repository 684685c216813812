import { actorKeys, actorsOf, loginsOf, teamsOf } from './import-approvers.ts';
import { allBounds, anyBounds, anyOf, type Bounds, exactly, notBounds, unsayable } from './import-bounds.ts';
import { entryOf, shortened, textOf, unknownKeys } from './import-read.ts';
import { globsOf } from './import-regexp.ts';
import type { Placed } from './placed.ts';
import type { ConditionInput } from './schema/condition.ts';
import { Pattern, Text } from './schema/values.ts';

/** One condition out of an `if` or `conditions`, and why it is not exact, if it is not. */
export type Predicate = { readonly at: number; readonly key: string; readonly bounds: Bounds; readonly why?: string };

export type PredicateOptions = {
  /** False where the file would hold more expressions than a policy may. */
  readonly titles: boolean;
};

type Answer = { readonly bounds: Bounds; readonly why?: string };

/** The conditions of a mapping, all of which must hold in a rule. */
export function predicatesOf(placed: Placed | undefined, options: PredicateOptions): readonly Predicate[] {
  if (placed === undefined) return [];
  if (placed.kind !== 'map') return [{ at: placed.at, key: 'if', ...beyond('it is no mapping of conditions') }];
  return Array.from(placed.entries).flatMap(([key, { keyAt, value }]): readonly Predicate[] => {
    if (value.kind === 'scalar' && value.value === null) return [];
    return [{ at: keyAt, key: shortened(key), ...answerOf(key, value, options) }];
  });
}

function answerOf(key: string, value: Placed, options: PredicateOptions): Answer {
  const reader = readers.get(key);
  if (reader === undefined) return beyond(whyNot.get(key) ?? 'it is not known here');
  const [strange] = unknownKeys(value, reader.keys);
  return strange === undefined ? reader.read(value, options) : beyond(strange.message);
}

type Reader = {
  readonly keys: readonly string[];
  readonly read: (value: Placed, options: PredicateOptions) => Answer;
};

const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['changed_files', { keys: ['paths', 'ignore'], read: changedFiles }],
  ['no_changed_files', { keys: ['paths', 'ignore'], read: (value) => negated(changedFiles(value)) }],
  ['only_changed_files', { keys: ['paths'], read: (value) => globs('only-paths', patternsAt(value, 'paths')) }],
  ['file_not_deleted', { keys: ['paths'], read: fileNotDeleted }],
  ['has_author_in', { keys: actorKeys, read: authorIn }],
  ['has_contributor_in', { keys: actorKeys, read: contributorIn }],
  ['only_has_contributors_in', { keys: actorKeys, read: onlyContributorsIn }],
  ['targets_branch', { keys: ['pattern'], read: (value) => globs('base', patternsAt(value, 'pattern')) }],
  ['from_branch', { keys: ['pattern'], read: (value) => globs('head', patternsAt(value, 'pattern')) }],
  ['modified_lines', { keys: ['additions', 'deletions', 'total'], read: modifiedLines }],
  ['has_labels', { keys: ['labels'], read: labels }],
  ['repository', { keys: ['matches', 'not_matches'], read: repository }],
  ['title', { keys: ['matches', 'not_matches'], read: title }],
]);

const otherChecks = 'a policy does not look at other checks; require that check in a ruleset';
const signatures = 'a policy does not look at signatures; require signed commits in a ruleset';

const whyNot: ReadonlyMap<string, string> = new Map([
  ['has_status', otherChecks],
  ['has_successful_status', otherChecks],
  ['has_workflow_result', `${otherChecks}, or ask for \`evidence: [validation]\``],
  ['author_is_only_contributor', 'a condition does not look at who wrote the commits'],
  ['has_valid_signatures', signatures],
  ['has_valid_signatures_by', signatures],
  ['has_valid_signatures_by_keys', signatures],
]);

function beyond(why: string): Answer {
  return { bounds: unsayable, why };
}

function negated({ bounds, ...rest }: Answer): Answer {
  return { ...rest, bounds: notBounds(bounds) };
}

function patternsAt(value: Placed, key: string): readonly string[] {
  const written = entryOf(value, key);
  return written?.kind === 'list' ? written.items.map((item) => textOf(item) ?? '') : [textOf(written) ?? []].flat();
}

type GlobKey = 'paths' | 'only-paths' | 'base' | 'head' | 'repositories';

/** That one of the expressions matches (for `only-paths`: each path one of them). policy-bot, too, gives a rename two paths. */
function globs(key: GlobKey, patterns: readonly string[]): Answer {
  const found: string[] = [];
  for (const pattern of patterns) {
    const said = globsOf(pattern);
    if (said === undefined) return beyond(`no glob means exactly what \`${shortened(pattern)}\` matches`);
    // Without a slash a glob speaks of the repository's name alone, and policy-bot always of `owner/name`.
    found.push(...(key === 'repositories' ? said.filter((glob) => glob.includes('/')) : said));
  }
  const distinct = [...new Set(found)];
  return { bounds: exactly(distinct.length > 0 && { [key]: distinct }) };
}

function changedFiles(value: Placed): Answer {
  const paths = globs('paths', patternsAt(value, 'paths'));
  const ignored = patternsAt(value, 'ignore');
  if (ignored.length === 0) return paths;
  const any = globs('paths', ignored).bounds;
  const all = globs('only-paths', ignored).bounds;
  const bounds = {
    surely: allBounds([paths.bounds, notBounds(any)]).surely,
    perhaps: allBounds([paths.bounds, notBounds(all)]).perhaps,
  };
  return { bounds, why: paths.why ?? 'a condition cannot leave out paths one by one (`ignore`)' };
}

function fileNotDeleted(value: Placed): Answer {
  const { surely } = notBounds(globs('paths', patternsAt(value, 'paths')).bounds);
  return { bounds: { surely, perhaps: true }, why: 'a condition does not tell a deleted file from a changed one' };
}

function authorIn(value: Placed): Answer {
  const actors = actorsOf(value);
  const logins = loginsOf(actors);
  const teams = teamsOf(actors);
  const known = exactly(
    anyOf([logins.length > 0 && { authors: [...logins] }, teams.length > 0 && { 'author-teams': [...teams] }]),
  );
  const isWhole = logins.length === actors.users.length && teams.length === actors.teams.length;
  if (isWhole && actors.beyond.length === 0) return { bounds: known };
  const why = 'an author is told by login and team only, not by organization or permission';
  return { bounds: anyBounds([known, unsayable]), why };
}

const commitsToo = 'a condition looks at who opened the pull request, not at who wrote the commits';

/** The author counts as a contributor. */
function contributorIn(value: Placed): Answer {
  return { bounds: { surely: authorIn(value).bounds.surely, perhaps: true }, why: commitsToo };
}

function onlyContributorsIn(value: Placed): Answer {
  return { bounds: { surely: false, perhaps: authorIn(value).bounds.perhaps }, why: commitsToo };
}

const lineKeys = { additions: 'additions', deletions: 'deletions', total: 'lines' } as const;

/** Any of them. */
function modifiedLines(value: Placed): Answer {
  const conds: ConditionInput[] = [];
  for (const key of ['additions', 'deletions', 'total'] as const) {
    const written = textOf(entryOf(value, key))?.trim() ?? '';
    if (written === '') continue;
    const [, operator, digits] = /^([<>=])[ \t]*(\d{1,9})$/.exec(written) ?? [];
    if (operator === undefined) return beyond(`\`${shortened(written)}\` is no comparison that is known here`);
    conds.push({ [lineKeys[key]]: `${operator} ${Number(digits)}` });
  }
  return { bounds: exactly(anyOf(conds)) };
}

/** All of them. */
function labels(value: Placed): Answer {
  const list = value.kind === 'map' ? entryOf(value, 'labels') : value;
  if (list?.kind !== 'list') return beyond('it is not a list of labels');
  const wanted = list.items.map((item) => textOf(item) ?? '');
  if (!wanted.every((label) => Text.safeParse(label).success)) return beyond('it holds what is no label');
  return { bounds: allBounds(wanted.map((label) => exactly({ labels: [label] }))) };
}

/** One of `matches`, or none of `not_matches` if there are any. */
function repository(value: Placed): Answer {
  const matching = globs('repositories', patternsAt(value, 'matches'));
  const not = patternsAt(value, 'not_matches');
  if (not.length === 0) return matching;
  const other = negated(globs('repositories', not));
  const why = matching.why ?? other.why;
  return { bounds: anyBounds([matching.bounds, other.bounds]), ...(why === undefined ? {} : { why }) };
}

function title(value: Placed, options: PredicateOptions): Answer {
  if (!options.titles) return beyond('the policy would hold more regular expressions than it may');
  const not = patternsAt(value, 'not_matches');
  const all = [...patternsAt(value, 'matches'), ...not];
  const wrong = all.find((pattern) => pattern !== '' && !Pattern.safeParse(pattern).success);
  if (wrong !== undefined) return beyond(`\`${shortened(wrong)}\` is not an expression that a policy takes`);
  const matching = exactly(anyOf(patternsAt(value, 'matches').map(titleCond)));
  if (not.length === 0) return { bounds: matching };
  return { bounds: anyBounds([matching, notBounds(exactly(anyOf(not.map(titleCond))))]) };
}

/** An expression without anything in it matches every title. */
function titleCond(pattern: string): true | ConditionInput {
  return pattern === '' ? true : { title: pattern };
}
