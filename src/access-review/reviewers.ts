import { matchSeats } from '../decision/matching.ts';
import type { Reader } from '../decision/reader.ts';
import { type Bindings, rosterOf } from '../decision/roster.ts';
import type { Account } from '../decision/values.ts';
import { loginMatches } from '../policy/login.ts';
import { named, type Policy } from '../policy/policy.ts';
import type { RoleSeat } from '../policy/schema/seat.ts';
import { type Line, personOf } from './line.ts';

/** Who holds one of the reviewers' roles now. */
export type Reviewers = {
  readonly role: string;
  readonly count: number;
  readonly members: readonly Account[];
  readonly backups: readonly Account[];
  /** False while GitHub has not said all of it. */
  readonly known: boolean;
};

export function reviewersOf(
  policy: Policy,
  seats: readonly RoleSeat[],
  reader: Reader,
  bindings: Bindings,
): readonly Reviewers[] {
  return seats.map(({ role: name, count }) => {
    const role = named(policy.roles, name);
    const members = rosterOf(role?.members ?? [], reader, bindings);
    const backups = rosterOf(role?.backups ?? [], reader, bindings);
    const isPerson = (account: Account) => account.kind === 'user' && !isShared(account, policy);
    return {
      role: name,
      count,
      members: members.accounts.filter(isPerson),
      backups: backups.accounts.filter(isPerson),
      known: members.known && backups.known,
    };
  });
}

function isShared({ login }: Account, { segregation }: Policy): boolean {
  return segregation.sharedAccounts.some((pattern) => loginMatches(pattern, { login, kind: 'human' }));
}

/**
 * Who may answer for a line in a role: its members but for whoever the line is about; and its backups where these are too few, or where
 * the review is overdue.
 */
export function mayAnswer(line: Line, reviewers: Reviewers, overdue: boolean): readonly Account[] {
  const own = personOf(line)?.id;
  const others = reviewers.members.filter(({ id }) => id !== own);
  if (!overdue && others.length >= reviewers.count) return others;
  const isNew = ({ id }: Account) => id !== own && !others.some((other) => other.id === id);
  return [...others, ...reviewers.backups.filter(isNew)];
}

/** Whether the policy names enough people, other than the one whom it is about, to answer for a line. */
export function canBeAnswered(line: Line, all: readonly Reviewers[]): boolean {
  if (all.some(({ known }) => !known)) return true;
  const seats = all.flatMap((reviewers) => {
    const options = mayAnswer(line, reviewers, true).map(({ id }) => ({ slot: `${id}`, tokens: [`${id}`] }));
    return Array.from({ length: reviewers.count }, () => options);
  });
  return matchSeats(seats).every((match) => match !== undefined);
}
