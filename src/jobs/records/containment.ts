import { readRange } from '../../github/compare.ts';
import { type Session, transact } from '../../store/database.ts';
import { type Containment, containmentsOf, saveContainments } from '../../store/deployments.ts';
import type { Deps } from '../deps.ts';
import type { RepositoryLocator } from '../job.ts';

/** As many commits of a comparison as are read: they answer for every other merge among them. */
const MOST_COMMITS = 300;

/**
 * Which of `commits`, oldest first, each of `shas` contains. What is not known yet is asked of GitHub: one comparison with the oldest
 * answers for all that were merged after it, and every answer is kept for good.
 */
export async function containments(
  deps: Deps,
  session: Session,
  locator: RepositoryLocator,
  shas: readonly string[],
  commits: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const distinct = [...new Set(shas)];
  const known = await transact(session, locator.tenant, (within) =>
    containmentsOf(within, locator.repositoryId, distinct),
  );
  const found = new Map<string, readonly string[]>();
  for (const sha of distinct) {
    const answers = new Map(known.filter((one) => one.sha === sha).map((one) => [one.contained, one.holds]));
    answers.set(sha, true);
    const missing = commits.filter((commit) => !answers.has(commit));
    for (const { contained, holds } of await compareAll(deps, session, locator, sha, missing))
      answers.set(contained, holds);
    found.set(
      sha,
      commits.filter((commit) => answers.get(commit) === true),
    );
  }
  return found;
}

async function compareAll(
  deps: Deps,
  session: Session,
  locator: RepositoryLocator,
  sha: string,
  missing: readonly string[],
): Promise<readonly Containment[]> {
  const { tenant, owner, repository, repositoryId } = locator;
  const installation = deps.github.installation(tenant, locator.installation);
  const all: Containment[] = [];
  let left = missing;
  while (left[0] !== undefined) {
    const base = left[0];
    const range = await readRange(installation, { owner, repository, base, head: sha }, MOST_COMMITS, 'facts');
    const holds = range?.status === 'ahead' || range?.status === 'identical';
    const beyond = new Set(holds ? range.commits.map((commit) => commit.sha) : []);
    const answered = left.filter((commit) => commit === base || beyond.has(commit));
    const answers = answered.map((contained) => ({ sha, contained, holds }));
    // A commit that GitHub does not know (yet) may be known later.
    if (range !== null) await transact(session, tenant, (within) => saveContainments(within, repositoryId, answers));
    all.push(...answers);
    left = left.filter((commit) => !answered.includes(commit));
  }
  return all;
}
