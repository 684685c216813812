import type { Refusal } from './decision.ts';
import type { SeatWithPeople } from './eligibility.ts';
import { mayBe } from './eligibility.ts';
import type { InterventionOf } from './intervention.ts';
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

type Said = { readonly id: number; readonly by: Account; readonly at: number };

/** Whether something said was taken back by who said it, or by an approver who could have said it. */
export function isWithdrawn(said: Said, approvers: Approvers, { facts }: Reader): boolean {
  return withdrawals(facts.interventions).some(({ by, of, at }) => {
    if (epochOf(at) < said.at || (of !== null && of !== said.id)) return false;
    return by.id === said.by.id || (of === said.id && approvers.isApprover(by));
  });
}

export function withdrawals(interventions: Reader['facts']['interventions']): readonly InterventionOf<'withdraw'>[] {
  return interventions.filter((said) => said.kind === 'withdraw');
}

export function refusal({ id, by }: Pick<Said, 'id' | 'by'>, message: string): Refusal {
  return { id, by, reason: { code: 'not-entitled', message } };
}
