import { anyOf } from './import-bounds.ts';
import { blockedDemand, type Demand, demandsOf, type SaidNode } from './import-combine.ts';
import { type PredicateOptions, predicatesOf } from './import-predicates.ts';
import { type BotNode, type BotPolicy, entryOf, readBotPolicy, unknownKeys } from './import-read.ts';
import { type Lost, type SaidRule, saidRule } from './import-rule.ts';
import { policyText } from './import-write.ts';
import { loadPolicy } from './load.ts';
import type { PolicyText } from './parse.ts';
import { type Problem, sortProblems } from './problem.ts';

export type ImportResult =
  | {
      readonly ok: true;
      /** A policy that loads. It lets nothing through that the other one would not let through. */
      readonly text: string;
      /** What could not be said, where it stands in the imported file, and what became of it. */
      readonly lost: readonly Problem[];
    }
  | { readonly ok: false; readonly errors: readonly Problem[] };

/** Makes a policy of a policy-bot `.policy.yml`. Wherever the two differ, this one is stricter and says so. */
export function importPolicyBot(source: PolicyText): ImportResult {
  const read = readBotPolicy(source);
  if (!read.ok) return read;
  for (const titles of [true, false]) {
    const lost: Lost = [];
    const demands = allDemands(read.policy, { titles }, lost);
    const problems = sortProblems(lost.map(read.problemAt));
    const text = policyText(source.file, demands, problems.length);
    if (loads(text)) return { ok: true, text, lost: problems };
  }
  return beyondLimits(source.file, read.problemAt({ at: 0, message: tooMuch }));
}

const tooMuch = 'this comes to more than a policy may hold, so that none of it is said: the policy blocks everything';

function beyondLimits(file: string, problem: Problem): ImportResult {
  return { ok: true, text: policyText(file, [blockedDemand('everything', true, tooMuch)], 1), lost: [problem] };
}

function loads(text: string): boolean {
  return loadPolicy({ organization: { file: 'countersign.yml', text } }).ok;
}

function allDemands(policy: BotPolicy, options: PredicateOptions, lost: Lost): readonly Demand[] {
  lost.push(
    ...policy.unknown.map(({ at, message }) => ({
      at,
      message: `${message}. The policy blocks until you have decided`,
    })),
  );
  const unknown = policy.unknown.map(({ message }) => blockedDemand('a part that is not known', true, message));
  const rules = new Map<string, SaidRule>();
  const approval =
    policy.approval === undefined ? [] : demandsOf(saidNode(policy.approval, policy, rules, options, lost), lost);
  return [...approval, ...disapproval(policy, options, lost), ...unknown];
}

/** A rule that is named twice is said once, so that what is lost of it is told once. */
function saidNode(
  node: BotNode,
  policy: BotPolicy,
  rules: Map<string, SaidRule>,
  options: PredicateOptions,
  lost: Lost,
): SaidNode {
  const { at } = node;
  if (node.kind !== 'rule')
    return { kind: node.kind, at, of: node.of.map((child) => saidNode(child, policy, rules, options, lost)) };
  const written = policy.rules.get(node.name);
  if (written === undefined) throw new Error(`rule without a definition: ${node.name}`);
  const rule = rules.get(node.name) ?? saidRule(written, options, lost);
  rules.set(node.name, rule);
  return { kind: 'rule', at, rule };
}

/** policy-bot disapproves where one of the conditions holds, and lets people disapprove who need not be approvers. */
function disapproval(policy: BotPolicy, options: PredicateOptions, lost: Lost): readonly Demand[] {
  const { disapproval: written } = policy;
  if (written === undefined) return [];
  const predicates = predicatesOf(entryOf(written, 'if'), options);
  for (const { at, key, why } of predicates) {
    if (why === undefined) continue;
    lost.push({
      at,
      message: `\`disapproval\`: \`${key}\` cannot be said: ${why}. It blocks wherever the condition might hold`,
    });
  }
  const when = anyOf(predicates.map(({ bounds }) => bounds.perhaps));
  const others = disapprovers(policy);
  lost.push(...others.map(({ at, message }) => ({ at, message: `${message}. It blocks until you have decided` })));
  return [
    ...(when === false ? [] : [blockedDemand('disapproval', when, 'a condition of `disapproval` holds')]),
    ...others.map(({ message }) => blockedDemand('who may disapprove', true, message)),
  ];
}

function disapprovers({ disapproval: written }: BotPolicy): Lost {
  const requires = entryOf(written, 'requires');
  const unknown = unknownKeys(written, ['if', 'options', 'requires']);
  if (requires === undefined || (requires.kind === 'map' && requires.entries.size === 0)) return [...unknown];
  const message =
    'who may disapprove cannot be said: those who may approve a proposal may also reject it, with `/reject` or a review that requests changes, and nobody else';
  return [...unknown, { at: requires.at, message }];
}
