import { classify } from '../policy/classify.ts';
import type { EffectivePolicy } from '../policy/compose.ts';
import { type Evaluation, evaluate } from './evaluation.ts';
import type { Facts } from './facts.ts';
import { problemOfGlass } from './glass.ts';
import { withGovernedOnce } from './governance.ts';
import type { Want } from './lookups.ts';
import { type Reader, readerOf } from './reader.ts';
import { subjectOf } from './subject.ts';
import { epochOf } from './time.ts';
import type { Account } from './values.ts';

/** What somebody may do about a proposal now, under any layer of the policy. */
export type Entitlements = {
  /** May fill a seat of the plan, and so reject, defer, ask for more. */
  readonly approver: boolean;
  /** Opened it, or asked a machine for it. */
  readonly proposer: boolean;
  /** Holds a role that the plan asks for, entitled to sign or not. */
  readonly member: boolean;
  readonly excepted: boolean;
  readonly mayBreakGlass: boolean;
  /** What must be known besides before all of this is certain: roles that the plan does not ask for are read for no decision. */
  readonly wants: readonly Want[];
};

export function entitlementsOf(effective: EffectivePolicy, facts: Facts, account: Account): Entitlements {
  const readers: Reader[] = [];
  const evaluations = effective.layers.map((layer) => {
    const reader = readerOf(facts, epochOf(facts.at));
    readers.push(reader);
    const subject = subjectOf(facts);
    const classification = withGovernedOnce(layer.policy, subject, classify(layer.policy, subject), facts.history);
    return evaluate({ layer, subject, classification, reader, bindings: new Map() });
  });
  const holds = (test: (evaluation: Evaluation) => boolean) => evaluations.some(test);
  return {
    approver: holds(({ approvers }) => approvers.isApprover(account)),
    proposer: holds(({ contributors }) =>
      contributors.certain.some(
        ({ account: { id }, as }) => id === account.id && (as === 'author' || as === 'initiator'),
      ),
    ),
    member: holds(({ seats }) => seats.some(({ members }) => members.some(({ id }) => id === account.id))),
    excepted: holds(({ people }) => people.excepted.has(account.id)),
    mayBreakGlass: evaluations.map((evaluation) => mayBreak(account, evaluation)).includes(true),
    wants: readers.flatMap((reader) => reader.wants()),
  };
}

function mayBreak(by: Account, { layer, classification, contributors, reader, bindings }: Evaluation): boolean {
  const input = {
    policy: layer.policy,
    environment: classification.gate,
    contributors: contributors.setApart,
    reader,
    bindings,
  };
  return problemOfGlass(by, input) === undefined;
}
