import type { z } from 'zod';
import {
  onInstallation,
  onIssueComment,
  onIssues,
  onPeople,
  onPullRequest,
  onRepository,
  onReview,
  onTeam,
  onWorkflowRun,
} from './event-handlers.ts';
import { onCheckRun, onCheckSuite, onStatus } from './events/checks.ts';
import { onDeployment, onProtectionRule } from './events/deployments.ts';
import { onMergeGroup } from './events/merge-queue.ts';
import { onPush } from './events/pushes.ts';
import { onBranchProtection, onRuleset } from './events/rules.ts';
import { Envelope } from './github/events.ts';
import type { AppIdentity, Context, Handler, Route } from './route.ts';

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
  const { jobs = [], reviews = [], pushes = [], remarks = [], pull = null, reason = null } = effect;
  const kept = reviews.length > 0 || pushes.length > 0 || remarks.length > 0;
  const disposition = jobs.length > 0 ? 'queued' : kept ? 'recorded' : 'ignored';
  return { ...base, tenant, pull, disposition, reason, reviews, pushes, remarks, jobs };
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
  remarks: [],
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

const HANDLERS: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ['pull_request', onPullRequest],
  ['pull_request_review', onReview],
  ['issue_comment', onIssueComment],
  ['issues', onIssues],
  ['push', onPush],
  ['check_run', onCheckRun],
  ['check_suite', onCheckSuite],
  ['status', onStatus],
  ['team', onTeam],
  ['membership', onTeam],
  ['organization', onPeople],
  ['member', onPeople],
  ['repository', onRepository],
  ['repository_ruleset', onRuleset],
  ['branch_protection_rule', onBranchProtection],
  ['custom_property_values', onRepository],
  ['installation', onInstallation],
  ['installation_repositories', onInstallation],
  ['workflow_run', onWorkflowRun],
  ['deployment_protection_rule', onProtectionRule],
  ['merge_group', onMergeGroup],
  ['deployment', onDeployment],
  ['deployment_status', onDeployment],
]);
