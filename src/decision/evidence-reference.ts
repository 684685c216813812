/** A page on the organization's GitHub that evidence can point at. */
export type Reference = {
  readonly kind: 'run' | 'issue' | 'code-scanning' | 'dependabot';
  readonly owner: string;
  readonly repository: string;
  readonly number: string;
};

const kinds = [
  { kind: 'run', page: /^actions\/runs\/([1-9][0-9]{0,15})(?:\/(?:job|attempts)\/.*)?$/ },
  { kind: 'issue', page: /^(?:issues|pull)\/([1-9][0-9]{0,9})$/ },
  { kind: 'code-scanning', page: /^security\/code-scanning\/([1-9][0-9]{0,9})$/ },
  { kind: 'dependabot', page: /^security\/dependabot\/([1-9][0-9]{0,9})$/ },
] as const;

/**
 * Reads an address by its text alone. It must begin with the server's own origin to the letter, so that no user
 * name, port or look-alike host gets through; anything else is undefined.
 */
export function referenceOf(url: string, server: string): Reference | undefined {
  const origin = `${server.replace(/\/+$/, '')}/`;
  if (!url.startsWith(origin)) return undefined;
  const path = url.slice(origin.length).split(/[?#]/)[0] ?? '';
  const [, owner = '', repository = '', page = ''] = /^([\w.-]+)\/([\w.-]+)\/(.+?)\/?$/.exec(path) ?? [];
  for (const { kind, page: pattern } of kinds) {
    const number = pattern.exec(page)?.[1];
    if (number !== undefined) return { kind, owner, repository, number };
  }
  return undefined;
}
