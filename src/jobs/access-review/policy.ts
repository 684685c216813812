import type { PolicyInForce } from '../../decision/decision.ts';
import type { EffectivePolicy } from '../../policy/compose.ts';
import type { AccessReview, Policy } from '../../policy/policy.ts';
import type { StoredReview } from '../../store/access-reviews.ts';
import { type Session, transact } from '../../store/database.ts';
import { knowledgeOf } from '../../store/knowledge.ts';
import { loadLastValid, type PolicyBlobs } from '../../store/policies.ts';
import type { RepositoryLocator } from '../job.ts';
import { effectiveOf, type InForce, type PolicyHolders } from '../policy-in-force.ts';
import type { RepositoryPolicy } from '../policy-of-repository.ts';

/** The policy that a review in a repository is about. */
export type Reviewed = {
  readonly effective: EffectivePolicy;
  readonly policy: Policy;
  readonly blobs: PolicyBlobs;
  /** Where its default branch is. */
  readonly head: string;
};
export type ReviewedWith = Reviewed & { readonly asked: AccessReview };

/**
 * The policy whose roles are reviewed in this repository: the organization's in its policy repository, and a repository's own where there
 * is none of the organization's. Null everywhere else. While a policy is invalid, the last one that was valid counts.
 */
export async function reviewedHere(
  session: Session,
  locator: RepositoryLocator,
  { answer, force }: RepositoryPolicy,
): Promise<Reviewed | null> {
  const head = answer.repository.defaultBranchRef?.target?.oid;
  const effective = effectiveNow(force.policy);
  if (head === undefined || effective === undefined || !isReviewedIn(answer, force)) return null;
  const last = await transact(session, locator.tenant, (within) => loadLastValid(within, locator.repositoryId));
  const blobs = force.policy.kind === 'valid' ? force.blobs : (last ?? force.blobs);
  return { effective, policy: effective.layers[0].policy, blobs, head };
}

export function effectiveNow(policy: PolicyInForce): EffectivePolicy | undefined {
  switch (policy.kind) {
    case 'none':
      return undefined;
    case 'valid':
      return policy.effective;
    case 'invalid':
      return policy.lastValid;
  }
}

export function isReviewedIn({ repository, policyRepository }: PolicyHolders, force: InForce): boolean {
  return !force.organizationExpected || repository.databaseId === policyRepository?.databaseId;
}

export function asksForReview(reviewed: Reviewed | null): ReviewedWith | null {
  const asked = reviewed?.policy.accessReview;
  return reviewed === null || asked === undefined ? null : { ...reviewed, asked };
}

/** That a review was opened under, for when there is no other that asks for one. */
export async function openedUnder(session: Session, { locator, policy, head }: StoredReview): Promise<ReviewedWith> {
  const effective = await effectiveOf(knowledgeOf(session, locator.tenant), policy);
  const opened =
    effective === undefined ? null : { effective, policy: effective.layers[0].policy, blobs: policy, head };
  const asking = asksForReview(opened);
  if (asking === null) throw new Error('the policy of an access review is not kept');
  return asking;
}
