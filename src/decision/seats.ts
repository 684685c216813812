import type { Classification } from '../policy/classification.ts';
import { named, type Policy } from '../policy/policy.ts';
import type { Member } from '../policy/schema/values.ts';
import { codeOwnerSets } from './code-owners.ts';
import type { Reason } from './decision.ts';
import type { Reader } from './reader.ts';
import type { Requirements } from './requirements.ts';
import { type Bindings, rosterOf } from './roster.ts';
import type { Account } from './values.ts';

/** One approval that must be given by one eligible person. */
export type Seat = {
  /** Unique in the plan. */
  readonly key: string;
  /** Unique in its stage. */
  readonly id: string;
  readonly label: string;
  readonly stage: string;
  /** `role` seats take a person each; `coverage` seats are covered by any approval of an owner. */
  readonly kind: 'role' | 'coverage';
  readonly role: string | undefined;
  readonly because: readonly string[];
  readonly members: readonly Account[];
  readonly broken: readonly Reason[];
  /** False while the members have not all been read. */
  readonly known: boolean;
};

export type SeatInput = {
  readonly policy: Policy;
  readonly classification: Pick<Classification, 'systems'>;
  readonly requirements: Pick<Requirements, 'stages'>;
  readonly reader: Reader;
  readonly bindings: Bindings;
};

/** Every seat of the plan, in the order of the stages. `members` are those of the role without its backups. */
export function seatsOf(input: SeatInput): readonly Seat[] {
  return input.requirements.stages.flatMap(({ name, seats }) =>
    seats.flatMap(({ seat, because }) => {
      if (seat.kind === 'role') return roleSeats(name, seat.role, seat.count, because, input);
      return seat.of === 'systems' ? systemSeats(name, because, input) : codeSeats(name, because, input);
    }),
  );
}

function roleSeats(
  stage: string,
  role: string,
  count: number,
  because: readonly string[],
  input: SeatInput,
): readonly Seat[] {
  const roster = rosterOf(named(input.policy.roles, role)?.members ?? [], input.reader, input.bindings);
  return Array.from({ length: count }, (_, index) => {
    const id = `role:${role}#${index + 1}`;
    const { accounts: members, broken, known } = roster;
    return { key: `${stage}/${id}`, id, label: role, stage, kind: 'role', role, because, members, broken, known };
  });
}

function systemSeats(stage: string, because: readonly string[], input: SeatInput): readonly Seat[] {
  return input.classification.systems.flatMap(({ name }) => {
    const owners = named(input.policy.systems, name)?.owners ?? [];
    return owners.length === 0 ? [] : [coverage(stage, `system:${name}`, `owner of ${name}`, because, owners, input)];
  });
}

function codeSeats(stage: string, because: readonly string[], input: SeatInput): readonly Seat[] {
  return codeOwnerSets(input.reader).map(({ name, owners }) =>
    coverage(stage, `code:${name}`, `code owner ${name}`, because, owners, input),
  );
}

function coverage(
  stage: string,
  id: string,
  label: string,
  because: readonly string[],
  owners: readonly Member[],
  { reader, bindings }: SeatInput,
): Seat {
  const { accounts: members, broken, known } = rosterOf(owners, reader, bindings);
  return {
    key: `${stage}/${id}`,
    id,
    label,
    stage,
    kind: 'coverage',
    role: undefined,
    because,
    members,
    broken,
    known,
  };
}
