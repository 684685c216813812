import { z } from 'zod';

const ACCOUNT_FRAGMENT = /* GraphQL */ `
fragment account on Actor {
  __typename login
  ... on User { databaseId } ... on Bot { databaseId } ... on Organization { databaseId } ... on Mannequin { databaseId }
}
`;
/** Whom a commit names. */
export const COMMIT_FIELDS = /* GraphQL */ `
    oid
    authors(first: 20) { totalCount nodes { email user { databaseId login } } }
    committer { name email user { databaseId login } }`;
export const COMMIT_FRAGMENT = /* GraphQL */ `
fragment pullCommit on PullRequestCommit {
  commit {${COMMIT_FIELDS}
  }
}
`;
const REVIEW_FIELDS = /* GraphQL */ `
fragment review on PullRequestReview {
  fullDatabaseId state body submittedAt createdAt authorCanPushToRepository commit { oid } author { ...account }
}
`;
const COMMENT_FIELDS = /* GraphQL */ `
fragment comment on IssueComment { fullDatabaseId body createdAt lastEditedAt url author { ...account } }
`;
export const REVIEW_FRAGMENT = `${REVIEW_FIELDS}${ACCOUNT_FRAGMENT}`;
export const COMMENT_FRAGMENT = `${COMMENT_FIELDS}${ACCOUNT_FRAGMENT}`;

export const POLICY_HOLDER_FRAGMENT = /* GraphQL */ `
fragment policyHolder on Repository { databaseId name owner { login ... on Organization { databaseId } ... on User { databaseId } } }
`;

/**
 * The one query of the common case: a pull request with everything that a decision may rest on, and the ids of the policy files in
 * force, so that a policy is always the present one and its text is read only when it has changed. Costs 1 to 2 points.
 */
export const PULL_QUERY = /* GraphQL */ `
query CountersignPull($owner: String!, $name: String!, $number: Int!, $policyRepository: String!) {
  repository(owner: $owner, name: $name) {
    ...policyHolder
    visibility
    defaultBranchRef { name }
    repositoryTopics(first: 100) { nodes { topic { name } } }
    policy: object(expression: "HEAD:.github/countersign.yml") { oid }
    pullRequest(number: $number) {
      number title body lastEditedAt isDraft createdAt state
      author { ...account }
      updatedAt baseRefName baseRefOid headRefName headRefOid isCrossRepository
      headRepository { databaseId }
      headRepositoryOwner { login }
      additions deletions changedFiles
      mergedAt mergedBy { ...account } mergeCommit { oid }
      labels(first: 100) { totalCount nodes { name } }
      files(first: 100) { totalCount nodes { path changeType } }
      commits(first: 100) { totalCount nodes { ...pullCommit } }
      reviews(last: 100) { totalCount nodes { ...review } }
      comments(last: 50) { totalCount nodes { ...comment } }
      timelineItems(last: 100, itemTypes: [ASSIGNED_EVENT, REVIEW_DISMISSED_EVENT]) {
        nodes {
          __typename
          ... on AssignedEvent { actor { ...account } assignee { ... on Actor { ...account } } }
          ... on ReviewDismissedEvent {
            actor { ...account } createdAt dismissalMessage previousReviewState review { fullDatabaseId }
          }
        }
      }
    }
  }
  policyRepository: repository(owner: $owner, name: $policyRepository) {
    ...policyHolder
    policy: object(expression: "HEAD:countersign.yml") { oid }
  }
}
${POLICY_HOLDER_FRAGMENT}${ACCOUNT_FRAGMENT}${COMMIT_FRAGMENT}${REVIEW_FIELDS}${COMMENT_FIELDS}`;

/** GraphQL's BigInt arrives as a string. */
const BigId = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((value) => (value === null || value === undefined ? null : Number(value)));

export const ActorNode = z
  .object({ __typename: z.string(), login: z.string(), databaseId: z.number().nullish() })
  .nullable();
export type ActorNode = z.infer<typeof ActorNode>;

const UserNode = z.object({ databaseId: z.number().nullish(), login: z.string() }).nullish();

/** A connection whose nodes may be null, as every GraphQL connection's may. */
function connection<T extends z.ZodType>(node: T) {
  return z.object({ totalCount: z.number().int(), nodes: z.array(node.nullable()).nullable() });
}

export const CommitNode = z.object({
  commit: z.object({
    oid: z.string(),
    authors: connection(z.object({ email: z.string().nullish(), user: UserNode })),
    committer: z.object({ name: z.string().nullish(), email: z.string().nullish(), user: UserNode }).nullish(),
  }),
});
export type CommitNode = z.infer<typeof CommitNode>;

export const ReviewNode = z.object({
  fullDatabaseId: BigId,
  state: z.string(),
  body: z.string(),
  submittedAt: z.string().nullable(),
  createdAt: z.string(),
  authorCanPushToRepository: z.boolean(),
  commit: z.object({ oid: z.string() }).nullable(),
  author: ActorNode,
});
export type ReviewNode = z.infer<typeof ReviewNode>;

export const CommentNode = z.object({
  fullDatabaseId: BigId,
  body: z.string(),
  createdAt: z.string(),
  lastEditedAt: z.string().nullable(),
  url: z.string(),
  author: ActorNode,
});
export type CommentNode = z.infer<typeof CommentNode>;

const TimelineNode = z.discriminatedUnion('__typename', [
  z.object({ __typename: z.literal('AssignedEvent'), actor: ActorNode, assignee: ActorNode.optional() }),
  z.object({
    __typename: z.literal('ReviewDismissedEvent'),
    actor: ActorNode,
    createdAt: z.string(),
    dismissalMessage: z.string().nullish(),
    previousReviewState: z.string().nullish(),
    review: z.object({ fullDatabaseId: BigId }).nullable(),
  }),
]);
export type TimelineNode = z.infer<typeof TimelineNode>;

export const FileNode = z.object({ path: z.string(), changeType: z.string() });

export const PullNode = z.object({
  number: z.number().int(),
  title: z.string(),
  body: z.string(),
  lastEditedAt: z.string().nullable(),
  isDraft: z.boolean(),
  createdAt: z.string(),
  state: z.enum(['OPEN', 'CLOSED', 'MERGED']),
  author: ActorNode,
  baseRefName: z.string(),
  baseRefOid: z.string(),
  headRefName: z.string(),
  updatedAt: z.string().optional(),
  headRefOid: z.string(),
  isCrossRepository: z.boolean(),
  headRepository: z.object({ databaseId: z.number().nullish() }).nullable(),
  headRepositoryOwner: z.object({ login: z.string() }).nullable(),
  additions: z.number().int(),
  deletions: z.number().int(),
  changedFiles: z.number().int(),
  mergedAt: z.string().nullish(),
  mergedBy: ActorNode.optional(),
  mergeCommit: z.object({ oid: z.string() }).nullish(),
  labels: connection(z.object({ name: z.string() })).nullable(),
  files: connection(FileNode).nullable(),
  commits: connection(CommitNode),
  reviews: connection(ReviewNode).nullable(),
  comments: connection(CommentNode),
  timelineItems: z.object({ nodes: z.array(TimelineNode.nullable()).nullable() }),
});
export type PullNode = z.infer<typeof PullNode>;

export const PolicyHolder = z.object({
  databaseId: z.number(),
  name: z.string(),
  owner: z.object({ login: z.string(), databaseId: z.number().nullish() }),
  policy: z.object({ oid: z.string() }).nullable(),
});

export const PullAnswer = z.object({
  repository: PolicyHolder.extend({
    visibility: z.enum(['PUBLIC', 'PRIVATE', 'INTERNAL']),
    defaultBranchRef: z.object({ name: z.string() }).nullable(),
    repositoryTopics: z.object({
      nodes: z.array(z.object({ topic: z.object({ name: z.string() }) }).nullable()).nullable(),
    }),
    pullRequest: PullNode.nullable(),
  }).nullable(),
  policyRepository: PolicyHolder.nullable(),
});
export type PullAnswer = z.infer<typeof PullAnswer>;
export type RepositoryNode = NonNullable<PullAnswer['repository']>;
export type PolicyHolder = z.infer<typeof PolicyHolder>;
