import { z } from 'zod';

/** Only the fields in use, so that GitHub may add to its payloads without asking us. */
const Sender = z.object({ id: z.number().int(), login: z.string(), type: z.string().default('User') });
const Repository = z.object({
  id: z.number().int(),
  name: z.string(),
  owner: z.object({ id: z.number().int(), login: z.string().optional(), name: z.string().nullish() }),
  default_branch: z.string().optional(),
});
export type EventRepository = z.infer<typeof Repository>;

/** What nearly every payload has: who sent it, for which installation, organization and repository. */
export const Envelope = z.object({
  action: z.string().optional(),
  installation: z
    .object({ id: z.number().int(), account: z.object({ id: z.number().int(), login: z.string() }).nullish() })
    .nullish(),
  organization: z.object({ id: z.number().int(), login: z.string() }).nullish(),
  repository: Repository.nullish(),
  sender: Sender.nullish(),
});
export type Envelope = z.infer<typeof Envelope>;

const Head = z.object({ sha: z.string() });
const PullRequest = z.object({
  number: z.number().int(),
  head: Head,
  merged: z.boolean().nullish(),
  merge_commit_sha: z.string().nullish(),
  merged_at: z.string().nullish(),
  base: z.object({ ref: z.string() }),
});

export const PullRequestEvent = z.object({
  action: z.string(),
  number: z.number().int(),
  before: z.string().optional(),
  pull_request: PullRequest,
  sender: Sender,
});

export const ReviewEvent = z.object({
  action: z.string(),
  pull_request: z.object({ number: z.number().int() }),
  review: z.object({
    id: z.number().int(),
    state: z.string(),
    body: z.string().nullish(),
    commit_id: z.string().nullable(),
    submitted_at: z.string().nullish(),
    node_id: z.string(),
    user: Sender.nullable(),
  }),
});

export type ReviewEvent = z.infer<typeof ReviewEvent>;

export const IssueCommentEvent = z.object({
  action: z.string(),
  issue: z.object({ number: z.number().int(), pull_request: z.unknown().optional() }),
  comment: z.object({
    id: z.number().int(),
    node_id: z.string(),
    body: z.string(),
    created_at: z.string(),
    user: Sender.nullable(),
    performed_via_github_app: z.unknown().optional(),
  }),
  changes: z.object({ body: z.object({ from: z.string() }).optional() }).optional(),
});

export const IssuesEvent = z.object({ action: z.string(), issue: z.object({ number: z.number().int() }) });

const Commit = z.object({
  added: z.array(z.string()).default([]),
  modified: z.array(z.string()).default([]),
  removed: z.array(z.string()).default([]),
});

export const PushEvent = z.object({
  ref: z.string(),
  before: z.string(),
  after: z.string(),
  deleted: z.boolean().default(false),
  forced: z.boolean().default(false),
  commits: z.array(Commit).default([]),
  repository: z.object({ default_branch: z.string().optional() }),
  sender: Sender.nullish(),
});

export type PushEvent = z.infer<typeof PushEvent>;

export const CheckRunEvent = z.object({
  action: z.string(),
  check_run: z.object({
    head_sha: z.string(),
    name: z.string(),
    status: z.string().nullish(),
    conclusion: z.string().nullish(),
    app: z.object({ id: z.number().int(), slug: z.string().nullish() }).nullish(),
  }),
  sender: Sender.nullish(),
});

export type CheckRunEvent = z.infer<typeof CheckRunEvent>;

/** A suite has no name; its runs have. */
export const CheckSuiteEvent = z.object({
  action: z.string(),
  check_suite: z.object({ head_sha: z.string(), app: z.object({ id: z.number().int() }).nullish() }),
});

export const StatusEvent = z.object({
  sha: z.string(),
  context: z.string(),
  state: z.string(),
  sender: Sender.nullish(),
});

export const TeamEvent = z.object({ action: z.string(), team: z.object({ slug: z.string() }).nullish() });

export const WorkflowRunEvent = z.object({
  action: z.string(),
  workflow_run: z.object({ id: z.number().int(), head_sha: z.string() }),
});
