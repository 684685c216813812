import type { Reason, Refusal } from './decision.ts';
import type { Facts } from './facts.ts';
import type { Intervention } from './intervention.ts';
import { type Approvers, isWithdrawn, refusal } from './interventions.ts';
import type { Reader } from './reader.ts';
import { type Decisive, standingApprovals } from './reviews.ts';
import { epochOf } from './time.ts';

/** What approvers have asked for beyond what policy asks: newer validation, a narrower scope. */
export type Requests = {
  /** When validation was last asked for; minus infinity when it was not. */
  readonly validationAskedAt: number;
  readonly narrower: readonly Reason[];
  readonly refused: readonly Refusal[];
};

export function requestsOf(
  approvers: Approvers,
  decisive: ReadonlyMap<number, readonly Decisive[]>,
  reader: Reader,
): Requests {
  const { interventions, pull } = reader.facts;
  const refused: Refusal[] = [];
  const narrower: Reason[] = [];
  let validationAskedAt = Number.NEGATIVE_INFINITY;
  for (const said of interventions) {
    if (said.kind !== 'request-validation' && said.kind !== 'narrow-scope') continue;
    const at = epochOf(said.at);
    if (said.taken !== true && !approvers.isApprover(said.by)) {
      refused.push(refusal(said, 'Only an eligible approver of this proposal can ask for this.'));
    } else if (isWithdrawn({ ...said, at }, approvers, reader)) {
      // Taken back: nothing stands.
    } else if (said.kind === 'request-validation') validationAskedAt = Math.max(validationAskedAt, at);
    else if (said.head === pull.headSha || !approvedAnother(said, decisive, reader.facts)) {
      const message = `${said.by.login} asks for a narrower scope: ${said.what}`;
      narrower.push({ code: 'narrower-scope-requested', message });
    }
  }
  return { validationAskedAt, narrower, refused };
}

/** Whether they have since approved another head than the one that was too wide for them. */
function approvedAnother(
  { by, at, head }: Pick<Intervention, 'by' | 'at' | 'head'>,
  decisive: ReadonlyMap<number, readonly Decisive[]>,
  facts: Facts,
): boolean {
  return standingApprovals(decisive.get(by.id) ?? []).some((approval) => {
    const approved = headOf(approval, facts);
    return approval.at > epochOf(at) && approved !== null && approved !== head;
  });
}

/** What somebody looked at, by what was delivered: GitHub moves the commit of a review along (T03). */
function headOf({ source, number, commit }: Decisive, { deliveredReviews }: Facts): string | null {
  return source === 'command' ? commit : (deliveredReviews.find(({ id }) => id === number)?.commit ?? null);
}
