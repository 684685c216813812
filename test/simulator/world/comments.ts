import { commentShape, issueShape } from '../shapes/pull-request.ts';
import { announce } from './events.ts';
import { appIdOf, atLeast, roleOf } from './people.ts';
import { repositoryOfPull } from './pulls.ts';
import type { Issue, IssueComment, Repository } from './types.ts';
import { found, now, Refusal, takeId, type World } from './world.ts';

function announceComment(
  world: World,
  issue: Issue,
  comment: IssueComment,
  actorId: number,
  action: 'created' | 'edited' | 'deleted',
  extra: Readonly<Record<string, unknown>> = {},
): void {
  announce(world, repositoryOfPull(world, issue), actorId, ['issue_comment', action], () => ({
    action,
    issue: issueShape(world, issue),
    comment: commentShape(world, issue, comment),
    ...extra,
  }));
}

export function issueByNumber(repository: Repository, number: number): Issue {
  return found(repository.pulls.get(number) ?? repository.issues.get(number));
}

/**
 * docs: "While a conversation is locked, only people with write access … can add, hide, and delete comments." Apps are reported
 * to have none of that; the schema has LOCKED among the reasons why a comment cannot be updated.
 */
function refuseLocked(world: World, issue: Issue, actorId: number): void {
  if (issue.lock !== null && !atLeast(roleOf(world, repositoryOfPull(world, issue), actorId), 'write'))
    throw new Refusal(403, 'Unable to create comment because issue is locked.');
}

export function addComment(world: World, issue: Issue, userId: number, body: string): IssueComment {
  refuseLocked(world, issue, userId);
  if (body.length > 65_536)
    throw new Refusal(422, 'Validation Failed', [{ message: 'body is too long (maximum is 65536 characters)' }]);
  const at = now(world);
  const comment: IssueComment = {
    id: takeId(world),
    userId,
    appId: appIdOf(world, userId),
    body,
    createdAt: at,
    updatedAt: at,
    lastEditedAt: null,
    edits: [],
    reactions: [],
  };
  issue.comments.push(comment);
  issue.updatedAt = at;
  world.comments.set(comment.id, { comment, repositoryId: issue.repositoryId, number: issue.number });
  announceComment(world, issue, comment, userId, 'created');
  return comment;
}

/** Somebody's own comment, or with write access anybody's: the event's sender is who edited. */
export function editComment(world: World, issue: Issue, comment: IssueComment, actorId: number, body: string): void {
  const own = comment.userId === actorId;
  if (!own && !atLeast(roleOf(world, repositoryOfPull(world, issue), actorId), 'write'))
    throw new Refusal(403, 'Must have admin rights to Repository.');
  refuseLocked(world, issue, actorId);
  const from = comment.body;
  comment.edits.push({ at: now(world), editorId: actorId, from });
  comment.body = body;
  comment.updatedAt = now(world);
  comment.lastEditedAt = comment.updatedAt;
  announceComment(world, issue, comment, actorId, 'edited', { changes: { body: { from } } });
}

export function deleteComment(world: World, issue: Issue, comment: IssueComment, actorId: number): void {
  issue.comments.splice(issue.comments.indexOf(comment), 1);
  world.comments.delete(comment.id);
  announceComment(world, issue, comment, actorId, 'deleted');
}
