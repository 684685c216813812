import { isNoCommit, noCommit } from '../../coverage/update.ts';
import { readUpdates } from '../../github/activity.ts';
import { readBranches } from '../../github/branches.ts';
import { gateEnvironment } from '../../policy/gate.ts';
import { type Adoption, adopt as adoptBranch, type Beginning, listAdoptions } from '../../store/branches.ts';
import { type Session, transact } from '../../store/database.ts';
import type { Deps } from '../deps.ts';
import type { Pushed, RepositoryLocator } from '../job.ts';
import { policyOfRepository } from '../policy-of-repository.ts';
import { withLock } from '../with-lock.ts';

const BUSY_MS = 1_000;

/** A push by which a branch is met: it is watched from before that on. */
export type Met = Pick<Pushed, 'ref' | 'before' | 'after'>;

/**
 * Begins to watch a repository: its default branch, and every branch that an environment of the policy claims. What they hold when the
 * repository is met for the first time is the baseline. A branch that comes later brings none, whoever creates it, or claims it for an
 * environment, and whether or not its delivery arrived: else anybody could have commits taken for old ones.
 */
export async function adopt(deps: Deps, locator: RepositoryLocator, met?: Met): Promise<void> {
  const lock = `adopt:${locator.repositoryId}`;
  const count = await withLock(deps.database, lock, BUSY_MS, (session) => adoptLocked(deps, session, locator, met));
  if (count > 0)
    deps.log.info(
      { tenant: locator.tenant, repository: locator.repositoryId, branches: count },
      'watches a repository from now on',
    );
}

async function adoptLocked(
  deps: Deps,
  session: Session,
  locator: RepositoryLocator,
  met: Met | undefined,
): Promise<number> {
  const known = await transact(session, locator.tenant, (within) => listAdoptions(within, locator.repositoryId));
  const branches = await branchesOf(deps, session, locator, met);
  const fresh = branches.filter(({ ref }) => !known.some((adoption) => adoption.ref === ref));
  const beginnings: Beginning[] = [];
  for (const branch of fresh)
    beginnings.push(known.length === 0 ? firstOf(branch, met) : await laterOf(deps, locator, branch, known));
  return transact(session, locator.tenant, async (within) => {
    let count = 0;
    for (const beginning of beginnings)
      if (await adoptBranch(within, locator.repositoryId, beginning, new Date(deps.now()))) count += 1;
    return count;
  });
}

type Branch = { readonly ref: string; readonly sha: string; readonly isMain: boolean };

async function branchesOf(
  deps: Deps,
  session: Session,
  locator: RepositoryLocator,
  met: Met | undefined,
): Promise<readonly Branch[]> {
  const policy = await policyOfRepository(deps, session, locator);
  if (policy === null) return [];
  const { answer, force } = policy;
  const main = answer.repository.defaultBranchRef;
  const effective = force.policy.kind === 'valid' ? force.policy.effective : undefined;
  const installation = deps.github.installation(locator.tenant, locator.installation);
  const others = effective === undefined ? [] : await readBranches(installation, locator, 'facts');
  const governed = others.filter(({ ref }) => effective !== undefined && gateEnvironment(effective, ref) !== undefined);
  const all = [
    ...(main?.target ? [{ ref: main.name, sha: main.target.oid }] : []),
    ...governed,
    ...(met === undefined ? [] : [{ ref: met.ref, sha: met.after }]),
  ];
  const byRef = new Map(all.toReversed().map(({ ref, sha }) => [ref, { ref, sha, isMain: ref === main?.name }]));
  return [...byRef.values()];
}

/** A repository that is born under the app has its first push as its baseline: there is nothing before it to compare with. */
function firstOf({ ref, sha, isMain }: Branch, met: Met | undefined): Beginning {
  const before = met?.ref === ref && !(isMain && isNoCommit(met.before)) ? met.before : sha;
  return { ref, baseline: before, head: before };
}

/** A branch that was created since the repository is watched is judged from its creation on, any other from now on. */
async function laterOf(
  deps: Deps,
  { tenant, installation, owner, repository }: RepositoryLocator,
  { ref, sha }: Branch,
  known: readonly Adoption[],
): Promise<Beginning> {
  const since = Math.min(...known.map(({ at }) => Date.parse(at)));
  const reader = deps.github.installation(tenant, installation);
  const place = { owner, repository, ref };
  const { updates } = await readUpdates(reader, place, ({ at }) => Date.parse(at) < since, 'facts');
  const isCreated = updates.some(({ kind }) => kind === 'creation');
  return { ref, baseline: noCommit, head: isCreated ? noCommit : sha };
}
