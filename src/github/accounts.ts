import { z } from 'zod';
import type { AccountState } from '../access-review/line.ts';
import type { Account } from '../decision/values.ts';
import type { Installation, Purpose } from './client.ts';
import { orNull } from './or-null.ts';

const Answer = z.object({ id: z.number(), type: z.string(), suspended_at: z.string().nullish() });

const kinds: Readonly<Record<string, AccountState['kind']>> = {
  User: 'user',
  Bot: 'bot',
  Organization: 'organization',
  Mannequin: 'mannequin',
};

/** A person, and the organization that they may not belong to; null where they are in one of its teams, and so do. */
export type AskedAbout = { readonly person: Account; readonly organization: string | null };

/**
 * What an account is now, by its number, which stays when its login changes. Enterprise Server tells of a suspension by a field that the
 * published description of the API lacks; where GitHub does not tell, whoever has lost their membership or is not shown is remarked on.
 */
export async function readAccount(
  installation: Installation,
  { person: { id, login }, organization }: AskedAbout,
  purpose: Purpose,
): Promise<AccountState> {
  const data = await orNull(installation.read('GET /user/{account_id}', { account_id: id }, purpose));
  if (data === null) return { id, state: 'gone', kind: 'user', member: false };
  const { type, suspended_at: suspended } = Answer.parse(data);
  const isSuspended = suspended !== null && suspended !== undefined;
  const member = organization === null || (await isMember(installation, organization, login, purpose));
  return { id, state: isSuspended ? 'suspended' : 'active', kind: kinds[type] ?? 'bot', member };
}

const Membership = z.object({ state: z.string() });

/** An invitation that nobody has accepted is no membership. */
async function isMember(installation: Installation, org: string, username: string, purpose: Purpose): Promise<boolean> {
  const data = await orNull(installation.read('GET /orgs/{org}/memberships/{username}', { org, username }, purpose));
  return data !== null && Membership.parse(data).state === 'active';
}
