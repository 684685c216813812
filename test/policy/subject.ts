import type { ChangedFile, ChangeFacts, RepositoryFacts, Subject } from '../../src/policy/subject.ts';

/** A plain pull request by a person, of one file, against `main` of acme/shop; say only what differs. */
export function subject(
  change: Partial<Omit<ChangeFacts, 'files'>> & {
    readonly paths?: readonly (string | ChangedFile)[];
    readonly complete?: boolean;
    readonly lines?: number;
    readonly untouched?: readonly string[];
  } = {},
  repository: Partial<RepositoryFacts> = {},
): Subject {
  const { paths = ['README.md'], complete = true, lines = 10, untouched, ...rest } = change;
  const list = paths.map((path) => (typeof path === 'string' ? { path } : path));
  return {
    repository: {
      owner: 'acme',
      name: 'shop',
      topics: [],
      visibility: 'private',
      properties: [],
      policyPaths: ['.github/countersign.yml'],
      ...repository,
    },
    change: {
      base: 'main',
      head: 'fix',
      forkOwner: undefined,
      draft: false,
      author: { login: 'sam', kind: 'human', teams: [] },
      labels: ['remediation'],
      title: 'Fix the charge rounding',
      ...rest,
      files: { list, complete, count: list.length, additions: lines, deletions: 0, untouched },
    },
  };
}
