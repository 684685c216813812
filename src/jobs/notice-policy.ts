import type { EntryHead } from '../audit/entry.ts';
import type { Session } from '../store/database.ts';
import { record } from '../store/ledger.ts';
import { noticePolicy } from '../store/policies.ts';
import { type InForce, rememberValid } from './policy-in-force.ts';

/**
 * Remembers which policy a decision is made under, and writes down that it is another one than before, in the transaction that records the
 * decision. It is noticed when something is decided under it for the first time in a repository, whatever told of it.
 */
export async function recordPolicyChange(
  session: Session,
  { at, tenant, repository }: Pick<EntryHead, 'at' | 'tenant' | 'repository'>,
  force: InForce,
): Promise<void> {
  await rememberValid(session, repository.id, force);
  const { policy, blobs } = force;
  const before = await noticePolicy(session, repository.id, policy.kind, blobs);
  if (before === null) return;
  const head = {
    version: 1,
    at,
    tenant,
    repository,
    pull: null,
    head: '',
    actor: { kind: 'app' },
    deliveries: [],
  } as const;
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
