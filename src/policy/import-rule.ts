import { actorKeys, membersOf } from './import-approvers.ts';
import { allBounds, type Bounds, exactly } from './import-bounds.ts';
import { type PredicateOptions, predicatesOf } from './import-predicates.ts';
import { type BotRule, entryOf, type Fault, isTrue, shortened, textOf, unknownKeys } from './import-read.ts';

/** A rule of policy-bot as far as it can be said here. */
export type SaidRule = {
  readonly name: string;
  readonly description: string | undefined;
  readonly at: number;
  /** When it applies; otherwise policy-bot goes on as if it were not there. */
  readonly applies: Bounds;
  /** What must hold besides, or it blocks. */
  readonly conditions: Bounds;
  /** How many of the members must approve; none if 0. */
  readonly count: number;
  readonly members: readonly string[];
  /** Why it blocks, whoever approves, until somebody has decided what it is to become. */
  readonly blocked: readonly string[];
  readonly endsOnPush: boolean;
};

export type Lost = Fault[];

const mostApprovals = 20;

/** Says a rule, and adds to `lost` what cannot be said of it. Whatever is lost makes it stricter. */
export function saidRule(rule: BotRule, options: PredicateOptions, lost: Lost): SaidRule {
  const blocked: Fault[] = [...rule.unknown, ...unknownKeys(rule.requires, ['count', 'conditions', ...actorKeys])];
  const conditions = conditionsOf(rule, options, blocked);
  const { count, members } = approversOf(rule, blocked, lost);
  if (count > 0) methodsOf(rule, blocked, lost);
  optionsOf(rule, blocked, lost);
  for (const { at, message } of blocked)
    lost.push({ at, message: `rule \`${shortened(rule.name)}\`: ${message}. It blocks until you have decided` });
  return {
    name: rule.name,
    description: rule.description,
    at: rule.at,
    applies: appliesOf(rule, options, lost),
    conditions,
    count,
    members,
    blocked: blocked.map(({ message }) => message),
    endsOnPush: isTrue(entryOf(rule.options, 'invalidate_on_push')),
  };
}

function appliesOf(rule: BotRule, options: PredicateOptions, lost: Lost): Bounds {
  const predicates = predicatesOf(rule.if, options);
  for (const { at, key, why } of predicates) {
    if (why === undefined) continue;
    const instead = 'The rule applies wherever the condition might hold, and excuses from nothing unless it must hold';
    lost.push({ at, message: `rule \`${shortened(rule.name)}\`: \`${key}\` cannot be said: ${why}. ${instead}` });
  }
  return allBounds(predicates.map(({ bounds }) => bounds));
}

/** What cannot be said of what a rule requires blocks it; nothing that it requires is left out. */
function conditionsOf(rule: BotRule, options: PredicateOptions, blocked: Fault[]): Bounds {
  const said: Bounds[] = [];
  for (const { at, key, why, bounds } of predicatesOf(entryOf(rule.requires, 'conditions'), options)) {
    if (why === undefined) said.push(bounds);
    else blocked.push({ at, message: `the condition \`${key}\` cannot be required: ${why}` });
  }
  return said.length === 0 ? exactly(true) : allBounds(said);
}

function approversOf(
  rule: BotRule,
  blocked: Fault[],
  lost: Lost,
): { readonly count: number; readonly members: readonly string[] } {
  const written = entryOf(rule.requires, 'count');
  const count = Number(textOf(written) ?? '0');
  const at = written?.at ?? rule.at;
  if (!Number.isInteger(count)) blocked.push({ at, message: '`count` must be a whole number' });
  if (!Number.isInteger(count) || count <= 0) return { count: 0, members: [] };
  const { members, beyond } = membersOf(rule.requires);
  for (const { at: where, message } of beyond)
    lost.push({ at: where, message: `rule \`${shortened(rule.name)}\`: ${message}. Fewer people may approve` });
  if (count > mostApprovals) blocked.push({ at, message: `\`count\` may be at most ${mostApprovals} here` });
  else if (members.length === 0)
    blocked.push({ at, message: 'it asks for approvals, and nobody is left who could be named for them' });
  return { count, members };
}

const relaxing: ReadonlyMap<string, string> = new Map([
  ['allow_author', 'nobody approves their own work; one person may be excepted (`segregation: { exceptions: … }`)'],
  ['allow_contributor', 'nobody who wrote a part of it approves it; one person may be excepted'],
  ['allow_non_author_contributor', 'nobody who wrote a part of it approves it; one person may be excepted'],
  ['ignore_update_merges', 'an approval ends when the content changes, and a merge may change it'],
]);

const harmless = ['invalidate_on_push', 'ignore_edited_comments', 'methods', 'request_review', 'ignore_commits_by'];

function optionsOf(rule: BotRule, blocked: Fault[], lost: Lost): void {
  const lose = (at: number, message: string) =>
    lost.push({ at, message: `rule \`${shortened(rule.name)}\`: ${message}` });
  for (const [key, why] of relaxing) {
    const value = entryOf(rule.options, key);
    if (value !== undefined && isTrue(value)) lose(value.at, `\`${key}\` cannot be said: ${why}`);
  }
  const ignored = entryOf(rule.options, 'ignore_commits_by');
  if (ignored !== undefined) lose(ignored.at, '`ignore_commits_by` cannot be said: every commit counts');
  const review = entryOf(rule.options, 'request_review');
  if (review !== undefined && isTrue(entryOf(review, 'enabled')))
    lose(review.at, '`request_review` cannot be said: nobody is asked for a review; the check names who is needed');
  blocked.push(...unknownKeys(rule.options, [...relaxing.keys(), ...harmless]));
}

/** Every way to approve is another one, so leaving some out is stricter, unless the one that is left was not among them. */
function methodsOf(rule: BotRule, blocked: Fault[], lost: Lost): void {
  const methods = entryOf(rule.options, 'methods');
  if (methods?.kind !== 'map') return;
  for (const [key, { keyAt, value }] of methods.entries) {
    if (key === 'github_review' || (value.kind === 'list' && value.items.length === 0)) continue;
    const message = `\`${shortened(key)}\` cannot be said: only a review that approves is an approval`;
    lost.push({ at: keyAt, message: `rule \`${shortened(rule.name)}\`: ${message}` });
  }
  const review = entryOf(methods, 'github_review');
  if (review !== undefined && !isTrue(review))
    blocked.push({ at: review.at, message: 'a review that approves is not enough for it, and here it would be' });
}
