import { readBranches } from '../../github/branches.ts';
import { gateEnvironment } from '../../policy/gate.ts';
import { adopt as adoptBranch } from '../../store/branches.ts';
import { type Session, transact } from '../../store/database.ts';
import type { Deps } from '../deps.ts';
import type { RepositoryLocator } from '../job.ts';
import { policyOfRepository } from '../policy-of-repository.ts';
import { withLock } from '../with-lock.ts';

const BUSY_MS = 1_000;

export async function adopt(deps: Deps, locator: RepositoryLocator): Promise<void> {
  const lock = `adopt:${locator.repositoryId}`;
  const count = await withLock(deps.database, lock, BUSY_MS, (session) => adoptRepository(deps, session, locator));
  if (count > 0)
    deps.log.info(
      { tenant: locator.tenant, repository: locator.repositoryId, branches: count },
      'watches a repository from now on',
    );
}

/**
 * Begins to watch a repository: its default branch, and every branch that an environment of the policy claims. What they hold now is the
 * baseline. Says how many branches are new. A branch that is watched already stays as it is.
 */
export async function adoptRepository(deps: Deps, session: Session, locator: RepositoryLocator): Promise<number> {
  const policy = await policyOfRepository(deps, session, locator);
  if (policy === null) return 0;
  const { answer, force } = policy;
  const { defaultBranchRef: main } = answer.repository;
  const effective = force.policy.kind === 'valid' ? force.policy.effective : undefined;
  const branches = main?.target ? [{ ref: main.name, sha: main.target.oid }] : [];
  const installation = deps.github.installation(locator.tenant, locator.installation);
  const others = effective === undefined ? [] : await readBranches(installation, locator, 'facts');
  const governed = others.filter(({ ref }) => effective !== undefined && gateEnvironment(effective, ref) !== undefined);
  const at = new Date(deps.now());
  return transact(session, locator.tenant, async (within) => {
    let count = 0;
    for (const branch of [...branches, ...governed])
      if (await adoptBranch(within, locator.repositoryId, { ...branch, at })) count += 1;
    return count;
  });
}
