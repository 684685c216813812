/**
 * Where channels lead to. A policy names secrets only, and belongs to one organization of many: the name of the variable
 * that holds a secret begins with the organization's login, so that no policy can reach another organization's.
 *
 *   NOTIFY_ACME__ONCALL          the address
 *   NOTIFY_ACME__ONCALL__SECRET  what a webhook is signed with
 *
 * Neither part may hold two `_` in a row, so there is one way to read each name.
 */
export type Destination = { readonly url: string; readonly secret: string | undefined };

/** By the name of the variable that holds the address. */
export type Destinations = ReadonlyMap<string, Destination>;

const PREFIX = 'NOTIFY_';
const PART = /^[A-Z0-9]+(_[A-Z0-9]+)*$/;

/** Reads all of them out of the environment, adding to `problems` one sentence for each that is wrong. Never repeats a value. */
export function readDestinations(variables: Readonly<Record<string, string>>, problems: string[]): Destinations {
  // A single `_` in it: not ours. Service managers set NOTIFY_SOCKET, for one.
  const names = Object.keys(variables).filter((name) => name.startsWith(PREFIX) && name.includes('__'));
  const found = new Map<string, Destination>();
  for (const name of names) {
    const [organization = '', channel = '', ...rest] = name.slice(PREFIX.length).split('__');
    const isSecret = rest.length === 1 && rest[0] === 'SECRET';
    if (!PART.test(organization) || !PART.test(channel) || (rest.length > 0 && !isSecret)) {
      problems.push(
        `${name} is no name for the address of a channel: expected NOTIFY_<ORGANIZATION>__<NAME>, for example NOTIFY_ACME__ONCALL.`,
      );
      continue;
    }
    if (isSecret) checkSecret(name, variables, problems);
    else found.set(name, destinationOf(name, variables, problems));
  }
  return found;
}

function destinationOf(name: string, variables: Readonly<Record<string, string>>, problems: string[]): Destination {
  const url = variables[name]?.trim() ?? '';
  const problem = addressProblem(url);
  if (problem !== undefined) problems.push(`${name} ${problem}.`);
  return { url, secret: variables[`${name}__SECRET`]?.trim() };
}

function addressProblem(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null) return 'is not a URL: expected for example https://hooks.slack.com/services/…';
  const local = url.protocol === 'http:' && ['localhost', '127.0.0.1'].includes(url.hostname);
  if (url.protocol !== 'https:' && !local)
    return 'must begin with https:// (http:// is accepted for this machine only)';
  return url.username === '' && url.password === '' ? undefined : 'must not hold a user name or a password';
}

function checkSecret(name: string, variables: Readonly<Record<string, string>>, problems: string[]): void {
  const address = name.slice(0, -'__SECRET'.length);
  if (variables[address] === undefined)
    problems.push(`${name} is set, and ${address}, which it would sign for, is not.`);
  const [, base64 = ''] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(variables[name]?.trim() ?? '') ?? [];
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.toString('base64') !== base64 || bytes.length < 24 || bytes.length > 64) {
    problems.push(`${name} must be whsec_ and then 24 to 64 random bytes in base64.`);
  }
}

/**
 * The name of the variable for a secret that an organization's policy names. Undefined for the few old logins that hold
 * what no login can have today, two hyphens or an underscore, which could be read as another's.
 */
export function variableOf(organization: string, secret: string): string | undefined {
  if (!/^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$/.test(organization)) return undefined;
  return `${PREFIX}${organization.toUpperCase().replaceAll('-', '_')}__${secret}`;
}
