import type { EntryHead } from '../audit/entry.ts';
import type { RepositoryLocator } from './job.ts';

/** What an entry about a repository begins with. It is of no pull request and no commit, and by the app itself, unless it says more. */
export function entryHead({ tenant, repositoryId, owner, repository }: RepositoryLocator, at: string): EntryHead {
  return {
    version: 1,
    at,
    tenant,
    repository: { id: repositoryId, name: `${owner}/${repository}` },
    pull: null,
    head: '',
    actor: { kind: 'app' },
    deliveries: [],
  };
}
