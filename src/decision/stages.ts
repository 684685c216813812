import type { SamePerson } from '../policy/policy.ts';
import { matchSeats, type Option } from './matching.ts';
import type { Decisive } from './reviews.ts';
import type { Seat } from './seats.ts';
import type { Account } from './values.ts';

/** A person with the approvals of theirs that nothing but the seat itself can still speak against, oldest first. */
export type Voter = { readonly account: Account; readonly approvals: readonly Decisive[] };

/** A seat and who may sit on it, backups included where they are active. */
export type EligibleSeat = Seat & { readonly eligible: ReadonlySet<number> };

export type StagesInput = {
  /** In the order of the stages. */
  readonly seats: readonly EligibleSeat[];
  readonly voters: readonly Voter[];
  readonly samePerson: SamePerson;
  /** When earlier decisions found a stage open, for this content and question. */
  readonly openedBefore: ReadonlyMap<string, number>;
  /** Whether an approval answers what the stage asks now. */
  readonly answers: (stage: string, approval: Decisive) => boolean;
};

export type Filled = {
  /** By the seat's key. */
  readonly holders: ReadonlyMap<string, { readonly voter: Voter; readonly approval: Decisive }>;
  /** By the stage's name; stages that are not open are absent. The first opens at minus infinity. */
  readonly openedAt: ReadonlyMap<string, number>;
};

/**
 * Works off the stages in order. A stage opens at the instant at which the seats of all stages before it were first all
 * filled, and an approval given before that does not count in it. Which seats an approval fills is settled once, over
 * the whole plan.
 */
export function fillStages(input: StagesInput): Filled {
  const names = [...new Set(input.seats.map(({ stage }) => stage))];
  const openedAt = new Map<string, number>();
  for (const [index, name] of names.entries()) {
    const before = input.openedBefore.get(name) ?? Number.POSITIVE_INFINITY;
    const found = index === 0 ? Number.NEGATIVE_INFINITY : completedAt(input, names.slice(0, index), openedAt);
    const opens = Math.min(before, found);
    if (opens < Number.POSITIVE_INFINITY) openedAt.set(name, opens);
  }
  return { holders: holdersAt(input, input.seats, openedAt, Number.POSITIVE_INFINITY), openedAt };
}

/** When the seats of these stages were first all filled; Infinity when they are not. */
function completedAt(input: StagesInput, stages: readonly string[], openedAt: ReadonlyMap<string, number>): number {
  if (!stages.every((stage) => openedAt.has(stage))) return Number.POSITIVE_INFINITY;
  const seats = input.seats.filter(({ stage }) => stages.includes(stage));
  const isFull = (at: number) => holdersAt(input, seats, openedAt, at).size === seats.length;
  const instants = [...new Set(input.voters.flatMap(({ approvals }) => approvals.map(({ at }) => at)))].sort(
    (a, b) => a - b,
  );
  return firstWhere(instants, isFull) ?? Number.POSITIVE_INFINITY;
}

/** More approvals never fill fewer seats, so the first instant can be found by halving. */
function firstWhere(sorted: readonly number[], holds: (value: number) => boolean): number | undefined {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(sorted[middle] ?? 0)) high = middle;
    else low = middle + 1;
  }
  return sorted[low];
}

/** A voter and those of their approvals that a seat could be held with. */
type Use = { readonly voter: Voter; readonly approvals: readonly [Decisive, ...Decisive[]] };

function holdersAt(
  { voters, samePerson, answers }: StagesInput,
  seats: readonly EligibleSeat[],
  openedAt: ReadonlyMap<string, number>,
  until: number,
): Filled['holders'] {
  const uses = seats.map((seat) => usesOf(seat, voters, openedAt.get(seat.stage), until, answers));
  const options = seats.map(({ kind, stage }, index) =>
    kind === 'role' ? (uses[index] ?? []).map((use) => optionOf(use, stage, samePerson)) : [],
  );
  const matches = matchSeats(options);
  const holders = new Map<string, { voter: Voter; approval: Decisive }>();
  for (const [index, { key, kind, stage }] of seats.entries()) {
    const match = matches[index];
    const use = uses[index]?.find(({ voter }) => kind === 'coverage' || slotOf(voter, stage) === match?.slot);
    if (use === undefined) continue;
    const approval = use.approvals.find(({ id }) => id === match?.token) ?? use.approvals[0];
    holders.set(key, { voter: use.voter, approval });
  }
  return holders;
}

/** In order of submission, then of account id: that settles ties. */
function usesOf(
  { eligible, stage }: EligibleSeat,
  voters: readonly Voter[],
  opens: number | undefined,
  until: number,
  answers: StagesInput['answers'],
): readonly Use[] {
  if (opens === undefined) return [];
  const uses = voters.flatMap((voter): readonly Use[] => {
    if (!eligible.has(voter.account.id)) return [];
    const [first, ...more] = voter.approvals.filter(
      (approval) => approval.at >= opens && approval.at <= until && answers(stage, approval),
    );
    return first === undefined ? [] : [{ voter, approvals: [first, ...more] }];
  });
  return uses.sort(
    (one, other) => one.approvals[0].at - other.approvals[0].at || one.voter.account.id - other.voter.account.id,
  );
}

function optionOf({ voter, approvals }: Use, stage: string, samePerson: SamePerson): Option {
  const tokens = samePerson === 'once' ? [`person ${voter.account.id}`] : approvals.map(({ id }) => id);
  return { slot: slotOf(voter, stage), tokens };
}

function slotOf({ account }: Voter, stage: string): string {
  return `${stage} ${account.id}`;
}
