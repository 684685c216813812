import { allOf, anyBounds, anyOf, type Bounds, type Cond, keyOf, notOf } from './import-bounds.ts';
import { type Fault, shortened } from './import-read.ts';
import type { Lost, SaidRule } from './import-rule.ts';

/** What is asked for, and when. Every demand whose condition holds has to be met. */
export type Demand = {
  readonly name: string;
  readonly when: Cond;
  readonly count: number;
  readonly members: readonly string[];
  /** Why nobody can meet it for now. */
  readonly blocked: readonly string[];
  readonly endsOnPush: boolean;
  readonly comment?: string | undefined;
};

export type SaidNode =
  | { readonly kind: 'rule'; readonly at: number; readonly rule: SaidRule }
  | { readonly kind: 'and' | 'or'; readonly at: number; readonly of: readonly SaidNode[] };

/**
 * Says `and` and `or` in rules that only ever add up. Three things make an `or` sayable: a rule without approvals excuses
 * the others where it surely holds; single approvals by one group or another are one approval by either; and an
 * alternative that can be met nowhere is left out wherever another one surely applies. What remains is asked for together.
 */
export function demandsOf(node: SaidNode, lost: Lost): readonly Demand[] {
  const none: Demand = blockedDemand(
    'no rule of policy-bot applies',
    notOf(appliesOf(node).surely),
    'where no rule applies policy-bot blocks too',
  );
  return [...demandsUnder(node, true, lost), none].filter(({ when }) => when !== false);
}

export function blockedDemand(name: string, when: Cond, why: string): Demand {
  return { name, when, count: 0, members: [], blocked: [why], endsOnPush: false };
}

function demandsUnder(node: SaidNode, guard: Cond, lost: Lost): readonly Demand[] {
  if (node.kind === 'rule') return ruleDemands(node.rule, guard);
  if (node.kind === 'and') return node.of.flatMap((child) => demandsUnder(child, guard, lost));
  return orDemands(node, guard, lost);
}

function ruleDemands(rule: SaidRule, guard: Cond): readonly Demand[] {
  const { name, count, members, blocked, endsOnPush, description: comment } = rule;
  const when = allOf([guard, rule.applies.perhaps]);
  const unmet = allOf([when, notOf(rule.conditions.surely)]);
  const asked = count > 0 || blocked.length > 0;
  return [
    ...(asked ? [{ name, when, count, members, blocked, endsOnPush, comment }] : []),
    ...(unmet === false ? [] : [blockedDemand(`${name}: what it requires`, unmet, 'its `conditions` do not hold')]),
  ];
}

function orDemands(node: Extract<SaidNode, { kind: 'and' | 'or' }>, before: Cond, lost: Lost): readonly Demand[] {
  const children = flattened(node);
  const guard = allOf([before, notOf(anyOf(children.map(isApprovedByItself)))]);
  const asking = children.filter((child) => !asksNothing(child));
  const usable = asking.filter((child) => !isHopeless(child));
  const hopeless = asking.filter(isHopeless);
  const merged = usable.length === 1 ? undefined : mergedDemands(usable, guard);
  if (merged === undefined && usable.length > 1) lost.push(allAsked(node.at, usable));
  if (usable.length > 0) lost.push(...hopeless.filter(isBlocked).map(leftOut));
  const elsewhere = allOf([guard, notOf(anyOf(usable.map((child) => appliesOf(child).surely)))]);
  return [
    ...(merged ?? usable.flatMap((child) => demandsUnder(child, guard, lost))),
    ...hopeless.flatMap((child) => demandsUnder(child, elsewhere, lost)),
  ];
}

function flattened(node: SaidNode): readonly SaidNode[] {
  return node.kind === 'or' ? node.of.flatMap(flattened) : [node];
}

function allAsked(at: number, usable: readonly SaidNode[]): Fault {
  const names = usable.map((child) => `\`${nameOf(child)}\``).join(', ');
  return {
    at,
    message: `this \`or\` cannot be said, since rules only add up: ${names} are all asked for, where they apply`,
  };
}

function leftOut(node: SaidNode): Fault {
  return {
    at: node.at,
    message: `\`${nameOf(node)}\` is no way out of this \`or\`, since not all of it can be said; the others are`,
  };
}

function nameOf(node: SaidNode): string {
  return node.kind === 'rule' ? shortened(node.rule.name) : node.of.map(nameOf).join(` ${node.kind} `);
}

function appliesOf(node: SaidNode): Bounds {
  return node.kind === 'rule' ? node.rule.applies : anyBounds(node.of.map(appliesOf));
}

/** When policy-bot surely calls it approved although nobody has approved anything. */
function isApprovedByItself(node: SaidNode): Cond {
  if (node.kind !== 'rule') {
    if (node.kind === 'or') return anyOf(node.of.map(isApprovedByItself));
    const settled = node.of.map((child) => anyOf([notOf(appliesOf(child).perhaps), isApprovedByItself(child)]));
    return allOf([...settled, anyOf(node.of.map(isApprovedByItself))]);
  }
  const { applies, conditions, count, blocked } = node.rule;
  return count === 0 && blocked.length === 0 && allOf([applies.surely, conditions.surely]);
}

function asksNothing(node: SaidNode): boolean {
  if (node.kind !== 'rule') return node.of.every(asksNothing);
  return node.rule.count === 0 && node.rule.blocked.length === 0 && node.rule.conditions.surely === true;
}

/** Whether no approval can meet it. */
function isHopeless(node: SaidNode): boolean {
  if (node.kind !== 'rule') return node.kind === 'or' ? node.of.every(isHopeless) : node.of.some(isHopeless);
  const { blocked, count, conditions } = node.rule;
  return blocked.length > 0 || (count === 0 && conditions.surely !== true);
}

function isBlocked(node: SaidNode): boolean {
  return node.kind === 'rule' ? node.rule.blocked.length > 0 : node.of.some(isBlocked);
}

/** Each case is a rule of its own, and with more conditions nobody would read them. */
const mostCases = 3;

/** Alternatives of one approval each, by which of them apply; undefined if there are others. */
function mergedDemands(nodes: readonly SaidNode[], guard: Cond): readonly Demand[] | undefined {
  const rules = nodes.flatMap((node) => (isSingle(node) ? [node.rule] : []));
  const groups = groupedByCondition(rules);
  const always = groups.find(([first]) => first?.applies.surely === true) ?? [];
  const sometimes = groups.filter((group) => group !== always);
  if (rules.length < nodes.length || sometimes.length > mostCases) return undefined;
  const cases = Array.from({ length: 2 ** sometimes.length }, (_, bits) => bits);
  return cases.flatMap((bits) => {
    const inCase = sometimes.filter((_, index) => (bits >> index) % 2 === 1);
    const which = sometimes.map((group) => (inCase.includes(group) ? surelyOf(group) : notOf(surelyOf(group))));
    const when = allOf([guard, ...which]);
    const able = [...always, ...inCase.flat()];
    if (when === false) return [];
    return able.length > 0 ? [eitherOf(able, when)] : rules.flatMap((rule) => ruleDemands(rule, when));
  });
}

function groupedByCondition(rules: readonly SaidRule[]): readonly (readonly SaidRule[])[] {
  const groups = new Map<string, SaidRule[]>();
  for (const rule of rules) {
    const key = `${keyOf(rule.applies.surely)} ${keyOf(rule.applies.perhaps)}`;
    groups.set(key, [...(groups.get(key) ?? []), rule]);
  }
  return [...groups.values()];
}

type SingleRule = Extract<SaidNode, { kind: 'rule' }>;

function isSingle(node: SaidNode): node is SingleRule {
  return node.kind === 'rule' && node.rule.count === 1 && node.rule.conditions.surely === true;
}

function surelyOf([first]: readonly SaidRule[]): Cond {
  return first?.applies.surely ?? false;
}

function eitherOf(rules: readonly SaidRule[], when: Cond): Demand {
  return {
    name: rules.map(({ name }) => name).join(' or '),
    when,
    count: 1,
    members: [...new Set(rules.flatMap(({ members }) => members))].sort(),
    blocked: [],
    endsOnPush: rules.some(({ endsOnPush }) => endsOnPush),
    comment: rules.flatMap(({ description }) => description ?? []).join(' '),
  };
}
