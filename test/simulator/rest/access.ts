import { isPull } from '../shapes/pull-request.ts';
import { covers } from '../world/installations.ts';
import { atLeast, roleOf } from '../world/people.ts';
import { repositoryByName } from '../world/repositories.ts';
import type { Issue, PullRequest, Repository } from '../world/types.ts';
import { found, Refusal, type World } from '../world/world.ts';
import { type Caller, type Context, param, type Route } from './router.ts';

/** An installation sees the repositories it was given, and public ones to read; the rest do not exist for it. */
export function maySee(world: World, caller: Caller, repository: Repository): boolean {
  if (caller.kind === 'app') return false;
  if (caller.kind === 'user') return roleOf(world, repository, caller.account.id) !== 'none';
  const { installation, token } = caller;
  if (repository.visibility === 'public') return true;
  return covers(installation, repository) && token.repositoryIds?.has(repository.id) !== false;
}

export function mayChange(world: World, caller: Caller, repository: Repository): boolean {
  if (caller.kind === 'app') return false;
  if (caller.kind === 'user') return atLeast(roleOf(world, repository, caller.account.id), 'write');
  return covers(caller.installation, repository) && caller.token.repositoryIds?.has(repository.id) !== false;
}

/**
 * The documents ask for "at least one of" `issues` and `pull_requests`; to write, GitHub is reported to want the one that the
 * conversation is under.
 */
export function mayConverse(caller: Caller, issue: Issue, level: 'read' | 'write'): boolean {
  if (caller.kind === 'app') return false;
  if (caller.kind === 'user') return true;
  const { permissions } = caller.token;
  if (level === 'write') return permissions[isPull(issue) ? 'pull_requests' : 'issues'] === 'write';
  return permissions.issues !== undefined || permissions.pull_requests !== undefined;
}

export function authorizeConversation(caller: Caller, issue: Issue, level: 'read' | 'write'): void {
  if (!mayConverse(caller, issue, level)) throw new Refusal(403, 'Resource not accessible by integration');
}

export function repositoryIn(context: Context): Repository {
  const repository = repositoryByName(context.world, `${param(context, 'owner')}/${param(context, 'repo')}`);
  if (!maySee(context.world, context.caller, repository)) throw new Refusal(404, 'Not Found');
  return repository;
}

export function writableRepositoryIn(context: Context): Repository {
  const repository = repositoryIn(context);
  if (!mayChange(context.world, context.caller, repository))
    throw new Refusal(403, 'Resource not accessible by integration');
  if (repository.archived) throw new Refusal(403, 'Repository was archived so is read-only.');
  return repository;
}

export function pullIn(context: Context, repository = repositoryIn(context)): PullRequest {
  return found(repository.pulls.get(Number(param(context, 'pull_number'))));
}

export function issueIn(context: Context, repository = repositoryIn(context)): Issue {
  const number = Number(param(context, 'issue_number'));
  return found(repository.pulls.get(number) ?? repository.issues.get(number));
}

/** A commit by its SHA, a branch, or `heads/…`. Commits of other networks are not there. */
export function resolveCommit(context: Context, repository: Repository, ref: string): string {
  const branch = ref.replace(/^(refs\/)?heads\//, '');
  const sha = repository.branches.get(branch) ?? (/^[0-9a-f]{40}$/.test(ref) ? ref : undefined);
  if (sha === undefined || !context.world.networkCommits.has(`${repository.networkId}:${sha}`)) {
    throw new Refusal(422, `No commit found for SHA: ${ref}`);
  }
  return sha;
}

/** Whose doing a call is: the app's bot's, or that of the person whose token it is. */
export function actorOf({ caller, world }: Context): number {
  return caller.kind === 'user' ? caller.account.id : world.app.botId;
}

/** People may what their role lets them: administrators administer, writers write, and check runs are for apps alone. */
export function authorizePerson(context: Context, access: Route['access']): void {
  const { caller, world, params } = context;
  if (caller.kind !== 'user') return;
  if (access === 'checks:write') throw new Refusal(403, 'You must authenticate via a GitHub App.');
  if (params.repo === undefined) return;
  const repository = repositoryIn(context);
  const wanted = access.startsWith('administration:') ? 'admin' : access.endsWith(':write') ? 'write' : 'read';
  // What one may see but not administer is not there.
  if (!atLeast(roleOf(world, repository, caller.account.id), wanted))
    throw new Refusal(wanted === 'admin' ? 404 : 403, wanted === 'admin' ? 'Not Found' : 'Must have push access');
}

/** Only those who could change a ruleset are told who may bypass it. */
export function mayAdminister({ caller, world }: Context, repository: Repository): boolean {
  if (caller.kind === 'user') return roleOf(world, repository, caller.account.id) === 'admin';
  return (
    mayChange(world, caller, repository) &&
    caller.kind === 'installation' &&
    caller.token.permissions.administration === 'write'
  );
}
