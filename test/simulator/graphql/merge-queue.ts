import type { GraphQLResolveInfo } from 'graphql';
import { repositoryById, repositoryHtmlUrl } from '../shapes/repository.ts';
import { queueParameters, stateOf } from '../world/merge-queue.ts';
import type { MergeQueue, QueueEntry } from '../world/queue-types.ts';
import { nodeId, timestamp, type World } from '../world/world.ts';
import { connection, fail, type PageArgs } from './connection.ts';
import type { GraphqlContext } from './execute.ts';
import { optionalActor } from './people.ts';
import { pullNode } from './pull-request.ts';
import { commitNode, repositoryNode } from './repository.ts';

const states = { queued: 'QUEUED', waiting: 'AWAITING_CHECKS', green: 'MERGEABLE', failed: 'UNMERGEABLE' } as const;

/** Queues have a permission of their own. */
export function mustReadQueues({ caller }: GraphqlContext): void {
  if (caller.kind === 'installation' && caller.token.permissions.merge_queues === undefined)
    fail('FORBIDDEN', 'Resource not accessible by integration');
}

export function queueEntryNode(world: World, queue: MergeQueue, entry: QueueEntry): object {
  const repository = repositoryById(world, queue.repositoryId);
  const commit = (sha: string | undefined) => (sha === undefined ? null : commitNode(world, repository, sha));
  return {
    __typename: 'MergeQueueEntry',
    id: nodeId('MQE', entry.id),
    position: queue.entries.indexOf(entry) + 1,
    state: states[stateOf(world, queue, entry)],
    enqueuedAt: timestamp(entry.enqueuedAt),
    enqueuer: optionalActor(world, entry.enqueuerId),
    estimatedTimeToMerge: null,
    jump: false,
    solo: false,
    headCommit: () => commit(entry.group?.headSha),
    baseCommit: () => commit(entry.group?.baseSha),
    pullRequest: () => pullNode(world, entry.pull),
    mergeQueue: () => queueNode(world, queue),
  };
}

export function queueNode(world: World, queue: MergeQueue): object {
  const repository = repositoryById(world, queue.repositoryId);
  const parameters = queueParameters(world, repository, queue.branch);
  const url = `${repositoryHtmlUrl(world, repository)}/queue/${queue.branch}`;
  return {
    __typename: 'MergeQueue',
    id: nodeId('MQ', queue.id),
    nextEntryEstimatedTimeToMerge: null,
    url,
    resourcePath: new URL(url).pathname,
    repository: () => repositoryNode(world, repository),
    configuration: parameters && {
      __typename: 'MergeQueueConfiguration',
      checkResponseTimeout: parameters.check_response_timeout_minutes,
      maximumEntriesToBuild: parameters.max_entries_to_build,
      maximumEntriesToMerge: parameters.max_entries_to_merge,
      mergeMethod: parameters.merge_method,
      mergingStrategy: parameters.grouping_strategy,
      minimumEntriesToMerge: parameters.min_entries_to_merge,
      minimumEntriesToMergeWaitTime: parameters.min_entries_to_merge_wait_minutes,
    },
    entries: (args: PageArgs, _: unknown, info: GraphQLResolveInfo) =>
      connection(queue.entries, args, info, (entry) => queueEntryNode(world, queue, entry)),
  };
}
