import { randomBytes } from 'node:crypto';
import { ruleSuiteShape, rulesetShape } from '../shapes/rulesets.ts';
import { accountByLogin, organizationByLogin, teamBySlug } from '../world/people.ts';
import { type ProtectionInput, protectBranches, unprotectBranches } from '../world/protections.ts';
import { repositoryByName } from '../world/repositories.ts';
import {
  type BypassActor,
  type BypassMode,
  type MergeQueueParameters,
  type Rule,
  roleIds,
} from '../world/rule-types.ts';
import {
  createRuleset,
  deleteRuleset,
  editRuleset,
  type Holder,
  type RulesetInput,
  rulesetById,
} from '../world/rulesets.ts';
import type { RequiredCheck, Role } from '../world/types.ts';
import { appBySlug } from '../world/workflows.ts';
import { found, Refusal, type World } from '../world/world.ts';

/** A repository's ruleset or an organization's. */
interface Place {
  readonly repository?: string;
  readonly organization?: string;
  /** Who does it; the organization's first owner, or the repository's owner, unless named. */
  readonly as?: string;
}

/** One of user, team, app, role, organizationAdmin. */
export interface BypassInput {
  readonly user?: string;
  /** Of the organization that owns the place. */
  readonly team?: string;
  readonly app?: string;
  readonly role?: Role;
  readonly organizationAdmin?: boolean;
  readonly mode?: BypassMode;
}

interface RulesInput {
  readonly name?: string;
  readonly enforcement?: RulesetInput['enforcement'];
  readonly branches?: readonly string[];
  readonly exclude?: readonly string[];
  /** Names of an organization's repositories. */
  readonly repositories?: readonly string[];
  readonly requiredChecks?: readonly RequiredCheck[];
  readonly strict?: boolean;
  readonly mergeQueue?: boolean | Partial<MergeQueueParameters>;
  readonly pullRequest?: { readonly approvals: number };
  readonly noDeletion?: boolean;
  readonly noForcePush?: boolean;
  readonly bypass?: readonly BypassInput[];
}

/** As the settings page proposes it. */
const queueDefaults: MergeQueueParameters = {
  check_response_timeout_minutes: 60,
  grouping_strategy: 'ALLGREEN',
  max_entries_to_build: 5,
  max_entries_to_merge: 5,
  merge_method: 'MERGE',
  min_entries_to_merge: 1,
  min_entries_to_merge_wait_minutes: 5,
};

function rulesOf(input: RulesInput): readonly Rule[] {
  const checks = (input.requiredChecks ?? []).map(({ context, integrationId }) => ({
    context,
    ...(integrationId === null ? {} : { integration_id: integrationId }),
  }));
  const reviews = {
    dismiss_stale_reviews_on_push: false,
    require_code_owner_review: false,
    require_last_push_approval: false,
    required_approving_review_count: input.pullRequest?.approvals ?? 0,
    required_review_thread_resolution: false,
  };
  const parameters = {
    required_status_checks: checks,
    strict_required_status_checks_policy: input.strict ?? false,
  };
  const queue = { ...queueDefaults, ...(typeof input.mergeQueue === 'object' ? input.mergeQueue : {}) };
  return [
    ...(input.requiredChecks ? [{ type: 'required_status_checks' as const, parameters }] : []),
    ...(input.mergeQueue ? [{ type: 'merge_queue' as const, parameters: queue }] : []),
    ...(input.pullRequest ? [{ type: 'pull_request' as const, parameters: reviews }] : []),
    ...(input.noDeletion === true ? [{ type: 'deletion' as const }] : []),
    ...(input.noForcePush === true ? [{ type: 'non_fast_forward' as const }] : []),
  ];
}

function bypassActor(world: World, organization: string, input: BypassInput): BypassActor {
  const bypass_mode = input.mode ?? 'always';
  if (input.user !== undefined)
    return { actor_type: 'User', actor_id: accountByLogin(world, input.user).id, bypass_mode };
  if (input.app !== undefined)
    return { actor_type: 'Integration', actor_id: appBySlug(world, input.app).id, bypass_mode };
  if (input.role !== undefined) return { actor_type: 'RepositoryRole', actor_id: roleIds[input.role], bypass_mode };
  if (input.organizationAdmin === true) return { actor_type: 'OrganizationAdmin', actor_id: 1, bypass_mode };
  const team = teamBySlug(organizationByLogin(world, organization), input.team ?? '');
  return { actor_type: 'Team', actor_id: team.id, bypass_mode };
}

function holderOf(world: World, place: Place): Holder {
  if (place.organization !== undefined)
    return { type: 'Organization', organization: organizationByLogin(world, place.organization) };
  return { type: 'Repository', repository: repositoryByName(world, place.repository ?? '') };
}

function actorOf(world: World, place: Place): number {
  if (place.as !== undefined) return accountByLogin(world, place.as).id;
  const holder = holderOf(world, place);
  const ownerId = holder.type === 'Repository' ? holder.repository.ownerId : holder.organization.accountId;
  const members = world.organizations.get(ownerId)?.members ?? new Map<number, string>();
  return [...members].find(([, role]) => role === 'admin')?.[0] ?? ownerId;
}

function rulesetInput(world: World, input: Place & RulesInput): RulesetInput {
  const organization = input.organization ?? input.repository?.split('/')[0] ?? '';
  const rules = rulesOf(input);
  return {
    ...(input.name === undefined ? {} : { name: input.name }),
    ...(input.enforcement === undefined ? {} : { enforcement: input.enforcement }),
    ...(input.branches === undefined ? {} : { include: input.branches }),
    ...(input.exclude === undefined ? {} : { exclude: input.exclude }),
    ...(input.repositories === undefined ? {} : { repositories: input.repositories }),
    ...(rules.length === 0 ? {} : { rules }),
    ...(input.bypass === undefined
      ? {}
      : { bypassActors: input.bypass.map((each) => bypassActor(world, organization, each)) }),
  };
}

export function rulesControl(world: World) {
  const edit = (input: Place & { readonly id: number }, change: RulesetInput) => {
    const holder = holderOf(world, input);
    editRuleset(world, holder, rulesetById(holder, input.id), actorOf(world, input), change);
  };
  return {
    /** Administrators of the repository may bypass it unless `bypass` says who may. */
    addRuleset: (input: Place & RulesInput) => {
      const defaults = { branches: ['~DEFAULT_BRANCH'], bypass: [{ role: 'admin' as const }] };
      const described = rulesetInput(world, { ...defaults, ...input });
      const { id, name, enforcement } = createRuleset(world, holderOf(world, input), actorOf(world, input), described);
      return { id, name, enforcement };
    },
    /** What is named is replaced; any rule that is named replaces all rules. */
    editRuleset: (input: Place & RulesInput & { readonly id: number }) => edit(input, rulesetInput(world, input)),
    deleteRuleset: (input: Place & { readonly id: number }) => {
      const holder = holderOf(world, input);
      deleteRuleset(world, holder, rulesetById(holder, input.id), actorOf(world, input));
    },
    setRulesetEnforcement: (
      input: Place & { readonly id: number; readonly enforcement: 'active' | 'disabled' | 'evaluate' },
    ) => edit(input, { enforcement: input.enforcement }),
    disableRuleset: (input: Place & { readonly id: number }) => edit(input, { enforcement: 'disabled' }),
    enableRuleset: (input: Place & { readonly id: number }) => edit(input, { enforcement: 'active' }),
    ruleset: (input: Place & { readonly id: number }) =>
      rulesetShape(world, rulesetById(holderOf(world, input), input.id), { bypassActors: true }),
    /** Oldest first, with every rule's answer. */
    ruleSuites: (input: { readonly repository: string }) => {
      const repository = repositoryByName(world, input.repository);
      return repository.ruleSuites.map((suite) => ruleSuiteShape(world, repository, suite));
    },
    /** Classic protection for a branch or a pattern of branches; again, to change it. */
    protectBranch: (
      input: ProtectionInput & { readonly repository: string; readonly branch: string; readonly as?: string },
    ) => {
      const { repository, branch, as: _, ...change } = input;
      return {
        id: protectBranches(world, repositoryByName(world, repository), actorOf(world, input), branch, change).id,
      };
    },
    unprotectBranch: (input: { readonly repository: string; readonly branch: string; readonly as?: string }) =>
      unprotectBranches(world, repositoryByName(world, input.repository), actorOf(world, input), input.branch),
    /** A token that REST takes for this person. */
    userToken: (input: { readonly user: string }) => {
      const account = accountByLogin(world, input.user);
      if (account.type !== 'User') throw new Refusal(422, 'Only people have tokens of their own');
      const token = `ghp_${randomBytes(27).toString('base64url').replace(/[-_]/g, 'x')}`;
      world.userTokens.set(token, found(account).id);
      return { token };
    },
  };
}
