import { openPullsAt, workflowShape } from '../shapes/checks.ts';
import { deploymentRunShape, deploymentShape, deploymentStatusShape } from '../shapes/deployments.ts';
import { pullShape } from '../shapes/pull-request.ts';
import { repositoryById, repositoryUrl } from '../shapes/repository.ts';
import type { Deployment, DeploymentState, Gate } from './deployment-types.ts';
import { canGate, environmentNamed } from './environments.ts';
import { announce } from './events.ts';
import type { Repository, WorkflowRun } from './types.ts';
import { beginWorkflowRun, completeWorkflowRun } from './workflows.ts';
import { found, now, Refusal, takeId, timestamp, type World } from './world.ts';

export interface DeploymentInput {
  readonly environment: string;
  readonly sha: string;
  readonly ref: string;
  readonly creatorId: number;
  readonly task?: string;
  readonly description?: string;
  readonly transient?: boolean;
  /** The workflow run whose job names the environment; null when somebody calls the API. */
  readonly run: WorkflowRun | null;
}

/** The newest first, as REST lists them. */
export function deploymentsOf(world: World, repository: Repository): readonly Deployment[] {
  return [...world.deployments.values()].filter((each) => each.repositoryId === repository.id).toReversed();
}

export function latestState(deployment: Deployment): DeploymentState | null {
  return deployment.statuses.at(-1)?.state ?? null;
}

/** GraphQL's word: what succeeded is active until another takes its place; what nobody touched for 30 minutes is abandoned. */
export function standing(world: World, deployment: Deployment): string {
  const state = latestState(deployment);
  if (state !== null) return state === 'success' ? 'ACTIVE' : state.toUpperCase();
  return deployment.createdAt < timestamp(world.clock() - 30 * 60_000) ? 'ABANDONED' : 'PENDING';
}

function runOf(world: World, deployment: Deployment): WorkflowRun | null {
  return deployment.runId === null ? null : found(world.workflowRuns.get(deployment.runId));
}

function runFacts(world: World, run: WorkflowRun | null) {
  return run ? { workflow: workflowShape(world, run), workflow_run: deploymentRunShape(world, run) } : {};
}

function ruleRequest(world: World, repository: Repository, deployment: Deployment, run: WorkflowRun) {
  const pulls = openPullsAt(repository, run.headSha);
  return {
    environment: deployment.environment,
    event: run.event,
    deployment_callback_url: `${repositoryUrl(world, repository)}/actions/runs/${run.id}/deployment_protection_rule`,
    deployment: deploymentShape(world, deployment),
    pull_requests: pulls.map((pull) => pullShape(world, pull, 'webhook')),
  };
}

function askForApproval(world: World, repository: Repository, deployment: Deployment, run: WorkflowRun): void {
  run.status = 'waiting';
  if (deployment.gates.some((gate) => gate.appId === world.app.id)) {
    announce(world, repository, run.actorId, ['deployment_protection_rule', 'requested'], () =>
      ruleRequest(world, repository, deployment, run),
    );
  }
  setDeploymentStatus(world, deployment, { state: 'waiting', creatorId: deployment.creatorId });
}

export function createDeployment(world: World, repository: Repository, input: DeploymentInput): Deployment {
  const { run, transient = false, task = 'deploy', description = null } = input;
  const environment = environmentNamed(world, repository, input.environment);
  const rules = run === null ? [] : environment.rules.filter((rule) => canGate(world, repository, rule.appId));
  const at = now(world);
  const deployment: Deployment = {
    id: takeId(world),
    repositoryId: repository.id,
    environment: environment.name,
    sha: input.sha,
    ref: input.ref,
    task,
    description,
    creatorId: input.creatorId,
    transient,
    runId: run?.id ?? null,
    createdAt: at,
    updatedAt: at,
    statuses: [],
    gates: rules.map((rule): Gate => ({ ruleId: rule.id, appId: rule.appId, state: 'waiting', comments: [] })),
  };
  world.deployments.set(deployment.id, deployment);
  announce(world, repository, input.creatorId, ['deployment', 'created'], () => ({
    deployment: deploymentShape(world, deployment),
    workflow: null,
    workflow_run: null,
    ...runFacts(world, run),
  }));
  if (run === null) return deployment;
  if (rules.length > 0) askForApproval(world, repository, deployment, run);
  else startJob(world, deployment, run);
  return deployment;
}

function startJob(world: World, deployment: Deployment, run: WorkflowRun): void {
  if (run.status !== 'in_progress') beginWorkflowRun(world, run);
  setDeploymentStatus(world, deployment, { state: 'in_progress', creatorId: deployment.creatorId });
}

/**
 * docs: a success makes all prior deployments of the environment inactive that had succeeded, except transient ones; no event tells
 * of inactive statuses. (They except production environments too, where Actions is seen to do it all the same.)
 */
export function setDeploymentStatus(
  world: World,
  deployment: Deployment,
  input: { readonly state: DeploymentState; readonly creatorId: number; readonly description?: string },
): void {
  const status = { id: takeId(world), description: '', createdAt: now(world), ...input };
  deployment.statuses.push(status);
  deployment.updatedAt = status.createdAt;
  const repository = repositoryById(world, deployment.repositoryId);
  if (input.state !== 'inactive') {
    announce(world, repository, input.creatorId, ['deployment_status', 'created'], () => ({
      deployment_status: deploymentStatusShape(world, deployment, status),
      deployment: deploymentShape(world, deployment),
      ...runFacts(world, runOf(world, deployment)),
    }));
  }
  if (input.state !== 'success') return;
  for (const prior of deploymentsOf(world, repository)) {
    const same = prior.environment === deployment.environment && prior.id < deployment.id && !prior.transient;
    if (same && latestState(prior) === 'success')
      setDeploymentStatus(world, prior, { state: 'inactive', creatorId: input.creatorId });
  }
}

function siblings(world: World, run: WorkflowRun): readonly Deployment[] {
  return [...world.deployments.values()].filter((each) => each.runId === run.id);
}

const unfinished = new Set<DeploymentState | null>([null, 'waiting', 'queued', 'pending', 'in_progress']);

/** A job is done. The run is, too, when no other job of it waits or runs. */
function settleRun(world: World, run: WorkflowRun): void {
  const states = siblings(world, run).map(latestState);
  if (states.some((state) => unfinished.has(state))) return;
  const newest = new Map(siblings(world, run).map((each) => [each.environment, latestState(each)]));
  const failed = [...newest.values()].some((state) => state === 'failure' || state === 'error');
  completeWorkflowRun(world, run, failed ? 'failure' : 'success');
}

export function finishDeployment(
  world: World,
  deployment: Deployment,
  input: {
    readonly state: 'success' | 'failure' | 'error';
    readonly creatorId: number;
    readonly moreJobs?: boolean;
  },
): void {
  const run = runOf(world, deployment);
  if (run !== null && latestState(deployment) !== 'in_progress')
    throw new Refusal(422, `the job of deployment ${deployment.id} does not run`);
  setDeploymentStatus(world, deployment, { state: input.state, creatorId: input.creatorId });
  if (run !== null && input.moreJobs !== true) settleRun(world, run);
}

/** An app's answer, or a note of how it is getting on. */
export function answerGate(
  world: World,
  deployment: Deployment,
  appId: number,
  input: { readonly state: 'approved' | 'rejected' | null; readonly comment: string },
): void {
  const gate = deployment.gates.find((each) => each.appId === appId);
  if (latestState(deployment) !== 'waiting' || gate?.state !== 'waiting')
    throw new Refusal(422, 'No pending custom deployment protection rule for this environment and app.');
  // docs: "You can post a status report on the same deployment up to 10 times", each "up to 1024 characters long".
  if (input.comment.length > 1024) throw new Refusal(422, 'Comment is too long (maximum is 1024 characters)');
  const notes = gate.comments.filter((each) => each.state === null).length;
  if (input.state === null && notes >= 10) throw new Refusal(422, 'No more than 10 status reports are allowed.');
  gate.comments.push({ at: now(world), state: input.state, comment: input.comment });
  if (input.state === null) return;
  gate.state = input.state;
  const run = found(runOf(world, deployment));
  if (input.state === 'rejected') {
    setDeploymentStatus(world, deployment, { state: 'failure', creatorId: deployment.creatorId });
    settleRun(world, run);
  } else if (deployment.gates.every((each) => each.state === 'approved')) startJob(world, deployment, run);
}

/** "Start all waiting jobs": an administrator goes past the rules, unless the environment says that nobody may. */
export function bypassGates(world: World, deployment: Deployment): void {
  const repository = repositoryById(world, deployment.repositoryId);
  if (!environmentNamed(world, repository, deployment.environment).canAdminsBypass)
    throw new Refusal(403, 'Administrators cannot bypass the protection rules of this environment.');
  if (latestState(deployment) !== 'waiting') throw new Refusal(422, 'This deployment does not wait.');
  for (const gate of deployment.gates) if (gate.state === 'waiting') gate.state = 'bypassed';
  startJob(world, deployment, found(runOf(world, deployment)));
}

/** The deployment a run has under way for an environment; a re-run has a new one. */
export function deploymentOfRun(world: World, run: WorkflowRun, environment: string): Deployment {
  const named = siblings(world, run).filter((each) => each.environment.toLowerCase() === environment.toLowerCase());
  return found(named.at(-1));
}

/** A re-run deploys to the same environments again, and asks their rules again. */
export function redeploy(world: World, run: WorkflowRun): readonly Deployment[] {
  const repository = repositoryById(world, run.repositoryId);
  const latest = [...new Map(siblings(world, run).map((each) => [each.environment, each])).values()];
  return latest.map(({ environment, sha, ref, creatorId, task, transient }) =>
    createDeployment(world, repository, { environment, sha, ref, creatorId, task, transient, run }),
  );
}
