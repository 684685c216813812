import type { z } from 'zod';
import { findCommands } from './commands/find.ts';
import { runSeen } from './events/deployments.ts';
import { pushOf } from './events/pushes.ts';
import { rulesOfRepository } from './events/rules.ts';
import {
  IssueCommentEvent,
  IssuesEvent,
  PullRequestEvent,
  ReviewEvent,
  TeamEvent,
  WorkflowRunEvent,
} from './github/events.ts';
import { accountOfSender } from './github/sender.ts';
import { closeJob, evaluateJob, fanOutJob, installationJob, issueKey, type Job, reconcileJob } from './jobs/job.ts';
import type { Context, Effect, RemarkSighting } from './route.ts';

function evaluate(context: Context, pull: number): readonly Job[] {
  const locator = context.locator(pull);
  return locator === undefined ? [] : [evaluateJob(locator)];
}

/** Actions that may change who must sign or whether they have; the others cost nothing. */
const PULL_REQUEST_ACTIONS = new Set([
  'opened',
  'reopened',
  'synchronize',
  'edited',
  'labeled',
  'unlabeled',
  'ready_for_review',
  'converted_to_draft',
  'assigned',
  'unassigned',
]);

export function onPullRequest(payload: unknown, context: Context): Effect | z.ZodError {
  const parsed = PullRequestEvent.safeParse(payload);
  if (!parsed.success) return parsed.error;
  const { action, number, pull_request: pull, before, sender } = parsed.data;
  if (action === 'closed') {
    const locator = context.locator(number);
    const merge = pull.merged === true ? (pull.merge_commit_sha ?? null) : null;
    const by = accountOfSender({ ...sender, kind: sender.type });
    const closing = {
      merged: pull.merged === true,
      mergeCommit: merge,
      headSha: pull.head.sha,
      base: pull.base.ref,
      by,
      mergedAt: pull.merged_at ?? null,
    };
    const job = locator && closeJob(locator, closing);
    return { pull: number, jobs: job === undefined ? [] : [job, ...waitingFor(number, context)] };
  }
  if (!PULL_REQUEST_ACTIONS.has(action)) return { pull: number, reason: `${action} cannot change the decision` };
  const pushes = action === 'synchronize' ? [pushOf(number, null, pull.head.sha, before ?? null, sender)] : [];
  const reopened = action === 'reopened' ? waitingFor(number, context) : [];
  return { pull: number, pushes, jobs: [...evaluate(context, number), ...reopened] };
}

/** Whatever was deferred until this is over, or cites it as a failure, is looked at again. */
function waitingFor(number: number, { tenant, locator }: Context): readonly Job[] {
  const place = locator(number);
  if (place === undefined) return [];
  return [fanOutJob({ tenant, scope: 'lookups', forget: [issueKey(`${place.owner}/${place.repository}#${number}`)] })];
}

const ISSUE_ACTIONS = new Set(['closed', 'reopened', 'deleted', 'transferred']);

/** The issue of an access review is put back to what it was. */
function ours(number: number, { locator }: Context): readonly Job[] {
  const place = locator(number);
  return place === undefined ? [] : [reconcileJob(place)];
}

export function onIssues(payload: unknown, context: Context): Effect | z.ZodError {
  const parsed = IssuesEvent.safeParse(payload);
  if (!parsed.success) return parsed.error;
  const { action, issue } = parsed.data;
  if (action === 'edited') return { jobs: ours(issue.number, context) };
  if (!ISSUE_ACTIONS.has(action)) return { reason: `${action} leaves an issue as open as it was` };
  return { jobs: [...waitingFor(issue.number, context), ...ours(issue.number, context)] };
}

export function onReview(payload: unknown, context: Context): Effect | z.ZodError {
  const parsed = ReviewEvent.safeParse(payload);
  if (!parsed.success) return parsed.error;
  const { action, review, pull_request: pull } = parsed.data;
  const state = review.state.toLowerCase();
  const seen =
    action === 'submitted' && review.user !== null && review.submitted_at !== null && review.submitted_at !== undefined;
  const reviews =
    seen && review.user !== null
      ? [
          {
            id: review.id,
            commit: review.commit_id,
            state,
            author: review.user.id,
            submittedAt: review.submitted_at ?? '',
          },
        ]
      : [];
  const remarks = seen ? remarkOf(review, pull.number) : [];
  if (state === 'commented' && remarks.length === 0)
    return { pull: pull.number, reviews, reason: 'a comment review decides nothing' };
  return { pull: pull.number, reviews, remarks, jobs: evaluate(context, pull.number) };
}

function remarkOf(review: ReviewEvent['review'], number: number): readonly RemarkSighting[] {
  const { id, node_id, user, body, submitted_at, commit_id } = review;
  return heardFrom(user, body ?? '', {
    number,
    onPull: true,
    source: 'review',
    sourceId: id,
    nodeId: node_id,
    saidAt: submitted_at ?? '',
    head: commit_id,
  });
}

/** Only people give commands, and only in words of their own: what an app writes for somebody is not theirs (T19). */
function heardFrom(
  user: ReviewEvent['review']['user'],
  body: string,
  where: Omit<RemarkSighting, 'authorId' | 'authorLogin' | 'body'>,
): readonly RemarkSighting[] {
  if (user === null || user.type !== 'User' || findCommands(body).length === 0) return [];
  // PostgreSQL keeps neither NUL nor half a character in a text.
  return [{ ...where, authorId: user.id, authorLogin: user.login, body: body.replace(/\0|\p{Cs}/gu, '') }];
}

export function onIssueComment(payload: unknown, context: Context): Effect | z.ZodError {
  const parsed = IssueCommentEvent.safeParse(payload);
  if (!parsed.success) return parsed.error;
  const { action, issue, comment, changes } = parsed.data;
  const onPull = issue.pull_request !== undefined && issue.pull_request !== null;
  const isOwn = action === 'created' && (comment.performed_via_github_app ?? null) === null;
  const { id: sourceId, node_id: nodeId, created_at: saidAt } = comment;
  const where = { number: issue.number, onPull, source: 'comment', sourceId, nodeId, saidAt, head: null } as const;
  const remarks = isOwn ? heardFrom(comment.user, comment.body, where) : [];
  if (!onPull) return onIssue(issue.number, remarks, context);
  if (remarks.length === 0 && !holdsManifest(comment.body) && !holdsManifest(changes?.body?.from ?? ''))
    return { pull: issue.number, reason: 'the comment carries neither a manifest nor a command' };
  return { pull: issue.number, remarks, jobs: evaluate(context, issue.number) };
}

/** On an issue there may be the reconciliation of a broken glass or of a finding. */
function onIssue(number: number, remarks: readonly RemarkSighting[], context: Context): Effect {
  const locator = context.locator(number);
  if (remarks.length === 0 || locator === undefined) return { reason: 'an issue, and no command' };
  return { remarks, jobs: [reconcileJob(locator)] };
}

/** Whether a text may hold a remediation manifest. Too generous costs one evaluation, too narrow a decision. */
function holdsManifest(text: string): boolean {
  return /^[ \t]*(?:`{3,}|~{3,})[ \t]*remediation\b/m.test(text);
}

/** Who is in a team, and through it who may write where, is doubtful from now on. */
export function onTeam(payload: unknown, context: Context): Effect | z.ZodError {
  const parsed = TeamEvent.safeParse(payload);
  return parsed.success ? forget(context, ['team:', 'permission:']) : parsed.error;
}

export function onPeople(_payload: unknown, context: Context): Effect {
  return forget(context, ['team:', 'permission:', 'user:', 'account:']);
}

function forget(context: Context, prefixes: readonly string[]): Effect {
  return { jobs: [fanOutJob({ tenant: context.tenant, scope: 'lookups', forget: prefixes })] };
}

export function onRepository(_payload: unknown, context: Context): Effect {
  const repositoryId = context.envelope.repository?.id;
  if (repositoryId === undefined) return { reason: 'no repository' };
  return {
    jobs: [fanOutJob({ tenant: context.tenant, scope: 'repository', repositoryId }), ...rulesOfRepository(context)],
  };
}

export function onInstallation(_payload: unknown, context: Context): Effect {
  return { jobs: [installationJob({ tenant: context.tenant, installation: context.installation })] };
}

export function onWorkflowRun(payload: unknown, context: Context): Effect | z.ZodError {
  const parsed = WorkflowRunEvent.safeParse(payload);
  if (!parsed.success) return parsed.error;
  const run = parsed.data.workflow_run;
  const place = context.locator(0);
  if (place === undefined) return { reason: 'no repository' };
  const asEvidence = `run:${place.owner}/${place.repository}/${run.id}`.toLowerCase();
  const { jobs = [] } = forget(context, [asEvidence, `runs:${place.repositoryId}/${run.head_sha}`]);
  return { jobs: [...jobs, ...runSeen(payload, context)] };
}
