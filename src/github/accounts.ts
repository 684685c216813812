import { z } from 'zod';
import type { AccountState } from '../access-review/line.ts';
import type { Installation, Purpose } from './client.ts';
import { orNull } from './or-null.ts';

const Answer = z.object({ id: z.number(), type: z.string(), suspended_at: z.string().nullish() });

const kinds: Readonly<Record<string, AccountState['kind']>> = {
  User: 'user',
  Bot: 'bot',
  Organization: 'organization',
  Mannequin: 'mannequin',
};

/** What an account is now, by its number, which stays when its login changes. GitHub tells of a suspension where it manages accounts for an enterprise. */
export async function readAccount(installation: Installation, id: number, purpose: Purpose): Promise<AccountState> {
  const data = await orNull(installation.read('GET /user/{account_id}', { account_id: id }, purpose));
  if (data === null) return { id, state: 'gone', kind: 'user' };
  const { type, suspended_at: suspended } = Answer.parse(data);
  const isSuspended = suspended !== null && suspended !== undefined;
  return { id, state: isSuspended ? 'suspended' : 'active', kind: kinds[type] ?? 'bot' };
}
