import { classify } from '../policy/classify.ts';
import type { EffectivePolicy } from '../policy/compose.ts';
import { named } from '../policy/policy.ts';
import { type Evaluation, evaluate } from './evaluation.ts';
import type { Facts } from './facts.ts';
import { withGovernedOnce } from './governance.ts';
import type { Want } from './lookups.ts';
import { readerOf } from './reader.ts';
import { rosterOf } from './roster.ts';
import { subjectOf } from './subject.ts';
import { epochOf } from './time.ts';
import type { Account } from './values.ts';

/** Who may say after the merge that a change has failed: an approver of its plan, or an owner of a system that it touches. */
export type RollBack = {
  readonly may: (account: Account) => boolean;
  /** People to be called, by account id: owners of the touched systems, or where there are none the members of the plan's roles. */
  readonly owners: readonly Account[];
  readonly wants: readonly Want[];
};

/**
 * `facts` are those of the last decision, with the present instant and people read anew. Of `speakers` it is asked what they may do here,
 * if they could be approvers at all: a plan is known to be fillable before every member of its roles has been asked about.
 */
export function rollBackOf(effective: EffectivePolicy, facts: Facts, speakers: readonly Account[]): RollBack {
  const evaluations = effective.layers.map((layer) => {
    const reader = readerOf(facts, epochOf(facts.at));
    const subject = subjectOf(facts);
    const classification = withGovernedOnce(layer.policy, subject, classify(layer.policy, subject), facts.history);
    return evaluate({ layer, subject, classification, reader, bindings: new Map() });
  });
  const owners = evaluations.flatMap(ownersOf);
  const members = evaluations.flatMap(({ seats }) => seats.flatMap((seat) => seat.members));
  const may = (account: Account) =>
    owners.some(({ id }) => id === account.id) || evaluations.some(({ approvers }) => approvers.isApprover(account));
  for (const speaker of speakers) may(speaker);
  return {
    may,
    owners: distinct(owners.length > 0 ? owners : members),
    wants: evaluations.flatMap(({ reader }) => reader.wants()),
  };
}

function ownersOf({ layer, classification, reader, bindings }: Evaluation): readonly Account[] {
  const members = classification.systems.flatMap(({ name }) => named(layer.policy.systems, name)?.owners ?? []);
  return rosterOf(members, reader, bindings).accounts;
}

function distinct(accounts: readonly Account[]): readonly Account[] {
  const byId = new Map(accounts.map((account) => [account.id, account]));
  return [...byId.values()].sort((one, other) => one.id - other.id);
}
