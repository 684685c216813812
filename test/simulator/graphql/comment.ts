import type { GraphQLResolveInfo } from 'graphql';
import { association, isPull } from '../shapes/pull-request.ts';
import { repositoryById, repositoryHtmlUrl } from '../shapes/repository.ts';
import type { Edit, Issue, IssueComment } from '../world/types.ts';
import { nodeId, type World } from '../world/world.ts';
import { connection, type PageArgs } from './connection.ts';
import { issueNode } from './issue.ts';
import { optionalActor } from './people.ts';
import { pullNode } from './pull-request.ts';
import { reactableFields } from './reactions.ts';

type Info = GraphQLResolveInfo;

export function editsField(world: World, edits: readonly Edit[]) {
  return (args: PageArgs, _: unknown, info: Info) =>
    connection(edits.toReversed(), args, info, (edit) => ({
      __typename: 'UserContentEdit',
      editedAt: edit.at,
      createdAt: edit.at,
      updatedAt: edit.at,
      deletedAt: null,
      editor: optionalActor(world, edit.editorId),
      diff: edit.from,
    }));
}

export function commentNode(world: World, issue: Issue, comment: IssueComment): object {
  const repository = repositoryById(world, issue.repositoryId);
  const page = `${repositoryHtmlUrl(world, repository)}/${isPull(issue) ? 'pull' : 'issues'}/${issue.number}`;
  const node = () => commentNode(world, issue, comment);
  return {
    __typename: 'IssueComment',
    id: nodeId('IC', comment.id),
    databaseId: comment.id,
    fullDatabaseId: String(comment.id),
    body: comment.body,
    bodyText: comment.body,
    createdAt: comment.createdAt,
    updatedAt: comment.updatedAt,
    publishedAt: comment.createdAt,
    lastEditedAt: comment.lastEditedAt,
    includesCreatedEdit: comment.edits.length > 0,
    isMinimized: false,
    minimizedReason: null,
    createdViaEmail: false,
    url: `${page}#issuecomment-${comment.id}`,
    viewerDidAuthor: comment.appId === world.app.id,
    authorAssociation: association(world, repository, comment.userId),
    author: optionalActor(world, comment.userId),
    editor: optionalActor(world, comment.edits.at(-1)?.editorId ?? null),
    pullRequest: () => (isPull(issue) ? pullNode(world, issue) : null),
    issue: () => issueNode(world, issue),
    userContentEdits: editsField(world, comment.edits),
    ...reactableFields(world, issue, comment, node),
  };
}
