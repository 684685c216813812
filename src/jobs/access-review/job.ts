import { type Job, PRIORITY, type RepositoryLocator } from '../job.ts';

/**
 * One job for each repository, whatever is to be done: what is due is worked out when it runs. It takes the place of its timer, so whatever
 * asks for it, it runs now.
 */
export function accessReviewJob(locator: RepositoryLocator): Job<'access-review'> {
  const { tenant, installation, repositoryId, owner, repository } = locator;
  const priority = PRIORITY.people;
  const payload = { tenant, installation, repositoryId, owner, repository };
  return { task: 'access-review', key: `access-review:${tenant}:${repositoryId}`, payload, priority };
}
