import { endOfDay, epochOf } from '../decision/time.ts';
import type { Account } from '../decision/values.ts';
import { loginMatches } from '../policy/login.ts';
import { type Holder, isBackup } from './holders.ts';
import type { AccountState, Remark } from './line.ts';
import type { ProposedBy, ReviewInput, UseOf } from './review.ts';

/** What a reviewer should look at. Sentences without names: whose line it is stands beside them. */

export type About = {
  readonly role: string;
  readonly holder: Holder;
  readonly used: UseOf | null;
  readonly proposed: ProposedBy | undefined;
};

export function remarksOnHolder({ role, holder, used, proposed }: About, input: ReviewInput): readonly Remark[] {
  const { person, how } = holder;
  const neverStoodIn = input.known !== null && used === null && isBackup({ how });
  return [
    ...onAccount(person, input),
    ...(proposed === undefined ? [] : [conflict(role, proposed)]),
    ...(neverStoodIn ? [neverActive] : []),
  ];
}

const neverActive: Remark = {
  code: 'never-stood-in',
  text: 'Has never stood in, as far as is on record: nobody knows whether it would work.',
};

function conflict(role: string, { count, at, where }: ProposedBy): Remark {
  const what = count === 1 ? 'one change' : `${count} changes`;
  return {
    code: 'proposes',
    text: `Has also opened, or asked for, ${what} that ${role} had to sign, the last one on ${dayOf(at)} (${where}). Nobody signs their own, but who proposes and approves in turns with somebody else has both.`,
  };
}

/** What somebody is, whatever they hold. */
function onAccount(person: Account, { policy, accounts }: ReviewInput): readonly Remark[] {
  const account = accounts[`${person.id}`];
  const isShared = policy.segregation.sharedAccounts.some((pattern) =>
    loginMatches(pattern, { login: person.login, kind: 'human' }),
  );
  const kind = account?.kind ?? person.kind;
  return [
    ...onState(account),
    ...(kind === 'user' ? [] : [{ code: 'not-a-person', text: 'Is not a person, and so can sign nothing.' } as const]),
    ...(isShared
      ? [
          {
            code: 'shared-account',
            text: 'Is a shared or service account by its name, and so can sign nothing.',
          } as const,
        ]
      : []),
    ...(account?.member === false && account.state !== 'gone'
      ? [{ code: 'outsider', text: 'Is not a member of the organization.' } as const]
      : []),
  ];
}

function onState(account: AccountState | undefined): readonly Remark[] {
  if (account === undefined)
    return [{ code: 'unread', text: 'GitHub could not be asked whether this account is suspended.' }];
  switch (account.state) {
    case 'active':
      return [];
    case 'suspended':
      return [{ code: 'suspended', text: 'The account is suspended.' }];
    case 'gone':
      return [{ code: 'gone', text: 'GitHub shows no such account any more.' }];
  }
}

export function remarksOnException(until: string, person: Account | null, input: ReviewInput): readonly Remark[] {
  const end = endOfDay(until);
  const dated: readonly Remark[] =
    end <= epochOf(input.facts.at)
      ? [{ code: 'exception-ended', text: 'Has ended and lets nothing through any more: take it out of the policy.' }]
      : end <= input.nextAt
        ? [{ code: 'exception-ends', text: 'Ends before the next review: renew it with a reason, or let it end.' }]
        : [];
  const nobody: readonly Remark[] = [
    { code: 'nobody', text: 'Nobody stands behind this name, as far as GitHub tells.' },
  ];
  return [...dated, ...(person === null ? nobody : onAccount(person, input))];
}

/** `2026-11-24` */
export function dayOf(at: string): string {
  return at.slice(0, 10);
}
