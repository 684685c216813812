import * as yaml from 'yaml';
import type { Demand } from './import-combine.ts';
import { shortened } from './import-read.ts';
import type { ConditionInput } from './schema/condition.ts';
import { Name } from './schema/values.ts';

/** Who holds the seats that nobody can fill. `ghost` is GitHub's stand-in for deleted accounts, and two of one are asked for. */
const nobody = { role: 'nobody', members: ['user:ghost'], count: 2 } as const;

const stage = 'approval';

type WrittenRule = {
  readonly name: string;
  readonly when?: ConditionInput;
  readonly require: Readonly<Record<string, readonly { readonly role: string; readonly count?: number }[]>>;
  readonly approvals?: { readonly stale: 'on-push' };
};

/** The text of the policy that demands come to. */
export function policyText(file: string, demands: readonly Demand[], lost: number): string {
  const roles = rolesOf(demands);
  const names = new Map<string, number>();
  const rules = demands.map((demand) => ruleOf(demand, roles, names));
  const [first] = roles.values();
  const guard = first === undefined ? [] : [policyChangeRule(first, names)];
  const isBlocked = demands.some(({ blocked }) => blocked.length > 0);
  const members = [
    ...Array.from(roles, ([key, role]) => [role, { members: JSON.parse(key) }]),
    ...(isBlocked ? [[nobody.role, { members: nobody.members }]] : []),
  ];
  const document = new yaml.Document(
    {
      version: 1,
      stages: [stage],
      proposals: [{ category: 'pull-request', initiator: 'none' }],
      approvals: { stale: 'on-content-change' },
      ...(members.length === 0 ? {} : { roles: Object.fromEntries(members) }),
      ...(rules.length === 0 ? {} : { rules: [...rules, ...guard] }),
    },
    { aliasDuplicateObjects: false },
  );
  document.commentBefore = header(file, lost);
  comment(document, ['proposals'], ' policy-bot looks at every pull request, and asks nobody who initiated it.');
  comment(
    document,
    ['approvals'],
    ' Approvals end when the content changes; where policy-bot ends them with a push, the rule says so.',
  );
  if (isBlocked)
    comment(
      document,
      ['roles', nobody.role],
      ' Fills no seat. Where a rule names it, decide what the rule is to become, and take that seat away.',
    );
  for (const [index, demand] of demands.entries()) comment(document, ['rules', index], commentOf(demand));
  for (const path of [['stages'], ['proposals', 0], ['approvals']]) flow(document, path);
  yaml.visit(document, { Seq: (_, node) => flowIfSmall(node) });
  return `${document.toString({ lineWidth: 0, flowCollectionPadding: true }).trimEnd()}\n`;
}

function flowIfSmall(node: yaml.YAMLSeq): void {
  if (node.items.every((item) => yaml.isScalar(item) || isSeat(item))) node.flow = true;
}

function isSeat(node: unknown): boolean {
  if (!yaml.isMap(node) || !node.has('role')) return false;
  node.flow = true;
  return true;
}

function flow(document: yaml.Document, path: readonly (string | number)[]): void {
  const node = document.getIn(path, true);
  if (yaml.isCollection(node)) node.flow = true;
}

/** Above the key of a mapping, or the item of a list. */
function comment(document: yaml.Document, path: readonly (string | number)[], text: string): void {
  const parent = document.getIn(path.slice(0, -1), true) ?? document.contents;
  const last = path.at(-1);
  const holder = path.length === 1 ? document.contents : parent;
  const key = yaml.isMap(holder)
    ? holder.items.find((pair) => yaml.isScalar(pair.key) && pair.key.value === last)?.key
    : document.getIn(path, true);
  if (text !== '' && yaml.isNode(key)) key.commentBefore = text;
}

function header(file: string, lost: number): string {
  const found =
    lost === 0 ? 'Everything in it could be said.' : `${lost} of its parts could not be said, and are stricter here.`;
  return `${[
    `Made from ${shortened(file)} of policy-bot. ${found}`,
    'What is different everywhere: docs/coming-from.md. Among it: only reviews that approve count, approvals are bound to the content,',
    'one person fills one seat, and who wrote, committed or pushed any of it fills none.',
    '',
    'Before it is put into force, say which branches lead where, which also names the check (else it is countersign/unclassified):',
    '  environments: { production: { base: [main] } }',
    'Underneath the policy of an organization a repository keeps `version`, `roles` and `rules` only, and uses its stages.',
  ]
    .map((line) => ` ${line}`.trimEnd())
    .join('\n')}`;
}

function commentOf({ comment: description, blocked }: Demand): string {
  const said = description === undefined || description.trim() === '' ? [] : [shortened(description, 300)];
  return [...said, ...blocked.map((why) => `Blocks until you have decided: ${shortened(why, 300)}.`)]
    .map((line) => ` ${line}`)
    .join('\n');
}

function ruleOf(demand: Demand, roles: ReadonlyMap<string, string>, names: Map<string, number>): WrittenRule {
  const { name, when, count, members, blocked, endsOnPush } = demand;
  const role = roles.get(JSON.stringify(members));
  return {
    name: unique(shortened(name, 200), names),
    ...(typeof when === 'boolean' ? {} : { when }),
    require: {
      [stage]: [
        ...(role === undefined ? [] : [{ role, ...(count > 1 ? { count } : {}) }]),
        ...(blocked.length > 0 ? [{ role: nobody.role, count: nobody.count }] : []),
      ],
    },
    ...(endsOnPush ? { approvals: { stale: 'on-push' } } : {}),
  };
}

/** Without a rule that names it, a change of policy would ask for two of the roles, `nobody` among them. */
function policyChangeRule(role: string, names: Map<string, number>): WrittenRule {
  const name = unique('a change of policy', names);
  return { name, when: { categories: ['policy-change'] }, require: { [stage]: [{ role }] } };
}

function unique(name: string, names: Map<string, number>): string {
  const wanted = name === '' ? 'rule' : name;
  const times = (names.get(wanted) ?? 0) + 1;
  names.set(wanted, times);
  return times === 1 ? wanted : unique(`${wanted} (${times})`, names);
}

/** The same people are the same role, so that the highest count of it is asked for once. */
function rolesOf(demands: readonly Demand[]): ReadonlyMap<string, string> {
  const roles = new Map<string, string>();
  for (const { members, count } of demands) {
    const key = JSON.stringify(members);
    if (members.length === 0 || count === 0 || count > 20 || roles.has(key)) continue;
    const taken = new Set([nobody.role, ...roles.values()]);
    const [only = ''] = members.length === 1 ? members : [];
    const own = only.slice(Math.max(only.indexOf(':'), only.indexOf('/')) + 1);
    const base = Name.safeParse(own).success ? own : 'approvers';
    let name = base;
    for (let number = 2; taken.has(name); number += 1) name = `${base}-${number}`;
    roles.set(key, name);
  }
  return roles;
}
