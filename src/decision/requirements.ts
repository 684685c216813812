import type { AppliedRule, Classification } from '../policy/classification.ts';
import {
  type Approvals,
  type Calendar,
  named,
  type Policy,
  type Rule,
  type SamePerson,
  type Stale,
} from '../policy/policy.ts';
import type { Condition } from '../policy/schema/condition.ts';
import { type Evidence, evidenceKinds, type Seat } from '../policy/schema/seat.ts';
import { policyChangeCategory } from '../policy/subject.ts';
import type { Timed } from './durations.ts';
import type { Permission } from './lookups.ts';
import { permissions } from './lookups.ts';

/**
 * What policy asks of a proposal: every rule that applies, added up. For each stage the union of the seats, and for one
 * role the highest count; of everything else the strictest.
 */
export type Requirements = {
  readonly stages: readonly { readonly name: string; readonly seats: readonly RequiredSeat[] }[];
  readonly evidence: readonly Evidence[];
  /** All must be open. */
  readonly windows: readonly string[];
  readonly stale: Stale;
  readonly permission: Permission;
  readonly samePerson: SamePerson;
  readonly citeEvidence: boolean;
  /** All must hold: durations in different calendars cannot be compared, so each is worked out. */
  readonly expireAfter: readonly Timed[];
  readonly minimumOpen: readonly Timed[];
  readonly sla: readonly (Timed & { readonly stage: string })[];
};

/** Rules that ask for a seat, by name. */
export type RequiredSeat = { readonly seat: Seat; readonly because: readonly string[] };

export function requirementsOf(
  policy: Policy,
  classification: Classification,
  rules: readonly AppliedRule[],
): Requirements {
  const applied = rules.map(({ rule }) => rule);
  const seated = classification.proposal.route === 'standard' ? [] : seatsOf(policy, classification, applied);
  const asksEvidence = classification.proposal.policyChange !== 'only';
  const said = [policy.approvals, ...applied.map(({ approvals }) => approvals)];
  return {
    stages: policy.stages.flatMap((name) => stageOf(name, seated)),
    evidence: asksEvidence
      ? evidenceKinds.filter((kind) => applied.some(({ evidence }) => evidence.includes(kind)))
      : [],
    windows: [...new Set(applied.flatMap(({ window }) => window ?? []))],
    stale: said.some(({ stale }) => stale === 'on-push') ? 'on-push' : 'on-content-change',
    permission: strictestPermission(said),
    samePerson: said.some(({ samePerson }) => samePerson === 'once') ? 'once' : 'per-stage',
    citeEvidence: said.some(({ citeEvidence }) => citeEvidence === true),
    expireAfter: said.flatMap(({ expireAfter, calendar }) => timed(policy, expireAfter, calendar)),
    minimumOpen: said.flatMap(({ minimumOpen, calendar }) => timed(policy, minimumOpen, calendar)),
    sla: applied.flatMap(({ sla }) =>
      (sla?.stages ?? []).flatMap(({ stage, within }) =>
        timed(policy, within, sla?.calendar).map((limit) => ({ stage, ...limit })),
      ),
    ),
  };
}

function strictestPermission(said: readonly Pick<Approvals, 'permission'>[]): Permission {
  return permissions[Math.max(...said.map(({ permission }) => permissions.indexOf(permission ?? 'none')))] ?? 'write';
}

function timed(
  policy: Policy,
  duration: Timed['duration'] | undefined,
  calendar: string | undefined,
): readonly Timed[] {
  if (duration === undefined || duration.amount === 0) return [];
  return [{ duration, calendar: calendarOf(policy, calendar) }];
}

/** The validated policy defines every calendar that it names. */
function calendarOf({ calendars }: Policy, name: string | undefined): Calendar | undefined {
  return name === undefined ? undefined : named(calendars, name);
}

type Required = { readonly stage: string; readonly seat: Seat; readonly rule: string };

function seatsOf(policy: Policy, { proposal }: Classification, rules: readonly Rule[]): readonly Required[] {
  const required = rules.flatMap(requiredBy);
  if (proposal.policyChange === 'none') return required;
  const naming = rules.filter(({ when }) => namesPolicyChange(when)).flatMap(requiredBy);
  return naming.length > 0 ? required : [...required, ...guardedByStrictestStage(policy)];
}

function requiredBy({ name, require }: Rule): readonly Required[] {
  return require.flatMap(({ stage, seats }) => seats.map((seat) => ({ stage, seat, rule: name })));
}

/**
 * A change of policy for which no rule asks anything takes two approvals by the roles of the strictest stage: the last
 * one that any rule fills with roles.
 */
function guardedByStrictestStage(policy: Policy): readonly Required[] {
  const all = policy.rules.flatMap(requiredBy);
  const stage = policy.stages.findLast((name) =>
    all.some((required) => required.stage === name && isRole(required.seat)),
  );
  const last = stage ?? policy.stages.at(-1) ?? 'policy';
  const inStage = all.filter((required) => required.stage === last);
  const roles = [...new Set(inStage.flatMap(({ seat }) => (seat.kind === 'role' ? [seat.role] : [])))];
  const rule = 'a change of policy needs two of the strictest stage';
  const [first = 'nobody', second] = roles;
  if (second === undefined) return [{ stage: last, seat: { kind: 'role', role: first, count: 2 }, rule }];
  return [first, second].map((role) => ({ stage: last, seat: { kind: 'role', role, count: 1 }, rule }));
}

function isRole(seat: Seat): boolean {
  return seat.kind === 'role';
}

/** Whether a condition speaks of the reserved category, other than to exclude it. */
function namesPolicyChange(condition: Condition): boolean {
  if (condition.kind === 'all' || condition.kind === 'any') return condition.of.some(namesPolicyChange);
  return condition.kind === 'names' && condition.key === 'categories' && condition.names.includes(policyChangeCategory);
}

function stageOf(name: string, required: readonly Required[]): Requirements['stages'] {
  const seats = new Map<string, { seat: Seat; because: string[] }>();
  for (const { seat, rule } of required.filter(({ stage }) => stage === name)) {
    const key = seat.kind === 'role' ? `role:${seat.role}` : `owners:${seat.of}`;
    const known = seats.get(key);
    if (known === undefined) seats.set(key, { seat, because: [rule] });
    else {
      known.because.push(rule);
      if (seat.kind === 'role' && known.seat.kind === 'role' && seat.count > known.seat.count) known.seat = seat;
    }
  }
  return seats.size === 0 ? [] : [{ name, seats: [...seats.values()] }];
}
