import type { PlannedSeat, PlannedStage } from './decision.ts';
import { mayBe, type SeatWithPeople, whyOut } from './eligibility.ts';
import type { Evaluation } from './evaluation.ts';
import { delegationsOf } from './standing-in.ts';
import { epochOf, instantOf } from './time.ts';
import type { Account } from './values.ts';

/** The plan as people see it: stages in order, who fills each seat, who could. */
export function planOf(evaluation: Evaluation, hopeless: readonly SeatWithPeople[]): readonly PlannedStage[] {
  const { requirements, seats, filled, due, reader } = evaluation;
  return requirements.stages.map(({ name }) => {
    const mine = seats.filter(({ stage }) => stage === name);
    const opened = filled.openedAt.get(name);
    const dueAt = due.get(name);
    const since = opened === undefined || Number.isFinite(opened) ? opened : epochOf(reader.facts.pull.createdAt);
    return {
      name,
      open: opened !== undefined,
      complete: mine.every(({ key }) => filled.holders.has(key)),
      openedAt: since === undefined ? null : instantOf(since),
      dueAt: dueAt === undefined || !Number.isFinite(dueAt) ? null : instantOf(dueAt),
      seats: mine.map((seat) => plannedSeat(seat, evaluation, hopeless)),
    };
  });
}

function plannedSeat(
  seat: SeatWithPeople,
  { filled, eligibility, seats, reader }: Evaluation,
  hopeless: readonly SeatWithPeople[],
): PlannedSeat {
  const held = filled.holders.get(seat.key);
  const { id, label, because } = seat;
  if (held !== undefined) {
    const { voter, approval } = held;
    const filledBy = { account: voter.account, at: instantOf(approval.at), approval: approval.id };
    return { id, label, because, filledBy, candidates: [], backups: [], out: [] };
  }
  const busy = busyIn(seat, seats, filled, eligibility.samePerson);
  const able = seat.accounts.filter((account) => mayBe(account, eligibility) && !busy.has(account.id));
  const candidates = withoutDelegators(able, delegationsOf(seat, reader));
  const out = hopeless.some(({ key }) => key === seat.key) ? whyOut(seat, eligibility) : [];
  const backups = candidates.filter((account) => !seat.members.some((member) => member.id === account.id));
  return { id, label, because, filledBy: null, candidates, backups, out };
}

/** Who has handed the seat to somebody that can take it is not asked meanwhile; an approval of theirs still counts. */
function withoutDelegators(
  able: readonly Account[],
  delegations: readonly { readonly by: Account; readonly to: Account }[],
): readonly Account[] {
  const isAble = (account: Account) => able.some(({ id }) => id === account.id);
  const handed = new Set(delegations.filter(({ to }) => isAble(to)).map(({ by }) => by.id));
  return able.filter(({ id }) => !handed.has(id));
}

/** People who hold a seat already and so need not be asked for another one. */
function busyIn(
  { kind, stage }: SeatWithPeople,
  seats: readonly SeatWithPeople[],
  filled: Evaluation['filled'],
  samePerson: string,
): ReadonlySet<number> {
  if (kind === 'coverage') return new Set();
  const counted = seats.filter((other) => other.kind === 'role' && (samePerson === 'once' || other.stage === stage));
  return new Set(counted.flatMap(({ key }) => filled.holders.get(key)?.voter.account.id ?? []));
}
