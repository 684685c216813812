import type { GraphQLResolveInfo } from 'graphql';
import { repositoryById } from '../shapes/repository.ts';
import type { PullRequest, TimelineEvent } from '../world/types.ts';
import { found, nodeId, type World } from '../world/world.ts';
import { commentNode } from './comment.ts';
import { connection, type PageArgs } from './connection.ts';
import { optionalActor, teamNode } from './people.ts';
import { pullNode, reviewNode } from './pull-request.ts';
import { commitNode, labelNode } from './repository.ts';

export interface TimelineArgs extends PageArgs {
  readonly itemTypes?: readonly string[] | null;
  readonly since?: string | null;
}

/** `HeadRefForcePushedEvent` → `HEAD_REF_FORCE_PUSHED_EVENT`, as the argument names them. */
function itemType(kind: string): string {
  return kind.replace(/(?!^)([A-Z])/g, '_$1').toUpperCase();
}

function details(world: World, pull: PullRequest, event: TimelineEvent): object {
  const repository = repositoryById(world, pull.repositoryId);
  switch (event.kind) {
    case 'AssignedEvent':
    case 'UnassignedEvent': {
      const subject = () => optionalActor(world, event.subjectId);
      return { assignee: subject, user: subject, assignable: () => pullNode(world, pull) };
    }
    case 'ReviewRequestedEvent':
    case 'ReviewRequestRemovedEvent': {
      const team = event.teamId === null ? undefined : world.teams.get(event.teamId);
      return { requestedReviewer: () => (team ? teamNode(world, team) : optionalActor(world, event.userId)) };
    }
    case 'HeadRefForcePushedEvent':
      return {
        beforeCommit: () => commitNode(world, repository, event.before),
        afterCommit: () => commitNode(world, repository, event.after),
        ref: null,
      };
    case 'BaseRefChangedEvent':
      return { previousRefName: event.from, currentRefName: event.to };
    case 'RenamedTitleEvent':
      return { previousTitle: event.from, currentTitle: event.to };
    case 'LabeledEvent':
    case 'UnlabeledEvent':
      return { label: () => labelNode(found(repository.labels.get(event.label))) };
    case 'ReviewDismissedEvent': {
      const review = pull.reviews.find((each) => each.id === event.reviewId);
      return {
        dismissalMessage: event.message,
        previousReviewState: event.was,
        review: () => (review ? reviewNode(world, pull, review) : null),
      };
    }
    case 'MergedEvent':
      return {
        mergeRefName: pull.baseRef,
        commit: () => (pull.mergeCommitSha === null ? null : commitNode(world, repository, pull.mergeCommitSha)),
      };
    default:
      return {};
  }
}

function eventNode(world: World, pull: PullRequest, event: TimelineEvent): object {
  return {
    __typename: event.kind,
    id: nodeId('EV', event.id),
    createdAt: event.at,
    actor: optionalActor(world, event.actorId),
    pullRequest: () => pullNode(world, pull),
    ...details(world, pull, event),
  };
}

/** Events, comments and reviews in the order they happened; commits are not in here. */
export function timelineItems(world: World, pull: PullRequest, args: TimelineArgs, info: GraphQLResolveInfo) {
  const events = pull.timeline.map((event) => ({
    id: event.id,
    kind: event.kind,
    at: event.at,
    node: () => eventNode(world, pull, event),
  }));
  const comments = pull.comments.map((comment) => ({
    id: comment.id,
    kind: 'IssueComment',
    at: comment.createdAt,
    node: () => commentNode(world, pull, comment),
  }));
  const reviews = pull.reviews.map((review) => ({
    id: review.id,
    kind: 'PullRequestReview',
    at: review.submittedAt,
    node: () => reviewNode(world, pull, review),
  }));
  const items = [...events, ...comments, ...reviews]
    .filter(
      (item) =>
        (!args.itemTypes || args.itemTypes.includes(itemType(item.kind))) && (!args.since || item.at >= args.since),
    )
    .sort((a, b) => a.id - b.id);
  return connection(items, args, info, (item) => item.node(), {
    filteredCount: items.length,
    pageCount: items.length,
    updatedAt: pull.updatedAt,
  });
}
