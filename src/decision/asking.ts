import type { Asked, Wish } from './asked.ts';
import { epochOf } from './time.ts';

/**
 * What became of a request. `asking`: a call is under way, and its answer not known. `asked`: it is ours. `shown`: it was there before we
 * asked, by somebody else. `withdrawn`: taken back by us. `gone`: taken away by a review, or by somebody. `refused`: by GitHub.
 */
export type Outcome = 'asking' | 'asked' | 'shown' | 'withdrawn' | 'gone' | 'refused';

/** A request that was made, or was to be, for one stage of one content. */
export type AskedBefore = {
  readonly accountId: number;
  readonly login: string;
  readonly stage: string;
  readonly content: string;
  readonly requestedAt: string;
  readonly outcome: Outcome;
};

/** Times of reviews are whole seconds, those of requests are not. */
const SECOND = 1000;

/**
 * Those of the wish who have not been told. One request for one stage and content: whoever has removed it is not asked again, unless we
 * took it back ourselves or an approval of theirs has lapsed since. Whom GitHub has refused is not asked on this pull request any more.
 */
export function missing({ ask, content }: Wish, before: readonly AskedBefore[]): readonly Asked[] {
  return ask.filter(({ account, stage, lapsedAt }) => {
    const theirs = before.filter(({ accountId }) => accountId === account.id);
    if (theirs.some(({ outcome }) => outcome === 'refused')) return false;
    const last = theirs.find((request) => request.stage === stage && request.content === content);
    if (last === undefined || last.outcome === 'asking' || last.outcome === 'withdrawn') return true;
    return lapsedAt !== null && epochOf(lapsedAt) + SECOND > epochOf(last.requestedAt);
  });
}

export type Ours = Pick<AskedBefore, 'accountId' | 'login'>;

/** Requests of ours whose seat is filled or closed: to be taken back, or fulfilled by a review of their own. */
export function superfluous(
  { open, seated }: Wish,
  before: readonly AskedBefore[],
): { readonly withdraw: readonly Ours[]; readonly fulfilled: readonly number[] } {
  const ours = oursAmong(before).filter(({ accountId }) => !open.includes(accountId));
  return {
    withdraw: ours.filter(({ accountId }) => !seated.includes(accountId)),
    fulfilled: ours.flatMap(({ accountId }) => (seated.includes(accountId) ? [accountId] : [])),
  };
}

/** People whose request is, or may be, ours: one each. */
export function oursAmong(before: readonly AskedBefore[]): readonly Ours[] {
  const ours = before.filter(({ outcome }) => outcome === 'asked' || outcome === 'asking');
  return [...new Map(ours.map(({ accountId, login }) => [accountId, { accountId, login }])).values()];
}
