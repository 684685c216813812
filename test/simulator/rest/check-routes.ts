import { checkRunShape } from '../shapes/checks.ts';
import { repositoryHtmlUrl } from '../shapes/repository.ts';
import { type CheckRunInput, createCheckRun, updateCheckRun } from '../world/checks.ts';
import type { Annotation, CheckAction, CheckRun } from '../world/types.ts';
import { found, Refusal } from '../world/world.ts';
import { repositoryIn, resolveCommit, writableRepositoryIn } from './access.ts';
import { type Body, bodyOf, listIn, objectIn, optionalOneOf, optionalText, requiredText } from './body.ts';
import { type Context, numberParam, ok, paged, param, type Reply, type Route } from './router.ts';

const statuses = ['queued', 'in_progress', 'completed'] as const;
/** `stale` is GitHub's own to set. */
const conclusions = ['success', 'failure', 'neutral', 'cancelled', 'skipped', 'timed_out', 'action_required'] as const;

function integer(body: Body, key: string): number {
  const value = body[key];
  if (typeof value !== 'number') throw new Refusal(422, `Invalid request.\n\n"${key}" wasn't supplied.`);
  return value;
}

function annotationIn(value: unknown): Annotation {
  const body = bodyOf(value);
  const title = optionalText(body, 'title');
  return {
    path: requiredText(body, 'path'),
    start_line: integer(body, 'start_line'),
    end_line: integer(body, 'end_line'),
    annotation_level: requiredText(body, 'annotation_level'),
    message: requiredText(body, 'message'),
    ...(title === undefined ? {} : { title }),
  };
}

function actionIn(value: unknown): CheckAction {
  const body = bodyOf(value);
  const [label, description] = [requiredText(body, 'label'), requiredText(body, 'description')];
  return { label, description, identifier: requiredText(body, 'identifier') };
}

function outputIn(body: Body): NonNullable<CheckRunInput['output']> {
  const text = optionalText(body, 'text');
  return {
    title: requiredText(body, 'title'),
    summary: requiredText(body, 'summary'),
    ...(text === undefined ? {} : { text }),
    annotations: (listIn(body, 'annotations') ?? []).map(annotationIn),
  };
}

/** On update, GitHub asks for a summary, not for a title. */
function outputUpdateIn(body: Body): NonNullable<CheckRunInput['output']> {
  return outputIn({ title: '', ...body });
}

function inputIn(body: Body, readOutput: (output: Body) => NonNullable<CheckRunInput['output']>): CheckRunInput {
  const status = optionalOneOf(body, 'status', statuses);
  const conclusion = optionalOneOf(body, 'conclusion', conclusions);
  const output = objectIn(body, 'output');
  const actions = listIn(body, 'actions');
  const texts = {
    name: 'name',
    externalId: 'external_id',
    detailsUrl: 'details_url',
    startedAt: 'started_at',
    completedAt: 'completed_at',
  };
  const given = Object.entries(texts).flatMap(([key, from]) => {
    const value = optionalText(body, from);
    return value === undefined ? [] : [[key, value] as const];
  });
  return {
    ...Object.fromEntries(given),
    ...(status === undefined ? {} : { status }),
    ...(conclusion === undefined ? {} : { conclusion }),
    ...(output === undefined ? {} : { output: readOutput(output) }),
    ...(actions === undefined ? {} : { actions: actions.map(actionIn) }),
  };
}

function create(context: Context): Reply {
  const repository = writableRepositoryIn(context);
  const body = bodyOf(context.body);
  const input = { ...inputIn(body, outputIn), name: requiredText(body, 'name') };
  const run = createCheckRun(context.world, repository, context.world.app.id, requiredText(body, 'head_sha'), input);
  return { status: 201, body: checkRunShape(context.world, run) };
}

function runIn(context: Context): CheckRun {
  const repository = repositoryIn(context);
  const run = found(context.world.checkRuns.get(numberParam(context, 'check_run_id')));
  if (run.repositoryId !== repository.id) throw new Refusal(404, 'Not Found');
  return run;
}

function update(context: Context): Reply {
  writableRepositoryIn(context);
  const run = runIn(context);
  updateCheckRun(context.world, run, context.world.app.id, inputIn(bodyOf(context.body), outputUpdateIn));
  return ok(checkRunShape(context.world, run));
}

/** `filter=latest`, the default, keeps the most recent run of each name in each suite. */
function list(context: Context): Reply {
  const repository = repositoryIn(context);
  const sha = resolveCommit(context, repository, param(context, 'ref'));
  const [name, app, status] = [
    context.query.get('check_name'),
    context.query.get('app_id'),
    context.query.get('status'),
  ];
  const matching = (repository.checkRunsBySha.get(sha) ?? []).filter(
    (run) =>
      (name === null || run.name === name) &&
      (app === null || run.appId === Number(app)) &&
      (status === null || run.status === status),
  );
  const latest = new Map(matching.map((run) => [`${run.suiteId} ${run.name}`, run]));
  const runs = (context.query.get('filter') === 'all' ? matching : [...latest.values()]).toReversed();
  return paged(
    context,
    runs,
    (run) => checkRunShape(context.world, run),
    (check_runs) => ({ total_count: runs.length, check_runs }),
  );
}

function annotations(context: Context): Reply {
  const run = runIn(context);
  const html = repositoryHtmlUrl(context.world, repositoryIn(context));
  return paged(context, run.annotations, (annotation) => ({
    start_column: null,
    end_column: null,
    title: null,
    raw_details: null,
    ...annotation,
    blob_href: `${html}/blob/${run.headSha}/${annotation.path}`,
  }));
}

const repo = '/repos/{owner}/{repo}';

export const checkRoutes: readonly Route[] = [
  { operation: `POST ${repo}/check-runs`, access: 'checks:write', handle: create },
  {
    operation: `GET ${repo}/check-runs/{check_run_id}`,
    access: 'checks:read',
    handle: (context) => ok(checkRunShape(context.world, runIn(context))),
  },
  { operation: `PATCH ${repo}/check-runs/{check_run_id}`, access: 'checks:write', handle: update },
  { operation: `GET ${repo}/check-runs/{check_run_id}/annotations`, access: 'checks:read', handle: annotations },
  { operation: `GET ${repo}/commits/{ref}/check-runs`, access: 'checks:read', handle: list },
];
