/**
 * Whether an account is meant by a pattern such as `sam`, `svc-*` or `dependabot[bot]`. A pattern that ends in `[bot]`
 * means apps only, one that does not means people only (GitHub's two APIs disagree on whether an app's login ends in
 * `[bot]`, so the kind of the account decides); a lone `*` means everybody. Logins have no case.
 */
export function loginMatches(
  pattern: string,
  account: { readonly login: string; readonly kind: 'human' | 'bot' },
): boolean {
  if (pattern === '*') return true;
  const meansBots = pattern.endsWith('[bot]');
  if (meansBots !== (account.kind === 'bot')) return false;
  return wildcardMatches(withoutSuffix(pattern).toLowerCase(), withoutSuffix(account.login).toLowerCase());
}

/** `*` stands for any characters. Greedy from the left with the tail held fast, so it never backtracks. */
export function wildcardMatches(pattern: string, text: string): boolean {
  const [head = '', ...rest] = pattern.split('*');
  const tail = rest.pop();
  if (tail === undefined) return pattern === text;
  if (!text.startsWith(head) || !text.endsWith(tail) || text.length < head.length + tail.length) return false;
  let at = head.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found === -1 || found + part.length > text.length - tail.length) return false;
    at = found + part.length;
  }
  return true;
}

function withoutSuffix(login: string): string {
  return login.endsWith('[bot]') ? login.slice(0, -'[bot]'.length) : login;
}
