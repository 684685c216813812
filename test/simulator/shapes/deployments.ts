import type { Deployment, DeploymentStatus, Environment } from '../world/deployment-types.ts';
import type { Repository, WorkflowRun } from '../world/types.ts';
import { found, nodeId, type World } from '../world/world.ts';
import { workflowRunShape } from './checks.ts';
import { userShape } from './people.ts';
import { repositoryById, repositoryHtmlUrl, repositoryUrl } from './repository.ts';

export function environmentShape(world: World, environment: Environment) {
  const repository = repositoryById(world, environment.repositoryId);
  const name = encodeURIComponent(environment.name);
  return {
    id: environment.id,
    node_id: nodeId('EN', environment.id),
    name: environment.name,
    url: `${repositoryUrl(world, repository)}/environments/${name}`,
    html_url: `${repositoryHtmlUrl(world, repository)}/deployments/activity_log?environments_filter=${name}`,
    created_at: environment.createdAt,
    updated_at: environment.updatedAt,
    can_admins_bypass: environment.canAdminsBypass,
    protection_rules: [],
    deployment_branch_policy: null,
  };
}

export function protectionRuleShape(world: World, rule: Environment['rules'][number]) {
  const app = found(world.appsById.get(rule.appId));
  return {
    id: rule.id,
    node_id: nodeId('GA', rule.id),
    enabled: true,
    app: {
      id: app.id,
      slug: app.slug,
      integration_url: `${world.apiUrl}/apps/${app.slug}`,
      node_id: nodeId('A', app.id),
    },
  };
}

function deploymentUrl(world: World, repository: Repository, deployment: Deployment): string {
  return `${repositoryUrl(world, repository)}/deployments/${deployment.id}`;
}

export function deploymentShape(world: World, deployment: Deployment) {
  const repository = repositoryById(world, deployment.repositoryId);
  const url = deploymentUrl(world, repository, deployment);
  return {
    url,
    id: deployment.id,
    node_id: nodeId('DE', deployment.id),
    task: deployment.task,
    original_environment: deployment.environment,
    environment: deployment.environment,
    description: deployment.description,
    created_at: deployment.createdAt,
    updated_at: deployment.updatedAt,
    statuses_url: `${url}/statuses`,
    repository_url: repositoryUrl(world, repository),
    creator: userShape(world, deployment.creatorId),
    sha: deployment.sha,
    ref: deployment.ref,
    payload: {},
    transient_environment: deployment.transient,
    production_environment: deployment.environment === 'production',
    performed_via_github_app: null,
  };
}

export function deploymentStatusShape(world: World, deployment: Deployment, status: DeploymentStatus) {
  const repository = repositoryById(world, deployment.repositoryId);
  const url = deploymentUrl(world, repository, deployment);
  const log =
    deployment.runId === null
      ? `https://deploys.example/${deployment.id}`
      : `${repositoryHtmlUrl(world, repository)}/actions/runs/${deployment.runId}`;
  return {
    url: `${url}/statuses/${status.id}`,
    id: status.id,
    node_id: nodeId('DES', `${deployment.id}:${status.id}`),
    state: status.state,
    creator: userShape(world, status.creatorId),
    description: status.description,
    environment: deployment.environment,
    target_url: log,
    created_at: status.createdAt,
    updated_at: status.createdAt,
    deployment_url: url,
    repository_url: repositoryUrl(world, repository),
    log_url: log,
    performed_via_github_app: null,
  };
}

/** The shorter form of a workflow run that the events of deployments carry. */
export function deploymentRunShape(world: World, run: WorkflowRun) {
  const {
    jobs_url: _jobs,
    logs_url: _logs,
    check_suite_url: _suite,
    artifacts_url: _artifacts,
    cancel_url: _cancel,
    rerun_url: _rerun,
    previous_attempt_url: _previous,
    workflow_url: _workflow,
    head_commit: _commit,
    repository: _repository,
    head_repository: _head,
    ...rest
  } = workflowRunShape(world, run);
  return rest;
}
