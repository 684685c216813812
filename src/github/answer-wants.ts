import type { LookupKind, Lookups, Want } from '../decision/lookups.ts';
import type { Installation, Purpose } from './client.ts';
import { answerByPages, PAGED } from './lookup-pages.ts';
import type { Place } from './lookup-pieces.ts';
import { type Answered, answerByQuery, QUERIED } from './lookup-query.ts';
import { answerByRest } from './lookup-rest.ts';

export type { Place } from './lookup-pieces.ts';
export type { Answered } from './lookup-query.ts';

/**
 * Reads from GitHub what a decision asked for, with as few calls as there may be. Everything is answered: by a value, or by one sentence
 * that says why there is none. Throws only for trouble that may pass.
 */
export async function answerWants(
  installation: Installation,
  place: Place,
  wants: readonly Want[],
  purpose: Purpose,
): Promise<readonly Answered[]> {
  const queried = wants.filter((want) => QUERIED.has(want.kind));
  const others = wants.filter((want) => !QUERIED.has(want.kind));
  const [byQuery, ...one] = await Promise.all([
    answerByQuery(installation, place, queried, purpose),
    ...others.map(async (want): Promise<Answered> => {
      const answer = PAGED[want.kind] === undefined ? answerByRest : answerByPages;
      return { want, answer: await answer(installation, place, want, purpose) };
    }),
  ]);
  return [...byQuery, ...one];
}

/** Facts' lookups with further answers in their places. */
export function withAnswers(lookups: Lookups, answered: readonly Answered[]): Lookups {
  const next: Record<string, Record<string, unknown>> = {};
  for (const kind of Object.keys(lookups) as LookupKind[]) next[kind] = { ...lookups[kind] };
  for (const { want, answer } of answered) next[want.kind] = { ...next[want.kind], [want.key]: answer };
  return next as Lookups;
}
