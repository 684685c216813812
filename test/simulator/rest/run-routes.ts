import { workflowRunShape } from '../shapes/checks.ts';
import { accountById } from '../world/people.ts';
import type { WorkflowRun } from '../world/types.ts';
import { found, Refusal } from '../world/world.ts';
import { repositoryIn } from './access.ts';
import { type Context, numberParam, ok, paged, type Reply, type Route } from './router.ts';

export function runIn(context: Context): WorkflowRun {
  const repository = repositoryIn(context);
  const run = found(context.world.workflowRuns.get(numberParam(context, 'run_id')));
  if (run.repositoryId !== repository.id) throw new Refusal(404, 'Not Found');
  return run;
}

function instant(text: string, end: boolean): number {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const milliseconds = Date.parse(day ? `${text}T${end ? '23:59:59' : '00:00:00'}Z` : text);
  if (Number.isNaN(milliseconds)) throw new Refusal(422, `Invalid request.\n\n${text} is not a valid date.`);
  return milliseconds;
}

/** The search syntax for dates: a day, `>=`, `>`, `<=`, `<` before a date or time, `from..to` with `*` for an open end. */
function withinDates(wanted: string): (created: string) => boolean {
  const range = /^(.+)\.\.(.+)$/.exec(wanted);
  if (range) {
    const [from = '*', to = '*'] = [range[1], range[2]];
    const [least, most] = [from === '*' ? -Infinity : instant(from, false), to === '*' ? Infinity : instant(to, true)];
    return (created) => Date.parse(created) >= least && Date.parse(created) <= most;
  }
  const [, sign = '', date = ''] = /^([<>]=?|)(.+)$/.exec(wanted) ?? [];
  const [start, end] = [instant(date, false), instant(date, true)];
  return (created) => {
    const at = Date.parse(created);
    if (sign === '>=') return at >= start;
    if (sign === '>') return at > end;
    if (sign === '<=') return at <= end;
    if (sign === '<') return at < start;
    return at >= start && at <= end;
  };
}

function matcher(context: Context): (run: WorkflowRun) => boolean {
  const [sha, branch, event, status, actor] = ['head_sha', 'branch', 'event', 'status', 'actor'].map((key) =>
    context.query.get(key),
  );
  const created = context.query.get('created');
  const isWithin = created === null ? () => true : withinDates(created);
  return (run) =>
    (sha ?? run.headSha) === run.headSha &&
    (branch ?? run.headBranch) === run.headBranch &&
    (event ?? run.event) === run.event &&
    (actor === null || actor === undefined || accountById(context.world, run.actorId).login === actor) &&
    (status === null || status === undefined || run.status === status || run.conclusion === status) &&
    isWithin(run.createdAt);
}

/** The newest first. docs: a search by any of these finds at most 1,000 runs. */
function workflowRuns(context: Context): Reply {
  const repository = repositoryIn(context);
  const isWanted = matcher(context);
  const all = [...context.world.workflowRuns.values()].filter(
    (run) => run.repositoryId === repository.id && isWanted(run),
  );
  const searched = ['head_sha', 'branch', 'event', 'status', 'actor', 'created'].some((key) => context.query.has(key));
  const runs = searched ? all.toReversed().slice(0, 1000) : all.toReversed();
  return paged(
    context,
    runs,
    (run) => workflowRunShape(context.world, run),
    (workflow_runs) => ({ total_count: runs.length, workflow_runs }),
  );
}

const repo = '/repos/{owner}/{repo}';

export const runRoutes: readonly Route[] = [
  { operation: `GET ${repo}/actions/runs`, access: 'actions:read', handle: workflowRuns },
  {
    operation: `GET ${repo}/actions/runs/{run_id}`,
    access: 'actions:read',
    handle: (context) => ok(workflowRunShape(context.world, runIn(context))),
  },
];
