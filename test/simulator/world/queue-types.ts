import type { PullRequest } from './types.ts';

/** A commit upon which the checks of an entry are asked for: the pull request upon all that goes before it. */
export interface MergeGroup {
  readonly branch: string;
  readonly headSha: string;
  readonly baseSha: string;
  readonly requestedAt: number;
  timedOut: boolean;
}

export interface QueueEntry {
  readonly id: number;
  readonly pull: PullRequest;
  readonly headSha: string;
  readonly enqueuerId: number;
  readonly enqueuedAt: number;
  group: MergeGroup | null;
}

export interface MergeQueue {
  readonly id: number;
  readonly repositoryId: number;
  readonly branch: string;
  readonly entries: QueueEntry[];
  /** While the queue itself moves branches, what it hears of that is its own doing. */
  busy: boolean;
}

/** `reason` of `pull_request` `dequeued` in the published description; it names more, for what the simulator has no cause. */
export type DequeueReason =
  | 'MANUAL'
  | 'MERGE'
  | 'MERGE_CONFLICT'
  | 'CI_FAILURE'
  | 'CI_TIMEOUT'
  | 'ALREADY_MERGED'
  | 'QUEUE_CLEARED'
  | 'BRANCH_PROTECTIONS'
  | 'UNKNOWN_REMOVAL_REASON';
