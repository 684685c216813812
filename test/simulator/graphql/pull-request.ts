import type { GraphQLResolveInfo } from 'graphql';
import { association } from '../shapes/pull-request.ts';
import { repositoryById, repositoryHtmlUrl } from '../shapes/repository.ts';
import { commitsBetween } from '../world/git.ts';
import { entryOf } from '../world/merge-queue.ts';
import { atLeast, roleOf } from '../world/people.ts';
import { pullDiff } from '../world/pull-facts.ts';
import type { PullRequest, Review } from '../world/types.ts';
import { found, nodeId, type World } from '../world/world.ts';
import { commentNode, editsField } from './comment.ts';
import { connection, type PageArgs } from './connection.ts';
import type { GraphqlContext } from './execute.ts';
import { mustReadQueues, queueEntryNode } from './merge-queue.ts';
import { optionalActor, teamNode } from './people.ts';
import { reactableFields } from './reactions.ts';
import { commitNode, labelNode, repositoryNode } from './repository.ts';
import { type TimelineArgs, timelineItems } from './timeline.ts';

type Info = GraphQLResolveInfo;

const changeTypes = {
  added: 'ADDED',
  removed: 'DELETED',
  modified: 'MODIFIED',
  renamed: 'RENAMED',
  changed: 'CHANGED',
} as const;

export function reviewNode(world: World, pull: PullRequest, review: Review): object {
  const repository = repositoryById(world, pull.repositoryId);
  return {
    __typename: 'PullRequestReview',
    id: nodeId('PRR', `${pull.id}:${review.id}`),
    databaseId: review.id,
    fullDatabaseId: String(review.id),
    state: review.state,
    body: review.body,
    submittedAt: review.submittedAt,
    createdAt: review.submittedAt,
    publishedAt: review.submittedAt,
    updatedAt: review.lastEditedAt ?? review.submittedAt,
    lastEditedAt: review.lastEditedAt,
    includesCreatedEdit: review.lastEditedAt !== null,
    url: `${repositoryHtmlUrl(world, repository)}/pull/${pull.number}#pullrequestreview-${review.id}`,
    authorAssociation: association(world, repository, review.userId),
    author: optionalActor(world, review.userId),
    authorCanPushToRepository: () => atLeast(roleOf(world, repository, review.userId), 'write'),
    commit: () => (review.commitId === null ? null : commitNode(world, repository, review.commitId)),
    pullRequest: () => pullNode(world, pull),
    onBehalfOf: (args: PageArgs, _: unknown, info: Info) => connection([], args, info, () => null),
    ...reactableFields(world, pull, review, () => reviewNode(world, pull, review)),
  };
}

interface ReviewsArgs extends PageArgs {
  readonly states?: readonly string[] | null;
  readonly author?: string | null;
}

function reviewsField(world: World, pull: PullRequest) {
  return (args: ReviewsArgs, _: unknown, info: Info) => {
    const reviews = pull.reviews.filter(
      (review) =>
        (!args.states || args.states.includes(review.state)) &&
        (!args.author || world.accounts.get(review.userId)?.login === args.author),
    );
    return connection(reviews, args, info, (review) => reviewNode(world, pull, review));
  };
}

function requestsField(world: World, pull: PullRequest) {
  return (args: PageArgs, _: unknown, info: Info) => {
    const users = [...pull.requestedReviewers].map((id) => optionalActor(world, id));
    const teams = [...pull.requestedTeams].map((id) => teamNode(world, found(world.teams.get(id))));
    const node = (requestedReviewer: { readonly id?: string } | null) => ({
      __typename: 'ReviewRequest',
      id: nodeId('RRQ', `${pull.id}:${requestedReviewer?.id}`),
      asCodeOwner: false,
      pullRequest: () => pullNode(world, pull),
      requestedReviewer,
    });
    return connection([...users, ...teams], args, info, node);
  };
}

function sizes(world: World, pull: PullRequest) {
  const files = () => pullDiff(world, pull);
  return {
    additions: () => files().reduce((sum, file) => sum + file.additions, 0),
    deletions: () => files().reduce((sum, file) => sum + file.deletions, 0),
    changedFiles: () => files().length,
    files: (args: PageArgs, _: unknown, info: Info) =>
      connection(files(), args, info, (file) => ({
        __typename: 'PullRequestChangedFile',
        path: file.path,
        additions: file.additions,
        deletions: file.deletions,
        changeType: changeTypes[file.status],
      })),
  };
}

function people(world: World, pull: PullRequest) {
  return {
    author: optionalActor(world, pull.userId),
    editor: optionalActor(world, pull.bodyEdits.at(-1)?.editorId ?? null),
    mergedBy: optionalActor(world, pull.mergedBy),
    assignees: (args: PageArgs, _: unknown, info: Info) =>
      connection(pull.assignees, args, info, (id) => optionalActor(world, id)),
    reviewRequests: requestsField(world, pull),
  };
}

/** The head commit belongs to the head's repository; `headRepository` is null once a fork was deleted. */
function ends(world: World, pull: PullRequest) {
  const repository = repositoryById(world, pull.repositoryId);
  const head = world.repositories.get(pull.headRepositoryId);
  return {
    baseRefName: pull.baseRef,
    baseRefOid: pull.baseSha,
    headRefName: pull.headRef,
    headRefOid: pull.headSha,
    baseRepository: () => repositoryNode(world, repository),
    headRepository: () => (head ? repositoryNode(world, head) : null),
    headRepositoryOwner: () => optionalActor(world, head?.ownerId ?? null),
    repository: () => repositoryNode(world, repository),
    isCrossRepository: pull.headRepositoryId !== pull.repositoryId,
    mergeCommit: () => (pull.mergeCommitSha === null ? null : commitNode(world, repository, pull.mergeCommitSha)),
  };
}

function lists(world: World, pull: PullRequest) {
  const repository = repositoryById(world, pull.repositoryId);
  const labels = pull.labels.flatMap((name) => repository.labels.get(name) ?? []);
  return {
    labels: (args: PageArgs, _: unknown, info: Info) => connection(labels, args, info, labelNode),
    commits: (args: PageArgs, _: unknown, info: Info) =>
      connection(commitsBetween(world, pull.baseSha, pull.headSha), args, info, (commit) => ({
        __typename: 'PullRequestCommit',
        id: nodeId('PRC', `${pull.id}:${commit.sha}`),
        commit: commitNode(world, repository, commit.sha),
        pullRequest: () => pullNode(world, pull),
      })),
    reviews: reviewsField(world, pull),
    comments: (args: PageArgs, _: unknown, info: Info) =>
      connection(pull.comments, args, info, (comment) => commentNode(world, pull, comment)),
    timelineItems: (args: TimelineArgs, _: unknown, info: Info) => timelineItems(world, pull, args, info),
    userContentEdits: editsField(world, pull.bodyEdits),
  };
}

export function pullNode(world: World, pull: PullRequest): object {
  const repository = repositoryById(world, pull.repositoryId);
  return {
    __typename: 'PullRequest',
    id: nodeId('PR', pull.id),
    databaseId: pull.id,
    fullDatabaseId: String(pull.id),
    number: pull.number,
    title: pull.title,
    body: pull.body ?? '',
    bodyText: pull.body ?? '',
    state: pull.merged ? 'MERGED' : pull.state.toUpperCase(),
    isDraft: pull.draft,
    closed: pull.state === 'closed',
    merged: pull.merged,
    mergedAt: pull.mergedAt,
    closedAt: pull.closedAt,
    createdAt: pull.createdAt,
    updatedAt: pull.updatedAt,
    publishedAt: pull.createdAt,
    lastEditedAt: pull.bodyEdits.at(-1)?.at ?? null,
    includesCreatedEdit: pull.bodyEdits.length > 0,
    locked: pull.lock !== null,
    activeLockReason: pull.lock?.reason?.toUpperCase().replace(/[ -]/g, '_') ?? null,
    isInMergeQueue: () => entryOf(world, pull) !== null,
    mergeQueueEntry: (_: unknown, context: GraphqlContext) => {
      mustReadQueues(context);
      const queued = entryOf(world, pull);
      return queued && queueEntryNode(world, queued.queue, queued.entry);
    },
    mergeable: pull.state === 'open' ? 'MERGEABLE' : 'UNKNOWN',
    maintainerCanModify: false,
    authorAssociation: association(world, repository, pull.userId),
    url: `${repositoryHtmlUrl(world, repository)}/pull/${pull.number}`,
    permalink: `${repositoryHtmlUrl(world, repository)}/pull/${pull.number}`,
    ...people(world, pull),
    ...ends(world, pull),
    ...sizes(world, pull),
    ...lists(world, pull),
    ...reactableFields(world, pull, pull, () => pullNode(world, pull)),
  };
}
