import { commitShape, fileShape } from '../shapes/commit.ts';
import { restTeamShape, userShape } from '../shapes/people.ts';
import { pullShape, reviewShape, simplePullShape } from '../shapes/pull-request.ts';
import { pullsAssociatedWith } from '../world/associations.ts';
import { commitsBetween } from '../world/git.ts';
import { mergePull } from '../world/merges.ts';
import { pullDiff } from '../world/pull-facts.ts';
import { removeReviewers, requestReviewers } from '../world/review-requests.ts';
import { found } from '../world/world.ts';
import { actorOf, pullIn, repositoryIn, resolveCommit, writableRepositoryIn } from './access.ts';
import { bodyOf, optionalOneOf, optionalText, textsIn } from './body.ts';
import { type Context, ok, paged, param, type Reply, type Route } from './router.ts';

function listPulls(context: Context): Reply {
  const repository = repositoryIn(context);
  const state = context.query.get('state') ?? 'open';
  const [head, base] = [context.query.get('head'), context.query.get('base')];
  const matching = [...repository.pulls.values()].filter((pull) => {
    const owner = context.world.accounts.get(
      context.world.repositories.get(pull.headRepositoryId)?.ownerId ?? -1,
    )?.login;
    return (
      (state === 'all' || pull.state === state) &&
      (base === null || pull.baseRef === base) &&
      (head === null || head === `${owner}:${pull.headRef}` || head === pull.headRef)
    );
  });
  const key = context.query.get('sort') === 'updated' ? 'updatedAt' : 'number';
  const sorted = matching.sort((a, b) => (a[key] < b[key] ? -1 : 1));
  if ((context.query.get('direction') ?? 'desc') === 'desc') sorted.reverse();
  return paged(context, sorted, (pull) => simplePullShape(context.world, pull, 'rest'));
}

/** docs: "Responses include a maximum of 3000 files." */
function listFiles(context: Context): Reply {
  const repository = repositoryIn(context);
  const pull = pullIn(context, repository);
  const files = pullDiff(context.world, pull).slice(0, 3000);
  return paged(context, files, (file) => fileShape(context.world, repository, pull.headSha, file));
}

/** docs: "Lists a maximum of 250 commits for a pull request." */
function listCommits(context: Context): Reply {
  const repository = repositoryIn(context);
  const pull = pullIn(context, repository);
  const commits = commitsBetween(context.world, pull.baseSha, pull.headSha).slice(0, 250);
  return paged(context, commits, (commit) => commitShape(context.world, repository, commit));
}

function pullsOfCommit(context: Context): Reply {
  const repository = repositoryIn(context);
  const sha = resolveCommit(context, repository, param(context, 'commit_sha'));
  const pulls = pullsAssociatedWith(context.world, repository, sha);
  return paged(context, pulls, (pull) => simplePullShape(context.world, pull, 'rest'));
}

function changeReviewers(context: Context, change: typeof requestReviewers, status: number): Reply {
  const pull = pullIn(context, writableRepositoryIn(context));
  const body = bodyOf(context.body);
  const named = { users: textsIn(body, 'reviewers'), teams: textsIn(body, 'team_reviewers') };
  change(context.world, pull, actorOf(context), named);
  return { status, body: simplePullShape(context.world, pull, 'rest') };
}

function merge(context: Context): Reply {
  const pull = pullIn(context, writableRepositoryIn(context));
  const body = bodyOf(context.body);
  const method = optionalOneOf(body, 'merge_method', ['merge', 'squash', 'rebase'] as const);
  const sha = optionalText(body, 'sha');
  const commit = mergePull(context.world, pull, actorOf(context), {
    ...(method ? { method } : {}),
    ...(sha ? { sha } : {}),
    bypass: 'if allowed',
  });
  return ok({ sha: commit, merged: true, message: 'Pull Request successfully merged' });
}

const repo = '/repos/{owner}/{repo}';
const pullPath = `${repo}/pulls/{pull_number}`;

export const pullRoutes: readonly Route[] = [
  { operation: `GET ${repo}/pulls`, access: 'pull_requests:read', handle: listPulls },
  {
    operation: `GET ${pullPath}`,
    access: 'pull_requests:read',
    handle: (context) => ok(pullShape(context.world, pullIn(context), 'rest')),
  },
  { operation: `GET ${pullPath}/files`, access: 'pull_requests:read', handle: listFiles },
  { operation: `GET ${pullPath}/commits`, access: 'pull_requests:read', handle: listCommits },
  {
    operation: `GET ${pullPath}/reviews`,
    access: 'pull_requests:read',
    handle: (context) => {
      const pull = pullIn(context);
      return paged(context, pull.reviews, (review) => reviewShape(context.world, pull, review, 'rest'));
    },
  },
  {
    operation: `GET ${pullPath}/requested_reviewers`,
    access: 'pull_requests:read',
    handle: (context) => {
      const { requestedReviewers, requestedTeams } = pullIn(context);
      const teams = [...requestedTeams].map((id) => restTeamShape(context.world, found(context.world.teams.get(id))));
      return ok({ users: [...requestedReviewers].map((id) => userShape(context.world, id)), teams });
    },
  },
  {
    operation: `POST ${pullPath}/requested_reviewers`,
    access: 'pull_requests:write',
    handle: (context) => changeReviewers(context, requestReviewers, 201),
  },
  {
    operation: `DELETE ${pullPath}/requested_reviewers`,
    access: 'pull_requests:write',
    handle: (context) => changeReviewers(context, removeReviewers, 200),
  },
  { operation: `PUT ${pullPath}/merge`, access: 'contents:write', handle: merge },
  { operation: `GET ${repo}/commits/{commit_sha}/pulls`, access: 'pull_requests:read', handle: pullsOfCommit },
];
