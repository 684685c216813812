import { z } from 'zod';
import { AppError } from '../errors.ts';
import type { Installation, Purpose } from './client.ts';
import { POLICY_HOLDER_FRAGMENT, PolicyHolder } from './pull-query.ts';

const QUERY = /* GraphQL */ `
query CountersignRepository($owner: String!, $name: String!, $policyRepository: String!) {
  repository(owner: $owner, name: $name) {
    ...policyHolder
    policy: object(expression: "HEAD:.github/countersign.yml") { oid }
    defaultBranchRef { name target { oid } }
  }
  policyRepository: repository(owner: $owner, name: $policyRepository) {
    ...policyHolder
    policy: object(expression: "HEAD:countersign.yml") { oid }
  }
}
${POLICY_HOLDER_FRAGMENT}`;

const Answer = z.object({
  repository: PolicyHolder.extend({
    defaultBranchRef: z.object({ name: z.string(), target: z.object({ oid: z.string() }).nullable() }).nullable(),
  }).nullable(),
  policyRepository: PolicyHolder.nullable(),
});
type Repository = NonNullable<z.infer<typeof Answer>['repository']>;
export type RepositoryAnswer = { readonly repository: Repository; readonly policyRepository: PolicyHolder | null };

/** A repository with the ids of its policy files and where its default branch is: one query. Null where the installation sees none. */
export async function readRepository(
  installation: Installation,
  { owner, repository }: { readonly owner: string; readonly repository: string },
  policyRepository: string,
  purpose: Purpose,
): Promise<RepositoryAnswer | null> {
  const { data, errors } = await installation.query(QUERY, { owner, name: repository, policyRepository }, purpose);
  const trouble = errors.find((error) => error.type !== 'NOT_FOUND');
  const parsed = Answer.safeParse(data);
  if (trouble !== undefined || !parsed.success)
    throw new AppError('github-unexpected', `GitHub did not tell of ${owner}/${repository}.`, { retryable: true });
  const { repository: found, policyRepository: holder } = parsed.data;
  return found === null ? null : { repository: found, policyRepository: holder };
}
