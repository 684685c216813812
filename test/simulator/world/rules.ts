import { bypassModeOf, passesProtection } from './bypass.ts';
import { isAncestor } from './git.ts';
import { atLeast, roleOf } from './people.ts';
import type { Protection, Rule, Ruleset } from './rule-types.ts';
import type { CheckRun, PullRequest, Repository, RequiredCheck } from './types.ts';
import type { World } from './world.ts';

function fits(pattern: string, text: string): boolean {
  const source = pattern
    .split('*')
    .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${source}$`).test(text);
}

export function matchesBranch(pattern: string, repository: Repository, branch: string): boolean {
  if (pattern === '~ALL') return true;
  if (pattern === '~DEFAULT_BRANCH') return branch === repository.defaultBranch;
  return fits(pattern.replace(/^refs\/heads\//, ''), branch);
}

/** A repository's own rulesets and those of its organization that reach it, whatever they enforce. */
export function rulesetsOf(world: World, repository: Repository): readonly Ruleset[] {
  const above = world.organizations.get(repository.ownerId)?.rulesets ?? [];
  const reaches = ({ repositories }: Ruleset) =>
    repositories.some((pattern) => pattern === '~ALL' || fits(pattern, repository.name));
  return [...repository.rulesets, ...above.filter(reaches)];
}

export function rulesetsFor(world: World, repository: Repository, branch: string): readonly Ruleset[] {
  const named = (patterns: readonly string[]) => patterns.some((each) => matchesBranch(each, repository, branch));
  return rulesetsOf(world, repository).filter(
    ({ enforcement, include, exclude }) => enforcement !== 'disabled' && named(include) && !named(exclude),
  );
}

export function activeRulesets(world: World, repository: Repository, branch: string): readonly Ruleset[] {
  return rulesetsFor(world, repository, branch).filter(({ enforcement }) => enforcement === 'active');
}

export function protectionOf(repository: Repository, branch: string): Protection | undefined {
  return (
    repository.protections.find(({ pattern }) => pattern === branch) ??
    repository.protections.find(({ pattern }) => fits(pattern, branch))
  );
}

/** The latest run of a name counts; runs of other apps are not looked at when the source is pinned. */
export function latestRun(repository: Repository, sha: string, check: RequiredCheck): CheckRun | undefined {
  const runs = repository.checkRunsBySha.get(sha) ?? [];
  return runs.findLast(
    (run) => run.name === check.context && (check.integrationId === null || run.appId === check.integrationId),
  );
}

/** GitHub docs, "About status checks": success, skipped and neutral satisfy a required check. */
const satisfying = new Set<string | null>(['success', 'neutral', 'skipped']);

export function stateOfCheck(repository: Repository, sha: string, check: RequiredCheck) {
  const run = latestRun(repository, sha, check);
  if (!run) return 'expected';
  if (run.status !== 'completed') return 'in progress';
  return satisfying.has(run.conclusion) ? 'passing' : 'failing';
}

function complaints(repository: Repository, sha: string, checks: readonly RequiredCheck[]): readonly string[] {
  return checks.flatMap((check) => {
    const state = stateOfCheck(repository, sha, check);
    return state === 'passing' ? [] : [`Required status check "${check.context}" is ${state}.`];
  });
}

export function checksOf(rule: Rule): readonly RequiredCheck[] {
  if (rule.type !== 'required_status_checks') return [];
  return rule.parameters.required_status_checks.map(({ context, integration_id }) => ({
    context,
    integrationId: integration_id ?? null,
  }));
}

/** Every check a branch asks for, whether by rulesets or by classic protection. */
export function requiredChecks(world: World, repository: Repository, branch: string): readonly RequiredCheck[] {
  const ruled = activeRulesets(world, repository, branch).flatMap(({ rules }) => rules.flatMap(checksOf));
  return [...ruled, ...(protectionOf(repository, branch)?.requiredChecks ?? [])];
}

/** Somebody's way onto a branch: by a pull request, or by pushing. */
export type Change =
  | { readonly by: 'merge'; readonly pull: PullRequest; readonly queued?: boolean }
  | {
      readonly by: 'push';
      readonly branch: string;
      readonly after: string;
      readonly kind: 'created' | 'deleted' | 'forced' | 'pushed';
    };

function approvals(world: World, repository: Repository, pull: PullRequest): number {
  const latest = new Map(
    pull.reviews.filter(({ state }) => state !== 'COMMENTED').map((review) => [review.userId, review.state]),
  );
  return [...latest].filter(
    ([userId, state]) => state === 'APPROVED' && atLeast(roleOf(world, repository, userId), 'write'),
  ).length;
}

function behind(world: World, repository: Repository, { baseRef, headSha }: PullRequest): readonly string[] {
  const tip = repository.branches.get(baseRef);
  const old = tip !== undefined && !isAncestor(world, tip, headSha);
  return old ? ['The branch must be up to date with the base branch.'] : [];
}

function approvalsMissing(world: World, repository: Repository, pull: PullRequest, wanted: number): readonly string[] {
  const missing = wanted > approvals(world, repository, pull);
  return missing ? [`At least ${wanted} approving review is required by reviewers with write access.`] : [];
}

/** The queue itself brings branches up to date, so `strict` does not keep a pull request out of it. */
function mergeComplaints(world: World, repository: Repository, rule: Rule, change: Change & { readonly by: 'merge' }) {
  const { pull, queued } = change;
  switch (rule.type) {
    case 'required_status_checks': {
      const strict = rule.parameters.strict_required_status_checks_policy && queued !== true;
      const checks = complaints(repository, pull.headSha, checksOf(rule));
      return strict ? [...checks, ...behind(world, repository, pull)] : checks;
    }
    case 'pull_request':
      return approvalsMissing(world, repository, pull, rule.parameters.required_approving_review_count);
    case 'merge_queue':
      return queued === true ? [] : ['Changes must be made through the merge queue'];
    default:
      return [];
  }
}

function pushComplaints(repository: Repository, rule: Rule, change: Change & { readonly by: 'push' }) {
  const { kind, after } = change;
  if (rule.type === 'deletion') return kind === 'deleted' ? ['Cannot delete this branch'] : [];
  if (kind === 'deleted') return [];
  if (rule.type === 'non_fast_forward') return kind === 'forced' ? ['Cannot force-push to this branch'] : [];
  if (rule.type === 'required_status_checks') {
    const lenient = kind === 'created' && rule.parameters.do_not_enforce_on_create === true;
    return lenient ? [] : complaints(repository, after, checksOf(rule));
  }
  if (kind === 'created') return [];
  const way = rule.type === 'pull_request' ? 'a pull request.' : 'the merge queue';
  return [`Changes must be made through ${way}`];
}

export interface Violation {
  readonly source: Ruleset | Protection;
  readonly type: Rule['type'];
  readonly message: string;
}

export function evaluateRuleset(
  world: World,
  repository: Repository,
  ruleset: Ruleset,
  change: Change,
): readonly { readonly rule: Rule; readonly messages: readonly string[] }[] {
  return ruleset.rules.map((rule) => ({
    rule,
    messages:
      change.by === 'merge'
        ? mergeComplaints(world, repository, rule, change)
        : pushComplaints(repository, rule, change),
  }));
}

/** Classic protection says the same things in its own way: as rules of a ruleset. */
export function rulesOfProtection(protection: Protection): readonly Rule[] {
  const { requiredChecks: checks, strict, requiredReviews } = protection;
  const required_status_checks = checks.map(({ context, integrationId }) => ({
    context,
    ...(integrationId === null ? {} : { integration_id: integrationId }),
  }));
  const reviews = {
    dismiss_stale_reviews_on_push: false,
    require_code_owner_review: false,
    require_last_push_approval: false,
    required_approving_review_count: requiredReviews ?? 0,
    required_review_thread_resolution: false,
  };
  return [
    ...(checks.length === 0
      ? []
      : [
          {
            type: 'required_status_checks' as const,
            parameters: { required_status_checks, strict_required_status_checks_policy: strict },
          },
        ]),
    ...(requiredReviews === null ? [] : [{ type: 'pull_request' as const, parameters: reviews }]),
    ...(protection.allowDeletions ? [] : [{ type: 'deletion' as const }]),
    ...(protection.allowForcePushes ? [] : [{ type: 'non_fast_forward' as const }]),
  ];
}

/** What speaks against a change, with no regard to who may pass it by. Of an exempt actor nothing is asked at all. */
export function violationsOf(
  world: World,
  repository: Repository,
  branch: string,
  change: Change,
  actorId: number | null,
): readonly Violation[] {
  const ruled = activeRulesets(world, repository, branch)
    .filter((ruleset) => actorId === null || bypassModeOf(world, repository, ruleset, actorId) !== 'exempt')
    .flatMap((source) =>
      evaluateRuleset(world, repository, source, change).flatMap(({ rule, messages }) =>
        messages.map((message) => ({ source, type: rule.type, message })),
      ),
    );
  const protection = protectionOf(repository, branch);
  if (!protection) return ruled;
  const classic = rulesOfProtection(protection).flatMap((rule) => {
    const messages =
      change.by === 'merge'
        ? mergeComplaints(world, repository, rule, change)
        : pushComplaints(repository, rule, change);
    return messages.map((message) => ({ source: protection, type: rule.type, message }));
  });
  return [...ruled, ...classic];
}

/** Whether somebody may pass all of these by, in the way they come. */
export function mayBypass(
  world: World,
  repository: Repository,
  violations: readonly Violation[],
  actorId: number,
  by: Change['by'],
): boolean {
  return violations.every(({ source }) => {
    if ('pattern' in source) return passesProtection(world, repository, source, actorId);
    const mode = bypassModeOf(world, repository, source, actorId);
    return mode === 'always' || mode === 'exempt' || (mode === 'pull_request' && by === 'merge');
  });
}
