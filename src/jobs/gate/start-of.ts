import { isNoCommit } from '../../coverage/update.ts';
import type { Start } from '../../deployment/judge.ts';
import { readRange } from '../../github/compare.ts';
import { readDeployed } from '../../github/deployments.ts';
import type { Adoption } from '../../store/branches.ts';
import { type Session, transact } from '../../store/database.ts';
import { allowedBefore } from '../../store/gate.ts';
import type { Deps } from '../deps.ts';
import type { RepositoryLocator } from '../job.ts';

export type StartInput = {
  readonly locator: RepositoryLocator;
  /** GitHub's name of the deployment environment. */
  readonly deployment: string;
  readonly sha: string;
  readonly adoptions: readonly Adoption[];
};

/**
 * Where the range of a deployment begins: the newest commit that ran there with this gate's word. What was deployed past the gate, or
 * only said to be by somebody who may write deployments, hides nothing: it is passed over. Where there is no such commit the range begins
 * where the app began to watch the branch that holds the commit. Null where no branch that is watched knows the commit.
 */
export async function startOf(deps: Deps, session: Session, input: StartInput): Promise<Start | null> {
  const { locator, deployment, adoptions, sha } = input;
  const installation = deps.github.installation(locator.tenant, locator.installation);
  const deployed = await readDeployed(installation, locator, deployment, 'facts');
  const shas = deployed.map((one) => one.sha);
  const allowed = await transact(session, locator.tenant, (within) =>
    allowedBefore(within, locator.repositoryId, deployment, shas),
  );
  const trusted = deployed.find((one) => allowed.has(one.sha));
  if (trusted !== undefined) return { sha: trusted.sha, as: 'deployed' };
  const { owner, repository } = locator;
  for (const adoption of adoptions.filter((one) => !isNoCommit(one.sha))) {
    const range = await readRange(installation, { owner, repository, base: adoption.sha, head: sha }, 0, 'facts');
    if (range !== null && range.status !== 'diverged') return { sha: adoption.sha, as: 'adopted' };
  }
  const first = adoptions.find((one) => !isNoCommit(one.sha));
  return first === undefined ? null : { sha: first.sha, as: 'adopted' };
}
