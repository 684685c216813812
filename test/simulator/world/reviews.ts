import { reviewShape, simplePullShape } from '../shapes/pull-request.ts';
import { announce } from './events.ts';
import { atLeast, roleOf } from './people.ts';
import { repositoryOfPull } from './pulls.ts';
import { satisfyRequests } from './review-requests.ts';
import type { PullRequest, Review } from './types.ts';
import { found, now, Refusal, takeId, type World } from './world.ts';

function announceReview(
  world: World,
  pull: PullRequest,
  review: Review,
  actorId: number,
  action: 'submitted' | 'edited' | 'dismissed',
  extra: Readonly<Record<string, unknown>> = {},
): void {
  announce(world, repositoryOfPull(world, pull), actorId, ['pull_request_review', action], () => ({
    action,
    review: reviewShape(world, pull, review, 'webhook'),
    pull_request: simplePullShape(world, pull, 'webhook'),
    ...extra,
  }));
}

/** Who may read may review. An author can neither approve nor request changes (docs: 422). */
export function submitReview(
  world: World,
  pull: PullRequest,
  userId: number,
  input: {
    readonly state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED';
    readonly body?: string;
    readonly commitId?: string;
  },
): Review {
  if (userId === pull.userId && input.state !== 'COMMENTED') {
    const what = input.state === 'APPROVED' ? 'approve' : 'request changes on';
    throw new Refusal(422, 'Unprocessable Entity', [`Can not ${what} your own pull request`]);
  }
  if (!atLeast(roleOf(world, repositoryOfPull(world, pull), userId), 'read')) throw new Refusal(404, 'Not Found');
  const review: Review = {
    id: takeId(world),
    userId,
    state: input.state,
    body: input.body ?? '',
    commitId: input.commitId ?? pull.headSha,
    submittedAt: now(world),
    lastEditedAt: null,
    reactions: [],
  };
  pull.reviews.push(review);
  satisfyRequests(world, pull, userId);
  pull.updatedAt = now(world);
  announceReview(world, pull, review, userId, 'submitted');
  return review;
}

export function reviewById(pull: PullRequest, id: number): Review {
  return found(pull.reviews.find((review) => review.id === id));
}

export function editReview(world: World, pull: PullRequest, review: Review, actorId: number, body: string): void {
  const changes = { body: { from: review.body } };
  review.body = body;
  review.lastEditedAt = now(world);
  announceReview(world, pull, review, actorId, 'edited', { changes });
}

/** Anyone with write access may dismiss a decisive review, unless the branch restricts it. */
export function dismissReview(world: World, pull: PullRequest, review: Review, actorId: number, message: string): void {
  if (review.state !== 'APPROVED' && review.state !== 'CHANGES_REQUESTED') {
    throw new Refusal(422, 'Can not dismiss a commented pull request review');
  }
  if (!atLeast(roleOf(world, repositoryOfPull(world, pull), actorId), 'write'))
    throw new Refusal(403, 'Must have write access to dismiss');
  const was = review.state;
  review.state = 'DISMISSED';
  const event = { id: takeId(world), at: now(world), actorId };
  pull.timeline.push({ ...event, kind: 'ReviewDismissedEvent', reviewId: review.id, message, was });
  announceReview(world, pull, review, actorId, 'dismissed');
}
