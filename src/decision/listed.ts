import * as z from 'zod';
import { Account, Id, Instant, Sha } from './values.ts';

/** What a pull request is listed with: files, commits, reviews, comments. */

/**
 * A changed file as GraphQL gives it: no old path. A file that was `renamed` without `previousPath` makes the list of
 * paths incomplete until the `files` lookup has brought it.
 */
export const FileFact = z.object({
  path: z.string(),
  status: z.enum(['added', 'modified', 'removed', 'renamed', 'copied', 'changed', 'unchanged']),
  previousPath: z.string().optional(),
});
export type FileFact = Readonly<z.output<typeof FileFact>>;

/**
 * A commit and the people whom it names. `authors` holds the author and every co-author; an account is null when the
 * mail address belongs to no account. `committer` likewise; GitHub's `web-flow` is given as it is.
 */
export const CommitFact = z.object({
  sha: Sha,
  authors: z.array(Account.nullable()).min(1),
  committer: Account.nullable(),
});
export type CommitFact = Readonly<z.output<typeof CommitFact>>;

export const reviewStates = ['approved', 'changes-requested', 'commented', 'dismissed', 'pending'] as const;

/** A review as the API shows it *now*: `commit` is where GitHub has moved it to, and no evidence of what was read. */
export const ReviewFact = z.object({
  id: Id,
  author: Account.nullable(),
  state: z.enum(reviewStates),
  body: z.string(),
  commit: Sha.nullable(),
  submittedAt: Instant,
});
export type ReviewFact = Readonly<z.output<typeof ReviewFact>>;

export const CommentFact = z.object({
  id: Id,
  author: Account.nullable(),
  body: z.string(),
  createdAt: Instant,
  editedAt: Instant.nullable(),
  url: z.string().optional(),
});
export type CommentFact = Readonly<z.output<typeof CommentFact>>;

/**
 * Policy files as the head would have them. `untouched`: every one is, blob for blob, as at the merge base, which can be
 * known even where GitHub truncates the list of files.
 */
export const ProposedPolicy = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('untouched') }),
  z.object({ kind: z.literal('valid') }),
  z.object({ kind: z.literal('invalid'), problems: z.array(z.string()) }),
]);
export type ProposedPolicy = Readonly<z.output<typeof ProposedPolicy>>;
