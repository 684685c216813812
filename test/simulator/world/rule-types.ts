import type { RequiredCheck, Role } from './types.ts';

export type Enforcement = 'active' | 'disabled' | 'evaluate';

export interface StatusCheckParameters {
  readonly required_status_checks: readonly { readonly context: string; readonly integration_id?: number }[];
  readonly strict_required_status_checks_policy: boolean;
  readonly do_not_enforce_on_create?: boolean;
}

export interface MergeQueueParameters {
  readonly check_response_timeout_minutes: number;
  readonly grouping_strategy: 'ALLGREEN' | 'HEADGREEN';
  readonly max_entries_to_build: number;
  readonly max_entries_to_merge: number;
  readonly merge_method: 'MERGE' | 'SQUASH' | 'REBASE';
  readonly min_entries_to_merge: number;
  readonly min_entries_to_merge_wait_minutes: number;
}

export interface PullRequestParameters {
  readonly dismiss_stale_reviews_on_push: boolean;
  readonly require_code_owner_review: boolean;
  readonly require_last_push_approval: boolean;
  readonly required_approving_review_count: number;
  readonly required_review_thread_resolution: boolean;
}

/** A rule as GitHub writes it down. */
export type Rule =
  | { readonly type: 'required_status_checks'; readonly parameters: StatusCheckParameters }
  | { readonly type: 'merge_queue'; readonly parameters: MergeQueueParameters }
  | { readonly type: 'pull_request'; readonly parameters: PullRequestParameters }
  | { readonly type: 'deletion' | 'non_fast_forward' };

export type BypassMode = 'always' | 'pull_request' | 'exempt';

export interface BypassActor {
  readonly actor_id: number | null;
  readonly actor_type: 'Integration' | 'OrganizationAdmin' | 'RepositoryRole' | 'Team' | 'DeployKey' | 'User';
  readonly bypass_mode: BypassMode;
}

export interface Ruleset {
  readonly id: number;
  readonly source: { readonly type: 'Repository' | 'Organization'; readonly id: number };
  name: string;
  enforcement: Enforcement;
  include: readonly string[];
  exclude: readonly string[];
  /** Which repositories of the organization, by name; `~ALL` for every one. A repository's own ruleset has none. */
  repositories: readonly string[];
  rules: readonly Rule[];
  bypassActors: readonly BypassActor[];
  readonly createdAt: string;
  updatedAt: string;
}

/** The numbers by which bypass lists name the repository roles; GitHub does not document them, its clients do. */
export const roleIds: Readonly<Record<Role, number>> = { read: 1, maintain: 2, triage: 3, write: 4, admin: 5 };

/** Classic branch protection, for the branches whose name fits. */
export interface Protection {
  readonly id: number;
  readonly pattern: string;
  requiredChecks: readonly RequiredCheck[];
  strict: boolean;
  enforceAdmins: boolean;
  allowForcePushes: boolean;
  allowDeletions: boolean;
  /** Whether pull requests are asked for, and how many approvals; null when they are not. */
  requiredReviews: number | null;
  readonly createdAt: string;
  updatedAt: string;
}

export interface RuleEvaluation {
  readonly ruleset: Ruleset;
  readonly type: Rule['type'];
  readonly enforcement: 'active' | 'evaluate';
  readonly details: string | null;
}

/** One change of a ref and how the rulesets looked upon it. */
export interface RuleSuite {
  readonly id: number;
  readonly actorId: number;
  readonly before: string;
  readonly after: string;
  readonly ref: string;
  readonly at: string;
  readonly result: 'pass' | 'fail' | 'bypass';
  readonly evaluations: readonly RuleEvaluation[];
}
