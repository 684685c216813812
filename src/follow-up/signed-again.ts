import { decide } from '../decision/decide.ts';
import type { Decision } from '../decision/decision.ts';
import type { Facts } from '../decision/facts.ts';
import type { Want } from '../decision/lookups.ts';
import { epochOf, instantOf } from '../decision/time.ts';
import type { Account } from '../decision/values.ts';
import type { EffectivePolicy } from '../policy/compose.ts';

export type SignedAgain = {
  /** When the last seat was filled; null while one is open. */
  readonly at: string | null;
  readonly by: readonly Account[];
  readonly wants: readonly Want[];
};

/** A decision in one of these says nothing of seats. */
const undecided: readonly Decision['state'][] = ['facts-incomplete', 'policy-invalid', 'misrouted', 'ungoverned'];

/**
 * Whether every seat of the plan has been filled again since an instant: the usual decision, with everything left out that people had said
 * before. Evidence, windows and freezes are not asked for again, since the change is merged. A plan without seats is signed by nobody.
 */
export function signedAgain(effective: EffectivePolicy, facts: Facts, since: string): SignedAgain {
  const known = saidSince(facts, since);
  const decisions = effective.layers.map((layer) =>
    decide({ kind: 'valid', effective: { ...effective, layers: [layer] } }, known),
  );
  const seats = decisions.flatMap(({ plan }) => plan.flatMap((stage) => stage.seats));
  const wants = decisions.flatMap((decision) => decision.wants);
  const filled = seats.flatMap(({ filledBy }) => filledBy ?? []);
  const isFull =
    seats.length > 0 &&
    filled.length === seats.length &&
    wants.length === 0 &&
    decisions.every(
      ({ state, plan, rejections }) => !undecided.includes(state) && plan.length > 0 && rejections.length === 0,
    );
  const people = new Map(filled.map(({ account }) => [account.id, account]));
  return {
    at: isFull ? instantOf(Math.max(...filled.map(({ at }) => epochOf(at)))) : null,
    by: [...people.values()],
    wants,
  };
}

/** Facts without what was said before the failure; who stands in for whom holds on, and stages open anew. */
function saidSince(facts: Facts, since: string): Facts {
  const after = (at: string) => epochOf(at) > epochOf(since);
  const { reviews, history } = facts;
  const items = reviews.items.filter(({ submittedAt }) => after(submittedAt));
  const left = reviews.items.length - items.length;
  return {
    ...facts,
    reviews: { items, total: reviews.total - left },
    dismissals: facts.dismissals.filter(({ at }) => after(at)),
    interventions: facts.interventions.filter(({ kind }) => kind === 'delegate' || kind === 'away'),
    history: { ...history, openings: [] },
  };
}
