import type { Facts } from '../decision/facts.ts';
import type { Want } from '../decision/lookups.ts';
import { readerOf } from '../decision/reader.ts';
import { type Bindings, rosterOf } from '../decision/roster.ts';
import { epochOf } from '../decision/time.ts';
import type { Account } from '../decision/values.ts';
import type { Exception, Policy } from '../policy/policy.ts';
import { type Held, type Holder, holdersOf, isBackup } from './holders.ts';
import type { AccountState, How, Line, Use } from './line.ts';
import { remarksOnException, remarksOnHolder } from './remarks.ts';

/**
 * Who may sign what, at one moment: a line for each person and role, for each name behind which nobody stands, and for each exception.
 */

/** What the app has on record. */
export type Known = {
  readonly uses: readonly UseOf[];
  /** Proposals that somebody opened or asked for, and that a role had to sign. */
  readonly proposals: readonly ProposedBy[];
  readonly delegations: readonly Delegation[];
};
export type UseOf = { readonly role: string; readonly account: number; readonly last: Use; readonly count: number };
export type ProposedBy = {
  readonly role: string;
  readonly account: number;
  readonly count: number;
  readonly at: string;
  readonly where: string;
};
export type Delegation = {
  /** Null: whichever role the member holds. */
  readonly role: string | null;
  readonly from: Account;
  readonly to: Account;
  readonly until: string;
  readonly where: string;
};

export type ReviewInput = {
  readonly policy: Policy;
  /** With the instant of the review, what names are bound to, and what GitHub answered about users and teams. */
  readonly facts: Facts;
  /** When the next review begins: an exception that ends before it is near its end. */
  readonly nextAt: number;
  /** What GitHub says of each account, by its id. */
  readonly accounts: Readonly<Record<string, AccountState | undefined>>;
  /** Null where there is no database to ask. */
  readonly known: Known | null;
};

export type Review = {
  readonly lines: readonly Line[];
  /** Everybody who is in it, so that GitHub can be asked about each. */
  readonly people: readonly Account[];
  /** Whom the policy names one by one. */
  readonly named: readonly Account[];
  readonly wants: readonly Want[];
};

export function reviewOf(input: ReviewInput): Review {
  const { policy, facts } = input;
  const reader = readerOf(facts, epochOf(facts.at));
  const bindings: Bindings = new Map();
  const held = policy.roles.map((role) => holdersOf(role, reader, bindings));
  const excepted = policy.segregation.exceptions.map((exception) => ({
    exception,
    person: rosterOf([{ kind: 'user', login: exception.login }], reader, bindings).accounts[0] ?? null,
  }));
  const lines = [
    ...held.flatMap((one) => linesOfRole(one, input)),
    ...excepted.map(({ exception, person }) => lineOfException(exception, person, input)),
  ].map((line, index): Line => ({ ...line, number: index + 1 }));
  const holders = held.flatMap((one) => one.holders);
  const isNamed = ({ how }: Holder) => how.some(({ kind }) => kind === 'user');
  const inExceptions = excepted.flatMap(({ person }) => person ?? []);
  return {
    lines,
    people: unique([...holders.map(({ person }) => person), ...inExceptions]),
    named: unique([...holders.filter(isNamed).map(({ person }) => person), ...inExceptions]),
    wants: reader.wants(),
  };
}

type Unnumbered<Some = Line> = Some extends Line ? Omit<Some, 'number'> & { readonly number?: never } : never;

function linesOfRole({ role, holders, unheld }: Held, input: ReviewInput): readonly Unnumbered[] {
  const people = [...holders].sort(membersFirst).map((holder) => lineOfHolder(role, holder, input));
  const names = unheld.map(({ name, backup, remark }): Unnumbered => {
    const key = `name:${role}:${name}:${backup ? 'backup' : 'member'}`;
    return { kind: 'name', key, role, name, backup, remarks: [remark] };
  });
  if (people.length > 0 || names.some(({ remarks }) => remarks[0]?.code === 'unread')) return [...people, ...names];
  const remarks = [
    { code: 'nobody', text: 'Nobody holds this role, so whatever asks for it waits for ever.' } as const,
  ];
  return [{ kind: 'empty', key: `empty:${role}`, role, remarks }, ...names];
}

function membersFirst(one: Holder, other: Holder): number {
  return Number(isBackup(one)) - Number(isBackup(other)) || compare(one.person.login, other.person.login);
}

function compare(one: string, other: string): number {
  const [a, b] = [one.toLowerCase(), other.toLowerCase()];
  return a < b ? -1 : a > b ? 1 : 0;
}

function lineOfHolder(role: string, holder: Holder, input: ReviewInput): Unnumbered {
  const { person } = holder;
  const { known } = input;
  const isTheirs = (one: { readonly role: string; readonly account: number }) =>
    one.role === role && one.account === person.id;
  const used = known?.uses.find(isTheirs);
  const delegated = (known?.delegations ?? []).filter((one) => one.to.id === person.id && (one.role ?? role) === role);
  const how: How[] = [
    ...holder.how,
    ...delegated.map(({ from, where, until }): How => ({ kind: 'delegate', from, where, until })),
  ];
  return {
    kind: 'holder',
    key: `holder:${role}:${person.id}`,
    role,
    person,
    how,
    ...(known === null ? {} : { lastUse: used?.last ?? null }),
    uses: used?.count ?? 0,
    remarks: remarksOnHolder({ role, holder, used: used ?? null, proposed: known?.proposals.find(isTheirs) }, input),
  };
}

function lineOfException(
  { login, environment, until, reason }: Exception,
  person: Account | null,
  input: ReviewInput,
): Unnumbered {
  const key = `exception:${login.toLowerCase()}:${environment}:${until}`;
  const remarks = remarksOnException(until, person, input);
  return { kind: 'exception', key, login, person, environment, until, reason, remarks };
}

function unique(accounts: readonly Account[]): readonly Account[] {
  return [...new Map(accounts.map((account) => [account.id, account])).values()];
}
