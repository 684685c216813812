import type { GraphQLResolveInfo } from 'graphql';
import { association, isPull } from '../shapes/pull-request.ts';
import { repositoryById, repositoryHtmlUrl } from '../shapes/repository.ts';
import type { Issue } from '../world/types.ts';
import { nodeId, type World } from '../world/world.ts';
import { commentNode } from './comment.ts';
import { connection, type PageArgs } from './connection.ts';
import { optionalActor } from './people.ts';
import { pullNode } from './pull-request.ts';
import { reactableFields } from './reactions.ts';
import { labelNode, repositoryNode } from './repository.ts';

export function issueNode(world: World, issue: Issue): object {
  const repository = repositoryById(world, issue.repositoryId);
  const list =
    <T>(items: readonly T[], node: (item: T) => unknown) =>
    (args: PageArgs, _: unknown, info: GraphQLResolveInfo) =>
      connection(items, args, info, node);
  return {
    __typename: 'Issue',
    id: nodeId('I', issue.id),
    databaseId: issue.id,
    fullDatabaseId: String(issue.id),
    number: issue.number,
    title: issue.title,
    body: issue.body ?? '',
    bodyText: issue.body ?? '',
    state: issue.state.toUpperCase(),
    stateReason: issue.stateReason?.toUpperCase() ?? null,
    closed: issue.state === 'closed',
    locked: issue.lock !== null,
    activeLockReason: issue.lock?.reason?.toUpperCase().replace(/[ -]/g, '_') ?? null,
    url: `${repositoryHtmlUrl(world, repository)}/issues/${issue.number}`,
    createdAt: issue.createdAt,
    updatedAt: issue.updatedAt,
    closedAt: issue.closedAt,
    author: optionalActor(world, issue.userId),
    authorAssociation: association(world, repository, issue.userId),
    repository: () => repositoryNode(world, repository),
    labels: list(
      issue.labels.flatMap((name) => repository.labels.get(name) ?? []),
      labelNode,
    ),
    assignees: list(issue.assignees, (id) => optionalActor(world, id)),
    comments: list(issue.comments, (comment) => commentNode(world, issue, comment)),
    ...reactableFields(world, issue, issue, () => issueNode(world, issue)),
  };
}

export function issueOrPullNode(world: World, issue: Issue): object {
  return isPull(issue) ? pullNode(world, issue) : issueNode(world, issue);
}
