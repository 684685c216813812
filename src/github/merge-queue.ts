import { z } from 'zod';
import type { Queue } from '../decision/group-members.ts';
import { AppError } from '../errors.ts';
import type { Installation } from './client.ts';

/** A queue builds commits for at most a hundred entries, from its first on: who has one is on this page. */
const QUERY = /* GraphQL */ `
query CountersignMergeQueue($owner: String!, $name: String!, $branch: String!) {
  repository(owner: $owner, name: $name) {
    databaseId
    mergeQueue(branch: $branch) {
      configuration { mergingStrategy }
      entries(first: 100) {
        nodes { headCommit { oid } baseCommit { oid } pullRequest { number headRefOid } }
      }
    }
  }
}`;

const Commit = z.object({ oid: z.string() }).nullish();
const Entry = z.object({
  headCommit: Commit,
  baseCommit: Commit,
  pullRequest: z.object({ number: z.number().int(), headRefOid: z.string() }).nullish(),
});
const Answer = z.object({
  repository: z
    .object({
      databaseId: z.number().nullish(),
      mergeQueue: z
        .object({
          configuration: z.object({ mergingStrategy: z.string().nullish() }).nullish(),
          entries: z.object({ nodes: z.array(Entry.nullable()).nullable() }).nullish(),
        })
        .nullish(),
    })
    .nullish(),
});

export type QueueAddress = {
  readonly owner: string;
  readonly repository: string;
  readonly repositoryId: number;
  readonly branch: string;
};

/** The merge queue of a branch, or in words why there is none to be read. */
export async function readMergeQueue(
  installation: Installation,
  { owner, repository, repositoryId, branch }: QueueAddress,
): Promise<Queue | { readonly why: string }> {
  const { data, errors } = await installation.query(QUERY, { owner, name: repository, branch }, 'facts');
  if (errors.some(({ type }) => type === 'FORBIDDEN'))
    return { why: 'the app may not read the merge queue; accept its permission "Merge queues: read"' };
  const trouble = errors.find(({ type }) => type !== 'NOT_FOUND');
  const parsed = Answer.safeParse(data);
  if (trouble !== undefined || !parsed.success)
    throw new AppError('github-unexpected', `GitHub did not tell of the merge queue of ${branch}.`, {
      retryable: true,
    });
  const found = parsed.data.repository ?? null;
  if (found?.databaseId !== repositoryId) return { why: 'the repository is out of sight' };
  const queue = found.mergeQueue ?? null;
  if (queue === null) return { why: `${branch} has no merge queue` };
  const nodes = (queue.entries?.nodes ?? []).filter((node) => node !== null);
  return {
    strategy: queue.configuration?.mergingStrategy ?? null,
    entries: nodes.map(({ headCommit, baseCommit, pullRequest }) => ({
      headCommit: headCommit?.oid ?? null,
      baseCommit: baseCommit?.oid ?? null,
      pull: pullRequest ? { number: pullRequest.number, head: pullRequest.headRefOid } : null,
    })),
  };
}
