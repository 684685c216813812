import { pullShape, reviewShape } from '../shapes/pull-request.ts';
import { mergePull, updateBranch } from '../world/merges.ts';
import { accountByLogin } from '../world/people.ts';
import { pullByNumber } from '../world/pull-facts.ts';
import { closePull, editPull, openPull, reopenPull, setDraft } from '../world/pulls.ts';
import { repositoryByName } from '../world/repositories.ts';
import { revertPull } from '../world/reverts.ts';
import { type Named, removeReviewers, requestReviewers } from '../world/review-requests.ts';
import { dismissReview, editReview, reviewById, submitReview } from '../world/reviews.ts';
import type { PullRequest } from '../world/types.ts';
import { Refusal, type World } from '../world/world.ts';
import { type Acting, type PullRef, reactedBy } from './issues.ts';

export interface OpenPullInput {
  readonly repository: string;
  readonly as: string;
  readonly title: string;
  readonly body?: string;
  readonly head: string;
  /** `mallory/payments`, for a pull request from a fork. */
  readonly headRepository?: string;
  readonly base?: string;
  readonly draft?: boolean;
  readonly labels?: readonly string[];
  readonly assignees?: readonly string[];
}

function open(world: World, input: OpenPullInput): PullRequest {
  const { headRepository, assignees = [], as, repository, ...rest } = input;
  return openPull(world, repositoryByName(world, repository), accountByLogin(world, as).id, {
    ...rest,
    ...(headRepository === undefined ? {} : { headRepository: repositoryByName(world, headRepository) }),
    assignees: assignees.map((login) => accountByLogin(world, login).id),
  });
}

type MergeOutcome =
  | { readonly merged: true; readonly sha: string }
  | { readonly merged: false; readonly status: number; readonly message: string };

function merge(
  world: World,
  pull: PullRequest,
  actorId: number,
  options: Parameters<typeof mergePull>[3],
): MergeOutcome {
  try {
    return { merged: true, sha: mergePull(world, pull, actorId, options) };
  } catch (error) {
    if (error instanceof Refusal) return { merged: false, status: error.status, message: error.message };
    throw error;
  }
}

export function pullControl(world: World) {
  const pullOf = (input: PullRef) => pullByNumber(repositoryByName(world, input.repository), input.number);
  const who = (input: { readonly as: string }) => accountByLogin(world, input.as).id;
  const named = ({ users = [], teams = [] }: Partial<Named>) => ({ users, teams });
  return {
    openPullRequest: (input: OpenPullInput) => {
      const pull = open(world, input);
      return { id: pull.id, number: pull.number, head: pull.headSha, base: pull.baseSha };
    },
    /** As REST shows it. */
    pullRequest: (input: PullRef) => pullShape(world, pullOf(input), 'rest'),
    editPullRequest: (input: Acting & { readonly title?: string; readonly body?: string; readonly base?: string }) =>
      editPull(world, pullOf(input), who(input), input),
    retarget: (input: Acting & { readonly base: string }) =>
      editPull(world, pullOf(input), who(input), { base: input.base }),
    convertToDraft: (input: Acting) => setDraft(world, pullOf(input), who(input), true),
    readyForReview: (input: Acting) => setDraft(world, pullOf(input), who(input), false),
    close: (input: Acting) => closePull(world, pullOf(input), who(input)),
    reopen: (input: Acting) => reopenPull(world, pullOf(input), who(input)),
    requestReviewers: (input: Acting & Partial<Named>) =>
      requestReviewers(world, pullOf(input), who(input), named(input)),
    removeReviewers: (input: Acting & Partial<Named>) =>
      removeReviewers(world, pullOf(input), who(input), named(input)),
    review: (
      input: Acting & {
        readonly state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED';
        readonly body?: string;
        readonly commitId?: string;
      },
    ) => {
      const review = submitReview(world, pullOf(input), who(input), input);
      return { id: review.id, commitId: review.commitId };
    },
    approve: (input: Acting & { readonly body?: string }) => ({
      id: submitReview(world, pullOf(input), who(input), { ...input, state: 'APPROVED' }).id,
    }),
    editReview: (input: Acting & { readonly review: number; readonly body: string }) =>
      editReview(world, pullOf(input), reviewById(pullOf(input), input.review), who(input), input.body),
    dismissReview: (input: Acting & { readonly review: number; readonly message?: string }) =>
      dismissReview(world, pullOf(input), reviewById(pullOf(input), input.review), who(input), input.message ?? ''),
    /** As REST shows them, and who reacted to them, which REST does not show. */
    reviews: (input: PullRef) =>
      pullOf(input).reviews.map((review) => ({
        ...reviewShape(world, pullOf(input), review, 'rest'),
        reactedBy: reactedBy(world, review),
      })),
    /** Says which commit a review stands on (or none), as if GitHub had moved it. */
    moveReview: (input: PullRef & { readonly review: number; readonly commitId: string | null }) => {
      reviewById(pullOf(input), input.review).commitId = input.commitId;
    },
    merge: (
      input: Acting & {
        readonly method?: 'merge' | 'squash' | 'rebase';
        readonly sha?: string;
        readonly bypass?: boolean;
      },
    ) => merge(world, pullOf(input), who(input), input),
    /** The "Revert" button of a merged pull request. */
    revertPullRequest: (input: Acting) => {
      const { pull, sha } = revertPull(world, pullOf(input), who(input));
      return { number: pull.number, branch: pull.headRef, sha };
    },
    updateBranch: (input: Acting) => ({ sha: updateBranch(world, pullOf(input), who(input)) }),
  };
}
