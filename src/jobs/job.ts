import type { Account } from '../decision/values.ts';
import type { Foreign } from '../findings/foreign.ts';
import type { DeploymentSighting, RunSighting } from '../store/deployments.ts';
import type { BacktestPayload } from './backtest/try-policy.ts';

/** Where a pull request is, and through which installation it is reached. */
export type PullLocator = {
  readonly tenant: number;
  readonly installation: number;
  readonly repositoryId: number;
  readonly owner: string;
  readonly repository: string;
  readonly pull: number;
};

/** How a pull request was closed, as its delivery told it. */
export type Closing = {
  readonly merged: boolean;
  readonly mergeCommit: string | null;
  readonly headSha: string;
  readonly base: string;
  readonly by: Account | null;
  /** By GitHub's clock; what is missing was at the moment at which it is heard of. */
  readonly mergedAt?: string | null;
};

/** A repository, and the installation through which it is reached. */
export type RepositoryLocator = Omit<PullLocator, 'pull'>;

/** An update of a branch that a delivery told of. */
export type Pushed = {
  readonly locator: RepositoryLocator;
  /** Without `refs/heads/`. */
  readonly ref: string;
  readonly before: string;
  readonly after: string;
  /** How often GitHub's record of activity has been asked for it. */
  readonly tries?: number;
};

/** Which pull requests are to be evaluated again, and which answers of GitHub are doubtful from now on. */
export type FanOut =
  | { readonly tenant: number; readonly scope: 'tenant' }
  /** What is a proposal. */
  | { readonly tenant: number; readonly scope: 'governed' }
  | { readonly tenant: number; readonly scope: 'repository'; readonly repositoryId: number }
  | { readonly tenant: number; readonly scope: 'commit'; readonly repositoryId: number; readonly headSha: string }
  | { readonly tenant: number; readonly scope: 'lookups'; readonly forget: readonly string[] };

/** The answer of GitHub about `acme/shop#12`, an issue or a pull request. */
export function issueKey(reference: string): string {
  return `issue:${reference.toLowerCase()};`;
}

/** A deployment that waits for a custom protection rule, as its delivery told of it. */
export type Protection = {
  readonly locator: RepositoryLocator;
  readonly run: number;
  readonly environment: string;
  /** Null where the delivery names none: the run tells it. */
  readonly sha: string | null;
  readonly by: Account | null;
};

/** A group of the merge queue, as GitHub told of it; branches without `refs/heads/`. */
export type MergeGroup = {
  readonly locator: RepositoryLocator;
  readonly headSha: string;
  readonly headRef: string;
  readonly baseSha: string;
  readonly baseRef: string;
};

export type PublicationKey = {
  readonly tenant: number;
  readonly repositoryId: number;
  readonly headSha: string;
  readonly checkName: string;
};

/** A notice to one channel, by its number. */
export type NotificationKey = { readonly tenant: number; readonly notification: string };

/** A finding, by its number. */
export type FindingKey = { readonly tenant: number; readonly finding: number };

export type ForeignCheck = { readonly locator: RepositoryLocator; readonly foreign: Foreign };

/** A part of going through everything that nobody may have told of. */
export type SweepPart =
  /** GitHub's log of deliveries: what failed is sent again. */
  | { readonly what: 'deliveries' }
  /** Which installations there are; each is gone through. */
  | { readonly what: 'installations' }
  /** What is older than its retention is purged, from the organization after this one on. */
  | { readonly what: 'payloads'; readonly after: number }
  | {
      readonly what: 'installation';
      readonly tenant: number;
      readonly installation: number;
      /** Whether to begin, where none is under way. */
      readonly begin: boolean;
    };

/** A repository whose rules may have changed. */
export type RulesChanged = {
  readonly locator: RepositoryLocator;
  readonly by: Account | null;
  /** A ruleset that asked for a check of ours and was switched off, which may have been mended by the time somebody looks. */
  readonly off: {
    readonly ruleset: number;
    readonly name: string;
    readonly checks: readonly string[];
    readonly at: string;
  } | null;
};

/** The tasks of the queue and what each is given. */
export type TaskPayloads = {
  readonly evaluate: PullLocator;
  /** A pull request with a broken glass, or the issue on which that or a finding is reconciled. */
  readonly reconcile: PullLocator;
  readonly 'reconcile-finding': FindingKey;
  /** Somebody else published something under a name of ours. */
  readonly 'foreign-check': ForeignCheck;
  /** Answers to commands on one pull request or issue. */
  readonly reply: PullLocator;
  readonly 'request-reviews': PullLocator;
  readonly remind: PullLocator;
  readonly close: { readonly locator: PullLocator; readonly closing: Closing };
  /** Judges what has come to a branch since it was looked at last. */
  readonly 'watch-branch': Pushed;
  /** Begins to watch a repository. */
  readonly adopt: RepositoryLocator;
  /** GitHub asks whether a run may deploy. */
  readonly protection: Protection;
  /** Decides a question about a deployment, and answers it. */
  readonly gate: { readonly tenant: number; readonly question: number };
  /** Decides about a group of the merge queue. `tries`: how often GitHub has been asked in vain what is in it. */
  readonly 'merge-group': { readonly group: MergeGroup; readonly tries?: number };
  /** The merge queue has given a group up, or merged it. */
  readonly 'end-group': { readonly group: MergeGroup; readonly reason: string; readonly by: Account | null };
  /** A deployment, and what was said of it. */
  readonly 'deployment-seen': { readonly locator: RepositoryLocator; readonly deployment: DeploymentSighting };
  readonly 'run-seen': { readonly locator: RepositoryLocator; readonly run: RunSighting };
  /** Looks what has become of merged changes: of all that are open in a repository, or of one record whose time has come. */
  readonly 'follow-up': { readonly locator: RepositoryLocator; readonly record: number | null };
  /** Calls the owners of a change that has failed after its merge. */
  readonly escalate: { readonly tenant: number; readonly record: number };
  /** A merge that may undo an earlier one. */
  readonly 'find-revert': { readonly locator: PullLocator; readonly commit: string; readonly mergedAt: string };
  readonly 'fan-out': FanOut;
  readonly installation: { readonly tenant: number; readonly installation: number };
  readonly sweep: SweepPart;
  readonly 'look-at-rules': RulesChanged;
  /** Looks whether a review of who may sign what is due in a repository, and brings the one that is open forward. */
  readonly 'access-review': RepositoryLocator;
  readonly publish: PublicationKey;
  readonly 'verify-check': PublicationKey;
  readonly notify: NotificationKey;
  /** Tries a proposed policy on what is on record. */
  readonly backtest: BacktestPayload;
};
export type TaskName = keyof TaskPayloads;

/** A job as the queue takes it. Jobs of one key collapse while they wait. Lower priority numbers run first. */
export type Job<T extends TaskName = TaskName> = {
  readonly task: T;
  readonly key: string;
  readonly payload: TaskPayloads[T];
  readonly priority: number;
};

export const PRIORITY = {
  withdrawal: -20,
  people: -10,
  evaluate: 0,
  grant: 0,
  cosmetic: 10,
  asking: 15,
  housekeeping: 20,
} as const;

export function evaluateJob(locator: PullLocator, priority: number = PRIORITY.evaluate): Job<'evaluate'> {
  return { task: 'evaluate', key: `evaluate:${locator.repositoryId}:${locator.pull}`, payload: locator, priority };
}

export function reconcileJob(locator: PullLocator, priority: number = PRIORITY.evaluate): Job<'reconcile'> {
  return { task: 'reconcile', key: `reconcile:${locator.repositoryId}:${locator.pull}`, payload: locator, priority };
}

export function reconcileFindingJob(key: FindingKey): Job<'reconcile-finding'> {
  const { tenant, finding } = key;
  return {
    task: 'reconcile-finding',
    key: `reconcile-finding:${tenant}:${finding}`,
    payload: key,
    priority: PRIORITY.people,
  };
}

export function foreignCheckJob(found: ForeignCheck): Job<'foreign-check'> {
  const { locator, foreign } = found;
  const key = `foreign-check:${locator.repositoryId}:${foreign.source}:${foreign.head}:${foreign.name}:${foreign.publisher.id}`;
  return { task: 'foreign-check', key, payload: found, priority: PRIORITY.withdrawal };
}

export function replyJob(locator: PullLocator): Job<'reply'> {
  const key = `reply:${locator.repositoryId}:${locator.pull}`;
  return { task: 'reply', key, payload: locator, priority: PRIORITY.cosmetic };
}

export function requestReviewsJob(locator: PullLocator): Job<'request-reviews'> {
  const key = `request-reviews:${locator.repositoryId}:${locator.pull}`;
  return { task: 'request-reviews', key, payload: locator, priority: PRIORITY.asking };
}

export function remindJob(locator: PullLocator): Job<'remind'> {
  const key = `remind:${locator.repositoryId}:${locator.pull}`;
  return { task: 'remind', key, payload: locator, priority: PRIORITY.cosmetic };
}

export function closeJob(locator: PullLocator, closing: Closing): Job<'close'> {
  const key = `close:${locator.repositoryId}:${locator.pull}:${closing.headSha}:${closing.merged}`;
  return { task: 'close', key, payload: { locator, closing }, priority: PRIORITY.evaluate };
}

export function watchBranchJob(pushed: Pushed): Job<'watch-branch'> {
  const key = `watch-branch:${pushed.locator.repositoryId}:${pushed.ref}`;
  return { task: 'watch-branch', key, payload: pushed, priority: PRIORITY.asking };
}

export function adoptJob(locator: RepositoryLocator): Job<'adopt'> {
  return { task: 'adopt', key: `adopt:${locator.repositoryId}`, payload: locator, priority: PRIORITY.housekeeping };
}

/** An answer that GitHub waits for goes before whatever nobody waits for. */
export function gateJob(payload: TaskPayloads['gate']): Job<'gate'> {
  return { task: 'gate', key: `gate:${payload.tenant}:${payload.question}`, payload, priority: PRIORITY.grant };
}

export function protectionJob(payload: TaskPayloads['protection']): Job<'protection'> {
  const { locator, run, environment } = payload;
  const key = `protection:${locator.repositoryId}:${run}:${environment}`;
  return { task: 'protection', key, payload, priority: PRIORITY.grant };
}

/** Told of in any order: what ends a group has a key of its own, so that it is never overtaken by what began it. */
export function mergeGroupJob(
  payload: TaskPayloads['merge-group'],
  priority: number = PRIORITY.grant,
): Job<'merge-group'> {
  return { task: 'merge-group', key: `merge-group:${keyOfGroup(payload.group)}`, payload, priority };
}

export function endGroupJob(payload: TaskPayloads['end-group']): Job<'end-group'> {
  return { task: 'end-group', key: `end-group:${keyOfGroup(payload.group)}`, payload, priority: PRIORITY.people };
}

export function keyOfGroup({ locator, headSha }: MergeGroup): string {
  return `${locator.repositoryId}:${headSha}`;
}

export function deploymentSeenJob(payload: TaskPayloads['deployment-seen']): Job<'deployment-seen'> {
  const { locator, deployment } = payload;
  const said = deployment.statuses.map(({ state, at }) => `${state}@${at}`).join();
  const key = `deployment:${locator.repositoryId}:${deployment.id}:${said}`;
  return { task: 'deployment-seen', key, payload, priority: PRIORITY.evaluate };
}

export function runSeenJob(payload: TaskPayloads['run-seen']): Job<'run-seen'> {
  const { locator, run } = payload;
  const key = `run:${locator.repositoryId}:${run.id}:${run.attempt}`;
  return { task: 'run-seen', key, payload, priority: PRIORITY.cosmetic };
}

export function followUpJob(locator: RepositoryLocator): Job<'follow-up'> {
  const { tenant, installation, repositoryId, owner, repository } = locator;
  const payload = { locator: { tenant, installation, repositoryId, owner, repository }, record: null };
  return { task: 'follow-up', key: `follow-up:${repositoryId}`, payload, priority: PRIORITY.cosmetic };
}

/** At the instant at which the time of one record runs out. */
export function recordDueJob(locator: RepositoryLocator, record: number): Job<'follow-up'> {
  const { payload } = followUpJob(locator);
  const key = `record-due:${locator.tenant}:${record}`;
  return { task: 'follow-up', key, payload: { ...payload, record }, priority: PRIORITY.evaluate };
}

export function escalateJob(payload: TaskPayloads['escalate']): Job<'escalate'> {
  return { task: 'escalate', key: `escalate:${payload.tenant}:${payload.record}`, payload, priority: PRIORITY.people };
}

export function findRevertJob(payload: TaskPayloads['find-revert']): Job<'find-revert'> {
  const { repositoryId, pull } = payload.locator;
  const key = `find-revert:${repositoryId}:${pull}`;
  return { task: 'find-revert', key, payload, priority: PRIORITY.asking };
}

export function fanOutJob(what: FanOut): Job<'fan-out'> {
  return {
    task: 'fan-out',
    key: `fan-out:${what.tenant}:${keyOfScope(what)}`,
    payload: what,
    priority: PRIORITY.people,
  };
}

function keyOfScope(what: FanOut): string {
  switch (what.scope) {
    case 'tenant':
    case 'governed':
      return what.scope;
    case 'repository':
      return `repository:${what.repositoryId}`;
    case 'commit':
      return `commit:${what.repositoryId}:${what.headSha}`;
    case 'lookups':
      return `lookups:${what.forget.join(',')}`;
  }
}

export function installationJob(payload: TaskPayloads['installation']): Job<'installation'> {
  return { task: 'installation', key: `installation:${payload.installation}`, payload, priority: PRIORITY.people };
}

export function sweepJob(part: SweepPart): Job<'sweep'> {
  const key = part.what === 'installation' ? `sweep:installation:${part.installation}` : `sweep:${part.what}`;
  return { task: 'sweep', key, payload: part, priority: PRIORITY.housekeeping };
}

/** What was switched off has a job of its own, so that it is not forgotten over what came after it. */
export function lookAtRulesJob(changed: RulesChanged): Job<'look-at-rules'> {
  const { locator, off } = changed;
  const key = `look-at-rules:${locator.repositoryId}${off === null ? '' : `:${off.ruleset}:${off.at}`}`;
  return { task: 'look-at-rules', key, payload: changed, priority: PRIORITY.evaluate };
}

/** What GitHub shows of a check is compared with what it should show. */
export function verifyCheckJob(key: PublicationKey): Job<'verify-check'> {
  const job = publishJob(key, PRIORITY.withdrawal);
  return { ...job, task: 'verify-check', key: `verify-check:${job.key}` };
}

/** A publication waits behind those that matter more: a success to be withdrawn comes first, a mere change of text last. */
export function publishJob(key: PublicationKey, priority: number): Job<'publish'> {
  return {
    task: 'publish',
    key: `publish:${key.tenant}:${key.repositoryId}:${key.headSha}:${key.checkName}`,
    payload: key,
    priority,
  };
}

/** A job for each notice and channel, so that one that waits for its receiver keeps none of the others waiting. */
export function notifyJob(key: NotificationKey): Job<'notify'> {
  const { tenant, notification } = key;
  return { task: 'notify', key: `notify:${tenant}:${notification}`, payload: key, priority: PRIORITY.housekeeping };
}
