import { type Job, PRIORITY, type RepositoryLocator } from '../job.ts';

/** One job for each repository, whatever is to be done: what is due is worked out when it runs. */
export function accessReviewJob(locator: RepositoryLocator): Job<'access-review'> {
  const { tenant, installation, repositoryId, owner, repository } = locator;
  const payload = { tenant, installation, repositoryId, owner, repository };
  const key = `access-review:${tenant}:${repositoryId}`;
  return { task: 'access-review', key, payload, priority: PRIORITY.people };
}

/** Its timer: of a key of its own, since what an event asks for would wait with it. */
export function accessReviewTimer(locator: RepositoryLocator): Job<'access-review'> {
  return { ...accessReviewJob(locator), key: `access-review-due:${locator.tenant}:${locator.repositoryId}` };
}
