import { z } from 'zod';
import { gateEnvironment } from '../../policy/gate.ts';
import { adopt as adoptBranch } from '../../store/branches.ts';
import { type Session, transact } from '../../store/database.ts';
import type { Deps } from '../deps.ts';
import type { RepositoryLocator } from '../job.ts';
import { policyOfRepository } from '../policy-of-repository.ts';
import { withLock } from '../with-lock.ts';

const Branches = z.array(z.object({ name: z.string(), commit: z.object({ sha: z.string() }) }));
/** As many pages of a hundred as are looked through for governed branches. */
const MOST_PAGES = 10;

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
  const others = effective === undefined ? [] : await readBranches(deps, locator);
  const governed = others.filter(({ ref }) => effective !== undefined && gateEnvironment(effective, ref) !== undefined);
  const at = new Date(deps.now());
  return transact(session, locator.tenant, async (within) => {
    let count = 0;
    for (const branch of [...branches, ...governed])
      if (await adoptBranch(within, locator.repositoryId, { ...branch, at })) count += 1;
    return count;
  });
}

async function readBranches(
  deps: Deps,
  { tenant, installation, owner, repository }: RepositoryLocator,
): Promise<readonly { readonly ref: string; readonly sha: string }[]> {
  const reader = deps.github.installation(tenant, installation);
  const found: { readonly ref: string; readonly sha: string }[] = [];
  let asked: Readonly<Record<string, unknown>> = { per_page: 100 };
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const parameters = { ...asked, owner, repo: repository };
    const { data, next } = await reader.readPage('GET /repos/{owner}/{repo}/branches', parameters, 'facts');
    found.push(...Branches.parse(data).map(({ name, commit }) => ({ ref: name, sha: commit.sha })));
    if (next === undefined) break;
    asked = next;
  }
  return found;
}
