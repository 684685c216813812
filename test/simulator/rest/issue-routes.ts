import { userShape } from '../shapes/people.ts';
import { commentShape, issueShape } from '../shapes/pull-request.ts';
import { repositoryUrl } from '../shapes/repository.ts';
import { addComment, editComment, issueByNumber } from '../world/comments.ts';
import { editIssue, invalidAssignee, openIssue, replaceOn, setIssueState } from '../world/issues.ts';
import { react } from '../world/reactions.ts';
import { type Issue, type Reaction, reactionContents } from '../world/types.ts';
import { found, nodeId, Refusal } from '../world/world.ts';
import { actorOf, authorizeConversation, issueIn, repositoryIn, writableRepositoryIn } from './access.ts';
import { type Body, bodyOf, listIn, optionalOneOf, optionalText, requiredText, textsIn } from './body.ts';
import { listAllComments, listIssues } from './issue-lists.ts';
import { type Context, numberParam, ok, paged, type Reply, type Route } from './router.ts';

function commentIn(context: Context, level: 'read' | 'write') {
  const repository = level === 'write' ? writableRepositoryIn(context) : repositoryIn(context);
  const entry = found(context.world.comments.get(numberParam(context, 'comment_id')));
  if (entry.repositoryId !== repository.id) throw new Refusal(404, 'Not Found');
  const issue = issueByNumber(repository, entry.number);
  authorizeConversation(context.caller, issue, level);
  return { issue, comment: entry.comment };
}

function conversationIn(context: Context, level: 'read' | 'write'): Issue {
  const issue = issueIn(context, level === 'write' ? writableRepositoryIn(context) : repositoryIn(context));
  authorizeConversation(context.caller, issue, level);
  return issue;
}

function reactionShape(context: Context, reaction: Reaction) {
  return {
    id: reaction.id,
    node_id: nodeId('REA', reaction.id),
    user: userShape(context.world, reaction.userId),
    content: reaction.content,
    created_at: reaction.createdAt,
  };
}

function createReaction(context: Context): Reply {
  const { issue, comment } = commentIn(context, 'write');
  const content = optionalOneOf(bodyOf(context.body), 'content', reactionContents);
  if (!content) throw new Refusal(422, 'Invalid request.\n\n"content" wasn\'t supplied.');
  const { reaction, created } = react(context.world, issue, comment, actorOf(context), content);
  return { status: created ? 201 : 200, body: reactionShape(context, reaction) };
}

function createComment(context: Context): Reply {
  const { world } = context;
  const issue = conversationIn(context, 'write');
  const comment = addComment(world, issue, actorOf(context), requiredText(bodyOf(context.body), 'body'));
  return {
    status: 201,
    body: commentShape(world, issue, comment),
    headers: { location: `${repositoryUrl(world, repositoryIn(context))}/issues/comments/${comment.id}` },
  };
}

function updateComment(context: Context): Reply {
  const { issue, comment } = commentIn(context, 'write');
  if (comment.userId !== actorOf(context)) throw new Refusal(403, 'Resource not accessible by integration');
  editComment(context.world, issue, comment, actorOf(context), requiredText(bodyOf(context.body), 'body'));
  return ok(commentShape(context.world, issue, comment));
}

function listComments(context: Context): Reply {
  const issue = conversationIn(context, 'read');
  const since = context.query.get('since');
  const comments = issue.comments.filter((comment) => since === null || comment.updatedAt >= since);
  return paged(context, comments, (comment) => commentShape(context.world, issue, comment));
}

/** A label is a name, or an object with one. */
function labelsIn(body: Body): readonly string[] | undefined {
  return listIn(body, 'labels')?.map((label) =>
    typeof label === 'string' ? label : requiredText(bodyOf(label), 'name'),
  );
}

function assigneesIn(context: Context, body: Body): readonly number[] | undefined {
  const one = optionalText(body, 'assignee');
  const named = listIn(body, 'assignees') ? textsIn(body, 'assignees') : one === undefined ? undefined : [one];
  return named?.map((login) => {
    const account = context.world.accounts.get(context.world.logins.get(login.toLowerCase()) ?? -1);
    return account?.type === 'User' ? account.id : invalidAssignee(login);
  });
}

function createIssue(context: Context): Reply {
  const repository = writableRepositoryIn(context);
  const body = bodyOf(context.body);
  const issue = openIssue(context.world, repository, actorOf(context), {
    title: requiredText(body, 'title'),
    body: optionalText(body, 'body') ?? null,
    labels: labelsIn(body) ?? [],
    assignees: assigneesIn(context, body) ?? [],
  });
  return { status: 201, body: issueShape(context.world, issue) };
}

/** What is wrong with any part leaves all of it undone. */
function updateIssue(context: Context): Reply {
  const { world } = context;
  const issue = conversationIn(context, 'write');
  const body = bodyOf(context.body);
  const [title, text] = [optionalText(body, 'title'), optionalText(body, 'body')];
  const state = optionalOneOf(body, 'state', ['open', 'closed'] as const);
  const reason = optionalOneOf(body, 'state_reason', ['completed', 'not_planned', 'reopened'] as const);
  const wanted = { labels: labelsIn(body), assignees: assigneesIn(context, body) };
  replaceOn(world, issue, actorOf(context), wanted);
  const edited = { ...(title === undefined ? {} : { title }), ...(text === undefined ? {} : { body: text }) };
  editIssue(world, issue, actorOf(context), edited);
  if (state) setIssueState(world, issue, actorOf(context), state, reason === 'not_planned' ? reason : 'completed');
  return ok(issueShape(world, issue));
}

const repo = '/repos/{owner}/{repo}';
const comment = `${repo}/issues/comments/{comment_id}`;
const issue = `${repo}/issues/{issue_number}`;

/** What is said of one issue needs the permission of that conversation, so that the handler asks for it. */
export const issueRoutes: readonly Route[] = [
  { operation: `GET ${repo}/issues`, access: 'issues:read', handle: listIssues },
  { operation: `POST ${repo}/issues`, access: 'issues:write', handle: createIssue },
  { operation: `GET ${repo}/issues/comments`, access: 'issues:read', handle: listAllComments },
  {
    operation: `GET ${comment}`,
    access: 'metadata:read',
    handle: (context) => {
      const at = commentIn(context, 'read');
      return ok(commentShape(context.world, at.issue, at.comment));
    },
  },
  { operation: `PATCH ${comment}`, access: 'metadata:read', handle: updateComment },
  {
    operation: `GET ${comment}/reactions`,
    access: 'metadata:read',
    handle: (context) =>
      paged(context, commentIn(context, 'read').comment.reactions, (each) => reactionShape(context, each)),
  },
  { operation: `POST ${comment}/reactions`, access: 'metadata:read', handle: createReaction },
  { operation: `GET ${issue}/comments`, access: 'metadata:read', handle: listComments },
  { operation: `POST ${issue}/comments`, access: 'metadata:read', handle: createComment },
  {
    operation: `GET ${issue}`,
    access: 'metadata:read',
    handle: (context) => ok(issueShape(context.world, conversationIn(context, 'read'))),
  },
  { operation: `PATCH ${issue}`, access: 'metadata:read', handle: updateIssue },
];
