import { classify } from '../policy/classify.ts';
import type { BreakGlass, Policy } from '../policy/policy.ts';
import type { Refusal } from './decision.ts';
import { mayBe, type SeatWithPeople, withPeople } from './eligibility.ts';
import type { Facts } from './facts.ts';
import type { Contributor } from './history.ts';
import type { InterventionOf } from './intervention.ts';
import { refusal } from './interventions.ts';
import type { Want } from './lookups.ts';
import { type People, peopleOf } from './people.ts';
import { readerOf } from './reader.ts';
import type { Decisive } from './reviews.ts';
import type { Bindings } from './roster.ts';
import { seatsOf } from './seats.ts';
import { fillStages, type Voter } from './stages.ts';
import { subjectOf } from './subject.ts';
import { epochOf, instantAfter, instantOf } from './time.ts';
import type { Account } from './values.ts';

/**
 * How a broken glass is judged afterwards: retroactive seats, none of them held by who broke it or by anybody who helped to make the change
 * (T33). It is never silent: past its time it is overdue until it is decided (T34).
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
  /** Those of the decision that passed, with the present instant and fresh lookups. */
  readonly facts: Facts;
  readonly glass: InterventionOf<'break-glass'>;
  readonly contributors: readonly Contributor[];
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
  readonly refused: readonly Refusal[];
  readonly wants: readonly Want[];
};

const stage = 'reconciliation';

export function reconcile(input: ReconciliationInput): Reconciliation {
  const { policy, facts, glass, statements } = input;
  const reader = readerOf(facts, epochOf(facts.at));
  const bindings: Bindings = new Map();
  const dueAt = reconcileBy(policy, glass.at);
  const overdue = dueAt <= reader.now;
  const people = peopleWithout(input, reader, bindings);
  const required = policy.breakGlass.require.map((seat) => ({ seat, because: ['break-glass'] }));
  const classification = classify(policy, subjectOf(facts));
  const requirements = { stages: [{ name: stage, seats: required }] };
  const bare = seatsOf({ policy, classification, requirements, reader, bindings });
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
  const isFull = seats.length > 0 && seats.every(({ key }) => holders.has(key));
  return {
    state: rejectedBy !== null ? 'rejected' : isFull ? 'approved' : 'open',
    dueAt: instantOf(dueAt),
    overdue,
    seats: seats.map((seat) => seatShown(seat, holders.get(seat.key)?.voter.account ?? null, eligibility)),
    rejectedBy,
    refused: judged.flatMap(({ said, problem }) => (problem === undefined ? [] : [refusal(said, problem)])),
    wants: reader.wants(),
  };
}

/** Milliseconds since 1970; a calendar that never opens again gives no respite. */
export function reconcileBy({ breakGlass, calendars }: ReconciliationInput['policy'], brokenAt: string): number {
  const calendar = calendars.find(({ name }) => name === breakGlass.calendar);
  const due = instantAfter(epochOf(brokenAt), breakGlass.reconcileWithin, calendar);
  return Number.isFinite(due) ? due : epochOf(brokenAt);
}

/** No exception helps here: who wrote it, asked for it, or broke the glass for it has no seat. */
function peopleWithout(
  { policy, glass, contributors }: ReconciliationInput,
  reader: ReturnType<typeof readerOf>,
  bindings: Bindings,
): People {
  return peopleOf({
    policy,
    environment: undefined,
    contributors,
    brokeTheGlass: [glass.by],
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
  if (apart !== undefined) return `${apart.message} A broken glass is reconciled by other people.`;
  if (!seats.some(({ eligible }) => eligible.has(by.id)))
    return `You hold no seat of this reconciliation. It asks for: ${seats.map(({ label }) => label).join(', ')}.`;
  const lacking = people.lacking(by);
  if (lacking === undefined) return 'What you may do in this repository could not be read. Say it again later.';
  return lacking[0]?.message;
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
