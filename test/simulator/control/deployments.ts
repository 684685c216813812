import { deploymentShape, environmentShape, protectionRuleShape } from '../shapes/deployments.ts';
import type { Deployment, DeploymentState } from '../world/deployment-types.ts';
import {
  answerGate,
  bypassGates,
  createDeployment,
  finishDeployment,
  setDeploymentStatus,
  standing,
} from '../world/deployments.ts';
import { environmentNamed, protectEnvironment } from '../world/environments.ts';
import { accountByLogin, atLeast, roleOf } from '../world/people.ts';
import { repositoryByName } from '../world/repositories.ts';
import type { Repository, WorkflowRun } from '../world/types.ts';
import { appBySlug, startWorkflowRun } from '../world/workflows.ts';
import { found, Refusal, type World } from '../world/world.ts';

export interface DeployInput {
  readonly repository: string;
  readonly environment: string;
  readonly as: string;
  /** A branch; the default branch unless a `sha` is given. */
  readonly ref?: string;
  /** The tip of `ref` unless given. */
  readonly sha?: string;
  /** A job of a workflow that names the environment, which is the default, or a call of the API by a person or machine. */
  readonly viaRun?: boolean;
  /** Path of the workflow. */
  readonly workflow?: string;
  /** What started the workflow. */
  readonly event?: string;
  /** Another job of a run that is there already. */
  readonly run?: number;
  readonly task?: string;
  readonly description?: string;
  readonly transient?: boolean;
}

interface Target {
  readonly ref: string;
  readonly sha: string;
}

function targetOf(world: World, repository: Repository, input: DeployInput): Target {
  const isRun = input.viaRun !== false;
  const ref = input.ref ?? (input.sha === undefined || isRun ? repository.defaultBranch : input.sha);
  const sha = input.sha ?? repository.branches.get(ref) ?? ref;
  if (!world.networkCommits.has(`${repository.networkId}:${sha}`)) throw new Refusal(422, `No ref found for: ${ref}`);
  return { ref, sha };
}

function runFor(world: World, repository: Repository, input: DeployInput, target: Target): WorkflowRun | null {
  if (input.viaRun === false) return null;
  if (input.run !== undefined) return found(world.workflowRuns.get(input.run));
  const path = input.workflow ?? '.github/workflows/deploy.yml';
  const actorId = accountByLogin(world, input.as).id;
  return startWorkflowRun(world, repository, {
    path,
    headSha: target.sha,
    branch: target.ref,
    event: input.event ?? 'push',
    actorId,
  });
}

export function describeDeployment(world: World, deployment: Deployment) {
  const run = deployment.runId === null ? undefined : world.workflowRuns.get(deployment.runId);
  return {
    ...deploymentShape(world, deployment),
    state: standing(world, deployment),
    statuses: deployment.statuses.map(({ state, createdAt }) => ({ state, createdAt })),
    run: deployment.runId,
    runStatus: run?.status ?? null,
    runConclusion: run?.conclusion ?? null,
    rules: deployment.gates.map(({ appId, state, comments }) => ({ app: appId, state, comments })),
  };
}

export function deploymentControl(world: World) {
  const deploymentOf = (input: { readonly deployment: number }) => found(world.deployments.get(input.deployment));
  const appOf = (app: number | string) => (typeof app === 'string' ? appBySlug(world, app).id : app);
  return {
    /** Makes an environment or changes its protection; apps by id, or by slug, made when first named. At most six can be rules. */
    createEnvironment: (input: {
      readonly repository: string;
      readonly name: string;
      readonly apps?: readonly (number | string)[];
      readonly canAdminsBypass?: boolean;
    }) => {
      const environment = environmentNamed(world, repositoryByName(world, input.repository), input.name);
      const { apps, ...rest } = input;
      protectEnvironment(world, environment, { ...rest, ...(apps ? { apps: apps.map(appOf) } : {}) });
      const rules = environment.rules.map((rule) => protectionRuleShape(world, rule));
      return { ...environmentShape(world, environment), rules };
    },
    /** Deploys: `deployment` and, when a workflow does it, `run`. What a rule holds is `waiting`. */
    deploy: (input: DeployInput) => {
      const repository = repositoryByName(world, input.repository);
      const target = targetOf(world, repository, input);
      const run = runFor(world, repository, input, target);
      const creatorId = accountByLogin(world, input.as).id;
      const deployment = createDeployment(world, repository, { ...input, ...target, creatorId, run });
      return { deployment: deployment.id, run: run?.id ?? null, sha: deployment.sha, status: run?.status ?? null };
    },
    /** As REST shows it, with what REST does not show: GraphQL's state, its run and what the apps said. */
    deployment: (input: { readonly deployment: number }) => describeDeployment(world, deploymentOf(input)),
    /** The job ends. The run ends with it, unless other jobs of it wait or run, or `moreJobs` says that some are to come. */
    finishDeployment: (input: {
      readonly deployment: number;
      readonly state: 'success' | 'failure' | 'error';
      readonly as?: string;
      readonly moreJobs?: boolean;
    }) => {
      const deployment = deploymentOf(input);
      const creatorId = input.as === undefined ? deployment.creatorId : accountByLogin(world, input.as).id;
      const moreJobs = input.moreJobs ?? false;
      finishDeployment(world, deployment, { state: input.state, creatorId, moreJobs });
    },
    /** A status as somebody calling the API sets it. */
    setDeploymentStatus: (input: {
      readonly deployment: number;
      readonly state: Exclude<DeploymentState, 'waiting'>;
      readonly as: string;
      readonly description?: string;
    }) => {
      const creatorId = accountByLogin(world, input.as).id;
      setDeploymentStatus(world, deploymentOf(input), { ...statusOf(input), creatorId });
    },
    /** Another app answers for its own rule. */
    answerProtection: (input: {
      readonly deployment: number;
      readonly app: number | string;
      readonly state: 'approved' | 'rejected';
      readonly comment?: string;
    }) =>
      answerGate(world, deploymentOf(input), appOf(input.app), { state: input.state, comment: input.comment ?? '' }),
    bypassProtection: (input: { readonly deployment: number; readonly as: string }) => {
      const deployment = deploymentOf(input);
      const repository = found(world.repositories.get(deployment.repositoryId));
      if (!atLeast(roleOf(world, repository, accountByLogin(world, input.as).id), 'admin'))
        throw new Refusal(403, 'Only an administrator may bypass protection rules');
      bypassGates(world, deployment);
    },
  };
}

function statusOf(input: { readonly state: DeploymentState; readonly description?: string }) {
  return { state: input.state, ...(input.description === undefined ? {} : { description: input.description }) };
}
