import { commitsBetween } from '../world/git.ts';
import { accountById, atLeast, roleOf } from '../world/people.ts';
import { pullDiff } from '../world/pull-facts.ts';
import type { Issue, IssueComment, PullRequest, Repository, Review } from '../world/types.ts';
import { nodeId, type World } from '../world/world.ts';
import { appShape } from './checks.ts';
import { optionalUser, restTeamShape, teamShape, userShape } from './people.ts';
import {
  fullName,
  labelShape,
  repositoryById,
  repositoryHtmlUrl,
  repositoryShape,
  repositoryUrl,
} from './repository.ts';

export function isPull(issue: Issue): issue is PullRequest {
  return 'pull' in issue;
}

export function association(world: World, repository: Repository, userId: number) {
  if (repository.ownerId === userId) return 'OWNER';
  if (world.organizations.get(repository.ownerId)?.members.has(userId)) return 'MEMBER';
  if (repository.collaborators.has(userId)) return 'COLLABORATOR';
  return atLeast(roleOf(world, repository, userId), 'write') ? 'COLLABORATOR' : 'NONE';
}

function labelsOf(world: World, issue: Issue) {
  const repository = repositoryById(world, issue.repositoryId);
  return issue.labels.flatMap((name) => {
    const label = repository.labels.get(name);
    return label ? [labelShape(world, repository, label)] : [];
  });
}

function endShape(world: World, repository: Repository, ref: string, sha: string) {
  const owner = accountById(world, repository.ownerId);
  return {
    label: `${owner.login}:${ref}`,
    ref,
    sha,
    user: userShape(world, owner.id),
    repo: repositoryShape(world, repository),
  };
}

function links(api: string, html: string, issue: string, repositoryApi: string, sha: string) {
  const href = (value: string) => ({ href: value });
  return {
    self: href(api),
    html: href(html),
    issue: href(issue),
    comments: href(`${issue}/comments`),
    review_comments: href(`${api}/comments`),
    review_comment: href(`${repositoryApi}/pulls/comments{/number}`),
    commits: href(`${api}/commits`),
    statuses: href(`${repositoryApi}/statuses/${sha}`),
  };
}

type Surface = 'webhook' | 'rest';

/** The form in lists and in review webhooks. */
export function simplePullShape(world: World, pull: PullRequest, surface: Surface) {
  const repository = repositoryById(world, pull.repositoryId);
  const repositoryApi = repositoryUrl(world, repository);
  const api = `${repositoryApi}/pulls/${pull.number}`;
  const issue = `${repositoryApi}/issues/${pull.number}`;
  const html = `${repositoryHtmlUrl(world, repository)}/pull/${pull.number}`;
  const team = surface === 'rest' ? restTeamShape : teamShape;
  const teams = [...pull.requestedTeams].flatMap((id) => world.teams.get(id) ?? []);
  return {
    url: api,
    id: pull.id,
    node_id: nodeId('PR', pull.id),
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    issue_url: issue,
    number: pull.number,
    state: pull.state,
    locked: pull.lock !== null,
    title: pull.title,
    user: userShape(world, pull.userId),
    body: pull.body,
    created_at: pull.createdAt,
    updated_at: pull.updatedAt,
    closed_at: pull.closedAt,
    merged_at: pull.mergedAt,
    merge_commit_sha: pull.mergeCommitSha,
    assignee: optionalUser(world, pull.assignees[0] ?? null),
    assignees: pull.assignees.map((id) => userShape(world, id)),
    requested_reviewers: [...pull.requestedReviewers].map((id) => userShape(world, id)),
    requested_teams: teams.map((each) => team(world, each)),
    labels: labelsOf(world, pull),
    milestone: null,
    draft: pull.draft,
    commits_url: `${api}/commits`,
    review_comments_url: `${api}/comments`,
    review_comment_url: `${repositoryApi}/pulls/comments{/number}`,
    comments_url: `${issue}/comments`,
    statuses_url: `${repositoryApi}/statuses/${pull.headSha}`,
    head: endShape(world, repositoryById(world, pull.headRepositoryId), pull.headRef, pull.headSha),
    base: endShape(world, repository, pull.baseRef, pull.baseSha),
    _links: links(api, html, issue, repositoryApi, pull.headSha),
    author_association: association(world, repository, pull.userId),
    auto_merge: null,
    active_lock_reason: pull.lock?.reason ?? null,
  };
}

export function pullShape(world: World, pull: PullRequest, surface: Surface) {
  const files = pullDiff(world, pull);
  const open = pull.state === 'open';
  return {
    ...simplePullShape(world, pull, surface),
    merged: pull.merged,
    mergeable: open ? true : null,
    rebaseable: open ? true : null,
    mergeable_state: open ? 'clean' : 'unknown',
    merged_by: optionalUser(world, pull.mergedBy),
    comments: pull.comments.length,
    review_comments: 0,
    maintainer_can_modify: false,
    commits: commitsBetween(world, pull.baseSha, pull.headSha).length,
    additions: files.reduce((sum, file) => sum + file.additions, 0),
    deletions: files.reduce((sum, file) => sum + file.deletions, 0),
    changed_files: files.length,
  };
}

/** States are lower case in webhooks and upper case in REST answers. */
export function reviewShape(world: World, pull: PullRequest, review: Review, surface: Surface) {
  const repository = repositoryById(world, pull.repositoryId);
  const html = `${repositoryHtmlUrl(world, repository)}/pull/${pull.number}#pullrequestreview-${review.id}`;
  const api = `${repositoryUrl(world, repository)}/pulls/${pull.number}`;
  return {
    id: review.id,
    node_id: nodeId('PRR', `${pull.id}:${review.id}`),
    user: userShape(world, review.userId),
    body: review.body === '' && surface === 'webhook' ? null : review.body,
    state: surface === 'webhook' ? review.state.toLowerCase() : review.state,
    commit_id: review.commitId,
    submitted_at: review.submittedAt,
    html_url: html,
    pull_request_url: api,
    author_association: association(world, repository, review.userId),
    _links: { html: { href: html }, pull_request: { href: api } },
  };
}

export function issueShape(world: World, issue: Issue) {
  const repository = repositoryById(world, issue.repositoryId);
  const api = `${repositoryUrl(world, repository)}/issues/${issue.number}`;
  const page = `${repositoryHtmlUrl(world, repository)}/${isPull(issue) ? 'pull' : 'issues'}/${issue.number}`;
  const app = issue.appId === null ? undefined : world.appsById.get(issue.appId);
  const pull = isPull(issue)
    ? {
        draft: issue.draft,
        pull_request: {
          url: `${repositoryUrl(world, repository)}/pulls/${issue.number}`,
          html_url: page,
          diff_url: `${page}.diff`,
          patch_url: `${page}.patch`,
          merged_at: issue.mergedAt,
        },
      }
    : {};
  return {
    url: api,
    repository_url: repositoryUrl(world, repository),
    labels_url: `${api}/labels{/name}`,
    comments_url: `${api}/comments`,
    events_url: `${api}/events`,
    html_url: page,
    id: isPull(issue) ? issue.issueId : issue.id,
    node_id: nodeId(isPull(issue) ? 'PR' : 'I', issue.id),
    number: issue.number,
    title: issue.title,
    user: userShape(world, issue.userId),
    labels: labelsOf(world, issue),
    state: issue.state,
    locked: issue.lock !== null,
    assignee: optionalUser(world, issue.assignees[0] ?? null),
    assignees: issue.assignees.map((id) => userShape(world, id)),
    milestone: null,
    comments: issue.comments.length,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    author_association: association(world, repository, issue.userId),
    active_lock_reason: issue.lock?.reason ?? null,
    body: issue.body,
    reactions: reactionsShape(`${api}/reactions`, issue.reactions),
    timeline_url: `${api}/timeline`,
    performed_via_github_app: app ? appShape(world, app) : null,
    state_reason: issue.stateReason,
    ...pull,
  };
}

function reactionsShape(url: string, reactions: readonly { readonly content: string }[]) {
  const count = (content: string) => reactions.filter((reaction) => reaction.content === content).length;
  return {
    url,
    total_count: reactions.length,
    '+1': count('+1'),
    '-1': count('-1'),
    laugh: count('laugh'),
    hooray: count('hooray'),
    confused: count('confused'),
    heart: count('heart'),
    rocket: count('rocket'),
    eyes: count('eyes'),
  };
}

export function commentShape(world: World, issue: Issue, comment: IssueComment) {
  const repository = repositoryById(world, issue.repositoryId);
  const api = `${repositoryUrl(world, repository)}/issues/comments/${comment.id}`;
  const page = `${world.webUrl}/${fullName(world, repository)}/${isPull(issue) ? 'pull' : 'issues'}/${issue.number}`;
  const app = comment.appId === null ? undefined : world.appsById.get(comment.appId);
  return {
    url: api,
    html_url: `${page}#issuecomment-${comment.id}`,
    issue_url: `${repositoryUrl(world, repository)}/issues/${issue.number}`,
    id: comment.id,
    node_id: nodeId('IC', comment.id),
    user: userShape(world, comment.userId),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    author_association: association(world, repository, comment.userId),
    body: comment.body,
    reactions: reactionsShape(`${api}/reactions`, comment.reactions),
    performed_via_github_app: app ? appShape(world, app) : null,
  };
}
