import { z } from 'zod';
import type { BranchCommit } from '../coverage/update.ts';
import { AppError } from '../errors.ts';
import type { Installation, Purpose } from './client.ts';

const Compared = z.object({
  status: z.enum(['identical', 'ahead', 'behind', 'diverged']),
  total_commits: z.number().int(),
  commits: z.array(z.object({ sha: z.string(), parents: z.array(z.object({ sha: z.string() })) })),
});

const PER_PAGE = 100;

export type Range = {
  readonly status: 'identical' | 'ahead' | 'behind' | 'diverged';
  /** Commits that `head` reaches and `base` does not. */
  readonly commits: readonly BranchCommit[];
  readonly total: number;
};

export type Compare = {
  readonly owner: string;
  readonly repository: string;
  readonly base: string;
  readonly head: string;
};

/**
 * What lies between two commits: a call for each hundred, of which at most `most` are read; `commits` is then shorter than `total`. Null
 * where the repository has no such commits.
 */
export async function readRange(
  installation: Installation,
  { owner, repository, base, head }: Compare,
  most: number,
  purpose: Purpose,
): Promise<Range | null> {
  const commits: BranchCommit[] = [];
  const basehead = `${base}...${head}`;
  for (let page = 1; ; page += 1) {
    const parameters = { owner, repo: repository, basehead, per_page: PER_PAGE, page };
    const read = await installation
      .read('GET /repos/{owner}/{repo}/compare/{basehead}', parameters, purpose)
      .catch(nullWhereUnknown);
    if (read === null) return null;
    const { status, total_commits: total, commits: items } = Compared.parse(read);
    commits.push(...items.map(({ sha, parents }) => ({ sha, parents: parents.map((parent) => parent.sha) })));
    const isAll = commits.length >= total || items.length === 0 || total > most;
    if (isAll) return { status, commits, total };
  }
}

function nullWhereUnknown(error: unknown): null {
  if (error instanceof AppError && error.code === 'github-not-found') return null;
  throw error;
}
