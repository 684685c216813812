import { checkRunEventShape, suiteEventShape, suiteState } from '../shapes/checks.ts';
import { announce } from './events.ts';
import type {
  Annotation,
  CheckAction,
  CheckConclusion,
  CheckRun,
  CheckStatus,
  CheckSuite,
  Repository,
} from './types.ts';
import { found, now, Refusal, takeId, type World, wholeSeconds } from './world.ts';

export interface CheckRunInput {
  readonly name?: string;
  readonly status?: CheckStatus;
  readonly conclusion?: CheckConclusion;
  readonly externalId?: string;
  readonly detailsUrl?: string;
  readonly startedAt?: string;
  readonly completedAt?: string;
  readonly output?: {
    readonly title?: string;
    readonly summary?: string;
    readonly text?: string;
    readonly annotations?: readonly Annotation[];
  };
  readonly actions?: readonly CheckAction[];
}

/** One suite for each app and commit. GitHub makes the app's own when something is pushed and asks the app alone. */
export function openSuite(
  world: World,
  repository: Repository,
  appId: number,
  headSha: string,
  headBranch: string | null,
  senderId: number | null,
): CheckSuite {
  const suites = repository.suitesBySha.get(headSha) ?? [];
  const known = suites.find((suite) => suite.appId === appId);
  if (known) return known;
  const at = now(world);
  const suite: CheckSuite = {
    id: takeId(world),
    repositoryId: repository.id,
    appId,
    headSha,
    headBranch,
    createdAt: at,
    updatedAt: at,
    runs: [],
  };
  repository.suitesBySha.set(headSha, [...suites, suite]);
  world.suites.set(suite.id, suite);
  if (senderId !== null && appId === world.app.id) announceSuite(world, suite, 'requested', senderId);
  return suite;
}

export function announceSuite(
  world: World,
  suite: CheckSuite,
  action: 'requested' | 'completed' | 'rerequested',
  senderId: number,
): void {
  const repository = found(world.repositories.get(suite.repositoryId));
  announce(world, repository, senderId, ['check_suite', action], () => ({
    action,
    check_suite: suiteEventShape(world, suite, action),
  }));
}

export function announceRun(
  world: World,
  run: CheckRun,
  action: 'created' | 'completed' | 'rerequested' | 'requested_action',
  senderId: number,
  extra: Readonly<Record<string, unknown>> = {},
): void {
  const repository = found(world.repositories.get(run.repositoryId));
  announce(world, repository, senderId, ['check_run', action], () => ({
    action,
    check_run: checkRunEventShape(world, run),
    ...extra,
  }));
}

/** docs: a conclusion completes the run; a completed run needs a conclusion; going back to in_progress drops it. */
function applyStatus(world: World, run: CheckRun, input: CheckRunInput): void {
  if (input.status === 'completed' && input.conclusion === undefined && run.conclusion === null) {
    throw new Refusal(422, 'Invalid request.\n\nMissing required key: conclusion');
  }
  if (input.conclusion !== undefined) {
    run.status = 'completed';
    run.conclusion = input.conclusion;
    run.completedAt = input.completedAt === undefined ? now(world) : wholeSeconds(input.completedAt);
  } else if (input.status !== undefined && input.status !== 'completed') {
    run.status = input.status;
    run.conclusion = null;
    run.completedAt = null;
  }
}

function checkLimits(input: CheckRunInput): void {
  const { output, actions } = input;
  for (const key of ['summary', 'text'] as const) {
    if ((output?.[key]?.length ?? 0) > 65_535)
      throw new Refusal(422, `Invalid request.\n\nOnly 65535 characters are allowed; ${key} is too long.`);
  }
  if ((output?.annotations?.length ?? 0) > 50)
    throw new Refusal(422, 'Invalid request.\n\nNo more than 50 annotations per request are allowed.');
  if ((actions?.length ?? 0) > 3)
    throw new Refusal(422, 'Invalid request.\n\nNo more than 3 items are allowed; actions has more.');
  for (const action of actions ?? []) {
    const tooLong = action.label.length > 20 || action.description.length > 40 || action.identifier.length > 20;
    if (tooLong) throw new Refusal(422, 'Invalid request.\n\nAn action label, description or identifier is too long.');
  }
}

function applyInput(world: World, run: CheckRun, input: CheckRunInput): void {
  applyStatus(world, run, input);
  if (input.name !== undefined) run.name = input.name;
  if (input.externalId !== undefined) run.externalId = input.externalId;
  if (input.detailsUrl !== undefined) run.detailsUrl = input.detailsUrl;
  if (input.startedAt !== undefined) run.startedAt = wholeSeconds(input.startedAt);
  if (input.output) {
    run.title = input.output.title ?? run.title;
    run.summary = input.output.summary ?? run.summary;
    run.text = input.output.text ?? run.text;
    run.annotations.push(...(input.output.annotations ?? []));
  }
  if (input.actions) run.actions = input.actions;
}

function finish(world: World, run: CheckRun, suite: CheckSuite, senderId: number): void {
  announceRun(world, run, 'completed', senderId);
  suite.updatedAt = now(world);
  if (suiteState(suite).status === 'completed') announceSuite(world, suite, 'completed', senderId);
}

export function createCheckRun(
  world: World,
  repository: Repository,
  appId: number,
  headSha: string,
  input: CheckRunInput & { readonly name: string },
): CheckRun {
  if (!world.networkCommits.has(`${repository.networkId}:${headSha}`))
    throw new Refusal(422, `No commit found for SHA: ${headSha}`);
  checkLimits(input);
  const senderId = found(world.appsById.get(appId)).botId;
  const suite = openSuite(world, repository, appId, headSha, null, null);
  const run: CheckRun = {
    id: takeId(world),
    repositoryId: repository.id,
    appId,
    suiteId: suite.id,
    headSha,
    name: input.name,
    status: 'queued',
    conclusion: null,
    externalId: '',
    detailsUrl: null,
    startedAt: now(world),
    completedAt: null,
    title: null,
    summary: null,
    text: null,
    annotations: [],
    actions: [],
    updates: 0,
  };
  applyInput(world, run, input);
  world.checkRuns.set(run.id, run);
  suite.runs.push(run);
  const runs = repository.checkRunsBySha.get(headSha);
  if (runs) runs.push(run);
  else repository.checkRunsBySha.set(headSha, [run]);
  announceRun(world, run, 'created', senderId);
  if (run.status === 'completed') finish(world, run, suite, senderId);
  world.notice({ kind: 'checked', repository, sha: headSha });
  return run;
}

/** Only the app that made a run may change it. */
export function updateCheckRun(world: World, run: CheckRun, appId: number, input: CheckRunInput): void {
  if (run.appId !== appId)
    throw new Refusal(
      403,
      `Invalid app_id \`${appId}\` - check run can only be modified by the GitHub App that created it.`,
    );
  checkLimits(input);
  const was = run.status;
  applyInput(world, run, input);
  run.updates += 1;
  const senderId = found(world.appsById.get(appId)).botId;
  if (was !== 'completed' && run.status === 'completed')
    finish(world, run, found(world.suites.get(run.suiteId)), senderId);
  const repository = found(world.repositories.get(run.repositoryId));
  world.notice({ kind: 'checked', repository, sha: run.headSha });
}

/** Somebody clicks "Re-run" on a check: only completed runs can be, and only their own app hears of it. */
export function rerequestRun(world: World, run: CheckRun, senderId: number): void {
  if (run.status !== 'completed') throw new Refusal(422, 'This check run is not rerequestable');
  announceRun(world, run, 'rerequested', senderId);
}

export function requestAction(world: World, run: CheckRun, identifier: string, senderId: number): void {
  if (run.status !== 'completed') throw new Refusal(422, 'Actions are shown on completed runs only');
  if (!run.actions.some((action) => action.identifier === identifier))
    throw new Refusal(422, `no action ${identifier} on this run`);
  announceRun(world, run, 'requested_action', senderId, { requested_action: { identifier } });
}
