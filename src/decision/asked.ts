import type { Decision, JudgedApproval, PlannedStage } from './decision.ts';
import type { ReasonCode } from './reasons.ts';
import type { Account } from './values.ts';

/** Somebody to be asked for a review: they can fill an open seat of an open stage. */
export type Asked = {
  readonly account: Account;
  readonly stage: string;
  /** The seats that they can fill, as people call them. */
  readonly because: readonly string[];
  /** When they gave the approval that counted once and does not any more; null without one. */
  readonly lapsedAt: string | null;
};

/** Who is to be asked, and whose request may stand. */
export type Wish = {
  readonly content: string;
  readonly ask: readonly Asked[];
  /** Ids of everybody who can fill an open seat. */
  readonly open: readonly number[];
  /** Ids of those who hold a seat: GitHub takes their request away when they review. */
  readonly seated: readonly number[];
};

/** A team of two hundred is not asked as a whole. GitHub itself takes no more than fifteen reviewers for one pull request. */
export const mostAsked = 15;

/** Approvals that were good when they were given, and are no more through no doing of their author. */
const lapsed: readonly ReasonCode[] = ['expired', 'dismissed', 'question-changed', 'unproven-commit'];

/**
 * Whom to ask now: the candidates of the open seats, at most fifteen for each stage, those with the lowest account ids, so that the same
 * decision always asks the same people. Nobody while it is a draft, and nobody while something else comes first: evidence that is
 * missing, a rejection, a deferral, a window.
 */
export function askedOf(decision: Decision, { draft }: { readonly draft: boolean }): readonly Asked[] {
  if (draft || decision.state !== 'waiting') return [];
  const authors = new Set(decision.contributors.flatMap(({ account, as }) => (as === 'author' ? [account.id] : [])));
  return openStages(decision).flatMap((stage) =>
    candidatesOf(stage)
      .filter(({ id }) => !authors.has(id))
      .sort((one, other) => one.id - other.id)
      .slice(0, mostAsked)
      .map((account) => askedFor(account, stage, decision.approvals)),
  );
}

/**
 * What review requests must come to; null when the decision does not know, and all stays as it is. Whoever was asked and can still fill an
 * open seat stays asked while the proposal waits for something else.
 */
export function wishOf(decision: Decision, pull: { readonly draft: boolean }): Wish | null {
  if (['facts-incomplete', 'policy-invalid', 'misrouted'].includes(decision.state)) return null;
  const stages = decision.state === 'overridden' ? [] : openStages(decision);
  const seated = decision.plan.flatMap(({ seats }) => seats.flatMap(({ filledBy }) => filledBy?.account.id ?? []));
  return {
    content: decision.content,
    ask: askedOf(decision, pull),
    open: sorted(stages.flatMap(candidatesOf).map(({ id }) => id)),
    seated: sorted(seated),
  };
}

function openStages({ plan }: Decision): readonly PlannedStage[] {
  return plan.filter(({ open, complete }) => open && !complete);
}

function candidatesOf({ seats }: PlannedStage): Account[] {
  return [...new Map(seats.flatMap(({ candidates }) => candidates).map((account) => [account.id, account])).values()];
}

function askedFor(account: Account, { name, seats }: PlannedStage, approvals: readonly JudgedApproval[]): Asked {
  const mine = seats.filter(({ candidates }) => candidates.some(({ id }) => id === account.id));
  const theirs = approvals.find(({ by, counts }) => by.id === account.id && !counts);
  const isLapsed = theirs?.reasons.some(({ code }) => lapsed.includes(code)) === true;
  return {
    account,
    stage: name,
    because: [...new Set(mine.map(({ label }) => label))],
    lapsedAt: isLapsed ? theirs.at : null,
  };
}

function sorted(ids: readonly number[]): readonly number[] {
  return [...new Set(ids)].sort((one, other) => one - other);
}
