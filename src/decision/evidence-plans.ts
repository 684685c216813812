import { type EvidenceContext, missing, type Verified, verified } from './evidence.ts';

/** `verification-plan` and `rollback-plan`: text of their own. */
export function verifyVerificationPlan({ manifest }: EvidenceContext): Verified {
  const { verification, rollback } = manifest;
  const ask = 'Add `verification:`, how you will know in the environment that the remedy worked.';
  if (verification === undefined) return missing('verification-plan', ask);
  if (verification === rollback) return missing('verification-plan', 'It only repeats the rollback plan.');
  return verified('verification-plan', 'There is a plan to verify it.', [verification]);
}

export function verifyRollbackPlan({ manifest }: EvidenceContext): Verified {
  const { rollback } = manifest;
  if (rollback === undefined) return missing('rollback-plan', 'Add `rollback:`, how to take it back.');
  return verified('rollback-plan', 'There is a plan to roll it back.', [rollback]);
}
