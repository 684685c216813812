import { userShape } from '../shapes/people.ts';
import { isPull, issueShape } from '../shapes/pull-request.ts';
import { labelShape } from '../shapes/repository.ts';
import { announce } from './events.ts';
import { accountById, atLeast, roleGivenTo } from './people.ts';
import { announcePull, closePull, editPull, newIssue, reopenPull, repositoryOfPull } from './pulls.ts';
import { labelOf } from './repositories.ts';
import type { Issue, Lock, Repository } from './types.ts';
import { now, Refusal, takeId, type World } from './world.ts';

/** What happens to an issue is an `issues` event, and the same to a pull request a `pull_request` event and no other. */
function announceIssue(
  world: World,
  issue: Issue,
  actorId: number,
  action: string,
  extra: () => Record<string, unknown> = () => ({}),
): void {
  if (isPull(issue)) {
    announcePull(world, issue, actorId, action, extra);
    return;
  }
  issue.updatedAt = now(world);
  announce(world, repositoryOfPull(world, issue), actorId, ['issues', action], () => ({
    action,
    issue: issueShape(world, issue),
    ...extra(),
  }));
}

export interface IssueInput {
  readonly title: string;
  readonly body?: string | null;
  readonly labels?: readonly string[];
  readonly assignees?: readonly number[];
}

/** Labels nobody has made yet are made by naming them. */
export function openIssue(world: World, repository: Repository, userId: number, input: IssueInput): Issue {
  const { labels = [], assignees = [] } = input;
  for (const id of assignees) refuseUnassignable(world, repository, [], id);
  const issue = newIssue(world, repository, userId, input.title, input.body ?? null);
  issue.labels.push(...new Set(labels.map((name) => labelOf(world, repository, name).name)));
  issue.assignees.push(...new Set(assignees));
  repository.issues.set(issue.number, issue);
  announceIssue(world, issue, userId, 'opened');
  for (const name of issue.labels) announceLabel(world, issue, userId, name, 'labeled');
  for (const id of issue.assignees) announceAssignee(world, issue, userId, id, 'assigned');
  return issue;
}

export function editIssue(
  world: World,
  issue: Issue,
  actorId: number,
  input: { readonly title?: string; readonly body?: string },
): void {
  if (isPull(issue)) {
    editPull(world, issue, actorId, input);
    return;
  }
  const changes: Record<string, unknown> = {};
  if (input.title !== undefined && input.title !== issue.title) {
    changes.title = { from: issue.title };
    issue.title = input.title;
  }
  if (input.body !== undefined && input.body !== issue.body) {
    changes.body = { from: issue.body ?? '' };
    issue.body = input.body;
  }
  if (Object.keys(changes).length > 0) announceIssue(world, issue, actorId, 'edited', () => ({ changes }));
}

export function setIssueState(
  world: World,
  issue: Issue,
  actorId: number,
  state: Issue['state'],
  reason: 'completed' | 'not_planned' = 'completed',
): void {
  if (issue.state === state) return;
  if (isPull(issue)) {
    if (state === 'closed') closePull(world, issue, actorId);
    else reopenPull(world, issue, actorId);
    return;
  }
  issue.state = state;
  issue.closedAt = state === 'closed' ? now(world) : null;
  issue.stateReason = state === 'closed' ? reason : 'reopened';
  announceIssue(world, issue, actorId, state === 'closed' ? 'closed' : 'reopened');
}

export function lockIssue(world: World, issue: Issue, actorId: number, lock: Lock | null): void {
  if ((issue.lock === null) === (lock === null)) return;
  issue.lock = lock;
  announceIssue(world, issue, actorId, lock === null ? 'unlocked' : 'locked');
}

export function announceLabel(
  world: World,
  issue: Issue,
  actorId: number,
  name: string,
  action: 'labeled' | 'unlabeled',
): void {
  const repository = repositoryOfPull(world, issue);
  const kind = action === 'labeled' ? 'LabeledEvent' : 'UnlabeledEvent';
  if (isPull(issue)) issue.timeline.push({ id: takeId(world), at: now(world), actorId, kind, label: name });
  announceIssue(world, issue, actorId, action, () => ({
    label: labelShape(world, repository, labelOf(world, repository, name)),
  }));
}

export function addLabel(world: World, issue: Issue, actorId: number, wanted: string): void {
  const { name } = labelOf(world, repositoryOfPull(world, issue), wanted);
  if (issue.labels.includes(name)) return;
  issue.labels.push(name);
  announceLabel(world, issue, actorId, name, 'labeled');
}

export function removeLabel(world: World, issue: Issue, actorId: number, name: string): void {
  const at = issue.labels.findIndex((label) => label.toLowerCase() === name.toLowerCase());
  const [label] = at < 0 ? [] : issue.labels.splice(at, 1);
  if (label === undefined) throw new Refusal(404, 'Label does not exist');
  announceLabel(world, issue, actorId, label, 'unlabeled');
}

export function announceAssignee(
  world: World,
  issue: Issue,
  actorId: number,
  subjectId: number,
  action: 'assigned' | 'unassigned',
): void {
  const kind = action === 'assigned' ? 'AssignedEvent' : 'UnassignedEvent';
  if (isPull(issue)) issue.timeline.push({ id: takeId(world), at: now(world), actorId, kind, subjectId });
  announceIssue(world, issue, actorId, action, () => ({ assignee: userShape(world, subjectId) }));
}

export function invalidAssignee(login: string): never {
  throw new Refusal(422, 'Validation Failed', [
    { value: login, resource: 'Issue', field: 'assignees', code: 'invalid' },
  ]);
}

/**
 * docs: whoever has commented, "anyone with write permissions to the repository, and organization members with read permissions".
 * Of bots only agents can be assigned; this world has no list of them and lets people assign any.
 */
function refuseUnassignable(world: World, repository: Repository, comments: Issue['comments'], id: number): void {
  const account = accountById(world, id);
  const role = roleGivenTo(world, repository, id);
  const isMember = world.organizations.get(repository.ownerId)?.members.has(id) === true;
  const hasCommented = comments.some((comment) => comment.userId === id);
  const may = atLeast(role, 'write') || (isMember && atLeast(role, 'read')) || hasCommented;
  if (account.type !== 'Bot' && !may) invalidAssignee(account.login);
}

export function assign(world: World, issue: Issue, actorId: number, subjectId: number): void {
  if (issue.assignees.includes(subjectId)) return;
  refuseUnassignable(world, repositoryOfPull(world, issue), issue.comments, subjectId);
  issue.assignees.push(subjectId);
  announceAssignee(world, issue, actorId, subjectId, 'assigned');
}

export function unassign(world: World, issue: Issue, actorId: number, subjectId: number): void {
  const at = issue.assignees.indexOf(subjectId);
  if (at < 0) return;
  issue.assignees.splice(at, 1);
  announceAssignee(world, issue, actorId, subjectId, 'unassigned');
}

/** Labels and assignees as a request sets them: what it does not name is taken away. */
export function replaceOn(
  world: World,
  issue: Issue,
  actorId: number,
  wanted: { readonly labels?: readonly string[] | undefined; readonly assignees?: readonly number[] | undefined },
): void {
  const { labels, assignees } = wanted;
  for (const id of assignees ?? []) refuseUnassignable(world, repositoryOfPull(world, issue), issue.comments, id);
  const kept = labels?.map((label) => label.toLowerCase());
  for (const name of [...issue.labels])
    if (kept && !kept.includes(name.toLowerCase())) removeLabel(world, issue, actorId, name);
  for (const name of labels ?? []) addLabel(world, issue, actorId, name);
  for (const id of [...issue.assignees]) if (assignees && !assignees.includes(id)) unassign(world, issue, actorId, id);
  for (const id of assignees ?? []) assign(world, issue, actorId, id);
}
