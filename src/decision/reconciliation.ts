import type { BreakGlass, Policy } from '../policy/policy.ts';
import type { Refusal } from './decision.ts';
import { mayBe, type SeatWithPeople, withPeople } from './eligibility.ts';
import type { Facts } from './facts.ts';
import type { Contributor } from './history.ts';
import { refusal } from './interventions.ts';
import type { Want } from './lookups.ts';
import { type LetPass, type People, peopleOf } from './people.ts';
import { readerOf } from './reader.ts';
import type { Decisive } from './reviews.ts';
import type { Bindings } from './roster.ts';
import { seatsOf } from './seats.ts';
import { fillStages, type Voter } from './stages.ts';
import { epochOf, instantAfter, instantOf } from './time.ts';
import type { Account } from './values.ts';

/**
 * How what passed without the signatures that it needs is judged afterwards, a broken glass or a finding: retroactive seats, none of them
 * held by who let it pass or by anybody who helped to make the change (T32, T33). It is never silent: past its time it is overdue until it
 * is decided (T34).
 */

/** What somebody said about it with `/reconcile`. */
export type Statement = {
  readonly id: number;
  readonly by: Account;
  readonly at: string;
  readonly verdict: 'approve' | 'reject';
  readonly rationale: string;
};

export type ReconciliationInput = {
  readonly policy: Policy & { readonly breakGlass: BreakGlass };
  /** Those of the decision that passed, where there was one, with the present instant and fresh lookups. */
  readonly facts: Facts;
  /** When it passed, ISO 8601 in UTC. */
  readonly passedAt: string;
  readonly letPass: readonly LetPass[];
  readonly contributors: readonly Contributor[];
  /** Sentences on who had a part in it and cannot be told. While there is one, nobody knows who may approve. */
  readonly unknown: readonly string[];
  readonly statements: readonly Statement[];
};

export type ReconciliationSeat = {
  readonly label: string;
  readonly filledBy: Account | null;
  readonly candidates: readonly Account[];
};

export type Reconciliation = {
  readonly state: 'open' | 'approved' | 'rejected';
  readonly dueAt: string;
  readonly overdue: boolean;
  readonly seats: readonly ReconciliationSeat[];
  readonly rejectedBy: Statement | null;
  /** What must be known before it can be approved. */
  readonly unknown: readonly string[];
  readonly refused: readonly Refusal[];
  readonly wants: readonly Want[];
};

const stage = 'reconciliation';

export function reconcile(input: ReconciliationInput): Reconciliation {
  const { policy, facts, passedAt, statements, unknown } = input;
  const reader = readerOf(facts, epochOf(facts.at));
  const bindings: Bindings = new Map();
  const dueAt = reconcileBy(policy, passedAt);
  const overdue = dueAt <= reader.now;
  const people = peopleWithout(input, reader, bindings);
  const required = policy.breakGlass.require.map((seat) => ({ seat, because: ['break-glass'] }));
  const requirements = { stages: [{ name: stage, seats: required }] };
  // Its seats are of roles alone, so nothing rests on what was changed.
  const bare = seatsOf({ policy, classification: { systems: [] }, requirements, reader, bindings });
  const eligibility = {
    policy,
    people,
    samePerson: 'once',
    overdue: new Set(overdue ? [stage] : []),
    reader,
    bindings,
  } as const;
  const seats = withPeople(bare, eligibility);
  const judged = latest(statements).map((said) => ({ said, problem: problemOf(said.by, seats, people) }));
  const counting = judged.filter(({ problem }) => problem === undefined).map(({ said }) => said);
  const voters = counting.filter(({ verdict }) => verdict === 'approve').map(voterOf);
  const { holders } = fillStages({ seats, voters, samePerson: 'once', openedBefore: new Map(), answers: () => true });
  const rejectedBy = counting.find(({ verdict }) => verdict === 'reject') ?? null;
  const isFull = unknown.length === 0 && seats.length > 0 && seats.every(({ key }) => holders.has(key));
  return {
    state: rejectedBy !== null ? 'rejected' : isFull ? 'approved' : 'open',
    dueAt: instantOf(dueAt),
    overdue,
    seats: seats.map((seat) => seatShown(seat, holders.get(seat.key)?.voter.account ?? null, eligibility)),
    rejectedBy,
    unknown,
    refused: judged.flatMap(({ said, problem }) => (problem === undefined ? [] : [refusal(said, problem)])),
    wants: reader.wants(),
  };
}

/** Milliseconds since 1970; a calendar that never opens again gives no respite. */
export function reconcileBy({ breakGlass, calendars }: ReconciliationInput['policy'], passedAt: string): number {
  const calendar = calendars.find(({ name }) => name === breakGlass.calendar);
  const due = instantAfter(epochOf(passedAt), breakGlass.reconcileWithin, calendar);
  return Number.isFinite(due) ? due : epochOf(passedAt);
}

/** No exception helps here: who wrote it, asked for it, or let it pass has no seat. */
function peopleWithout(
  { policy, letPass, contributors }: ReconciliationInput,
  reader: ReturnType<typeof readerOf>,
  bindings: Bindings,
): People {
  return peopleOf({
    policy,
    environment: undefined,
    contributors,
    letPass,
    permission: policy.approvals.permission,
    bindings,
    reader,
  });
}

/** Of each person the last word counts. */
function latest(statements: readonly Statement[]): readonly Statement[] {
  return [...new Map(statements.map((said) => [said.by.id, said])).values()];
}

function problemOf(by: Account, seats: readonly SeatWithPeople[], people: People): string | undefined {
  const [apart] = people.setApart(by);
  if (apart !== undefined) return `${apart.message} It is reconciled by other people.`;
  if (!seats.some(({ eligible }) => eligible.has(by.id)))
    return `You hold no seat of this reconciliation. It asks for: ${seats.map(({ label }) => label).join(', ')}.`;
  return people.lacking(by)?.[0]?.message;
}

function voterOf({ id, by, at, rationale }: Statement): Voter {
  const approval: Decisive = {
    id: `command:${id}`,
    number: id,
    by,
    state: 'approved',
    at: epochOf(at),
    body: rationale,
    commit: null,
    source: 'command',
  };
  return { account: by, approvals: [approval] };
}

function seatShown(
  seat: SeatWithPeople,
  filledBy: Account | null,
  eligibility: { readonly people: People },
): ReconciliationSeat {
  const candidates = filledBy === null ? seat.accounts.filter((account) => mayBe(account, eligibility)) : [];
  return { label: seat.label, filledBy, candidates };
}
