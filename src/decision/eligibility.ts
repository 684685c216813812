import { named, type Policy, type SamePerson } from '../policy/policy.ts';
import type { SetApart } from './decision.ts';
import { matchSeats, type Option } from './matching.ts';
import type { People } from './people.ts';
import type { Reader } from './reader.ts';
import { type Bindings, rosterOf } from './roster.ts';
import type { Seat } from './seats.ts';
import type { EligibleSeat } from './stages.ts';
import { delegatesOf, isAnyAway } from './standing-in.ts';
import { isOpen, nextChange, type OpeningTimes } from './time.ts';
import type { Account } from './values.ts';

/**
 * Who may sit where: members, and backups while they are active. Backups are active in their windows, while a member is
 * away, when a stage is overdue, when a member has delegated to one, and whenever members alone could not fill the plan.
 */
export type SeatWithPeople = EligibleSeat & { readonly accounts: readonly Account[] };

export type EligibilityInput = {
  readonly policy: Policy;
  readonly people: People;
  readonly samePerson: SamePerson;
  readonly overdue: ReadonlySet<string>;
  readonly reader: Reader;
  readonly bindings: Bindings;
};

export function withPeople(seats: readonly Seat[], input: EligibilityInput): readonly SeatWithPeople[] {
  const members = seats.map((seat) => seatWith(seat, seat.members));
  const short = new Set(unfillable(members, input).flatMap(({ role, known }) => (known ? [role] : [])));
  return members.map((seat) => {
    const role = seat.role === undefined ? undefined : named(input.policy.roles, seat.role);
    if (role === undefined || role.backups.length === 0) return seat;
    const active =
      short.has(seat.role) ||
      input.overdue.has(seat.stage) ||
      areOnDuty(role.backupsDuring, input) ||
      isAnyAway(seat, input.reader);
    const delegates = delegatesOf(seat, input.reader);
    if (!active && delegates.length === 0) return seat;
    const { accounts } = rosterOf(role.backups, input.reader, input.bindings);
    const added = active ? accounts : accounts.filter(({ id }) => delegates.includes(id));
    return seatWith(seat, [
      ...seat.members,
      ...added.filter(({ id }) => !seat.members.some((member) => member.id === id)),
    ]);
  });
}

/** Role and owner seats that nobody could fill, even if everybody who may sign did. */
export function unfillable(seats: readonly SeatWithPeople[], input: EligibilityInput): readonly SeatWithPeople[] {
  const filling = seats.map((seat) => {
    const able = seat.accounts.filter((account) => mayBe(account, input)).sort(knownFirst(input));
    return { seat, able };
  });
  const matches = matchSeats(filling.map(({ seat, able }) => able.map((account) => optionOf(account, seat, input))));
  for (const [index, { seat, able }] of filling.entries()) {
    const match = matches[index];
    const chosen = able.filter(({ id }) => match?.slot.endsWith(` ${id}`));
    for (const account of [...chosen, ...alternatives(seat, able, input)]) input.people.lacking(account);
  }
  return seats.filter((_, index) => matches[index] === undefined);
}

const mostAlternatives = 30;

/** Once a candidate has turned out not to be allowed, the others are asked about together and not one in each round. */
function alternatives(
  { accounts }: SeatWithPeople,
  able: readonly Account[],
  { people }: EligibilityInput,
): readonly Account[] {
  const isDenied = (account: Account) => (people.lackingAsFarAsKnown(account) ?? []).length > 0;
  return accounts.some(isDenied) ? able.slice(0, mostAlternatives) : [];
}

/** Why each candidate for a seat is out. */
export function whyOut({ accounts }: SeatWithPeople, { people }: EligibilityInput): readonly SetApart[] {
  return accounts.flatMap((account) => {
    const reasons = [...people.setApart(account), ...(people.lackingAsFarAsKnown(account) ?? [])];
    return reasons.length === 0 ? [] : [{ account, reasons }];
  });
}

export function mayBe(account: Account, { people }: Pick<EligibilityInput, 'people'>): boolean {
  return people.setApart(account).length === 0 && (people.lackingAsFarAsKnown(account) ?? []).length === 0;
}

/** People of whom everything is known come first, so that as few as possible are asked about; then members, then backups. */
function knownFirst({ people }: EligibilityInput): (one: Account, other: Account) => number {
  const rank = (account: Account) => (people.lackingAsFarAsKnown(account) === undefined ? 1 : 0);
  return (one, other) => rank(one) - rank(other);
}

function optionOf({ id }: Account, { kind, key, stage }: Seat, { samePerson }: EligibilityInput): Option {
  if (kind === 'coverage') return { slot: `${key} ${id}`, tokens: [`${key} ${id}`] };
  return { slot: `${stage} ${id}`, tokens: [samePerson === 'once' ? `person ${id}` : `${stage} ${id}`] };
}

function seatWith(seat: Seat, accounts: readonly Account[]): SeatWithPeople {
  const { key, id, label, stage, kind, role, because, members, broken, known } = seat;
  const eligible = new Set(accounts.map((account) => account.id));
  return { key, id, label, stage, kind, role, because, members, broken, known, accounts, eligible };
}

function areOnDuty(windows: readonly string[], { policy, reader }: EligibilityInput): boolean {
  return windows
    .flatMap((name) => openingTimesOf(name, policy) ?? [])
    .map((times) => {
      reader.again(nextChange(reader.now, times));
      return isOpen(reader.now, times);
    })
    .includes(true);
}

/** A window has the zone and holidays of its calendar, and its hours where it gives none of its own. */
export function openingTimesOf(window: string, { windows, calendars }: Policy): OpeningTimes | undefined {
  const found = named(windows, window);
  const calendar = found === undefined ? undefined : named(calendars, found.calendar);
  if (found === undefined || calendar === undefined) return undefined;
  return { timezone: calendar.timezone, holidays: calendar.holidays, hours: found.hours };
}
