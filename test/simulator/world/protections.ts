import { protectionRuleShape } from '../shapes/branches.ts';
import { announce } from './events.ts';
import type { Protection } from './rule-types.ts';
import type { Repository } from './types.ts';
import { found, now, takeId, type World } from './world.ts';

export type ProtectionInput = Partial<Omit<Protection, 'id' | 'pattern' | 'createdAt' | 'updatedAt'>>;

function announceProtection(
  world: World,
  repository: Repository,
  protection: Protection,
  actorId: number,
  action: 'created' | 'edited' | 'deleted',
  extra: Readonly<Record<string, unknown>> = {},
): void {
  announce(world, repository, actorId, ['branch_protection_rule', action], () => ({
    rule: protectionRuleShape(protection, repository),
    ...extra,
  }));
  world.notice({ kind: 'rules' });
}

/** The published schema of `changes` knows these, of all that can change here. */
const told = [
  'admin_enforced',
  'allow_deletions_enforcement_level',
  'allow_force_pushes_enforcement_level',
  'pull_request_reviews_enforcement_level',
  'required_approving_review_count',
  'required_status_checks',
  'required_status_checks_enforcement_level',
  'strict_required_status_checks_policy',
] as const;

/** Sets or changes what a pattern of branches is protected by. */
export function protectBranches(
  world: World,
  repository: Repository,
  actorId: number,
  pattern: string,
  input: ProtectionInput,
): Protection {
  const known = repository.protections.find((each) => each.pattern === pattern);
  if (known) {
    const was = protectionRuleShape(known, repository);
    Object.assign(known, input, { updatedAt: now(world) });
    const is = protectionRuleShape(known, repository);
    const changed = told.filter((key) => JSON.stringify(was[key]) !== JSON.stringify(is[key]));
    const changes = Object.fromEntries(changed.map((key) => [key, { from: was[key] }]));
    announceProtection(world, repository, known, actorId, 'edited', { changes });
    return known;
  }
  const at = now(world);
  const protection: Protection = {
    requiredChecks: [],
    strict: false,
    enforceAdmins: false,
    allowForcePushes: false,
    allowDeletions: false,
    requiredReviews: null,
    ...input,
    id: takeId(world),
    pattern,
    createdAt: at,
    updatedAt: at,
  };
  repository.protections.push(protection);
  announceProtection(world, repository, protection, actorId, 'created');
  return protection;
}

export function unprotectBranches(world: World, repository: Repository, actorId: number, pattern: string): void {
  const protection = found(repository.protections.find((each) => each.pattern === pattern));
  repository.protections.splice(repository.protections.indexOf(protection), 1);
  announceProtection(world, repository, protection, actorId, 'deleted');
}
