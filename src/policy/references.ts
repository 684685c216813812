import type { Path } from './placed.ts';
import type { ConditionInput } from './schema/condition.ts';
import type { PolicyFileInput } from './schema.ts';

export type ReferenceKind =
  | 'role'
  | 'stage'
  | 'window'
  | 'calendar'
  | 'category'
  | 'environment'
  | 'system'
  | 'classification'
  | 'channel';

/** A name that a policy file uses and somebody has to define. */
export type Reference = { readonly kind: ReferenceKind; readonly name: string; readonly path: Path };

/** A condition key that looks at what is derived only later than the condition itself. */
export type ForwardLook = { readonly key: string; readonly place: string; readonly path: Path };

type Uses = { readonly references: Reference[]; readonly forward: ForwardLook[] };

/** What has been derived when a condition is judged, in the order of derivation. */
const derivedKeys = {
  systems: 1,
  'systems-touched': 1,
  classifications: 2,
  environments: 3,
  'blast-radius': 4,
  categories: 5,
} as const;

const places = {
  system: 0,
  classification: 1,
  'blast-radius': 3,
  proposal: 4,
  rule: 5,
  'after-merge': 5,
} as const;

const conditionReferences = {
  systems: 'system',
  classifications: 'classification',
  environments: 'environment',
  categories: 'category',
} as const;

/** Every reference that a structurally valid policy file makes, and every condition that looks forward, in document order. */
export function usesOf(file: PolicyFileInput): Uses {
  const uses: Uses = { references: [], forward: [] };
  inDefinitions(file, uses);
  inConditions(file, uses);
  inRules(file, uses);
  inTime(file, uses);
  inGovernance(file, uses);
  return uses;
}

function add(uses: Uses, kind: ReferenceKind, names: string | readonly string[] | undefined, path: Path): void {
  if (typeof names === 'string') uses.references.push({ kind, name: names, path });
  else
    for (const [index, name] of (names ?? []).entries()) uses.references.push({ kind, name, path: [...path, index] });
}

function addRoles(uses: Uses, seats: readonly { role?: string | undefined }[] | undefined, path: Path): void {
  for (const [index, { role }] of (seats ?? []).entries()) add(uses, 'role', role, [...path, index, 'role']);
}

function inDefinitions(file: PolicyFileInput, uses: Uses): void {
  for (const [name, role] of Object.entries(file.roles ?? {})) {
    add(uses, 'window', role['backups-during'], ['roles', name, 'backups-during']);
  }
  for (const [name, window] of Object.entries(file.windows ?? {})) {
    add(uses, 'calendar', window.calendar, ['windows', name, 'calendar']);
  }
}

function inConditions(file: PolicyFileInput, uses: Uses): void {
  for (const [name, { when }] of Object.entries(file.systems ?? {}))
    look(uses, when, 'system', ['systems', name, 'when']);
  for (const [name, { when }] of Object.entries(file.classifications ?? {})) {
    look(uses, when, 'classification', ['classifications', name, 'when']);
  }
  for (const [level, when] of Object.entries(file['blast-radius'] ?? {})) {
    look(uses, when, 'blast-radius', ['blast-radius', level]);
  }
  for (const [index, { when }] of (file.proposals ?? []).entries()) {
    look(uses, when, 'proposal', ['proposals', index, 'when']);
  }
  for (const [index, { when }] of (file.rules ?? []).entries()) look(uses, when, 'rule', ['rules', index, 'when']);
  for (const [index, { when }] of (file['after-merge'] ?? []).entries()) {
    look(uses, when, 'after-merge', ['after-merge', index, 'when']);
  }
}

function look(uses: Uses, condition: ConditionInput | undefined, place: keyof typeof places, path: Path): void {
  if (condition === undefined) return;
  for (const [key, needs] of Object.entries(derivedKeys)) {
    if (Object.hasOwn(condition, key) && needs > places[place]) uses.forward.push({ key, place, path: [...path, key] });
  }
  for (const [key, kind] of Object.entries(conditionReferences)) {
    add(uses, kind, condition[key as keyof typeof conditionReferences], [...path, key]);
  }
  for (const key of ['any', 'all'] as const) {
    for (const [index, part] of (condition[key] ?? []).entries()) look(uses, part, place, [...path, key, index]);
  }
  look(uses, condition.not, place, [...path, 'not']);
}

function inRules(file: PolicyFileInput, uses: Uses): void {
  for (const [index, rule] of (file.rules ?? []).entries()) {
    const path = ['rules', index];
    for (const [stage, seats] of Object.entries(rule.require ?? {})) {
      uses.references.push({ kind: 'stage', name: stage, path: [...path, 'require', stage] });
      addRoles(uses, seats, [...path, 'require', stage]);
    }
    add(uses, 'window', rule.window, [...path, 'window']);
    add(uses, 'calendar', rule.approvals?.calendar, [...path, 'approvals', 'calendar']);
    add(uses, 'calendar', rule.sla?.calendar, [...path, 'sla', 'calendar']);
    for (const stage of Object.keys(rule.sla ?? {})) {
      if (stage !== 'calendar') uses.references.push({ kind: 'stage', name: stage, path: [...path, 'sla', stage] });
    }
  }
}

function inTime(file: PolicyFileInput, uses: Uses): void {
  for (const [index, freeze] of (file.freezes ?? []).entries()) {
    add(uses, 'environment', freeze.environments, ['freezes', index, 'environments']);
    addRoles(uses, freeze.approvers, ['freezes', index, 'approvers']);
  }
  add(uses, 'calendar', file.approvals?.calendar, ['approvals', 'calendar']);
  for (const [index, exception] of (file.segregation?.exceptions ?? []).entries()) {
    add(uses, 'environment', exception['may-approve-own'], ['segregation', 'exceptions', index, 'may-approve-own']);
  }
}

function inGovernance(file: PolicyFileInput, uses: Uses): void {
  const glass = file['break-glass'];
  add(uses, 'role', glass?.roles, ['break-glass', 'roles']);
  add(uses, 'environment', glass?.environments, ['break-glass', 'environments']);
  add(uses, 'calendar', glass?.calendar, ['break-glass', 'calendar']);
  addRoles(uses, glass?.require, ['break-glass', 'require']);
  for (const [index, after] of (file['after-merge'] ?? []).entries()) {
    add(uses, 'channel', after['on-failure']?.notify, ['after-merge', index, 'on-failure', 'notify']);
  }
  for (const [event, channels] of Object.entries(file.notify?.on ?? {})) {
    add(uses, 'channel', channels, ['notify', 'on', event]);
  }
  addRoles(uses, file['access-review']?.reviewers, ['access-review', 'reviewers']);
}
