/**
 * Three-valued truth. `unknown` is not a weak no: whoever asks has to treat it as the answer that would be stricter,
 * which in practice means to stop and fetch what is wanted.
 */
export type Truth = boolean | 'unknown';

export function not(truth: Truth): Truth {
  return truth === 'unknown' ? 'unknown' : !truth;
}

export function every(truths: Iterable<Truth>): Truth {
  let result: Truth = true;
  for (const truth of truths) {
    if (truth === false) return false;
    if (truth === 'unknown') result = 'unknown';
  }
  return result;
}

export function some(truths: Iterable<Truth>): Truth {
  let result: Truth = false;
  for (const truth of truths) {
    if (truth === true) return true;
    if (truth === 'unknown') result = 'unknown';
  }
  return result;
}

/** A fact that an answer lacks. The shell knows how to fetch each. */
export type Want =
  | { readonly fact: 'files' }
  | { readonly fact: 'properties' }
  /** A condition names a property that repository actors may edit: an administrator must change one or the other. */
  | { readonly fact: 'property-editability'; readonly property: string }
  | { readonly fact: 'author-team'; readonly team: string };

/** One condition, whether it holds, and why in words; conditions that nest carry their parts. */
export type Match = {
  readonly holds: Truth;
  readonly key: string;
  /** For example: `services/payments/charge.ts matches services/payments/**`. */
  readonly because: string;
  readonly of?: readonly Match[];
  readonly wants?: readonly Want[];
};
