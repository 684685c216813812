import { teamShape, userShape } from '../shapes/people.ts';
import { fullName } from '../shapes/repository.ts';
import { accountByLogin, organizationByLogin, roleGivenTo, teamBySlug, teamMembers, teamReaches } from './people.ts';
import { announcePull, repositoryOfPull } from './pulls.ts';
import type { PullRequest, Team } from './types.ts';
import { now, Refusal, takeId, type World } from './world.ts';

/** People by login and teams by slug, as a request names them. */
export interface Named {
  readonly users: readonly string[];
  readonly teams: readonly string[];
}

interface Reviewers {
  readonly users: readonly number[];
  readonly teams: readonly Team[];
}

function organizationOfPull(world: World, pull: PullRequest) {
  const [owner = ''] = fullName(world, repositoryOfPull(world, pull)).split('/');
  return () => organizationByLogin(world, owner);
}

/** As reported of GitHub: who does not exist, has no access of their own or is a machine is "not a collaborator". */
function notCollaborators(world: World, pull: PullRequest, named: Named): never {
  const who = named.users.length > 0 ? 'users or teams' : 'teams';
  const repository = fullName(world, repositoryOfPull(world, pull));
  const more = `One or more of the ${who} you specified is not a collaborator of the ${repository} repository.`;
  throw new Refusal(422, `Reviews may only be requested from collaborators. ${more}`);
}

function collaborators(world: World, pull: PullRequest, named: Named): Reviewers {
  const repository = repositoryOfPull(world, pull);
  const users = named.users.map((login) => world.accounts.get(world.logins.get(login.toLowerCase()) ?? -1));
  if (users.some((user) => user?.id === pull.userId))
    throw new Refusal(422, 'Review cannot be requested from pull request author.');
  const organization = world.organizations.get(repository.ownerId);
  const teams = named.teams.map((slug) => organization?.teams.get(slug.toLowerCase()));
  const mayReview = users.flatMap((user) =>
    user?.type === 'User' && roleGivenTo(world, repository, user.id) !== 'none' ? [user.id] : [],
  );
  const mayReviewAs = teams.flatMap((team) => (team && teamReaches(world, team, repository) ? [team] : []));
  if (mayReview.length < users.length || mayReviewAs.length < teams.length) notCollaborators(world, pull, named);
  return { users: mayReview, teams: mayReviewAs };
}

function announceRequest(
  world: World,
  pull: PullRequest,
  actorId: number,
  action: 'review_requested' | 'review_request_removed',
  reviewer: { readonly user: number } | { readonly team: Team },
): void {
  const kind = action === 'review_requested' ? 'ReviewRequestedEvent' : 'ReviewRequestRemovedEvent';
  const [userId, teamId] = 'user' in reviewer ? [reviewer.user, null] : [null, reviewer.team.id];
  pull.timeline.push({ id: takeId(world), at: now(world), actorId, kind, userId, teamId });
  announcePull(world, pull, actorId, action, () =>
    'user' in reviewer
      ? { requested_reviewer: userShape(world, reviewer.user) }
      : { requested_team: teamShape(world, reviewer.team) },
  );
}

/** All or nothing. Who is requested already stays so, and nobody hears of it again. */
export function requestReviewers(world: World, pull: PullRequest, actorId: number, named: Named): void {
  const { users, teams } = collaborators(world, pull, named);
  for (const user of users) {
    if (pull.requestedReviewers.has(user)) continue;
    pull.requestedReviewers.add(user);
    announceRequest(world, pull, actorId, 'review_requested', { user });
  }
  for (const team of teams) {
    if (pull.requestedTeams.has(team.id)) continue;
    pull.requestedTeams.add(team.id);
    announceRequest(world, pull, actorId, 'review_requested', { team });
  }
}

export function removeReviewers(world: World, pull: PullRequest, actorId: number, named: Named): void {
  const organization = organizationOfPull(world, pull);
  const users = named.users.map((login) => accountByLogin(world, login).id);
  const teams = named.teams.map((slug) => teamBySlug(organization(), slug));
  for (const user of users) {
    if (pull.requestedReviewers.delete(user)) announceRequest(world, pull, actorId, 'review_request_removed', { user });
  }
  for (const team of teams) {
    if (pull.requestedTeams.delete(team.id)) announceRequest(world, pull, actorId, 'review_request_removed', { team });
  }
}

/**
 * docs: "Once a requested reviewer submits a review, they are no longer considered a requested reviewer", whatever it says;
 * a team is reported to be satisfied by any of its members. No event tells of either.
 */
export function satisfyRequests(world: World, pull: PullRequest, userId: number): void {
  pull.requestedReviewers.delete(userId);
  for (const id of pull.requestedTeams) {
    const team = world.teams.get(id);
    if (team && teamMembers(world, team).has(userId)) pull.requestedTeams.delete(id);
  }
}
