import { issueByNumber } from '../world/comments.ts';
import type { Issue, Reactable } from '../world/types.ts';
import { parseNodeId, type World } from '../world/world.ts';
import { commentNode } from './comment.ts';
import { issueOrPullNode } from './issue.ts';
import { reviewNode } from './pull-request.ts';

/** Something to react to, and the conversation it is in. */
export interface Subject {
  readonly issue: Issue;
  readonly reactable: Reactable;
  readonly node: () => object;
}

function conversation(world: World, issue: Issue | undefined): Subject | null {
  return issue ? { issue, reactable: issue, node: () => issueOrPullNode(world, issue) } : null;
}

function issueById(world: World, id: number): Issue | undefined {
  const issues = [...world.repositories.values()].flatMap((repository) => [...repository.issues.values()]);
  return issues.find((issue) => issue.id === id);
}

function reviewSubject(world: World, key: string): Subject | null {
  const [pullId, reviewId] = key.split(':').map(Number);
  const pull = world.pulls.get(pullId ?? -1);
  const review = pull?.reviews.find((each) => each.id === reviewId);
  return pull && review ? { issue: pull, reactable: review, node: () => reviewNode(world, pull, review) } : null;
}

function commentSubject(world: World, id: number): Subject | null {
  const entry = world.comments.get(id);
  const repository = entry && world.repositories.get(entry.repositoryId);
  if (!entry || !repository) return null;
  const { comment, number } = entry;
  const issue = issueByNumber(repository, number);
  return { issue, reactable: comment, node: () => commentNode(world, issue, comment) };
}

/** What a node id names, when it is part of a conversation. */
export function subjectOf(world: World, id: string): Subject | null {
  const { prefix, key = '' } = parseNodeId(id) ?? {};
  switch (prefix) {
    case 'PR':
      return conversation(world, world.pulls.get(Number(key)));
    case 'I':
      return conversation(world, issueById(world, Number(key)));
    case 'PRR':
      return reviewSubject(world, key);
    case 'IC':
      return commentSubject(world, Number(key));
    default:
      return null;
  }
}
