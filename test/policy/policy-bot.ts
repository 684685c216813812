import * as fc from 'fast-check';
import { RE2JS } from 're2js';
import * as yaml from 'yaml';
import { matches } from '../../src/policy/conditions.ts';
import { nothingDerived } from '../../src/policy/derived.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { subject } from './subject.ts';

/** policy-bot in small, written from its documentation: enough to compare what it lets through with what a policy does. */
export type BotFile = {
  readonly policy: { readonly approval: readonly Node[]; readonly disapproval?: { readonly if?: If } };
  readonly approval_rules: readonly Rule[];
};

type Node = string | { readonly and: readonly Node[] } | { readonly or: readonly Node[] };

type Actors = {
  readonly users?: readonly string[];
  readonly teams?: readonly string[];
  readonly organizations?: readonly string[];
};

type If = {
  readonly changed_files?: { readonly paths: readonly string[]; readonly ignore?: readonly string[] };
  readonly no_changed_files?: { readonly paths: readonly string[] };
  readonly only_changed_files?: { readonly paths: readonly string[] };
  readonly has_author_in?: Actors;
  readonly only_has_contributors_in?: Actors;
  readonly targets_branch?: { readonly pattern: string };
  readonly from_branch?: { readonly pattern: string };
  readonly modified_lines?: { readonly additions?: string; readonly total?: string };
  readonly has_labels?: readonly string[];
  readonly title?: { readonly matches?: readonly string[]; readonly not_matches?: readonly string[] };
  readonly has_status?: { readonly statuses: readonly string[] };
};

type Rule = {
  readonly name: string;
  readonly if?: If;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly requires?: Actors & { readonly count?: number; readonly conditions?: If };
};

/** A pull request, and who has approved it. None of them helped to write it. */
export type Situation = {
  readonly paths: readonly string[];
  readonly base: string;
  readonly head: string;
  readonly author: string;
  readonly labels: readonly string[];
  readonly title: string;
  readonly lines: number;
  readonly statuses: readonly string[];
  readonly approvers: readonly string[];
};

const teams: Readonly<Record<string, readonly string[]>> = {
  'acme/one': ['ana', 'bo'],
  'acme/two': ['bo', 'cy'],
  'acme/three': ['dee', 'ed', 'flo'],
};

export function passesPolicyBot(file: BotFile, situation: Situation): boolean {
  const disapproved = Object.entries(file.policy.disapproval?.if ?? {}).some(([key, value]) =>
    holds({ [key]: value }, situation),
  );
  if (disapproved) return false;
  if (file.policy.approval.length === 0) return true;
  return statusOf({ and: file.policy.approval }, file, situation) === 'approved';
}

type Status = 'approved' | 'pending' | 'skipped';

function statusOf(node: Node, file: BotFile, situation: Situation): Status {
  if (typeof node === 'string') {
    const rule = file.approval_rules.find(({ name }) => name === node);
    return rule === undefined ? 'pending' : statusOfRule(rule, situation);
  }
  const children = ('and' in node ? node.and : node.or).map((child) => statusOf(child, file, situation));
  const asked = children.filter((status) => status !== 'skipped');
  if (asked.length === 0) return 'skipped';
  const isApproved = (status: Status) => status === 'approved';
  return ('and' in node ? asked.every(isApproved) : asked.some(isApproved)) ? 'approved' : 'pending';
}

function statusOfRule({ if: when = {}, options, requires = {} }: Rule, situation: Situation): Status {
  if (!holds(when, situation)) return 'skipped';
  if (!holds(requires.conditions ?? {}, situation)) return 'pending';
  const count = requires.count ?? 0;
  const methods = options?.methods as { readonly github_review?: boolean } | undefined;
  // In this small world people approve by review, and by nothing else.
  if (count > 0 && methods?.github_review === false) return 'pending';
  return situation.approvers.filter((who) => isIn(who, requires)).length >= count ? 'approved' : 'pending';
}

function isIn(who: string, { users = [], teams: slugs = [], organizations = [] }: Actors): boolean {
  return users.includes(who) || slugs.some((slug) => teams[slug]?.includes(who)) || organizations.includes('acme');
}

function anyMatches(patterns: readonly string[], text: string): boolean {
  return patterns.some((pattern) => RE2JS.compile(pattern).test(text));
}

function holds(when: If, situation: Situation): boolean {
  const { changed_files: changed, only_changed_files: only, no_changed_files: no, title, modified_lines: lines } = when;
  const { paths } = situation;
  return [
    changed === undefined ||
      paths.some((path) => anyMatches(changed.paths, path) && !anyMatches(changed.ignore ?? [], path)),
    no === undefined || !paths.some((path) => anyMatches(no.paths, path)),
    only === undefined || (paths.length > 0 && paths.every((path) => anyMatches(only.paths, path))),
    when.has_author_in === undefined || isIn(situation.author, when.has_author_in),
    when.only_has_contributors_in === undefined || isIn(situation.author, when.only_has_contributors_in),
    when.targets_branch === undefined || anyMatches([when.targets_branch.pattern], situation.base),
    when.from_branch === undefined || anyMatches([when.from_branch.pattern], situation.head),
    lines === undefined ||
      [lines.additions, lines.total].some((text) => text !== undefined && compares(text, situation.lines)),
    (when.has_labels ?? []).every((label) => situation.labels.includes(label)),
    title === undefined ||
      anyMatches(title.matches ?? [], situation.title) ||
      (title.not_matches !== undefined && !anyMatches(title.not_matches, situation.title)),
    (when.has_status?.statuses ?? []).every((status) => situation.statuses.includes(status)),
  ].every(Boolean);
}

function compares(text: string, lines: number): boolean {
  const value = Number(text.slice(1));
  return text.startsWith('<') ? lines < value : text.startsWith('>') ? lines > value : lines === value;
}

/** Whether the approvals could fill the seats, at the most generous: one person may fill any number of them. */
export function couldPass({ rules, roles }: Policy, situation: Situation): boolean {
  const { paths, base, head, labels, title, author, lines } = situation;
  const memberships = Object.entries(teams).map(([team, people]) => ({ team, member: people.includes(author) }));
  const change = subject({
    paths,
    base,
    head,
    labels,
    title,
    lines,
    author: { login: author, kind: 'human', teams: memberships },
  });
  const seats = rules
    .filter(({ when }) => matches(when, change, nothingDerived).holds !== false)
    .flatMap(({ require }) => require.flatMap(({ seats }) => seats));
  return seats.every((seat) => {
    if (seat.kind !== 'role') return false;
    const members = roles.find(({ name }) => name === seat.role)?.members ?? [];
    const able = situation.approvers.filter((who) =>
      members.some((member) =>
        member.kind === 'user' ? member.login === who : teams[`${member.organization}/${member.slug}`]?.includes(who),
      ),
    );
    return able.length >= seat.count;
  });
}

const patterns = [
  '^docs/',
  '\\.md$',
  '^src/.*\\.ts$',
  '(^|/)Dockerfile$',
  'a.b',
  '(?i)readme',
  '[^/]+\\.go$',
  '^deploy/(eu|us)/.+',
];
const branches = ['^main$', '^release/', '^(main|develop)$', 'fix'];
const people = ['ana', 'bo', 'cy', 'dee', 'ed', 'flo', 'gil'];

function some<Item>(of: readonly Item[], most = 2): fc.Arbitrary<Item[]> {
  return fc.uniqueArray(fc.constantFrom(...of), { minLength: 1, maxLength: most });
}

function partly<Shape extends object>(shape: { [Key in keyof Shape]-?: fc.Arbitrary<Exclude<Shape[Key], undefined>> }) {
  // fast-check has no name for "all keys optional" under exact optional types.
  return fc.record(shape, { requiredKeys: [] }) as unknown as fc.Arbitrary<Shape>;
}

const actors = partly<Actors>({
  users: some(people),
  teams: some(Object.keys(teams)),
  organizations: fc.constant(['acme']),
});
const paths = fc.record({ paths: some(patterns) });
const conditions = partly<If>({
  changed_files: fc.oneof(paths, fc.record({ paths: some(patterns), ignore: some(patterns) })),
  no_changed_files: paths,
  only_changed_files: paths,
  has_author_in: actors,
  only_has_contributors_in: actors,
  targets_branch: fc.record({ pattern: fc.constantFrom(...branches) }),
  from_branch: fc.record({ pattern: fc.constantFrom(...branches) }),
  modified_lines: fc.constantFrom({ total: '> 10' }, { additions: '<100' }, { total: '= 7' }),
  has_labels: some(['reviewed', 'urgent']),
  title: fc.constantFrom({ matches: ['^fix'] }, { not_matches: ['WIP'] }, { matches: ['^feat'], not_matches: ['WIP'] }),
  has_status: fc.constant({ statuses: ['ci'] }),
});
/** Mostly no condition or one: with many of them a rule applies to nothing. */
const fewConditions = fc.oneof(
  { weight: 2, arbitrary: fc.constant<If>({}) },
  conditions.map((all): If => Object.fromEntries(Object.entries(all).slice(0, 1))),
  conditions.map((all): If => Object.fromEntries(Object.entries(all).slice(0, 2))),
);
const requires = fc
  .tuple(
    actors,
    fc.constantFrom(0, 0, 1, 1, 1, 1, 2, 2, 30),
    fc.oneof({ weight: 4, arbitrary: fc.constant<If>({}) }, { weight: 1, arbitrary: fewConditions }),
  )
  .map(([who, count, needed]) => ({ ...who, count, conditions: needed }));
const options = fc.constantFrom(
  {},
  {},
  {},
  { allow_author: true },
  { methods: { github_review: false } },
  { invalidate_on_push: true },
);
const rule = fc.record({ if: fewConditions, requires, options });

const { node } = fc.letrec<{ node: Node }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom('r0', 'r1', 'r2', 'r3', 'r4'),
    { weight: 3, arbitrary: fc.record({ or: fc.array(tie('node'), { minLength: 1, maxLength: 3 }) }) },
    fc.record({ and: fc.array(tie('node'), { minLength: 1, maxLength: 3 }) }),
  ),
}));

export const botFiles: fc.Arbitrary<BotFile> = fc
  .record({
    rules: fc.array(rule, { minLength: 5, maxLength: 5 }),
    approval: fc.array(node, { maxLength: 3 }),
    disapproval: fc.option(fewConditions, { freq: 4, nil: undefined }),
  })
  .map(({ rules, approval, disapproval }) => ({
    policy: { approval, ...(disapproval === undefined ? {} : { disapproval: { if: disapproval } }) },
    approval_rules: rules.map((given, index) => ({ name: `r${index}`, ...given })),
  }));

export const situations: fc.Arbitrary<Situation> = fc.record({
  paths: some(
    [
      'docs/a.md',
      'src/x.ts',
      'src/deep/y.ts',
      'Dockerfile',
      'app/Dockerfile',
      'README.md',
      'main.go',
      'axb/c',
      'deploy/eu/x',
    ],
    3,
  ),
  base: fc.constantFrom('main', 'release/1', 'develop', 'other'),
  head: fc.constantFrom('fix', 'feature/fix-it', 'main'),
  author: fc.constantFrom(...people),
  labels: fc.subarray(['reviewed', 'urgent']),
  title: fc.constantFrom('fix: it', 'feat: that', 'WIP feat', 'something'),
  lines: fc.constantFrom(7, 10, 11, 200),
  statuses: fc.subarray(['ci']),
  approvers: fc.subarray(people),
});

export function written(file: BotFile): string {
  return yaml.stringify(file);
}
