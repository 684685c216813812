import { workflowRunShape, workflowShape } from '../shapes/checks.ts';
import { openSuite } from './checks.ts';
import { announce } from './events.ts';
import { createAccount } from './people.ts';
import type { AppRecord, CheckConclusion, Repository, WorkflowRun } from './types.ts';
import { found, now, takeId, type World } from './world.ts';

/** Registers an app; its bot is an account of its own, `<slug>[bot]`. */
export function createApp(
  world: World,
  input: { readonly slug: string; readonly id?: number; readonly name?: string; readonly ownerId: number } & Partial<
    Pick<AppRecord, 'permissions' | 'events'>
  >,
): AppRecord {
  const bot = createAccount(world, { login: `${input.slug}[bot]`, type: 'Bot' });
  const app: AppRecord = {
    id: input.id ?? takeId(world),
    slug: input.slug,
    name: input.name ?? input.slug,
    owner: input.ownerId,
    botId: bot.id,
    permissions: input.permissions ?? { checks: 'write', metadata: 'read' },
    events: input.events ?? [],
    createdAt: now(world),
  };
  world.appsById.set(app.id, app);
  world.appsBySlug.set(app.slug, app);
  return app;
}

export function appBySlug(world: World, slug: string): AppRecord {
  return world.appsBySlug.get(slug) ?? createApp(world, { slug, ownerId: world.app.owner });
}

function announceWorkflow(world: World, run: WorkflowRun, action: 'requested' | 'in_progress' | 'completed'): void {
  const repository = found(world.repositories.get(run.repositoryId));
  announce(world, repository, run.actorId, ['workflow_run', action], () => ({
    action,
    workflow: workflowShape(world, run),
    workflow_run: workflowRunShape(world, run),
  }));
}

export function startWorkflowRun(
  world: World,
  repository: Repository,
  input: {
    readonly path: string;
    readonly name?: string;
    readonly headSha: string;
    readonly branch: string;
    readonly event?: string;
    readonly actorId: number;
  },
): WorkflowRun {
  const at = now(world);
  const known = repository.workflows.get(input.path);
  const workflow = known ?? {
    id: takeId(world),
    path: input.path,
    name: input.name ?? input.path,
    runs: 0,
    createdAt: at,
  };
  repository.workflows.set(input.path, workflow);
  workflow.runs += 1;
  const actions = appBySlug(world, 'github-actions');
  const run: WorkflowRun = {
    id: takeId(world),
    repositoryId: repository.id,
    workflow,
    headSha: input.headSha,
    headBranch: input.branch,
    event: input.event ?? 'pull_request',
    runNumber: workflow.runs,
    actorId: input.actorId,
    suiteId: openSuite(world, repository, actions.id, input.headSha, input.branch, null).id,
    runAttempt: 1,
    status: 'queued',
    conclusion: null,
    createdAt: at,
    startedAt: at,
    updatedAt: at,
  };
  world.workflowRuns.set(run.id, run);
  announceWorkflow(world, run, 'requested');
  return run;
}

export function beginWorkflowRun(world: World, run: WorkflowRun): void {
  run.status = 'in_progress';
  run.updatedAt = now(world);
  announceWorkflow(world, run, 'in_progress');
}

export function completeWorkflowRun(world: World, run: WorkflowRun, conclusion: CheckConclusion): void {
  run.status = 'completed';
  run.conclusion = conclusion;
  run.updatedAt = now(world);
  announceWorkflow(world, run, 'completed');
}

/** A re-run keeps its id and counts its attempts. */
export function rerunWorkflow(world: World, run: WorkflowRun): void {
  run.runAttempt += 1;
  run.conclusion = null;
  run.startedAt = now(world);
  beginWorkflowRun(world, run);
}
