import type { Decision } from '../decision/decision.ts';
import type { Use } from './line.ts';

/** Something that somebody did by a role, or proposed that the role had to sign. */
export type RoleUse = {
  readonly role: string;
  readonly account: number;
  readonly what: Use['what'] | 'proposed';
  readonly at: string;
};

/** Who has signed in which role by this decision, and whose proposal each of the roles has to sign. */
export function usesOf({ plan, contributors, at }: Pick<Decision, 'plan' | 'contributors' | 'at'>): readonly RoleUse[] {
  const seats = plan.flatMap(({ seats }) => seats).filter(({ id }) => id.startsWith('role:'));
  const roles = [...new Set(seats.map(({ label }) => label))];
  const proposers = contributors.filter(
    ({ account, as }) => account.kind === 'user' && (as === 'author' || as === 'initiator'),
  );
  const uses = [
    ...seats.flatMap(({ label: role, filledBy }): readonly RoleUse[] =>
      filledBy === null ? [] : [{ role, account: filledBy.account.id, what: 'signed', at: filledBy.at }],
    ),
    ...roles.flatMap((role) =>
      proposers.map(({ account }): RoleUse => ({ role, account: account.id, what: 'proposed', at })),
    ),
  ];
  return [...new Map(uses.map((use) => [`${use.role} ${use.account} ${use.what}`, use])).values()];
}
