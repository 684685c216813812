import { checkRunShape, workflowRunShape } from '../shapes/checks.ts';
import { type CheckRunInput, createCheckRun, requestAction, rerequestRun, updateCheckRun } from '../world/checks.ts';
import { redeploy } from '../world/deployments.ts';
import { accountByLogin } from '../world/people.ts';
import { repositoryByName } from '../world/repositories.ts';
import type { CheckConclusion } from '../world/types.ts';
import {
  appBySlug,
  beginWorkflowRun,
  completeWorkflowRun,
  rerunWorkflow,
  startWorkflowRun,
} from '../world/workflows.ts';
import { found, type World } from '../world/world.ts';

export function checkControl(world: World) {
  const runOf = (input: { readonly run: number }) => found(world.checkRuns.get(input.run));
  const workflowOf = (input: { readonly run: number }) => found(world.workflowRuns.get(input.run));
  return {
    /** Another app, or the app under test itself, makes a check run. Apps are created when first named. */
    createCheckRun: (
      input: CheckRunInput & {
        readonly repository: string;
        readonly app: string;
        readonly sha: string;
        readonly name: string;
      },
    ) => {
      const app = appBySlug(world, input.app);
      return {
        id: createCheckRun(world, repositoryByName(world, input.repository), app.id, input.sha, input).id,
        app: app.id,
      };
    },
    updateCheckRun: (input: CheckRunInput & { readonly run: number; readonly app: string }) =>
      updateCheckRun(world, runOf(input), appBySlug(world, input.app).id, input),
    /** Every run on a commit in the order made, with the actions that REST does not show. */
    checkRuns: (input: {
      readonly repository: string;
      readonly sha: string;
      readonly name?: string;
      readonly app?: string;
    }) => {
      const runs = repositoryByName(world, input.repository).checkRunsBySha.get(input.sha) ?? [];
      const wanted = runs.filter(
        (run) =>
          (input.name ?? run.name) === run.name &&
          (input.app === undefined || appBySlug(world, input.app).id === run.appId),
      );
      return wanted.map((run) => ({
        ...checkRunShape(world, run),
        actions: run.actions,
        updates: run.updates,
        annotations: run.annotations,
      }));
    },
    rerequestCheckRun: (input: { readonly run: number; readonly as: string }) =>
      rerequestRun(world, runOf(input), accountByLogin(world, input.as).id),
    clickAction: (input: { readonly run: number; readonly identifier: string; readonly as: string }) =>
      requestAction(world, runOf(input), input.identifier, accountByLogin(world, input.as).id),
    /**
     * `event` is what started it: `pull_request` unless said, `push`, `workflow_dispatch`, `deployment_status`, `workflow_run`…
     * The branch is the default branch unless given; GitHub runs `workflow_run` on its tip.
     */
    startWorkflowRun: (input: {
      readonly repository: string;
      readonly path: string;
      readonly as: string;
      readonly branch?: string;
      readonly sha?: string;
      readonly name?: string;
      readonly event?: string;
    }) => {
      const repository = repositoryByName(world, input.repository);
      const branch = input.branch ?? repository.defaultBranch;
      const headSha = input.sha ?? found(repository.branches.get(branch));
      const run = startWorkflowRun(world, repository, {
        ...input,
        branch,
        headSha,
        actorId: accountByLogin(world, input.as).id,
      });
      return { id: run.id, url: workflowRunShape(world, run).html_url };
    },
    beginWorkflowRun: (input: { readonly run: number }) => beginWorkflowRun(world, workflowOf(input)),
    completeWorkflowRun: (input: { readonly run: number; readonly conclusion: CheckConclusion }) =>
      completeWorkflowRun(world, workflowOf(input), input.conclusion),
    /** Deploys again to wherever the run deployed. */
    rerunWorkflow: (input: { readonly run: number }) => {
      const run = workflowOf(input);
      rerunWorkflow(world, run);
      return { deployments: redeploy(world, run).map(({ id }) => id) };
    },
  };
}
