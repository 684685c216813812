import { userShape } from '../shapes/people.ts';
import { commentShape, issueShape } from '../shapes/pull-request.ts';
import { repositoryUrl } from '../shapes/repository.ts';
import { addComment, editComment, openIssue, setIssueState } from '../world/comments.ts';
import { react } from '../world/reactions.ts';
import { type Issue, type IssueComment, type Reaction, reactionContents } from '../world/types.ts';
import { found, nodeId, Refusal } from '../world/world.ts';
import { botOf, issueIn, repositoryIn, writableRepositoryIn } from './access.ts';
import { bodyOf, optionalOneOf, optionalText, requiredText } from './body.ts';
import { type Context, numberParam, ok, paged, type Reply, type Route } from './router.ts';

type Keep = (issue: Issue) => boolean;

function assigneeFilter(context: Context, wanted: string): Keep {
  if (wanted === 'none') return (issue) => issue.assignees.length === 0;
  if (wanted === '*') return (issue) => issue.assignees.length > 0;
  const id = context.world.logins.get(wanted.toLowerCase());
  return (issue) => issue.assignees.some((each) => each === id);
}

/** Every parameter of the description; those the simulator does not know are refused rather than passed over. */
function issueFilters(context: Context): readonly Keep[] {
  const { query, world } = context;
  const given = <T>(name: string, filter: (value: string) => T) => {
    const value = query.get(name);
    return value === null || value === '' ? [] : [filter(value)];
  };
  for (const name of ['milestone', 'mentioned', 'type', 'issue_field_values']) {
    if (query.has(name)) throw new Refusal(422, `The simulator does not know the parameter ${name} of this list`);
  }
  const state = query.get('state') ?? 'open';
  return [
    (issue) => state === 'all' || issue.state === state,
    ...given(
      'creator',
      (login): Keep =>
        (issue) =>
          issue.userId === world.logins.get(login.toLowerCase()),
    ),
    ...given('assignee', (login) => assigneeFilter(context, login)),
    ...given('labels', (names): Keep => {
      const wanted = names.split(',').map((name) => name.trim().toLowerCase());
      return (issue) => wanted.every((name) => issue.labels.some((label) => label.toLowerCase() === name));
    }),
    ...given(
      'since',
      (since): Keep =>
        (issue) =>
          Date.parse(issue.updatedAt) >= Date.parse(since),
    ),
  ];
}

/** `created`, `updated` or `comments`; what is equal in that goes by number, as it was made. */
function byWish(query: URLSearchParams) {
  const sign = (query.get('direction') ?? 'desc') === 'asc' ? 1 : -1;
  const sort = query.get('sort') ?? 'created';
  const key = (issue: Issue) =>
    sort === 'comments' ? issue.comments.length : Date.parse(sort === 'updated' ? issue.updatedAt : issue.createdAt);
  return (a: Issue, b: Issue) => sign * (key(a) - key(b) || a.number - b.number);
}

/** docs: "GitHub's REST API considers every pull request an issue": they are in here too, with the key `pull_request`. */
function listIssues(context: Context): Reply {
  const repository = repositoryIn(context);
  const filters = issueFilters(context);
  const issues = [...repository.issues.values(), ...repository.pulls.values()]
    .filter((issue) => filters.every((keep) => keep(issue)))
    .sort(byWish(context.query));
  return paged(context, issues, (issue) => issueShape(context.world, issue));
}

/** docs: "By default, issue comments are ordered by ascending ID"; `direction` counts only beside `sort`. */
function listAllComments(context: Context): Reply {
  const repository = repositoryIn(context);
  const { query, world } = context;
  const since = Date.parse(query.get('since') ?? '');
  const key = query.get('sort') === 'updated' ? 'updatedAt' : 'createdAt';
  const sign = query.has('sort') && query.get('direction') === 'desc' ? -1 : 1;
  const comments = [...repository.issues.values(), ...repository.pulls.values()]
    .flatMap((issue) => issue.comments.map((comment) => ({ issue, comment })))
    .filter(({ comment }) => Number.isNaN(since) || Date.parse(comment.updatedAt) >= since);
  const time = (comment: IssueComment) => (query.has('sort') ? Date.parse(comment[key]) : 0);
  comments.sort((a, b) => sign * (time(a.comment) - time(b.comment) || a.comment.id - b.comment.id));
  return paged(context, comments, ({ issue, comment }) => commentShape(world, issue, comment));
}

function commentIn(context: Context) {
  const repository = repositoryIn(context);
  const entry = found(context.world.comments.get(numberParam(context, 'comment_id')));
  if (entry.repositoryId !== repository.id) throw new Refusal(404, 'Not Found');
  const issue = found(repository.pulls.get(entry.number) ?? repository.issues.get(entry.number));
  return { issue, comment: entry.comment };
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
  writableRepositoryIn(context);
  const content = optionalOneOf(bodyOf(context.body), 'content', reactionContents);
  if (!content) throw new Refusal(422, 'Invalid request.\n\n"content" wasn\'t supplied.');
  const { reaction, created } = react(context.world, commentIn(context).comment, botOf(context), content);
  return { status: created ? 201 : 200, body: reactionShape(context, reaction) };
}

function createComment(context: Context): Reply {
  const issue = issueIn(context, writableRepositoryIn(context));
  const { world } = context;
  const comment = addComment(world, issue, botOf(context), requiredText(bodyOf(context.body), 'body'), world.app.id);
  return {
    status: 201,
    body: commentShape(world, issue, comment),
    headers: { location: `${repositoryUrl(world, repositoryIn(context))}/issues/comments/${comment.id}` },
  };
}

function updateComment(context: Context): Reply {
  writableRepositoryIn(context);
  const { issue, comment } = commentIn(context);
  if (comment.userId !== botOf(context)) throw new Refusal(403, 'Resource not accessible by integration');
  editComment(context.world, issue, comment, botOf(context), requiredText(bodyOf(context.body), 'body'));
  return ok(commentShape(context.world, issue, comment));
}

function listComments(context: Context): Reply {
  const issue = issueIn(context);
  const since = context.query.get('since');
  const comments = issue.comments.filter((comment) => since === null || comment.updatedAt >= since);
  return paged(context, comments, (comment) => commentShape(context.world, issue, comment));
}

function createIssue(context: Context): Reply {
  const repository = writableRepositoryIn(context);
  const body = bodyOf(context.body);
  const issue = openIssue(
    context.world,
    repository,
    botOf(context),
    requiredText(body, 'title'),
    optionalText(body, 'body') ?? null,
  );
  return { status: 201, body: issueShape(context.world, issue) };
}

function updateIssue(context: Context): Reply {
  const issue = issueIn(context, writableRepositoryIn(context));
  const state = optionalOneOf(bodyOf(context.body), 'state', ['open', 'closed'] as const);
  if (state) setIssueState(context.world, issue, botOf(context), state);
  return ok(issueShape(context.world, issue));
}

const repo = '/repos/{owner}/{repo}';
const comment = `${repo}/issues/comments/{comment_id}`;
const issue = `${repo}/issues/{issue_number}`;

export const issueRoutes: readonly Route[] = [
  { operation: `GET ${repo}/issues`, access: 'issues:read', handle: listIssues },
  { operation: `GET ${repo}/issues/comments`, access: 'issues:read', handle: listAllComments },
  {
    operation: `GET ${comment}`,
    access: 'pull_requests:read',
    handle: (context) => {
      const at = commentIn(context);
      return ok(commentShape(context.world, at.issue, at.comment));
    },
  },
  { operation: `PATCH ${comment}`, access: 'pull_requests:write', handle: updateComment },
  {
    operation: `GET ${comment}/reactions`,
    access: 'pull_requests:read',
    handle: (context) => paged(context, commentIn(context).comment.reactions, (each) => reactionShape(context, each)),
  },
  { operation: `POST ${comment}/reactions`, access: 'pull_requests:write', handle: createReaction },
  { operation: `GET ${issue}/comments`, access: 'pull_requests:read', handle: listComments },
  { operation: `POST ${issue}/comments`, access: 'pull_requests:write', handle: createComment },
  {
    operation: `GET ${issue}`,
    access: 'issues:read',
    handle: (context) => ok(issueShape(context.world, issueIn(context))),
  },
  { operation: `PATCH ${issue}`, access: 'issues:write', handle: updateIssue },
  { operation: `POST ${repo}/issues`, access: 'issues:write', handle: createIssue },
];
