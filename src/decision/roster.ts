import type { Member } from '../policy/schema/values.ts';
import type { Reason } from './decision.ts';
import type { Reader } from './reader.ts';
import type { Account } from './values.ts';

/**
 * Who stands behind the names in a policy now. Names are bound to ids when the policy is first loaded; whoever holds a
 * name later under another id fills no seat (T21).
 */
export type Roster = {
  readonly accounts: readonly Account[];
  /** Names that are held by another id than they were bound to, or by nobody. */
  readonly broken: readonly Reason[];
  /** False while something of it is wanted or unreadable. */
  readonly known: boolean;
};

export type Bindings = Map<string, number>;

export function rosterOf(members: readonly Member[], reader: Reader, bindings: Bindings): Roster {
  const parts = members.map((member) =>
    member.kind === 'user' ? user(member, reader, bindings) : team(member, reader, bindings),
  );
  const accounts = new Map(parts.flatMap((part) => part.accounts).map((account) => [account.id, account]));
  return {
    accounts: [...accounts.values()].sort((one, other) => one.id - other.id),
    broken: parts.flatMap(({ broken }) => broken),
    known: parts.every(({ known }) => known),
  };
}

type UserMember = Extract<Member, { kind: 'user' }>;
type TeamMember = Extract<Member, { kind: 'team' }>;

function user({ login }: UserMember, reader: Reader, bindings: Bindings): Roster {
  const key = login.toLowerCase();
  const account = reader.read('users', key);
  if (account === undefined) return unknown;
  if (account === null) return broken(`Nobody is called ${login} any more.`);
  if (!isBound(`user:${key}`, account.id, reader, bindings)) return rebound(`user:${login}`);
  return { accounts: [account], broken: [], known: true };
}

function team({ organization, slug }: TeamMember, reader: Reader, bindings: Bindings): Roster {
  const key = `${organization}/${slug}`.toLowerCase();
  const found = reader.read('teams', key);
  if (found === undefined) return unknown;
  if (found === null) {
    const message = `The team ${key} does not exist or is not visible to the app.`;
    reader.cannotKnow({ code: 'fact-unreadable', message });
    return broken(message);
  }
  if (!isBound(`team:${key}`, found.id, reader, bindings)) return rebound(`team:${key}`);
  return { accounts: found.members, broken: [], known: true };
}

const unknown: Roster = { accounts: [], broken: [], known: false };

function isBound(name: string, id: number, { facts }: Reader, bindings: Bindings): boolean {
  const bound = Object.hasOwn(facts.bindings, name) ? facts.bindings[name] : undefined;
  if (bound === undefined) bindings.set(name, id);
  return bound === undefined || bound === id;
}

function rebound(name: string): Roster {
  return broken(
    `${name} now belongs to somebody else than when the policy was written. Change the policy to name them.`,
  );
}

function broken(message: string): Roster {
  return { accounts: [], broken: [{ code: 'name-rebound', message }], known: true };
}
