import type { Refusal } from './decision.ts';
import type { Dismissal, Facts } from './facts.ts';
import type { Rejection } from './history.ts';
import { type Approvers, refusal, withdrawalsOf } from './interventions.ts';
import type { Reader } from './reader.ts';
import type { Decisive } from './reviews.ts';
import { epochOf, instantOf } from './time.ts';

/**
 * Rejections that stand. One stands across pushes and edits until the person who gave it approves or withdraws it, or
 * another eligible approver of the same stage (of any, if theirs is no more) withdraws it with a rationale. A
 * dismissal counts as such a withdrawal when it is by one of them; by anybody else it changes nothing (T40).
 */
export type RejectionsInput = {
  readonly decisive: ReadonlyMap<number, readonly Decisive[]>;
  readonly approvers: Approvers;
  readonly stages: readonly string[];
  readonly reader: Reader;
};

export type Rejections = {
  /** Everything that ever was one, lifted or not. */
  readonly given: readonly Rejection[];
  readonly standing: readonly Rejection[];
  /** Those that were lifted, now or before: whoever lifted one may have left since, and that brings nothing back. */
  readonly lifted: readonly string[];
  readonly refused: readonly Refusal[];
};

export function rejectionsOf(input: RejectionsInput): Rejections {
  const { history } = input.reader.facts;
  const refused: Refusal[] = [];
  const given = [
    ...history.rejections,
    ...history.lineage.flatMap(({ rejections }) => rejections),
    ...byReview(input),
    ...byCommand(input, refused),
  ];
  const distinct = [...new Map(given.map((rejection) => [keyOf(rejection), rejection])).values()];
  const fresh = distinct.filter((rejection) => !history.lifted.includes(keyOf(rejection)));
  const standing = fresh.filter((rejection) => !isLifted(rejection, input));
  const lifted = fresh.filter((rejection) => !standing.includes(rejection)).map(keyOf);
  return { given: distinct, standing, lifted: [...history.lifted, ...lifted], refused };
}

function keyOf({ source, id }: Rejection): string {
  return `${source} ${id}`;
}

/** A review that requests changes by somebody who could approve. Dismissed, it is known by what it had said. */
function byReview({ decisive, approvers, reader }: RejectionsInput): readonly Rejection[] {
  const reviews = [...decisive.values()]
    .flat()
    .filter((review) => review.source === 'review' && asksForChanges(review, reader));
  return reviews.flatMap((review): readonly Rejection[] => {
    const [stage] = approvers.stagesOf(review.by);
    if (stage === undefined) return [];
    const { number: id, by, body, at } = review;
    return [{ id, source: 'review', by, stage, code: 'other', rationale: body.trim(), at: instantOf(at) }];
  });
}

function asksForChanges(review: Decisive, { facts }: Reader): boolean {
  return originally(review, facts) === 'changes-requested';
}

/** An approval lifts one's own rejection for good: dismissing it later does not bring the rejection back. */
function isOrWasApproval(review: Decisive, { facts }: Reader): boolean {
  return originally(review, facts) === 'approved';
}

/** What a review said, though it may have been dismissed since. */
function originally({ state, number }: Decisive, { deliveredReviews, dismissals }: Facts): string | null {
  if (state !== 'dismissed') return state;
  const delivered = deliveredReviews.find(({ id }) => id === number);
  const dismissal = dismissals.find(({ reviewId }) => reviewId === number);
  return delivered?.state ?? dismissal?.previousState ?? null;
}

function byCommand({ approvers, reader }: RejectionsInput, refused: Refusal[]): readonly Rejection[] {
  return reader.facts.interventions.flatMap((said): readonly Rejection[] => {
    if (said.kind !== 'reject') return [];
    if (reader.facts.history.rejections.some(({ id, source }) => source === 'command' && id === said.id)) return [];
    const [stage] = approvers.stagesOf(said.by);
    if (stage === undefined) {
      refused.push(refusal(said, 'Only an eligible approver of this proposal can reject it.'));
      return [];
    }
    const { id, by, code, rationale, at } = said;
    return [{ id, source: 'command', by, stage, code, rationale, at }];
  });
}

function isLifted(rejection: Rejection, input: RejectionsInput): boolean {
  const at = epochOf(rejection.at);
  const own = input.decisive.get(rejection.by.id) ?? [];
  if (own.some((review) => isAfter(review, rejection) && isOrWasApproval(review, input.reader))) return true;
  return isTakenBack(rejection, at, input) || isDismissed(rejection, input);
}

/** GitHub tells times in whole seconds; of two reviews in one second the one with the larger id is the later. */
function isAfter(review: Decisive, { at, source, id }: Rejection): boolean {
  const given = epochOf(at);
  return (
    review.at > given ||
    (review.at === given && review.source === 'review' && source === 'review' && review.number > id)
  );
}

function isTakenBack(rejection: Rejection, at: number, input: RejectionsInput): boolean {
  // A review has a number of another kind than a command: only their times can be compared.
  const id = rejection.source === 'command' ? rejection.id : 0;
  return withdrawalsOf({ id, by: rejection.by, at }, input.reader.facts.interventions).some(
    ({ by, rationale }) => by.id === rejection.by.id || (rationale.trim() !== '' && mayLift(rejection, by, input)),
  );
}

function isDismissed(rejection: Rejection, input: RejectionsInput): boolean {
  if (rejection.source !== 'review') return false;
  return input.reader.facts.dismissals.some((dismissal: Dismissal) => {
    const { reviewId, by, message } = dismissal;
    if (reviewId !== rejection.id || by === null) return false;
    return by.id === rejection.by.id || (message.trim() !== '' && mayLift(rejection, by, input));
  });
}

function mayLift({ stage }: Rejection, by: Rejection['by'], { approvers, stages }: RejectionsInput): boolean {
  const theirs = approvers.stagesOf(by);
  return stages.includes(stage) ? theirs.includes(stage) : theirs.length > 0;
}
