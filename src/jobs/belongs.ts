import { type Session, transact } from '../store/database.ts';
import { isConfirmed } from '../store/installations.ts';
import type { Deps } from './deps.ts';
import { keepConfirmed } from './installation.ts';
import type { RepositoryLocator } from './job.ts';

/** The tenant comes from GitHub's own word about the installation, never from a payload alone. */
export async function belongs(
  deps: Deps,
  session: Session,
  { tenant, installation }: Pick<RepositoryLocator, 'tenant' | 'installation'>,
): Promise<boolean> {
  if (await transact(session, tenant, (within) => isConfirmed(within, installation))) return true;
  const owner = await deps.github.ownerOf(installation);
  if (owner === null || owner.id !== tenant) return false;
  await transact(session, tenant, (within) => keepConfirmed(within, { tenant, installation, login: owner.login }));
  return true;
}
