/**
 * Keeps personal data out of leaves: names and words of people are replaced by salted commitments, SHA-256 of 16 random bytes and the text,
 * so that what must be erased can be, and every proof stays valid. Account ids stay: they name nobody to whoever lacks the account.
 */

/** Keys whose text, or list of texts, names people or is written by them. */
const PERSONAL: ReadonlySet<string> = new Set([
  'login',
  'message',
  'title',
  'text',
  'body',
  'rationale',
  'reason',
  'note',
  'what',
  'shown',
  'author',
  'approvers',
  'email',
]);

export type Words = { readonly value: string; readonly account: number | null };
export type Commitment = { readonly commitment: string };

/** The personal texts in a value, in the order in which {@link sealed} meets them. */
export function wordsIn(value: unknown): readonly Words[] {
  const found: Words[] = [];
  replaced(value, null, (words) => {
    found.push(words);
    return words.value;
  });
  return found;
}

/** The value with every personal text replaced by what `commit` gives for it. */
export function sealed(value: unknown, commit: (words: Words) => Commitment): unknown {
  return replaced(value, null, commit);
}

function replaced(value: unknown, account: number | null, put: (words: Words) => unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => replaced(item, account, put));
  if (value === null || typeof value !== 'object') return value;
  const own = accountIn(value) ?? account;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, PERSONAL.has(key) ? seal(item, own) : replaced(item, own, put)]),
  );

  function seal(item: unknown, whose: number | null): unknown {
    if (typeof item === 'string') return item === '' ? item : put({ value: item, account: whose });
    if (Array.isArray(item)) return item.map((one) => seal(one, whose));
    return replaced(item, whose, put);
  }
}

/** Whose words an object holds: its own account's, or those of whoever it says has said or done it. */
function accountIn(value: object): number | null {
  if ('login' in value && 'id' in value && typeof value.id === 'number') return value.id;
  for (const key of ['by', 'actor'] as const) {
    const who = (value as Readonly<Record<string, unknown>>)[key];
    if (who !== null && typeof who === 'object' && 'id' in who && typeof who.id === 'number') return who.id;
  }
  return null;
}

/** The value with its commitments opened; what `open` does not know is called erased. */
export function opened(value: unknown, open: (commitment: string) => string | undefined): unknown {
  if (Array.isArray(value)) return value.map((item) => opened(item, open));
  if (value === null || typeof value !== 'object') return value;
  const keys = Object.keys(value);
  if (keys.length === 1 && 'commitment' in value && typeof value.commitment === 'string')
    return open(value.commitment) ?? '(erased)';
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, opened(item, open)]));
}
