import fc from 'fast-check';
import type { ConditionInput } from '../../src/policy/schema/condition.ts';
import type { PolicyFileInput } from '../../src/policy/schema.ts';

/** What generated policies are made of. Few names, so that what one policy says meets what another says. */

type RuleInput = NonNullable<PolicyFileInput['rules']>[number];
export type Section<Key extends keyof PolicyFileInput> = NonNullable<PolicyFileInput[Key]>;

/** What names there are to speak of. */
type Names = {
  readonly roles: readonly string[];
  readonly systems: readonly string[];
  readonly classifications: readonly string[];
  readonly calendars: readonly string[];
  readonly windows: readonly string[];
};

export const organizationNames: Names = {
  roles: ['peer', 'release-manager'],
  systems: ['payments', 'unmapped'],
  classifications: ['secret'],
  calendars: ['business'],
  windows: ['office'],
};
const ownNames: Names = {
  roles: ['own-role'],
  systems: ['own-one', 'own-two'],
  classifications: ['own-label'],
  calendars: ['own-calendar'],
  windows: ['own-window'],
};
export const allNames: Names = {
  roles: [...organizationNames.roles, ...ownNames.roles],
  systems: [...organizationNames.systems, ...ownNames.systems],
  classifications: [...organizationNames.classifications, ...ownNames.classifications],
  calendars: [...organizationNames.calendars, ...ownNames.calendars],
  windows: [...organizationNames.windows, ...ownNames.windows],
};

export const stages = ['peer', 'release'];
export const environmentNames = ['production', 'staging'];
export const branches = ['main', 'develop', 'trunk', '**'];
export const globs = ['services/**', 'docs/**', '**/vault/**', '*', '**'];

export function some<Value>(of: readonly Value[]): fc.Arbitrary<Value[]> {
  return fc.subarray([...of], { minLength: 1 });
}

/** Mostly absent, so that much passes. */
export function seldom<Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> {
  return fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });
}

/** Keys that are undefined are left out, as a file leaves them out. */
export function written<Value extends object>(value: Value): Value {
  return JSON.parse(JSON.stringify(value));
}

/** Conditions about the change itself, which may stand anywhere. */
export const plain: fc.Arbitrary<ConditionInput> = fc.oneof(
  some(globs).map((paths): ConditionInput => ({ paths })),
  some(globs).map((only): ConditionInput => ({ 'only-paths': only })),
  some(branches).map((base): ConditionInput => ({ base })),
  fc.constantFrom('human' as const, 'bot' as const).map((kind): ConditionInput => ({ 'author-kind': kind })),
  fc.constantFrom('>= 2', '< 2').map((files): ConditionInput => ({ files })),
  fc.boolean().map((draft): ConditionInput => ({ draft })),
  fc.constant<ConditionInput>({ labels: ['remediation'] }),
  fc.constant<ConditionInput>({ 'author-teams': ['team:acme/crew'] }),
  fc.constant<ConditionInput>({ title: '^Remedy' }),
);

export function derived({ systems, classifications }: Names): fc.Arbitrary<ConditionInput> {
  return fc.oneof(
    some(systems).map((of): ConditionInput => ({ systems: of })),
    some(classifications).map((of): ConditionInput => ({ classifications: of })),
    some(environmentNames).map((of): ConditionInput => ({ environments: of })),
    fc.constantFrom('>= 2', '= 1', '< 1').map((compared): ConditionInput => ({ 'systems-touched': compared })),
    fc.constantFrom('low', '>= high').map((level): ConditionInput => ({ 'blast-radius': level })),
    fc.constantFrom('remediation', 'policy-change').map((name): ConditionInput => ({ categories: [name] })),
  );
}

/** Conditions that what a repository adds can make false. */
const fragile: fc.Arbitrary<ConditionInput> = fc.constantFrom<ConditionInput[]>(
  { systems: ['unmapped'] },
  { not: { systems: ['payments'] } },
  { 'systems-touched': '< 1' },
  { 'blast-radius': 'low' },
  { not: { classifications: ['secret'] } },
  { not: { environments: environmentNames } },
);

export function nested(leaf: fc.Arbitrary<ConditionInput>): fc.Arbitrary<ConditionInput> {
  return fc.oneof(
    { weight: 3, arbitrary: leaf },
    leaf.map((not): ConditionInput => ({ not })),
    fc.tuple(leaf, leaf).map((any): ConditionInput => ({ any })),
    fc.tuple(leaf, leaf).map((all): ConditionInput => ({ all })),
  );
}

function seat({ roles }: Names) {
  return fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({ role: fc.constantFrom(...roles), count: fc.constantFrom(1, 1, 2) }),
    },
    fc.constantFrom<{ owners: 'systems' | 'code' }[]>({ owners: 'systems' }, { owners: 'code' }),
  );
}

const duration = fc.constantFrom('0m', '1h', '2d');
export const long = fc.constantFrom('1h', '2d');

export function approvals({ calendars }: Names): fc.Arbitrary<Section<'approvals'>> {
  return fc
    .record({
      stale: seldom(fc.constantFrom('on-push' as const, 'on-content-change' as const)),
      permission: seldom(fc.constantFrom('read' as const, 'write' as const, 'admin' as const)),
      'same-person': seldom(fc.constantFrom('once' as const, 'per-stage' as const)),
      'cite-evidence': seldom(fc.boolean()),
      'minimum-open': seldom(duration),
      'expire-after': seldom(long),
      calendar: seldom(fc.constantFrom(...calendars)),
    })
    .map(written);
}

function rule(names: Names): fc.Arbitrary<Omit<RuleInput, 'name'>> {
  return fc
    .record({
      when: fc.oneof(fc.constant(undefined), fragile, fragile, nested(fc.oneof(plain, derived(names)))),
      require: fc.option(
        fc.dictionary(fc.constantFrom(...stages), fc.array(seat(names), { minLength: 1, maxLength: 2 })),
        { nil: undefined },
      ),
      evidence: seldom(some(['failure', 'services', 'validation', 'ticket', 'rollback-plan'] as const)),
      window: seldom(fc.constantFrom(...names.windows)),
      approvals: seldom(approvals(names)),
      sla: seldom(fc.record({ peer: long })),
    })
    .map(written);
}

export function rules(names: Names, prefix: string): fc.Arbitrary<RuleInput[]> {
  return fc
    .array(rule(names), { minLength: 1, maxLength: 3 })
    .map((list) => list.map((entry, index) => ({ name: `${prefix} ${index}`, ...entry })));
}

export function freezes({ roles }: Names, prefix: string): fc.Arbitrary<Section<'freezes'>> {
  const freeze = fc.record({
    name: fc.constant(`${prefix} freeze`),
    from: fc.constantFrom('2026-11-20T00:00', '2026-12-01T00:00'),
    to: fc.constant('2026-12-24T00:00'),
    timezone: fc.constant('Europe/Zurich'),
    environments: seldom(some(environmentNames)),
    approvers: seldom(fc.record({ role: fc.constantFrom(...roles) }).map((only) => [only])),
  });
  return freeze.map((only) => [written(only)]);
}
