import type { Account } from '../../decision/values.ts';
import { environmentFinding, environmentKey } from '../../findings/judge-environment.ts';
import {
  type BranchFacts,
  checkOfEnvironment,
  judgeRules,
  rulesFinding,
  rulesKey,
  switchedOff,
} from '../../findings/judge-rules.ts';
import { type Branch, readBranches, readBranchRules, readProtection } from '../../github/branches.ts';
import type { Installation, Purpose } from '../../github/client.ts';
import { readEnvironments } from '../../github/environments.ts';
import type { EffectivePolicy } from '../../policy/compose.ts';
import { deploymentEnvironment, gateEnvironment } from '../../policy/gate.ts';
import { type Session, transact } from '../../store/database.ts';
import { effectiveNow, isReviewedIn } from '../access-review/policy.ts';
import type { Deps } from '../deps.ts';
import type { RepositoryLocator, RulesChanged } from '../job.ts';
import { policyOfRepository } from '../policy-of-repository.ts';
import { withLock } from '../with-lock.ts';
import { mend } from './mend.ts';
import { openFinding } from './open.ts';

const BUSY_MS = 500;

/** Compares what a repository's rules ask for with what its policy needs, after somebody has changed them. */
export async function lookAtRules(deps: Deps, { locator, by, off }: RulesChanged): Promise<void> {
  await withLock(deps.database, `rules:${locator.repositoryId}`, BUSY_MS, async (session) => {
    const governed = await governedBranches(deps, session, locator, 'facts');
    if (governed === null) return;
    const found = await judgeRepository(deps, session, locator, { ...governed, by, purpose: 'facts' });
    const names = new Set(governed.branches.map(({ environment }) => checkOfEnvironment(environment)));
    const checks = off?.checks.filter((check) => names.has(check)) ?? [];
    if (off === null || checks.length === 0 || found > 0) return;
    const finding = switchedOff({ ...off, checks, by, head: governed.head });
    await transact(session, locator.tenant, async (within) => {
      await openFinding(deps, within, locator, finding);
      await mend(deps, within, locator, { begins: finding.key, by: null });
    });
  });
}

export type GovernedBranch = Branch & { readonly environment: string };
export type Governed = {
  readonly effective: EffectivePolicy;
  /** Where the default branch is. */
  readonly head: string;
  readonly main: string | null;
  readonly all: readonly Branch[];
  readonly branches: readonly GovernedBranch[];
  /** Whether its policy asks for reviews of who may sign what, which take place here. */
  readonly reviewed: boolean;
};

/** The branches of a repository that its policy claims; null where it has none, or is out of sight. */
export async function governedBranches(
  deps: Deps,
  session: Session,
  locator: RepositoryLocator,
  purpose: Purpose,
): Promise<Governed | null> {
  const policy = await policyOfRepository(deps, session, locator);
  if (policy === null) return null;
  const { answer, force } = policy;
  const effective = effectiveNow(force.policy);
  if (effective === undefined) return null;
  const installation = deps.github.installation(locator.tenant, locator.installation);
  const all = await readBranches(installation, locator, purpose);
  const branches = all.flatMap((branch) => {
    const environment = gateEnvironment(effective, branch.ref);
    return environment === undefined ? [] : [{ ...branch, environment }];
  });
  const main = answer.repository.defaultBranchRef;
  const reviewed = effective.layers[0].policy.accessReview !== undefined && isReviewedIn(answer, force);
  return { effective, head: main?.target?.oid ?? '', main: main?.name ?? null, all, branches, reviewed };
}

/** Judges every governed branch and every deployment environment; says how many are open. */
export async function judgeRepository(
  deps: Deps,
  session: Session,
  locator: RepositoryLocator,
  { effective, head, branches, by, purpose }: Governed & { readonly by: Account | null; readonly purpose: Purpose },
): Promise<number> {
  const installation = deps.github.installation(locator.tenant, locator.installation);
  let found = 0;
  for (const branch of branches) {
    const facts = await factsOf(installation, locator, branch, deps.appId, purpose);
    const finding = rulesFinding(facts, judgeRules(facts, deps.appId), by);
    await transact(session, locator.tenant, async (within) => {
      if (finding !== undefined) await openFinding(deps, within, locator, finding);
      await mend(deps, within, locator, { begins: rulesKey(branch.ref), except: finding?.key ?? null, by });
    });
    if (finding !== undefined) found += 1;
  }
  const isMeant = (name: string) => deploymentEnvironment(effective, name) !== undefined;
  for (const deployment of await readEnvironments(installation, locator, isMeant, purpose)) {
    const environment = deploymentEnvironment(effective, deployment.name) ?? deployment.name;
    const finding = environmentFinding(deployment, { appId: deps.appId, environment, head, by });
    await transact(session, locator.tenant, async (within) => {
      if (finding !== undefined) await openFinding(deps, within, locator, finding);
      await mend(deps, within, locator, { begins: environmentKey(deployment.name), except: finding?.key ?? null, by });
    });
    if (finding !== undefined) found += 1;
  }
  return found;
}

/** Classic protection is asked for only where no ruleset says enough, and GitHub says that there is some. */
export async function factsOf(
  installation: Installation,
  place: { readonly owner: string; readonly repository: string },
  branch: GovernedBranch,
  appId: number,
  purpose: Purpose,
): Promise<BranchFacts> {
  const { ref, sha: head, environment } = branch;
  const rules = await readBranchRules(installation, place, ref, purpose);
  const bare: BranchFacts = { ref, head, environment, rules, classic: null };
  if (judgeRules(bare, appId).kind === 'gated' || !branch.isProtected) return bare;
  const listed: BranchFacts = { ...bare, classic: { requires: branch.requires, bindsAdministrators: false } };
  const classic = await readProtection(installation, place, ref, purpose);
  return classic === 'unreadable' && branch.requires.length > 0 ? listed : { ...bare, classic };
}
