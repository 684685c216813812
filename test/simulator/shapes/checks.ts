import { commitOf } from '../world/git.ts';
import type {
  AppRecord,
  CheckRun,
  CheckSuite,
  Commit,
  GitPerson,
  PullRequest,
  Repository,
  WorkflowRun,
} from '../world/types.ts';
import { found, nodeId, type World } from '../world/world.ts';
import { userShape } from './people.ts';
import {
  repositoryById,
  repositoryHtmlUrl,
  repositoryLiteShape,
  repositoryReference,
  repositoryUrl,
} from './repository.ts';

export function appShape(world: World, app: AppRecord) {
  return {
    id: app.id,
    slug: app.slug,
    node_id: nodeId('A', app.id),
    owner: userShape(world, app.owner),
    name: app.name,
    description: null,
    external_url: `https://${app.slug}.example`,
    html_url: `${world.webUrl}/apps/${app.slug}`,
    created_at: app.createdAt,
    updated_at: app.createdAt,
    permissions: app.permissions,
    events: app.events,
  };
}

/** Open pull requests of this repository with this head. For forks GitHub leaves the list empty. */
export function openPullsAt(repository: Repository, sha: string): readonly PullRequest[] {
  const pulls = [...(repository.pullsByHead.get(sha) ?? [])];
  return pulls.filter((pull) => pull.state === 'open' && pull.headRepositoryId === repository.id);
}

function pullsOf(world: World, repository: Repository, sha: string) {
  return openPullsAt(repository, sha).map((pull) => minimalPull(world, pull));
}

function minimalPull(world: World, pull: PullRequest) {
  const base = repositoryById(world, pull.repositoryId);
  const head = repositoryById(world, pull.headRepositoryId);
  return {
    url: `${repositoryUrl(world, base)}/pulls/${pull.number}`,
    id: pull.id,
    number: pull.number,
    head: { ref: pull.headRef, sha: pull.headSha, repo: repositoryReference(world, head) },
    base: { ref: pull.baseRef, sha: pull.baseSha, repo: repositoryReference(world, base) },
  };
}

export function suiteState(suite: CheckSuite): { readonly status: string; readonly conclusion: string | null } {
  if (suite.runs.length === 0) return { status: 'queued', conclusion: null };
  if (suite.runs.some((run) => run.status !== 'completed')) return { status: 'in_progress', conclusion: null };
  const conclusions = suite.runs.map((run) => run.conclusion);
  const order = ['action_required', 'timed_out', 'cancelled', 'failure', 'stale'] as const;
  const worst = order.find((conclusion) => conclusions.includes(conclusion));
  return { status: 'completed', conclusion: worst ?? (conclusions.includes('success') ? 'success' : 'neutral') };
}

function suiteBase(world: World, suite: CheckSuite) {
  const repository = repositoryById(world, suite.repositoryId);
  return {
    id: suite.id,
    node_id: nodeId('CS', suite.id),
    head_branch: suite.headBranch,
    head_sha: suite.headSha,
    ...suiteState(suite),
    url: `${repositoryUrl(world, repository)}/check-suites/${suite.id}`,
    before: commitOf(world, suite.headSha).parents[0] ?? null,
    after: suite.headSha,
    pull_requests: pullsOf(world, repository, suite.headSha),
    app: appShape(world, found(world.appsById.get(suite.appId))),
    created_at: suite.createdAt,
    updated_at: suite.updatedAt,
  };
}

/** As the check_suite events carry it. */
export function suiteEventShape(world: World, suite: CheckSuite, action: string) {
  const base = suiteBase(world, suite);
  return {
    ...base,
    ...(action === 'rerequested' ? {} : { rerequestable: true, runs_rerequestable: true }),
    latest_check_runs_count: suite.runs.length,
    check_runs_url: `${base.url}/check-runs`,
    head_commit: simpleCommitShape(commitOf(world, suite.headSha)),
  };
}

function runBase(world: World, run: CheckRun) {
  const repository = repositoryById(world, run.repositoryId);
  const url = `${repositoryUrl(world, repository)}/check-runs/${run.id}`;
  const html = `${repositoryHtmlUrl(world, repository)}/runs/${run.id}`;
  return {
    id: run.id,
    name: run.name,
    node_id: nodeId('CR', run.id),
    head_sha: run.headSha,
    external_id: run.externalId,
    url,
    html_url: html,
    details_url: run.detailsUrl ?? `https://${world.appsById.get(run.appId)?.slug}.example`,
    status: run.status,
    conclusion: run.conclusion,
    started_at: run.startedAt,
    completed_at: run.completedAt,
    output: {
      title: run.title,
      summary: run.summary,
      text: run.text,
      annotations_count: run.annotations.length,
      annotations_url: `${url}/annotations`,
    },
    app: appShape(world, found(world.appsById.get(run.appId))),
    pull_requests: pullsOf(world, repository, run.headSha),
  };
}

export function checkRunShape(world: World, run: CheckRun) {
  return { ...runBase(world, run), check_suite: { id: run.suiteId } };
}

export function checkRunEventShape(world: World, run: CheckRun) {
  return { ...runBase(world, run), check_suite: suiteBase(world, found(world.suites.get(run.suiteId))) };
}

function plainPerson(person: GitPerson) {
  return { name: person.name, email: person.email };
}

export function simpleCommitShape(commit: Commit) {
  return {
    id: commit.sha,
    tree_id: commit.treeSha,
    message: commit.message,
    timestamp: commit.committer.date,
    author: plainPerson(commit.author),
    committer: plainPerson(commit.committer),
  };
}

export function workflowShape(world: World, run: WorkflowRun) {
  const { workflow } = run;
  const repository = repositoryById(world, run.repositoryId);
  const html = repositoryHtmlUrl(world, repository);
  return {
    id: workflow.id,
    node_id: nodeId('W', workflow.id),
    name: workflow.name,
    path: workflow.path,
    state: 'active',
    created_at: workflow.createdAt,
    updated_at: workflow.createdAt,
    url: `${repositoryUrl(world, repository)}/actions/workflows/${workflow.id}`,
    html_url: `${html}/blob/${repository.defaultBranch}/${workflow.path}`,
    badge_url: `${html}/workflows/${encodeURIComponent(workflow.name)}/badge.svg`,
  };
}

export function workflowRunShape(world: World, run: WorkflowRun) {
  const repository = repositoryById(world, run.repositoryId);
  const url = `${repositoryUrl(world, repository)}/actions/runs/${run.id}`;
  const lite = repositoryLiteShape(world, repository);
  return {
    id: run.id,
    name: run.workflow.name,
    node_id: nodeId('WFR', run.id),
    check_suite_id: run.suiteId,
    check_suite_node_id: nodeId('CS', run.suiteId),
    head_branch: run.headBranch,
    head_sha: run.headSha,
    path: run.workflow.path,
    display_title: commitOf(world, run.headSha).message.split('\n')[0] ?? '',
    run_number: run.runNumber,
    run_attempt: run.runAttempt,
    event: run.event,
    status: run.status,
    conclusion: run.conclusion,
    workflow_id: run.workflow.id,
    url,
    html_url: `${repositoryHtmlUrl(world, repository)}/actions/runs/${run.id}`,
    pull_requests: pullsOf(world, repository, run.headSha),
    created_at: run.createdAt,
    updated_at: run.updatedAt,
    run_started_at: run.startedAt,
    actor: userShape(world, run.actorId),
    triggering_actor: userShape(world, run.actorId),
    jobs_url: `${url}/jobs`,
    logs_url: `${url}/logs`,
    check_suite_url: `${repositoryUrl(world, repository)}/check-suites/${run.suiteId}`,
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
    previous_attempt_url: run.runAttempt > 1 ? `${url}/attempts/${run.runAttempt - 1}` : null,
    workflow_url: `${repositoryUrl(world, repository)}/actions/workflows/${run.workflow.id}`,
    head_commit: simpleCommitShape(commitOf(world, run.headSha)),
    repository: lite,
    head_repository: lite,
  };
}
