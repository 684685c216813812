import { commentShape, issueShape } from '../shapes/pull-request.ts';
import type { Issue, IssueComment } from '../world/types.ts';
import { Refusal } from '../world/world.ts';
import { repositoryIn } from './access.ts';
import { type Context, paged, type Reply } from './router.ts';

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
export function listIssues(context: Context): Reply {
  const repository = repositoryIn(context);
  const filters = issueFilters(context);
  const issues = [...repository.issues.values(), ...repository.pulls.values()]
    .filter((issue) => filters.every((keep) => keep(issue)))
    .sort(byWish(context.query));
  return paged(context, issues, (issue) => issueShape(context.world, issue));
}

/** docs: "By default, issue comments are ordered by ascending ID"; `direction` counts only beside `sort`. */
export function listAllComments(context: Context): Reply {
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
