import { closeAsMerged, moveBranch } from './branches.ts';
import { closeGroup, openGroup, queueBot } from './merge-groups.ts';
import { atLeast, roleOf } from './people.ts';
import { announcePull, repositoryOfPull } from './pulls.ts';
import type { DequeueReason, MergeQueue, QueueEntry } from './queue-types.ts';
import { evaluate, recordSuite } from './rule-suites.ts';
import type { MergeQueueParameters } from './rule-types.ts';
import { activeRulesets, requiredChecks, stateOfCheck, violationsOf } from './rules.ts';
import type { PullRequest, Repository } from './types.ts';
import { found, type Notice, Refusal, takeId, type World } from './world.ts';

/** How the queue of a branch is set up, or null when the branch has none. */
export function queueParameters(world: World, repository: Repository, branch: string): MergeQueueParameters | null {
  const rules = activeRulesets(world, repository, branch).flatMap((ruleset) => ruleset.rules);
  return rules.find((rule) => rule.type === 'merge_queue')?.parameters ?? null;
}

export function queueOf(world: World, repository: Repository, branch: string): MergeQueue | null {
  if (queueParameters(world, repository, branch) === null) return null;
  const known = repository.mergeQueues.get(branch);
  if (known) return known;
  const queue = { id: takeId(world), repositoryId: repository.id, branch, entries: [], busy: false };
  repository.mergeQueues.set(branch, queue);
  return queue;
}

export function entryOf(
  world: World,
  pull: PullRequest,
): { readonly queue: MergeQueue; readonly entry: QueueEntry } | null {
  const queue = repositoryOfPull(world, pull).mergeQueues.get(pull.baseRef);
  const entry = queue?.entries.find((each) => each.pull === pull);
  return queue && entry ? { queue, entry } : null;
}

export function stateOf(
  world: World,
  queue: MergeQueue,
  { group }: QueueEntry,
): 'queued' | 'waiting' | 'green' | 'failed' {
  if (group === null) return 'queued';
  if (group.timedOut) return 'failed';
  const repository = found(world.repositories.get(queue.repositoryId));
  const states = requiredChecks(world, repository, queue.branch).map((check) =>
    stateOfCheck(repository, group.headSha, check),
  );
  if (states.includes('failing')) return 'failed';
  return states.every((state) => state === 'passing') ? 'green' : 'waiting';
}

/** Takes an entry out; what was built upon it is built anew by the next look at the queue. */
function remove(
  world: World,
  repository: Repository,
  queue: MergeQueue,
  entry: QueueEntry,
  reason: DequeueReason,
  actorId: number,
): void {
  queue.entries.splice(queue.entries.indexOf(entry), 1);
  closeGroup(world, repository, queue, entry, reason === 'MERGE' ? 'merged' : 'dequeued');
  announcePull(world, entry.pull, actorId, 'dequeued', () => ({ reason }));
}

function removeFailed(world: World, repository: Repository, queue: MergeQueue, entry: QueueEntry): void {
  const reason = entry.group?.timedOut === true ? 'CI_TIMEOUT' : 'CI_FAILURE';
  remove(world, repository, queue, entry, reason, queueBot(world));
}

/** Each entry upon the one before it. What stands upon something that is there no longer is built anew. */
function build(world: World, repository: Repository, queue: MergeQueue, parameters: MergeQueueParameters): void {
  let onto = found(repository.branches.get(queue.branch));
  let stale = false;
  let built = 0;
  for (const entry of [...queue.entries]) {
    stale ||= entry.group !== null && entry.group.baseSha !== onto;
    if (stale) closeGroup(world, repository, queue, entry, 'invalidated');
    if (built >= parameters.max_entries_to_build) continue;
    try {
      const squash = parameters.merge_method === 'SQUASH';
      onto = (entry.group ?? openGroup(world, repository, queue, entry, onto, squash)).headSha;
      built += 1;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      remove(world, repository, queue, entry, 'MERGE_CONFLICT', queueBot(world));
    }
  }
}

/** The entries that may go now: the longest line of green ones, or up to the last green one, whatever those before it say. */
function ready(world: World, queue: MergeQueue, parameters: MergeQueueParameters): readonly QueueEntry[] {
  const line = queue.entries.slice(0, parameters.max_entries_to_merge);
  const green = line.map((entry) => stateOf(world, queue, entry) === 'green');
  const length = parameters.grouping_strategy === 'HEADGREEN' ? green.lastIndexOf(true) + 1 : green.indexOf(false);
  return length === -1 ? line : line.slice(0, length);
}

function mustWait(world: World, entries: readonly QueueEntry[], parameters: MergeQueueParameters): boolean {
  const patience = parameters.min_entries_to_merge_wait_minutes * 60_000;
  const [first] = entries;
  return (
    first !== undefined &&
    entries.length < parameters.min_entries_to_merge &&
    world.clock() < first.enqueuedAt + patience
  );
}

/** The branch goes forward to the last commit at once; every pull request is merged by its own. */
function merge(world: World, repository: Repository, queue: MergeQueue, entries: readonly QueueEntry[]): void {
  const after = found(entries.at(-1)?.group).headSha;
  const { branch } = queue;
  const before = found(repository.branches.get(branch));
  const actorId = queueBot(world);
  const evaluations = entries.flatMap(({ pull }) =>
    evaluate(world, repository, branch, { by: 'merge', pull, queued: true }, actorId),
  );
  moveBranch(world, repository, { branch, after, actorId, type: 'merge_queue_merge' });
  recordSuite(world, repository, { branch, before, after, actorId }, evaluations, false);
  for (const entry of entries) {
    const { headSha } = found(entry.group);
    entry.pull.mergeCommits.push(headSha);
    closeAsMerged(world, entry.pull, entry.enqueuerId, headSha, actorId);
    remove(world, repository, queue, entry, 'MERGE', actorId);
  }
}

/** With HEADGREEN a failure is forgiven while a later entry of the group may still be green. */
function firstFailure(world: World, queue: MergeQueue, parameters: MergeQueueParameters): QueueEntry | undefined {
  const states = queue.entries.map((entry) => stateOf(world, queue, entry));
  const end = parameters.grouping_strategy === 'HEADGREEN' ? parameters.max_entries_to_merge : 0;
  return queue.entries.find(
    (_, index) =>
      states[index] === 'failed' &&
      !states.slice(index + 1, end).some((state) => state === 'waiting' || state === 'green'),
  );
}

function timeOut(world: World, queue: MergeQueue, parameters: MergeQueueParameters): void {
  const patience = parameters.check_response_timeout_minutes * 60_000;
  for (const entry of queue.entries) {
    if (entry.group === null || stateOf(world, queue, entry) !== 'waiting') continue;
    entry.group.timedOut = world.clock() >= entry.group.requestedAt + patience;
  }
}

function settleOnce(world: World, repository: Repository, queue: MergeQueue): boolean {
  const parameters = queueParameters(world, repository, queue.branch);
  if (parameters === null) {
    for (const entry of [...queue.entries]) remove(world, repository, queue, entry, 'QUEUE_CLEARED', queueBot(world));
    return false;
  }
  build(world, repository, queue, parameters);
  timeOut(world, queue, parameters);
  const entries = ready(world, queue, parameters);
  if (entries.length > 0 && !mustWait(world, entries, parameters)) {
    merge(world, repository, queue, entries);
    return true;
  }
  const failure = firstFailure(world, queue, parameters);
  if (failure) removeFailed(world, repository, queue, failure);
  return failure !== undefined;
}

/** Looks at a queue until there is nothing more to do for now. */
export function settleQueue(world: World, repository: Repository, queue: MergeQueue): void {
  if (queue.busy) return;
  queue.busy = true;
  try {
    while (settleOnce(world, repository, queue));
  } finally {
    queue.busy = false;
  }
}

/** "Merge when ready": only what may be merged is let in, as the documents say. */
export function enqueue(world: World, pull: PullRequest, actorId: number): QueueEntry {
  const repository = repositoryOfPull(world, pull);
  const queue = queueOf(world, repository, pull.baseRef);
  if (queue === null) throw new Refusal(422, 'No merge queue found for branch');
  if (!atLeast(roleOf(world, repository, actorId), 'write')) throw new Refusal(403, 'Must have write access');
  if (pull.state !== 'open' || pull.draft) throw new Refusal(422, 'Pull request is not mergeable');
  if (entryOf(world, pull)) throw new Refusal(422, 'Pull request is already in the queue');
  const change = { by: 'merge', pull, queued: true } as const;
  const messages = violationsOf(world, repository, pull.baseRef, change, actorId).map(({ message }) => message);
  if (messages.length > 0) throw new Refusal(422, `Pull request is not mergeable\n\n${messages.join('\n\n')}`);
  const at = world.clock();
  const entry: QueueEntry = {
    id: takeId(world),
    pull,
    headSha: pull.headSha,
    enqueuerId: actorId,
    enqueuedAt: at,
    group: null,
  };
  queue.entries.push(entry);
  announcePull(world, pull, actorId, 'enqueued');
  settleQueue(world, repository, queue);
  return entry;
}

export function dequeue(world: World, pull: PullRequest, actorId: number, reason: DequeueReason): void {
  const { queue, entry } = found(entryOf(world, pull), 'the pull request is not in a merge queue');
  const repository = repositoryOfPull(world, pull);
  remove(world, repository, queue, entry, reason, actorId);
  settleQueue(world, repository, queue);
}

/** What the queue does when something happens elsewhere. */
function pullChanged(world: World, pull: PullRequest, actorId: number): void {
  for (const queue of repositoryOfPull(world, pull).mergeQueues.values()) {
    const entry = queue.entries.find((each) => each.pull === pull);
    if (!entry || queue.busy) continue;
    const moved = pull.headSha !== entry.headSha || pull.baseRef !== queue.branch;
    if (pull.state === 'open' && !pull.draft && !moved) continue;
    const repository = repositoryOfPull(world, pull);
    remove(world, repository, queue, entry, pull.merged ? 'ALREADY_MERGED' : 'MANUAL', actorId);
    settleQueue(world, repository, queue);
  }
}

function settleRepository(world: World, repository: Repository, concerns: (queue: MergeQueue) => boolean): void {
  for (const queue of repository.mergeQueues.values()) {
    if (queue.entries.length > 0 && concerns(queue)) settleQueue(world, repository, queue);
  }
}

/** Queues listen to everything that could let an entry pass or fall. */
export function watchQueues(world: World): (notice: Notice) => void {
  return (notice) => {
    if (notice.kind === 'pull') pullChanged(world, notice.pull, notice.actorId);
    else if (notice.kind === 'rules')
      for (const repository of world.repositories.values()) settleRepository(world, repository, () => true);
    else if (notice.kind === 'moved')
      settleRepository(world, notice.repository, ({ branch }) => branch === notice.branch);
    else
      settleRepository(world, notice.repository, ({ entries }) =>
        entries.some(({ group }) => group?.headSha === notice.sha),
      );
  };
}
