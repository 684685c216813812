import { dequeue, enqueue, entryOf, queueOf, settleQueue, stateOf } from '../world/merge-queue.ts';
import { accountByLogin } from '../world/people.ts';
import { pullByNumber } from '../world/pull-facts.ts';
import { repositoryByName } from '../world/repositories.ts';
import { found, type World } from '../world/world.ts';
import type { Acting, PullRef } from './issues.ts';

interface QueueRef {
  readonly repository: string;
  /** The default branch unless named. */
  readonly branch?: string;
}

export function mergeQueueControl(world: World) {
  const pullOf = (input: PullRef) => pullByNumber(repositoryByName(world, input.repository), input.number);
  const who = (input: { readonly as: string }) => accountByLogin(world, input.as).id;
  const find = (input: QueueRef) => {
    const repository = repositoryByName(world, input.repository);
    const queue = found(queueOf(world, repository, input.branch ?? repository.defaultBranch), 'no merge queue');
    return { repository, queue };
  };
  return {
    /** "Merge when ready", refused like GitHub's until everything that is required on the head is there. */
    enqueue: (input: Acting) => {
      const { id, group } = enqueue(world, pullOf(input), who(input));
      return { id, headSha: group?.headSha ?? null, branch: group?.branch ?? null };
    },
    dequeue: (input: Acting) => dequeue(world, pullOf(input), who(input), 'MANUAL'),
    /** As if its checks had not answered for as long as the queue waits. */
    timeOutMergeGroup: (input: PullRef) => {
      const { queue, entry } = found(entryOf(world, pullOf(input)), 'the pull request is not in a merge queue');
      found(entry.group, 'no checks were asked for yet').timedOut = true;
      settleQueue(world, repositoryByName(world, input.repository), queue);
    },
    /** Lets the queue look at the clock: GitHub does so by itself, a simulated clock has to tell it. */
    advanceMergeQueue: (input: QueueRef) => {
      const { repository, queue } = find(input);
      settleQueue(world, repository, queue);
    },
    /** Who is in it, first to last. */
    mergeQueue: (input: QueueRef) => {
      const { queue } = find(input);
      return queue.entries.map((entry, index) => ({
        position: index + 1,
        number: entry.pull.number,
        state: stateOf(world, queue, entry),
        headSha: entry.group?.headSha ?? null,
        baseSha: entry.group?.baseSha ?? null,
        branch: entry.group?.branch ?? null,
      }));
    },
  };
}
