import type { z } from 'zod';
import {
  CheckRunEvent,
  CheckSuiteEvent,
  Envelope,
  IssueCommentEvent,
  PullRequestEvent,
  PushEvent,
  ReviewEvent,
  TeamEvent,
  WorkflowRunEvent,
} from './github/events.ts';
import { closeJob, evaluateJob, fanOutJob, installationJob, type Job, type PullLocator } from './jobs/job.ts';

/** What the app is, as far as events are concerned. */
export type AppIdentity = { readonly appId: number; readonly policyRepository: string };

/** A review as it was submitted; the commit is known from this delivery and from nowhere else. */
export type ReviewSighting = {
  readonly id: number;
  readonly commit: string | null;
  readonly state: string;
  readonly author: number;
  readonly submittedAt: string;
};

/** A head that somebody pushed; who did so is known from this delivery and from nowhere else. */
export type PushSighting = {
  readonly pull: number | null;
  readonly ref: string | null;
  readonly head: string;
  readonly before: string | null;
  readonly pusherId: number;
  readonly pusherLogin: string;
  readonly pusherKind: string;
};

/** What becomes of one verified event: what to keep of it, and which jobs it causes. */
export type Route = {
  readonly tenant: number | null;
  readonly installation: number | null;
  readonly repository: number | null;
  readonly pull: number | null;
  readonly sender: { readonly id: number; readonly login: string; readonly kind: string } | null;
  readonly action: string | null;
  readonly disposition: 'queued' | 'recorded' | 'ignored' | 'unroutable' | 'malformed';
  readonly reason: string | null;
  readonly reviews: readonly ReviewSighting[];
  readonly pushes: readonly PushSighting[];
  readonly jobs: readonly Job[];
};

type Effect = {
  readonly reason?: string;
  readonly pull?: number;
  readonly reviews?: readonly ReviewSighting[];
  readonly pushes?: readonly PushSighting[];
  readonly jobs?: readonly Job[];
};

type Context = {
  readonly app: AppIdentity;
  readonly envelope: Envelope;
  readonly locator: (pull: number) => PullLocator | undefined;
  readonly tenant: number;
  readonly installation: number;
};

type Handler = (payload: unknown, context: Context) => Effect | z.ZodError;

/**
 * Works out what a verified event means: which pull requests it may concern and what only it knows. Pure; it never throws on a
 * payload, whatever its shape. An event of an unknown name, or without an installation, is recorded and nothing else.
 */
export function routeEvent(app: AppIdentity, event: string, payload: unknown): Route {
  const parsed = Envelope.safeParse(payload);
  if (!parsed.success) return { ...nothing, disposition: 'malformed', reason: shapeOf(parsed.error) };
  const envelope = parsed.data;
  const installation = envelope.installation?.id ?? null;
  const tenant =
    envelope.repository?.owner.id ?? envelope.organization?.id ?? envelope.installation?.account?.id ?? null;
  const base = {
    ...nothing,
    action: envelope.action ?? null,
    installation,
    repository: envelope.repository?.id ?? null,
    sender: senderOf(envelope),
  };
  if (installation === null) return { ...base, disposition: 'unroutable', reason: 'the event names no installation' };
  if (tenant === null) return { ...base, disposition: 'unroutable', reason: 'the event names no account' };
  const handler = HANDLERS.get(event);
  if (handler === undefined)
    return { ...base, tenant, disposition: 'ignored', reason: `${event} is not an event in use` };
  const effect = handler(payload, {
    app,
    envelope,
    tenant,
    installation,
    locator: locatorOf(envelope, tenant, installation),
  });
  if (effect instanceof Error) return { ...base, tenant, disposition: 'malformed', reason: shapeOf(effect) };
  const { jobs = [], reviews = [], pushes = [], pull = null, reason = null } = effect;
  const kept = reviews.length > 0 || pushes.length > 0;
  const disposition = jobs.length > 0 ? 'queued' : kept ? 'recorded' : 'ignored';
  return { ...base, tenant, pull, disposition, reason, reviews, pushes, jobs };
}

const nothing: Route = {
  tenant: null,
  installation: null,
  repository: null,
  pull: null,
  sender: null,
  action: null,
  disposition: 'ignored',
  reason: null,
  reviews: [],
  pushes: [],
  jobs: [],
};

function senderOf({ sender }: Envelope): Route['sender'] {
  return sender ? { id: sender.id, login: sender.login, kind: sender.type } : null;
}

function shapeOf(error: z.ZodError): string {
  const issue = error.issues[0];
  return issue === undefined
    ? 'the payload is not of the published shape'
    : `${issue.path.join('.')}: ${issue.message}`;
}

function locatorOf(envelope: Envelope, tenant: number, installation: number): Context['locator'] {
  const repository = envelope.repository;
  const owner = repository?.owner.login ?? repository?.owner.name ?? undefined;
  if (repository === null || repository === undefined || owner === undefined) return () => undefined;
  return (pull) => ({ tenant, installation, repositoryId: repository.id, owner, repository: repository.name, pull });
}

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

function onPullRequest(payload: unknown, context: Context): Effect | z.ZodError {
  const parsed = PullRequestEvent.safeParse(payload);
  if (!parsed.success) return parsed.error;
  const { action, number, pull_request: pull, before, sender } = parsed.data;
  if (action === 'closed') {
    const locator = context.locator(number);
    const merge = pull.merged === true ? (pull.merge_commit_sha ?? null) : null;
    const by = { id: sender.id, login: sender.login, kind: sender.type };
    const job =
      locator && closeJob(locator, { merged: pull.merged === true, mergeCommit: merge, headSha: pull.head.sha, by });
    return { pull: number, jobs: job === undefined ? [] : [job] };
  }
  if (!PULL_REQUEST_ACTIONS.has(action)) return { pull: number, reason: `${action} cannot change the decision` };
  const pushes = action === 'synchronize' ? [pushOf(number, null, pull.head.sha, before ?? null, sender)] : [];
  return { pull: number, pushes, jobs: evaluate(context, number) };
}

function pushOf(
  pull: number | null,
  ref: string | null,
  head: string,
  before: string | null,
  sender: { readonly id: number; readonly login: string; readonly type: string },
): PushSighting {
  return { pull, ref, head, before, pusherId: sender.id, pusherLogin: sender.login, pusherKind: sender.type };
}

function onReview(payload: unknown, context: Context): Effect | z.ZodError {
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
  const decides = state !== 'commented' || speaksToUs(review.body ?? '');
  if (!decides) return { pull: pull.number, reviews, reason: 'a comment review decides nothing' };
  return { pull: pull.number, reviews, jobs: evaluate(context, pull.number) };
}

function onIssueComment(payload: unknown, context: Context): Effect | z.ZodError {
  const parsed = IssueCommentEvent.safeParse(payload);
  if (!parsed.success) return parsed.error;
  const { issue, comment, changes } = parsed.data;
  if (issue.pull_request === undefined || issue.pull_request === null)
    return { reason: 'an issue, not a pull request' };
  const concerns = speaksToUs(comment.body) || speaksToUs(changes?.body?.from ?? '');
  if (!concerns) return { pull: issue.number, reason: 'the comment carries neither a manifest nor a command' };
  return { pull: issue.number, jobs: evaluate(context, issue.number) };
}

/** Whether a text may hold a remediation manifest or a command line. Too generous costs one evaluation, too narrow a decision. */
function speaksToUs(text: string): boolean {
  return /^\s*(`{3,}|~{3,})\s*remediation\b/m.test(text) || /^\s*\/[a-z]/m.test(text);
}

const REPOSITORY_POLICY = '.github/countersign.yml';
const ORGANIZATION_POLICY = 'countersign.yml';

function onPush(payload: unknown, context: Context): Effect | z.ZodError {
  const parsed = PushEvent.safeParse(payload);
  if (!parsed.success) return parsed.error;
  const push = parsed.data;
  if (push.deleted || !push.ref.startsWith('refs/heads/')) return { reason: 'not the head of a branch' };
  const branch = push.ref.slice('refs/heads/'.length);
  const pushes = push.sender ? [pushOf(null, branch, push.after, push.before, push.sender)] : [];
  const { tenant, envelope, app } = context;
  if (envelope.repository === null || envelope.repository === undefined || branch !== push.repository.default_branch)
    return { pushes };
  const touched = (file: string): boolean =>
    push.forced ||
    push.commits.length === 0 ||
    push.commits.some((c) => [...c.added, ...c.modified, ...c.removed].includes(file));
  if (envelope.repository.name === app.policyRepository && touched(ORGANIZATION_POLICY)) {
    return { pushes, jobs: [fanOutJob({ tenant, scope: 'tenant' })] };
  }
  if (
    touched(REPOSITORY_POLICY) ||
    touched('CODEOWNERS') ||
    touched('.github/CODEOWNERS') ||
    touched('docs/CODEOWNERS')
  ) {
    return { pushes, jobs: [fanOutJob({ tenant, scope: 'repository', repositoryId: envelope.repository.id })] };
  }
  return { pushes };
}

function onCheck(payload: unknown, context: Context): Effect | z.ZodError {
  const run = CheckRunEvent.safeParse(payload);
  const suite = CheckSuiteEvent.safeParse(payload);
  const check = run.success ? run.data.check_run : suite.success ? suite.data.check_suite : undefined;
  if (check === undefined) return run.error ?? suite.error ?? { reason: 'no check' };
  const action = context.envelope.action ?? '';
  const asksUs = ['rerequested', 'requested_action'].includes(action) && check.app?.id === context.app.appId;
  const repositoryId = context.envelope.repository?.id;
  if (!asksUs || repositoryId === undefined) return { reason: 'asks nothing of this app' };
  return { jobs: [fanOutJob({ tenant: context.tenant, scope: 'commit', repositoryId, headSha: check.head_sha })] };
}

/** Who is in a team, and through it who may write where, is doubtful from now on. */
function onTeam(payload: unknown, context: Context): Effect | z.ZodError {
  const parsed = TeamEvent.safeParse(payload);
  return parsed.success ? forget(context, ['team:', 'permission:']) : parsed.error;
}

function onPeople(_payload: unknown, context: Context): Effect {
  return forget(context, ['team:', 'permission:', 'user:']);
}

function forget(context: Context, prefixes: readonly string[]): Effect {
  return { jobs: [fanOutJob({ tenant: context.tenant, scope: 'lookups', forget: prefixes })] };
}

function onRepository(_payload: unknown, context: Context): Effect {
  const repositoryId = context.envelope.repository?.id;
  if (repositoryId === undefined) return { reason: 'no repository' };
  return { jobs: [fanOutJob({ tenant: context.tenant, scope: 'repository', repositoryId })] };
}

function onInstallation(_payload: unknown, context: Context): Effect {
  return { jobs: [installationJob({ tenant: context.tenant, installation: context.installation })] };
}

function onWorkflowRun(payload: unknown, context: Context): Effect | z.ZodError {
  const parsed = WorkflowRunEvent.safeParse(payload);
  if (!parsed.success) return parsed.error;
  const run = parsed.data.workflow_run;
  const repositoryId = context.envelope.repository?.id;
  if (repositoryId === undefined) return { reason: 'no repository' };
  return {
    jobs: [
      fanOutJob({
        tenant: context.tenant,
        scope: 'lookups',
        forget: [`run:${repositoryId}/${run.id}`, `runs:${repositoryId}/${run.head_sha}`],
      }),
    ],
  };
}

const HANDLERS: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ['pull_request', onPullRequest],
  ['pull_request_review', onReview],
  ['issue_comment', onIssueComment],
  ['push', onPush],
  ['check_run', onCheck],
  ['check_suite', onCheck],
  ['team', onTeam],
  ['membership', onTeam],
  ['organization', onPeople],
  ['member', onPeople],
  ['repository', onRepository],
  ['custom_property_values', onRepository],
  ['installation', onInstallation],
  ['installation_repositories', onInstallation],
  ['workflow_run', onWorkflowRun],
]);
