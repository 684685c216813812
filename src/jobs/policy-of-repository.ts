import { type RepositoryAnswer, readRepository } from '../github/repository-query.ts';
import { type Session, transact } from '../store/database.ts';
import { knowledgeOf } from '../store/knowledge.ts';
import type { Deps } from './deps.ts';
import type { RepositoryLocator } from './job.ts';
import { recordPolicyChange } from './notice-policy.ts';
import { type InForce, policyInForce } from './policy-in-force.ts';

export type RepositoryPolicy = { readonly answer: RepositoryAnswer; readonly force: InForce };

/** The policy that governs a repository at this moment, where nothing is known of a pull request. Null where it is out of sight. */
export async function policyOfRepository(
  deps: Deps,
  session: Session,
  locator: RepositoryLocator,
): Promise<RepositoryPolicy | null> {
  const installation = deps.github.installation(locator.tenant, locator.installation);
  const answer = await readRepository(installation, locator, deps.policyRepository, 'facts');
  if (answer === null || answer.repository.databaseId !== locator.repositoryId) return null;
  const force = await policyInForce(knowledgeOf(session, locator.tenant), installation, answer);
  const at = new Date(deps.now()).toISOString();
  await transact(session, locator.tenant, (within) => recordPolicyChange(within, locator, at, force));
  return { answer, force };
}
