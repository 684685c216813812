import type { InterventionOf } from './intervention.ts';
import { isTakenBack } from './interventions.ts';
import type { Reader } from './reader.ts';
import type { Seat } from './seats.ts';
import { epochOf } from './time.ts';

/** Members who are away, and members who have handed their seat to somebody: both end by themselves, or are taken back. */

type StandingIn = 'away' | 'delegate';

/** What was said of one kind and is in force at the instant of the evaluation, which comes again when it ends. */
function inForce<Kind extends StandingIn>(kind: Kind, reader: Reader): readonly InterventionOf<Kind>[] {
  return reader.facts.interventions.filter((said): said is InterventionOf<Kind> => {
    if (said.kind !== kind || !('until' in said) || typeof said.until !== 'string') return false;
    if (isTakenBack({ ...said, at: epochOf(said.at) }, reader)) return false;
    const until = epochOf(said.until);
    reader.again(until);
    return until > reader.now;
  });
}

export function isAnyAway({ members }: Pick<Seat, 'members'>, reader: Reader): boolean {
  return inForce('away', reader).some(({ by }) => members.some(({ id }) => id === by.id));
}

/** Delegations of this seat, by one of its members. To somebody from outside the role one gives nothing. */
export function delegationsOf(
  { role, members }: Pick<Seat, 'role' | 'members'>,
  reader: Reader,
): readonly InterventionOf<'delegate'>[] {
  return inForce('delegate', reader).filter(
    (said) => members.some(({ id }) => id === said.by.id) && (said.role === null || said.role === role),
  );
}

/** Accounts to whom a member has handed the seat. */
export function delegatesOf(seat: Pick<Seat, 'role' | 'members'>, reader: Reader): readonly number[] {
  return delegationsOf(seat, reader).map(({ to }) => to.id);
}
