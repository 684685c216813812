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
  'problems',
]);

/** A seat of code owners is called by the line of CODEOWNERS, which may name people. */
const CODE_OWNERS = /^code(:| owner )/;

/** Keys whose text speaks of people in one place only, and everywhere else of rules: why something was classified so names its author. */
const PERSONAL_WITHIN: Readonly<Record<string, string>> = { because: 'classification' };

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

function replaced(
  value: unknown,
  account: number | null,
  put: (words: Words) => unknown,
  within: string | null = null,
): unknown {
  if (Array.isArray(value)) return value.map((item) => replaced(item, account, put, within));
  if (typeof value === 'string' && CODE_OWNERS.test(value)) return put({ value, account: null });
  if (value === null || typeof value !== 'object') return value;
  const own = accountIn(value) ?? account;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replacedAt(key, item)]));

  function replacedAt(key: string, item: unknown): unknown {
    if (PERSONAL.has(key)) return seal(item, own);
    // It may be about anybody: it is found by the name in it.
    if (PERSONAL_WITHIN[key] === within && within !== null) return seal(item, null);
    if (key === 'key' && isLogin(value)) return seal(item, null);
    return replaced(item, own, put, Object.values(PERSONAL_WITHIN).includes(key) ? key : within);
  }

  function seal(item: unknown, whose: number | null): unknown {
    if (typeof item === 'string') return item === '' ? item : put({ value: item, account: whose });
    if (Array.isArray(item)) return item.map((one) => seal(one, whose));
    return replaced(item, whose, put, within);
  }
}

/** A fact about an account is asked for by its login. */
function isLogin(value: unknown): boolean {
  return value !== null && typeof value === 'object' && 'kind' in value && value.kind === 'users';
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
