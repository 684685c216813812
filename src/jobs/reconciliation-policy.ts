import type { EffectivePolicy } from '../policy/compose.ts';
import { type BreakGlass, hasBreakGlass, type Policy } from '../policy/policy.ts';
import { type Session, transact } from '../store/database.ts';
import { savePolicyOf } from '../store/findings.ts';
import { knowledgeOf } from '../store/knowledge.ts';
import { loadLastValid, type PolicyBlobs } from '../store/policies.ts';
import type { StoredReconciliation } from '../store/reconciliations.ts';
import { effectiveOf } from './policy-in-force.ts';

/** A policy that names who may reconcile. */
export type PolicyFor = {
  readonly effective: EffectivePolicy;
  readonly policy: Policy & { readonly breakGlass: BreakGlass };
  /** It names them since now only: the one before it named nobody. */
  readonly isNew: boolean;
};

/**
 * The policy that something is judged under: the one in force when it passed. Where that names nobody who may reconcile, which no glass could
 * be broken under, the first one after it that does, for good. Null as long as there is none.
 */
export async function policyFor(session: Session, stored: StoredReconciliation): Promise<PolicyFor | null> {
  const { locator, matter, id } = stored;
  const then = await read(session, locator.tenant, stored.policy);
  if (then !== null) return { ...then, isNew: false };
  if (matter.kind === 'glass') throw new Error('the policy of a broken glass is not kept');
  const blobs = await transact(session, locator.tenant, (within) => loadLastValid(within, locator.repositoryId));
  const now = blobs === null ? null : await read(session, locator.tenant, blobs);
  if (blobs === null || now === null) return null;
  await transact(session, locator.tenant, (within) => savePolicyOf(within, id, blobs));
  return { ...now, isNew: true };
}

async function read(session: Session, tenant: number, blobs: PolicyBlobs): Promise<Omit<PolicyFor, 'isNew'> | null> {
  const effective = await effectiveOf(knowledgeOf(session, tenant), blobs);
  const policy = effective?.layers.map((layer) => layer.policy).find(hasBreakGlass);
  return effective === undefined || policy === undefined ? null : { effective, policy };
}
