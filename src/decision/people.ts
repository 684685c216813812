import { loginMatches } from '../policy/login.ts';
import type { Policy } from '../policy/policy.ts';
import type { Reason, SetApart } from './decision.ts';
import type { Contribution, Contributor } from './history.ts';
import { type Permission, permissions } from './lookups.ts';
import type { Reader } from './reader.ts';
import type { ReasonCode } from './reasons.ts';
import { type Bindings, rosterOf } from './roster.ts';
import { endOfDay } from './time.ts';
import type { Account } from './values.ts';

/** Who may not sign, and why, whatever role they hold. */
export type People = {
  /** Why somebody is set apart by what they did or are; empty when nothing speaks against them. */
  readonly setApart: (account: Account) => readonly Reason[];
  /** What GitHub says against them now; undefined until it has been asked. Asking makes it a want. */
  readonly lacking: (account: Account) => readonly Reason[] | undefined;
  /** The same, without asking. */
  readonly lackingAsFarAsKnown: (account: Account) => readonly Reason[] | undefined;
  /** Everybody set apart by what they did. */
  readonly all: readonly SetApart[];
  /** People with an exception that holds here and now. */
  readonly excepted: ReadonlyMap<number, string>;
};

export type LetPass = { readonly account: Account; readonly how: 'broke-the-glass' | 'bypassed' };

export type PeopleInput = {
  readonly policy: Policy;
  readonly environment: string | undefined;
  readonly contributors: readonly Contributor[];
  /** Who let it pass without the signatures that it needs, and how. */
  readonly letPass: readonly LetPass[];
  readonly permission: Permission;
  readonly bindings: Bindings;
  readonly reader: Reader;
};

const did: Readonly<Record<Contribution, string>> = {
  author: 'opened this pull request',
  'commit-author': 'wrote a commit of it',
  committer: 'committed a commit of it',
  'co-author': 'is a co-author of it',
  pusher: 'pushed to it',
  initiator: 'asked for it',
};

const passed: Readonly<Record<LetPass['how'], string>> = {
  'broke-the-glass': 'broke the glass for it',
  bypassed: 'let it go past the gate',
};

export function peopleOf(input: PeopleInput): People {
  const { policy, contributors, letPass, permission, reader } = input;
  const excepted = exceptions(input);
  const reasons = new Map<number, { account: Account; reasons: Reason[] }>();
  const note = (account: Account, reason: Reason) => {
    const known = reasons.get(account.id);
    if (known === undefined) reasons.set(account.id, { account, reasons: [reason] });
    else known.reasons.push(reason);
  };
  for (const { account, how } of letPass) note(account, reason(how, account, passed[how]));
  for (const { account, as } of contributors) {
    if (!excepted.has(account.id)) note(account, { code: as, message: `${account.login} ${did[as]}.` });
  }
  const known = (account: Account) => lackingOf(account, permission, reader, false);
  return {
    setApart: (account) => [...(reasons.get(account.id)?.reasons ?? []), ...whatTheyAre(account, policy)],
    lacking: (account) => lackingOf(account, permission, reader, true),
    lackingAsFarAsKnown: known,
    all: [...reasons.values()].sort((one, other) => one.account.id - other.account.id),
    excepted,
  };
}

function whatTheyAre(account: Account, { segregation }: Policy): readonly Reason[] {
  if (account.kind !== 'user') return [reason('bot', account, 'is not a person')];
  const isShared = segregation.sharedAccounts.some((pattern) =>
    loginMatches(pattern, { login: account.login, kind: 'human' }),
  );
  return isShared ? [reason('shared-account', account, 'is a shared or service account')] : [];
}

function lackingOf(account: Account, needed: Permission, reader: Reader, ask: boolean): readonly Reason[] | undefined {
  const key = `${account.id}`;
  const answers = reader.facts.lookups.people ?? {};
  if (!ask && !Object.hasOwn(answers, key)) return undefined;
  const person = reader.read('people', key, account.login);
  if (person === undefined) return undefined;
  if (person.suspended) return [reason('suspended', account, 'is suspended')];
  if (permissions.indexOf(person.permission) >= permissions.indexOf(needed)) return [];
  return [reason('no-permission', account, `has ${person.permission} permission here, and ${needed} is needed`)];
}

function reason(code: ReasonCode, { login }: Account, what: string): Reason {
  return { code, message: `${login} ${what}.` };
}

/** Exceptions lift what people did, never what they are; for one person, one environment, until one date. */
function exceptions({ policy, environment, reader, bindings }: PeopleInput): ReadonlyMap<number, string> {
  const lifted = new Map<number, string>();
  for (const exception of policy.segregation.exceptions) {
    const end = endOfDay(exception.until);
    if (exception.environment !== environment || end <= reader.now) continue;
    reader.again(end);
    const { accounts } = rosterOf([{ kind: 'user', login: exception.login }], reader, bindings);
    for (const { id } of accounts) lifted.set(id, `${exception.reason} (until ${exception.until})`);
  }
  return lifted;
}
