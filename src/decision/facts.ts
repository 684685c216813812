import * as z from 'zod';
import { History } from './history.ts';
import { Intervention } from './intervention.ts';
import { CommentFact, CommitFact, FileFact, ReviewFact, reviewStates } from './listed.ts';
import { Lookups } from './lookups.ts';
import { Account, Id, Instant, listingOf, Name, Sha } from './values.ts';

/**
 * Everything that a decision is reached from, as plain data that survives JSON: what one GraphQL query tells of a pull
 * request, what only deliveries tell, what earlier decisions left behind, and what was looked up because a decision
 * asked for it (`Decision.wants`). Facts say what is; what follows from them is `decide`'s business.
 *
 * Only the fields that rules read are here, so a file of facts written by an older version keeps parsing.
 */

export const Repository = z.object({
  id: Id,
  /** Where its pages are: `https://github.com`. Evidence is looked for nowhere else. */
  server: z.url(),
  owner: Name,
  name: Name,
  visibility: z.enum(['public', 'private', 'internal']),
  topics: z.array(z.string()),
  /** Paths in this repository at which a policy in force is read. */
  policyPaths: z.array(z.string()),
});
export type Repository = Readonly<z.output<typeof Repository>>;

export const PullRequest = z.object({
  number: z.int().positive(),
  title: z.string(),
  body: z.string(),
  /** GraphQL `lastEditedAt`; null when the body was never edited. */
  bodyEditedAt: Instant.nullable(),
  draft: z.boolean(),
  createdAt: Instant,
  /** Null when the account is gone (GitHub shows `ghost`). */
  author: Account.nullable(),
  /** Branch names without `refs/heads/`. */
  base: z.string(),
  baseSha: Sha,
  head: z.string(),
  headSha: Sha,
  /** Owner of the repository that the head lives in, when it is not this one. */
  forkOwner: z.string().nullable(),
  /** Who assigned the agent that proposed this, where GitHub tells. */
  requestedBy: z.array(Account),
  /** GitHub's own totals, which hold even when a list is cut short. */
  additions: z.int().min(0),
  deletions: z.int().min(0),
});
export type PullRequest = Readonly<z.output<typeof PullRequest>>;

/** A review as its `submitted` delivery told it: the only proof of the commit that it was given on. */
export const DeliveredReview = z.object({
  id: Id,
  state: z.enum(reviewStates),
  commit: Sha.nullable(),
  submittedAt: Instant,
});
export type DeliveredReview = Readonly<z.output<typeof DeliveredReview>>;

/** Who dismissed a review, and what it had said, from the delivery or the timeline. */
export const Dismissal = z.object({
  reviewId: Id,
  by: Account.nullable(),
  previousState: z.enum(reviewStates).nullable(),
  message: z.string(),
  at: Instant,
});
export type Dismissal = Readonly<z.output<typeof Dismissal>>;

/** A head that the pull request has had, oldest first; the last one is the present head. */
export const HeadFact = z.object({
  sha: Sha,
  /** From `pull_request.synchronize`, `push`; null when no delivery told. */
  pusher: Account.nullable(),
  /** When GitHub knew it as this pull request's head. */
  at: Instant,
  /** One of its commits that was pushed when the pull request was not open, so that no event of its own told of it. */
  unannounced: z.literal(true).optional(),
});
export type HeadFact = Readonly<z.output<typeof HeadFact>>;

export const Facts = z.object({
  /** The instant of the evaluation: the only clock there is. */
  at: Instant,
  repository: Repository,
  pull: PullRequest,
  files: listingOf(FileFact),
  commits: listingOf(CommitFact),
  reviews: listingOf(ReviewFact),
  comments: listingOf(CommentFact),
  labels: listingOf(z.string()),
  heads: z.array(HeadFact),
  deliveredReviews: z.array(DeliveredReview),
  dismissals: z.array(Dismissal),
  /** Commands that were taken, oldest first. */
  interventions: z.array(Intervention),
  history: History,
  /**
   * Ids that names in the policy were bound to when it was first loaded: `user:rita`, `team:acme/security`, in lower
   * case. What is missing is bound by this decision (`Decision.bindings`).
   */
  bindings: z.record(z.string(), Id),
  lookups: Lookups,
});
export type Facts = Readonly<z.output<typeof Facts>>;
