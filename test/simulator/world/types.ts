/** What the simulated GitHub knows: plain data, changed only by the functions in this folder. */

import type { MergeQueue } from './queue-types.ts';
import type { Protection, RuleSuite, Ruleset } from './rule-types.ts';

export type Role = 'read' | 'triage' | 'write' | 'maintain' | 'admin';

export interface Account {
  readonly id: number;
  readonly type: 'User' | 'Bot' | 'Organization';
  login: string;
  name: string;
  emails: string[];
  suspendedAt: string | null;
  readonly createdAt: string;
}

export interface AppRecord {
  readonly id: number;
  readonly slug: string;
  readonly name: string;
  readonly owner: number;
  readonly botId: number;
  readonly permissions: Readonly<Record<string, string>>;
  readonly events: readonly string[];
  readonly createdAt: string;
}

export interface Organization {
  readonly accountId: number;
  readonly members: Map<number, 'admin' | 'member'>;
  readonly teams: Map<string, Team>;
  readonly propertyDefinitions: Map<string, PropertyDefinition>;
  readonly rulesets: Ruleset[];
  basePermission: Role | 'none';
}

export interface Team {
  readonly id: number;
  readonly organizationId: number;
  slug: string;
  name: string;
  readonly privacy: 'closed' | 'secret';
  parentId: number | null;
  readonly members: Map<number, 'member' | 'maintainer'>;
  readonly createdAt: string;
}

export type PropertyValue = string | readonly string[] | null;

export interface PropertyDefinition {
  readonly name: string;
  readonly valueType: 'string' | 'single_select' | 'multi_select' | 'true_false';
  readonly allowedValues: readonly string[] | null;
  readonly defaultValue: PropertyValue;
  readonly required: boolean;
  readonly valuesEditableBy: 'org_actors' | 'org_and_repo_actors';
}

export interface Installation {
  readonly id: number;
  readonly accountId: number;
  selection: 'all' | 'selected';
  readonly repositoryIds: Set<number>;
  suspendedAt: string | null;
  suspendedBy: number | null;
  removedAt: string | null;
  readonly createdAt: string;
}

export interface AccessToken {
  readonly token: string;
  readonly installationId: number;
  readonly expiresAt: number;
  readonly repositoryIds: ReadonlySet<number> | null;
  readonly permissions: Readonly<Record<string, string>>;
}

export interface TreeEntry {
  readonly sha: string;
  readonly mode: '100644' | '100755' | '120000' | '160000';
}

export type Tree = ReadonlyMap<string, TreeEntry>;

export interface GitPerson {
  readonly name: string;
  readonly email: string;
  readonly date: string;
}

export interface Commit {
  readonly sha: string;
  readonly treeSha: string;
  readonly tree: Tree;
  readonly parents: readonly string[];
  readonly message: string;
  readonly author: GitPerson;
  readonly committer: GitPerson;
  /** GitHub signs what is made on its pages and by its API: merges, squash merges, updates of branches, reverts. */
  readonly signedByGitHub?: true;
}

export interface Activity {
  readonly id: number;
  readonly before: string;
  readonly after: string;
  readonly ref: string;
  readonly at: string;
  readonly type: 'push' | 'force_push' | 'branch_creation' | 'branch_deletion' | 'pr_merge' | 'merge_queue_merge';
  readonly actorId: number;
}

export interface RequiredCheck {
  readonly context: string;
  readonly integrationId: number | null;
}

export interface Repository {
  readonly id: number;
  readonly ownerId: number;
  readonly networkId: number;
  readonly forkOf: number | null;
  name: string;
  description: string | null;
  visibility: 'public' | 'private' | 'internal';
  defaultBranch: string;
  topics: string[];
  archived: boolean;
  readonly branches: Map<string, string>;
  readonly collaborators: Map<number, Role>;
  readonly teamPermissions: Map<number, Role>;
  readonly properties: Map<string, PropertyValue>;
  readonly labels: Map<string, Label>;
  readonly pulls: Map<number, PullRequest>;
  readonly issues: Map<number, Issue>;
  readonly rulesets: Ruleset[];
  readonly protections: Protection[];
  readonly ruleSuites: RuleSuite[];
  readonly mergeQueues: Map<string, MergeQueue>;
  readonly activities: Activity[];
  readonly checkRunsBySha: Map<string, CheckRun[]>;
  readonly suitesBySha: Map<string, CheckSuite[]>;
  readonly workflows: Map<string, Workflow>;
  readonly pullsByHead: Map<string, Set<PullRequest>>;
  lastNumber: number;
  readonly createdAt: string;
  updatedAt: string;
  pushedAt: string;
}

export interface Label {
  readonly id: number;
  readonly name: string;
  readonly color: string;
}

export interface Issue {
  readonly id: number;
  readonly repositoryId: number;
  readonly number: number;
  readonly userId: number;
  readonly appId: number | null;
  title: string;
  body: string | null;
  state: 'open' | 'closed';
  stateReason: 'completed' | 'not_planned' | 'reopened' | null;
  readonly labels: string[];
  readonly assignees: number[];
  readonly comments: IssueComment[];
  readonly reactions: Reaction[];
  readonly createdAt: string;
  updatedAt: string;
  closedAt: string | null;
  lock: Lock | null;
}

export interface Lock {
  readonly reason: 'off-topic' | 'too heated' | 'resolved' | 'spam' | null;
}

export interface Edit {
  readonly at: string;
  readonly editorId: number;
  readonly from: string;
}

export interface PullRequest extends Issue {
  readonly pull: true;
  /** Among issues a pull request goes by another id. */
  readonly issueId: number;
  readonly headRepositoryId: number;
  readonly headRef: string;
  headSha: string;
  baseRef: string;
  baseSha: string;
  draft: boolean;
  merged: boolean;
  mergedAt: string | null;
  mergedBy: number | null;
  mergeCommitSha: string | null;
  /** What merging it wrote onto the base: the merge or squash commit, or every rebased one. */
  readonly mergeCommits: string[];
  readonly reviews: Review[];
  readonly requestedReviewers: Set<number>;
  readonly requestedTeams: Set<number>;
  readonly timeline: TimelineEvent[];
  readonly bodyEdits: Edit[];
}

export type ReviewState = 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED' | 'PENDING';

export interface Review {
  readonly id: number;
  readonly userId: number;
  state: ReviewState;
  body: string;
  commitId: string | null;
  readonly submittedAt: string;
  lastEditedAt: string | null;
  readonly reactions: Reaction[];
}

export interface IssueComment {
  readonly id: number;
  readonly userId: number;
  readonly appId: number | null;
  body: string;
  readonly createdAt: string;
  updatedAt: string;
  lastEditedAt: string | null;
  readonly edits: Edit[];
  readonly reactions: Reaction[];
}

export const reactionContents = ['+1', '-1', 'laugh', 'confused', 'heart', 'hooray', 'rocket', 'eyes'] as const;
export type ReactionContent = (typeof reactionContents)[number];

/** A comment, a review, an issue or a pull request. */
export interface Reactable {
  readonly reactions: Reaction[];
}

export interface Reaction {
  readonly id: number;
  readonly userId: number;
  readonly content: ReactionContent;
  readonly createdAt: string;
}

interface TimelineBase {
  readonly id: number;
  readonly at: string;
  readonly actorId: number;
}

export type TimelineEvent = TimelineBase &
  (
    | { readonly kind: 'AssignedEvent' | 'UnassignedEvent'; readonly subjectId: number }
    | {
        readonly kind: 'ReviewRequestedEvent' | 'ReviewRequestRemovedEvent';
        readonly userId: number | null;
        readonly teamId: number | null;
      }
    | { readonly kind: 'HeadRefForcePushedEvent'; readonly before: string; readonly after: string }
    | { readonly kind: 'BaseRefChangedEvent' | 'RenamedTitleEvent'; readonly from: string; readonly to: string }
    | { readonly kind: 'LabeledEvent' | 'UnlabeledEvent'; readonly label: string }
    | {
        readonly kind: 'ReviewDismissedEvent';
        readonly reviewId: number;
        readonly message: string;
        readonly was: ReviewState;
      }
    | { readonly kind: 'ReadyForReviewEvent' | 'ConvertToDraftEvent' | 'ClosedEvent' | 'ReopenedEvent' | 'MergedEvent' }
  );

export type CheckStatus = 'queued' | 'in_progress' | 'completed';
/** A workflow run waits for the protection rules of an environment; a check run here does not. */
export type RunStatus = CheckStatus | 'waiting';
export type CheckConclusion =
  | 'success'
  | 'failure'
  | 'neutral'
  | 'cancelled'
  | 'skipped'
  | 'timed_out'
  | 'action_required'
  | 'stale';

export interface CheckSuite {
  readonly id: number;
  readonly repositoryId: number;
  readonly appId: number;
  readonly headSha: string;
  readonly headBranch: string | null;
  readonly createdAt: string;
  updatedAt: string;
  readonly runs: CheckRun[];
}

export interface CheckAction {
  readonly label: string;
  readonly description: string;
  readonly identifier: string;
}

export interface Annotation {
  readonly path: string;
  readonly start_line: number;
  readonly end_line: number;
  readonly start_column?: number;
  readonly end_column?: number;
  readonly annotation_level: string;
  readonly message: string;
  readonly title?: string;
  readonly raw_details?: string;
}

export interface CheckRun {
  readonly id: number;
  readonly repositoryId: number;
  readonly appId: number;
  readonly suiteId: number;
  readonly headSha: string;
  name: string;
  status: CheckStatus;
  conclusion: CheckConclusion | null;
  externalId: string;
  detailsUrl: string | null;
  startedAt: string;
  completedAt: string | null;
  title: string | null;
  summary: string | null;
  text: string | null;
  readonly annotations: Annotation[];
  actions: readonly CheckAction[];
  updates: number;
}

export interface Workflow {
  readonly id: number;
  readonly path: string;
  readonly name: string;
  runs: number;
  readonly createdAt: string;
}

export interface WorkflowRun {
  readonly id: number;
  readonly repositoryId: number;
  readonly workflow: Workflow;
  readonly headSha: string;
  readonly headBranch: string;
  readonly event: string;
  readonly runNumber: number;
  readonly actorId: number;
  readonly suiteId: number;
  runAttempt: number;
  status: RunStatus;
  conclusion: CheckConclusion | null;
  readonly createdAt: string;
  /** When the latest attempt began. */
  startedAt: string;
  updatedAt: string;
}

/** Something that happened, on its way to become a webhook. `facts` are the live objects; the payload is made at once. */
export interface WorldEvent {
  readonly name: string;
  readonly action: string | null;
  readonly accountId: number;
  readonly repository: Repository | null;
  readonly senderId: number;
  readonly body: Readonly<Record<string, unknown>>;
}
