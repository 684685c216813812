import type { Refusal } from './decision.ts';
import type { SeatWithPeople } from './eligibility.ts';
import { mayBe } from './eligibility.ts';
import type { Intervention, InterventionOf } from './intervention.ts';
import type { People } from './people.ts';
import type { Reader } from './reader.ts';
import { epochOf } from './time.ts';
import type { Account } from './values.ts';

/** Who may speak as an approver of the plan, and in which stages. */
export type Approvers = {
  /** Stages that somebody could approve in; empty for anybody else. */
  readonly stagesOf: (account: Account) => readonly string[];
  readonly isApprover: (account: Account) => boolean;
};

export function approversOf(seats: readonly SeatWithPeople[], people: People): Approvers {
  const stagesOf = (account: Account): readonly string[] => {
    const stages = seats.filter(({ eligible }) => eligible.has(account.id)).map(({ stage }) => stage);
    if (stages.length === 0 || !mayBe(account, { people })) return [];
    return people.lacking(account)?.length === 0 ? [...new Set(stages)] : [];
  };
  return { stagesOf, isApprover: (account) => stagesOf(account).length > 0 };
}

type Said = Pick<Intervention, 'id' | 'by'> & { readonly at: number };

/** Whether something said was taken back by who said it, or by an approver who could have said it. */
export function isWithdrawn(said: Said, approvers: Pick<Approvers, 'isApprover'>, { facts }: Reader): boolean {
  return withdrawalsOf(said, facts.interventions).some(
    ({ by, taken }) => by.id === said.by.id || taken === true || approvers.isApprover(by),
  );
}

/** Whether its own speaker took it back. */
export function isTakenBack(said: Said, { facts }: Reader): boolean {
  return withdrawalsOf(said, facts.interventions).some(({ by }) => by.id === said.by.id);
}

/** What was said after it to lift it: without a name by the speaker, or naming the speaker. */
export function withdrawalsOf(
  said: Said,
  interventions: Reader['facts']['interventions'],
): readonly InterventionOf<'withdraw'>[] {
  return interventions
    .filter((other) => other.kind === 'withdraw')
    .filter(({ by, at, id, whose }) => isLater({ at: epochOf(at), id }, said) && (whose ?? by.id) === said.by.id);
}

/** Commands are numbered as they come in, which tells those of one second apart. */
function isLater(one: { readonly at: number; readonly id: number }, other: Said): boolean {
  return one.at > other.at || (one.at === other.at && one.id > other.id);
}

export function refusal(
  { id, by }: Pick<Said, 'id' | 'by'>,
  message: string,
  code: Refusal['reason']['code'] = 'not-entitled',
): Refusal {
  return { id, by, reason: { code, message } };
}
