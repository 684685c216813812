import { patternTest } from '../policy/pattern.ts';
import { type EvidenceContext, missing, unverified, type Verified, verified } from './evidence.ts';

/** `ticket`: matches the policy's expression. */
export function verifyTicket({ manifest, policy }: EvidenceContext): Verified {
  const { ticket } = manifest;
  const pattern = policy.evidence.ticket;
  if (ticket === undefined) return missing('ticket', 'Add `ticket:` with the change or incident ticket.');
  if (pattern !== undefined && !patternTest(pattern)(ticket))
    return unverified('ticket', `It does not match ${pattern}.`, [ticket]);
  return verified('ticket', 'The ticket is named.', [ticket]);
}
