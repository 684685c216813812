import type { Session } from '../store/database.ts';
import { record } from '../store/ledger.ts';
import { noticePolicy } from '../store/policies.ts';
import { entryHead } from './entry-head.ts';
import type { RepositoryLocator } from './job.ts';
import { type InForce, rememberValid } from './policy-in-force.ts';

/**
 * Remembers which policy a decision is made under, and writes down that it is another one than before, in the transaction that records the
 * decision. It is noticed when something is decided under it for the first time in a repository, whatever told of it.
 */
export async function recordPolicyChange(
  session: Session,
  locator: RepositoryLocator,
  at: string,
  force: InForce,
): Promise<void> {
  await rememberValid(session, locator.repositoryId, force);
  const { policy, blobs } = force;
  const before = await noticePolicy(session, locator.repositoryId, policy.kind, blobs);
  if (before === null) return;
  const head = entryHead(locator, at);
  if (policy.kind === 'invalid')
    await record(session, {
      ...head,
      kind: 'policy-invalid',
      details: { before, after: blobs, problems: policy.problems },
    });
  else {
    const sources = policy.kind === 'valid' ? policy.effective.sources : [];
    await record(session, {
      ...head,
      kind: 'policy-changed',
      details: { before, after: { ...blobs, state: policy.kind }, sources },
    });
  }
}
