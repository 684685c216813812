import { pullShape } from '../shapes/pull-request.ts';
import { announce } from './events.ts';
import { isAncestor } from './git.ts';
import { announceAssignee, announceLabel } from './issues.ts';
import { appIdOf } from './people.ts';
import { indexHead } from './pull-facts.ts';
import { labelOf } from './repositories.ts';
import type { Issue, PullRequest, Repository } from './types.ts';
import { found, now, Refusal, takeId, type World } from './world.ts';

export interface PullInput {
  readonly title: string;
  readonly body?: string | null;
  readonly head: string;
  readonly headRepository?: Repository;
  readonly base?: string;
  readonly draft?: boolean;
  readonly labels?: readonly string[];
  readonly assignees?: readonly number[];
}

export function repositoryOfPull(world: World, pull: Issue): Repository {
  return found(world.repositories.get(pull.repositoryId));
}

export function announcePull(
  world: World,
  pull: PullRequest,
  senderId: number,
  action: string,
  extra: () => Record<string, unknown> = () => ({}),
): void {
  pull.updatedAt = now(world);
  announce(world, repositoryOfPull(world, pull), senderId, ['pull_request', action], () => ({
    action,
    number: pull.number,
    pull_request: pullShape(world, pull, 'webhook'),
    ...extra(),
  }));
}

export function newIssue(
  world: World,
  repository: Repository,
  userId: number,
  title: string,
  body: string | null,
): Issue {
  repository.lastNumber += 1;
  const at = now(world);
  return {
    id: takeId(world),
    repositoryId: repository.id,
    number: repository.lastNumber,
    userId,
    appId: appIdOf(world, userId),
    title,
    body,
    state: 'open',
    stateReason: null,
    labels: [],
    assignees: [],
    comments: [],
    reactions: [],
    createdAt: at,
    updatedAt: at,
    closedAt: null,
    lock: null,
  };
}

export function openPull(world: World, repository: Repository, userId: number, input: PullInput): PullRequest {
  const baseRef = input.base ?? repository.defaultBranch;
  const headRepository = input.headRepository ?? repository;
  const headSha = found(headRepository.branches.get(input.head), `no branch ${input.head}`);
  const baseSha = found(repository.branches.get(baseRef), `no branch ${baseRef}`);
  if (isAncestor(world, headSha, baseSha)) throw new Refusal(422, `No commits between ${baseRef} and ${input.head}`);
  const pull: PullRequest = {
    ...newIssue(world, repository, userId, input.title, input.body ?? null),
    pull: true,
    issueId: takeId(world),
    headRepositoryId: headRepository.id,
    headRef: input.head,
    headSha,
    baseRef,
    baseSha,
    draft: input.draft ?? false,
    merged: false,
    mergedAt: null,
    mergedBy: null,
    mergeCommitSha: null,
    mergeCommits: [],
    reviews: [],
    requestedReviewers: new Set(),
    requestedTeams: new Set(),
    timeline: [],
    bodyEdits: [],
  };
  pull.labels.push(...(input.labels ?? []).map((name) => labelOf(world, repository, name).name));
  pull.assignees.push(...(input.assignees ?? []));
  repository.pulls.set(pull.number, pull);
  world.pulls.set(pull.id, pull);
  indexHead(world, pull, headSha);
  announcePull(world, pull, userId, 'opened');
  for (const name of pull.labels) announceLabel(world, pull, userId, name, 'labeled');
  for (const id of pull.assignees) announceAssignee(world, pull, userId, id, 'assigned');
  return pull;
}

export function editPull(
  world: World,
  pull: PullRequest,
  actorId: number,
  input: { readonly title?: string; readonly body?: string; readonly base?: string },
): void {
  const changes: Record<string, unknown> = {};
  const event = { id: takeId(world), at: now(world), actorId };
  if (input.title !== undefined && input.title !== pull.title) {
    changes.title = { from: pull.title };
    pull.timeline.push({ ...event, kind: 'RenamedTitleEvent', from: pull.title, to: input.title });
    pull.title = input.title;
  }
  if (input.body !== undefined && input.body !== pull.body) {
    changes.body = { from: pull.body ?? '' };
    pull.bodyEdits.push({ at: event.at, editorId: actorId, from: pull.body ?? '' });
    pull.body = input.body;
  }
  if (input.base !== undefined && input.base !== pull.baseRef) {
    const sha = found(repositoryOfPull(world, pull).branches.get(input.base), `no branch ${input.base}`);
    changes.base = { ref: { from: pull.baseRef }, sha: { from: pull.baseSha } };
    pull.timeline.push({ ...event, kind: 'BaseRefChangedEvent', from: pull.baseRef, to: input.base });
    pull.baseRef = input.base;
    pull.baseSha = sha;
  }
  if (Object.keys(changes).length > 0) announcePull(world, pull, actorId, 'edited', () => ({ changes }));
  if ('base' in changes) world.notice({ kind: 'pull', pull, actorId });
}

export function setDraft(world: World, pull: PullRequest, actorId: number, draft: boolean): void {
  if (pull.draft === draft) return;
  pull.draft = draft;
  const kind = draft ? 'ConvertToDraftEvent' : 'ReadyForReviewEvent';
  pull.timeline.push({ id: takeId(world), at: now(world), actorId, kind });
  announcePull(world, pull, actorId, draft ? 'converted_to_draft' : 'ready_for_review');
  world.notice({ kind: 'pull', pull, actorId });
}

export function closePull(world: World, pull: PullRequest, actorId: number): void {
  if (pull.state === 'closed') return;
  pull.state = 'closed';
  pull.closedAt = now(world);
  pull.timeline.push({ id: takeId(world), at: now(world), actorId, kind: 'ClosedEvent' });
  announcePull(world, pull, actorId, 'closed');
  world.notice({ kind: 'pull', pull, actorId });
}

/** The head may have moved while the pull request was closed: it is read afresh. A merged one cannot be reopened. */
export function reopenPull(world: World, pull: PullRequest, actorId: number): void {
  if (pull.merged) throw new Refusal(422, 'Validation Failed', [{ message: 'The pull request cannot be reopened.' }]);
  if (pull.state === 'open') return;
  const head = found(world.repositories.get(pull.headRepositoryId)).branches.get(pull.headRef);
  pull.headSha = found(head, 'The head branch was deleted');
  indexHead(world, pull, pull.headSha);
  pull.baseSha = repositoryOfPull(world, pull).branches.get(pull.baseRef) ?? pull.baseSha;
  pull.state = 'open';
  pull.closedAt = null;
  pull.timeline.push({ id: takeId(world), at: now(world), actorId, kind: 'ReopenedEvent' });
  announcePull(world, pull, actorId, 'reopened');
}
