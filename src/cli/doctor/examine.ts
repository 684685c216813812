import type { GitHubConfig } from '../../config.ts';
import { AppError } from '../../errors.ts';
import { environmentFinding } from '../../findings/judge-environment.ts';
import { checkOfEnvironment, judgeRules, type Lack, sentenceOf } from '../../findings/judge-rules.ts';
import { type Branch, readBranches } from '../../github/branches.ts';
import type { GitHub, Installation, InstallationFound } from '../../github/client.ts';
import { readEnvironments } from '../../github/environments.ts';
import { readGranted } from '../../github/identity.ts';
import { readRepositories, type SeenRepository } from '../../github/installations.ts';
import { readRepository } from '../../github/repository-query.ts';
import { factsOf } from '../../jobs/findings/look-at-rules.ts';
import { policyInForce } from '../../jobs/policy-in-force.ts';
import type { EffectivePolicy } from '../../policy/compose.ts';
import { deploymentEnvironment, gateEnvironment } from '../../policy/gate.ts';
import { nothingKnown } from '../../store/knowledge.ts';
import { missingIn } from './wanted.ts';

export type BranchReport = {
  readonly branch: string;
  readonly environment: string;
  readonly check: string;
  readonly gated: boolean;
  readonly lack: Lack | null;
  readonly says: string;
};
export type EnvironmentReport = {
  readonly deployment: string;
  readonly environment: string;
  readonly gated: boolean;
  /** Null where GitHub does not say. */
  readonly administratorsPass: boolean | null;
};
export type RepositoryReport = {
  readonly repository: string;
  /** Why nothing is governed here, or could not be looked at; null where it was. */
  readonly reason: string | null;
  readonly failed: boolean;
  readonly branches: readonly BranchReport[];
  readonly environments: readonly EnvironmentReport[];
};
export type Report = {
  readonly organization: string;
  readonly app: readonly string[];
  readonly repositories: readonly RepositoryReport[];
};

type Onlooker = (done: number, total: number) => void;

/** Goes through everything that an installation was given, as the hourly sweep does, and leaves nothing behind. */
export async function examine(
  github: GitHub,
  config: GitHubConfig,
  found: InstallationFound,
  organization: string,
  onProgress: Onlooker,
): Promise<Report> {
  const { asked, given } = await readGranted(github.asApp, organization);
  const app = [
    ...new Set([...missingIn(asked, 'The App'), ...missingIn(given, `The installation at ${organization}`)]),
  ];
  const installation = github.installation(found.account.id, found.id);
  const repositories: RepositoryReport[] = [];
  for (let page = 1; ; page += 1) {
    const { total, repositories: some, isLast } = await readRepositories(installation, page, 'facts');
    for (const each of some) {
      repositories.push(await examineOne(installation, config, each));
      onProgress(repositories.length, total);
    }
    if (isLast) break;
  }
  return { organization, app, repositories };
}

async function examineOne(
  installation: Installation,
  config: GitHubConfig,
  seen: SeenRepository,
): Promise<RepositoryReport> {
  const place = { owner: seen.owner, repository: seen.name };
  const bare = { repository: `${seen.owner}/${seen.name}`, failed: false, branches: [], environments: [] };
  if (seen.archived) return { ...bare, reason: 'it is archived' };
  try {
    const answer = await readRepository(installation, place, config.policyRepository, 'facts');
    if (answer === null) return { ...bare, reason: 'the installation cannot see it', failed: true };
    const { policy } = await policyInForce(nothingKnown, installation, answer);
    if (policy.kind === 'none') return { ...bare, reason: 'no policy is in force' };
    if (policy.kind === 'invalid') return { ...bare, reason: 'its policy is invalid', failed: true };
    const branches = await examineBranches(installation, config.appId, place, policy.effective);
    const environments = await examineEnvironments(installation, config.appId, place, policy.effective);
    const reason = branches.length + environments.length === 0 ? 'the policy claims none of its branches' : null;
    return { ...bare, reason, branches, environments };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { ...bare, reason: error.message, failed: true };
  }
}

type Place = { readonly owner: string; readonly repository: string };

async function examineBranches(
  installation: Installation,
  appId: number,
  place: Place,
  effective: EffectivePolicy,
): Promise<readonly BranchReport[]> {
  const reports: BranchReport[] = [];
  for (const branch of await readBranches(installation, place, 'facts')) {
    const environment = gateEnvironment(effective, branch.ref);
    if (environment === undefined) continue;
    reports.push(await examineBranch(installation, appId, place, branch, environment));
  }
  return reports;
}

async function examineBranch(
  installation: Installation,
  appId: number,
  place: Place,
  branch: Branch,
  environment: string,
): Promise<BranchReport> {
  const check = checkOfEnvironment(environment);
  const facts = await factsOf(installation, place, { ...branch, environment }, appId, 'facts');
  const verdict = judgeRules(facts, appId);
  const where = { branch: branch.ref, environment, check };
  if (verdict.kind === 'gated') {
    const pass = verdict.administratorsPass ? '; administrators may pass it by' : '';
    const says = `${check} is required from this app, by ${verdict.by === 'ruleset' ? 'a ruleset' : 'branch protection'}${pass}`;
    return { ...where, gated: true, lack: null, says };
  }
  const unsure = verdict.unsure ? '; classic protection could not be read' : '';
  return {
    ...where,
    gated: false,
    lack: verdict.lack,
    says: `${sentenceOf(branch.ref, check, verdict.lack)}${unsure}`,
  };
}

async function examineEnvironments(
  installation: Installation,
  appId: number,
  place: Place,
  effective: EffectivePolicy,
): Promise<readonly EnvironmentReport[]> {
  const isMeant = (name: string) => deploymentEnvironment(effective, name) !== undefined;
  const found = await readEnvironments(installation, place, isMeant, 'facts');
  return found.map((deployment) => {
    const environment = deploymentEnvironment(effective, deployment.name) ?? deployment.name;
    const finding = environmentFinding(deployment, { appId, environment, head: '', by: null });
    const { name, administratorsPass } = deployment;
    return { deployment: name, environment, gated: finding === undefined, administratorsPass };
  });
}

/** Whether there is nothing to mend. */
export function isWell({ app, repositories }: Report): boolean {
  const all = repositories.flatMap(({ branches, environments }) => [...branches, ...environments]);
  return app.length === 0 && all.every(({ gated }) => gated) && repositories.every(({ failed }) => !failed);
}
