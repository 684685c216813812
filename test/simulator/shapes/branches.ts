import type { Protection } from '../world/rule-types.ts';
import { activeRulesets, protectionOf } from '../world/rules.ts';
import type { Repository } from '../world/types.ts';
import { found, type World } from '../world/world.ts';
import { repositoryUrl } from './repository.ts';
import { protectionUrl } from './rulesets.ts';

function checksShape({ requiredChecks }: Protection) {
  return {
    contexts: requiredChecks.map(({ context }) => context),
    checks: requiredChecks.map(({ context, integrationId }) => ({ context, app_id: integrationId })),
  };
}

/** The short form in lists says of classic protection only; `protected` counts rulesets too, as documented. */
export function branchShape(world: World, repository: Repository, name: string) {
  const sha = found(repository.branches.get(name));
  const protection = protectionOf(repository, name);
  const enforcement = protection ? (protection.enforceAdmins ? 'everyone' : 'non_admins') : 'off';
  const checks = protection ? checksShape(protection) : { contexts: [], checks: [] };
  return {
    name,
    commit: { sha, url: `${repositoryUrl(world, repository)}/commits/${sha}` },
    protected: protection !== undefined || activeRulesets(world, repository, name).length > 0,
    protection: {
      enabled: protection !== undefined,
      required_status_checks: {
        enforcement_level: checks.checks.length > 0 ? enforcement : 'off',
        ...checks,
      },
    },
    protection_url: protectionUrl(world, repository, name),
  };
}

export function protectionShape(world: World, repository: Repository, branch: string, protection: Protection) {
  const url = protectionUrl(world, repository, branch);
  const checks = {
    url: `${url}/required_status_checks`,
    strict: protection.strict,
    ...checksShape(protection),
    contexts_url: `${url}/required_status_checks/contexts`,
  };
  const reviews = {
    url: `${url}/required_pull_request_reviews`,
    dismiss_stale_reviews: false,
    require_code_owner_reviews: false,
    require_last_push_approval: false,
    required_approving_review_count: protection.requiredReviews ?? 0,
  };
  return {
    url,
    ...(protection.requiredChecks.length > 0 ? { required_status_checks: checks } : {}),
    ...(protection.requiredReviews === null ? {} : { required_pull_request_reviews: reviews }),
    required_signatures: { url: `${url}/required_signatures`, enabled: false },
    enforce_admins: { url: `${url}/enforce_admins`, enabled: protection.enforceAdmins },
    required_linear_history: { enabled: false },
    allow_force_pushes: { enabled: protection.allowForcePushes },
    allow_deletions: { enabled: protection.allowDeletions },
    block_creations: { enabled: false },
    required_conversation_resolution: { enabled: false },
    lock_branch: { enabled: false },
    allow_fork_syncing: { enabled: false },
  };
}

/** As the webhook says it: in levels. */
export function protectionRuleShape(protection: Protection, repository: Repository) {
  const level = protection.enforceAdmins ? 'everyone' : 'non_admins';
  const on = (wanted: boolean) => (wanted ? level : 'off');
  return {
    id: protection.id,
    repository_id: repository.id,
    name: protection.pattern,
    created_at: protection.createdAt,
    updated_at: protection.updatedAt,
    pull_request_reviews_enforcement_level: on(protection.requiredReviews !== null),
    required_approving_review_count: protection.requiredReviews ?? 0,
    dismiss_stale_reviews_on_push: false,
    require_code_owner_review: false,
    authorized_dismissal_actors_only: false,
    ignore_approvals_from_contributors: false,
    require_last_push_approval: false,
    required_status_checks: protection.requiredChecks.map(({ context }) => context),
    required_status_checks_enforcement_level: on(protection.requiredChecks.length > 0),
    strict_required_status_checks_policy: protection.strict,
    signature_requirement_enforcement_level: 'off',
    linear_history_requirement_enforcement_level: 'off',
    admin_enforced: protection.enforceAdmins,
    create_protected: false,
    allow_force_pushes_enforcement_level: protection.allowForcePushes ? 'everyone' : 'off',
    allow_deletions_enforcement_level: protection.allowDeletions ? 'everyone' : 'off',
    merge_queue_enforcement_level: 'off',
    required_deployments_enforcement_level: 'off',
    required_conversation_resolution_level: 'off',
    authorized_actors_only: false,
    authorized_actor_names: [],
  };
}
