import { isPull } from '../shapes/pull-request.ts';
import { covers } from '../world/installations.ts';
import { repositoryByName } from '../world/repositories.ts';
import type { Issue, PullRequest, Repository } from '../world/types.ts';
import { found, Refusal } from '../world/world.ts';
import { type Caller, type Context, param } from './router.ts';

/** An installation sees the repositories it was given, and public ones to read; the rest do not exist for it. */
export function maySee(caller: Caller, repository: Repository): boolean {
  if (caller.kind === 'app') return false;
  const { installation, token } = caller;
  if (repository.visibility === 'public') return true;
  return covers(installation, repository) && token.repositoryIds?.has(repository.id) !== false;
}

export function mayChange(caller: Caller, repository: Repository): boolean {
  if (caller.kind === 'app') return false;
  return covers(caller.installation, repository) && caller.token.repositoryIds?.has(repository.id) !== false;
}

/**
 * The documents ask for "at least one of" `issues` and `pull_requests`; to write, GitHub is reported to want the one that the
 * conversation is under.
 */
export function mayConverse(caller: Caller, issue: Issue, level: 'read' | 'write'): boolean {
  if (caller.kind === 'app') return false;
  const { permissions } = caller.token;
  if (level === 'write') return permissions[isPull(issue) ? 'pull_requests' : 'issues'] === 'write';
  return permissions.issues !== undefined || permissions.pull_requests !== undefined;
}

export function authorizeConversation(caller: Caller, issue: Issue, level: 'read' | 'write'): void {
  if (!mayConverse(caller, issue, level)) throw new Refusal(403, 'Resource not accessible by integration');
}

export function repositoryIn(context: Context): Repository {
  const repository = repositoryByName(context.world, `${param(context, 'owner')}/${param(context, 'repo')}`);
  if (!maySee(context.caller, repository)) throw new Refusal(404, 'Not Found');
  return repository;
}

export function writableRepositoryIn(context: Context): Repository {
  const repository = repositoryIn(context);
  if (!mayChange(context.caller, repository)) throw new Refusal(403, 'Resource not accessible by integration');
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

export function botOf(context: Context): number {
  return context.world.app.botId;
}
