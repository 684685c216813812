import { type DocumentResult, readDocument } from './document.ts';
import { didYouMean } from './nearest.ts';
import type { PolicyText } from './parse.ts';
import type { Placed } from './placed.ts';
import { type Problem, sortProblems } from './problem.ts';

/** A `.policy.yml` of policy-bot as it is written. Its conditions, options and approvers are read where they are used. */
export type BotPolicy = {
  readonly rules: ReadonlyMap<string, BotRule>;
  /** What approves: always an `and`; undefined if nothing is asked for. */
  readonly approval: BotNode | undefined;
  readonly disapproval: Placed | undefined;
  /** Keys that policy-bot is not known to have, outside of rules. */
  readonly unknown: readonly Fault[];
};

export type BotRule = {
  readonly name: string;
  readonly description: string | undefined;
  readonly at: number;
  readonly if: Placed | undefined;
  readonly options: Placed | undefined;
  readonly requires: Placed | undefined;
  readonly unknown: readonly Fault[];
};

export type BotNode =
  | { readonly kind: 'rule'; readonly at: number; readonly name: string }
  | { readonly kind: 'and' | 'or'; readonly at: number; readonly of: readonly BotNode[] };

/** Something at an offset of the text. */
export type Fault = { readonly at: number; readonly message: string };

export type BotReadResult =
  | {
      readonly ok: true;
      readonly policy: BotPolicy;
      readonly problemAt: (fault: Fault) => Problem;
    }
  | { readonly ok: false; readonly errors: readonly Problem[] };

/** Reads the structure; a file that policy-bot itself would refuse is refused with every fault and its place. */
export function readBotPolicy({ file, text }: PolicyText): BotReadResult {
  if (text.trim() === '') return refused(file, 'the file is blank');
  const document = readDocument(file, text);
  if (!document.ok) return document;
  const { root } = document;
  if (root.kind !== 'map') return refused(file, 'this is no policy of policy-bot: it must be a mapping');
  if (root.entries.has('remote'))
    return refused(file, 'this file only says where the policy is (`remote`); import the file that it names');
  const faults: Fault[] = [];
  const policy = policyOf(root, faults);
  const problemAt = placer(file, document);
  return faults.length === 0
    ? { ok: true, policy, problemAt }
    : { ok: false, errors: sortProblems(faults.map(problemAt)) };
}

export function entryOf(placed: Placed | undefined, key: string): Placed | undefined {
  const value = placed?.kind === 'map' ? placed.entries.get(key)?.value : undefined;
  return value?.kind === 'scalar' && value.value === null ? undefined : value;
}

export function itemsOf(placed: Placed | undefined): readonly Placed[] {
  return placed?.kind === 'list' ? placed.items : [];
}

export function textOf(placed: Placed | undefined): string | undefined {
  return placed?.kind === 'scalar' && placed.value !== null ? String(placed.value) : undefined;
}

/** YAML 1.1, which policy-bot reads, has more words for yes. */
export function isTrue(placed: Placed | undefined): boolean {
  return /^(true|yes|on|y)$/i.test(textOf(placed) ?? '');
}

/** The keys of a mapping that are none of these. */
export function unknownKeys(placed: Placed | undefined, known: readonly string[]): readonly Fault[] {
  if (placed?.kind !== 'map') return [];
  return Array.from(placed.entries).flatMap(([key, { keyAt }]) =>
    known.includes(key) ? [] : [{ at: keyAt, message: `\`${shortened(key)}\` is not known here` }],
  );
}

/** Text of somebody else's file, fit for one line. */
export function shortened(text: string, most = 80): string {
  const line = text.replace(/[\p{C}\s]+/gu, ' ').trim();
  return line.length > most ? `${line.slice(0, most)}…` : line;
}

function refused(file: string, message: string): BotReadResult {
  return { ok: false, errors: [{ file, line: 1, column: 1, message }] };
}

function placer(file: string, { placeOf }: Extract<DocumentResult, { ok: true }>): (fault: Fault) => Problem {
  return ({ at, message }) => ({ file, ...placeOf(at), message });
}

function policyOf(root: Placed, faults: Fault[]): BotPolicy {
  const rules = new Map<string, BotRule>();
  const written = entryOf(root, 'approval_rules');
  if (written !== undefined && written.kind !== 'list')
    faults.push({ at: written.at, message: '`approval_rules` must be a list' });
  // Of two rules with one name policy-bot takes the last.
  for (const item of itemsOf(written)) {
    const rule = ruleOf(item);
    if (rule === undefined) faults.push({ at: item.at, message: 'a rule must be a mapping with a `name`' });
    else rules.set(rule.name, rule);
  }
  const policy = entryOf(root, 'policy');
  if (policy !== undefined && policy.kind !== 'map')
    faults.push({ at: policy.at, message: '`policy` must be a mapping' });
  if (policy === undefined && rules.size === 0)
    faults.push({
      at: root.at,
      message: 'this is no policy of policy-bot: it has neither `policy` nor `approval_rules`',
    });
  return {
    rules,
    approval: approvalOf(entryOf(policy, 'approval'), rules, faults),
    disapproval: entryOf(policy, 'disapproval'),
    unknown: [...unknownKeys(root, ['policy', 'approval_rules']), ...unknownKeys(policy, ['approval', 'disapproval'])],
  };
}

function ruleOf(item: Placed): BotRule | undefined {
  const name = textOf(entryOf(item, 'name'));
  if (item.kind !== 'map' || name === undefined || name.trim() === '') return undefined;
  return {
    name,
    description: textOf(entryOf(item, 'description')),
    at: item.at,
    if: entryOf(item, 'if'),
    options: entryOf(item, 'options'),
    requires: entryOf(item, 'requires'),
    unknown: unknownKeys(item, ['name', 'description', 'if', 'options', 'requires']),
  };
}

function approvalOf(
  written: Placed | undefined,
  rules: ReadonlyMap<string, BotRule>,
  faults: Fault[],
): BotNode | undefined {
  if (written === undefined || (written.kind === 'list' && written.items.length === 0)) return undefined;
  return combinationOf('and', written, rules, faults);
}

function combinationOf(
  kind: 'and' | 'or',
  written: Placed,
  rules: ReadonlyMap<string, BotRule>,
  faults: Fault[],
): BotNode {
  if (written.kind !== 'list' || written.items.length === 0)
    faults.push({ at: written.at, message: `\`${kind}\` must list the names of rules, \`and\` or \`or\`` });
  return { kind, at: written.at, of: itemsOf(written).map((item) => nodeOf(item, rules, faults)) };
}

function nodeOf(item: Placed, rules: ReadonlyMap<string, BotRule>, faults: Fault[]): BotNode {
  if (item.kind === 'map' && item.entries.size === 1) {
    for (const kind of ['and', 'or'] as const) {
      const value = item.entries.get(kind)?.value;
      if (value !== undefined) return combinationOf(kind, value, rules, faults);
    }
  }
  const name = textOf(item);
  if (name === undefined) faults.push({ at: item.at, message: 'must be the name of a rule, `and` or `or`' });
  else if (!rules.has(name)) {
    const hint = didYouMean(name, [...rules.keys()]);
    faults.push({ at: item.at, message: `there is no rule \`${shortened(name)}\` in \`approval_rules\`${hint}` });
  }
  return { kind: 'rule', at: item.at, name: name ?? '' };
}
