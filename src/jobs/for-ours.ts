import { AppError, messageOf } from '../errors.ts';
import { connect } from '../store/database.ts';
import { belongs } from './belongs.ts';
import type { Deps } from './deps.ts';
import type { RepositoryLocator } from './job.ts';

/**
 * Does what a delivery asks for a repository, if GitHub confirms that the installation is the account's own. One that is gone, or a
 * repository that is out of its sight by now, leaves nothing to do; should it come back, sweeps look at it again.
 */
export async function forOurs(
  deps: Deps,
  locator: Pick<RepositoryLocator, 'tenant' | 'installation' | 'repositoryId'>,
  work: () => Promise<void>,
): Promise<void> {
  const { tenant, repositoryId } = locator;
  const nothing = (reason: string): void =>
    deps.log.info({ tenant, repository: repositoryId, reason }, 'nothing to do for a repository');
  if (!(await isOurs(deps, locator))) return nothing('the installation does not belong to this account, or is gone');
  try {
    await work();
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'github-not-found')) throw error;
    nothing(messageOf(error));
  }
}

async function isOurs(deps: Deps, locator: Pick<RepositoryLocator, 'tenant' | 'installation'>): Promise<boolean> {
  const session = await connect(deps.database);
  try {
    const ours = await belongs(deps, session, locator);
    session.release();
    return ours;
  } catch (error) {
    session.release(!(error instanceof AppError));
    throw error;
  }
}
