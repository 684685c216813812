import { closeAsMerged, moveBranch } from './branches.ts';
import { diffTrees } from './diff.ts';
import { commitOf, mergeBase, writeCommit } from './git.ts';
import { accountById, atLeast, roleOf } from './people.ts';
import { repositoryOfPull } from './pulls.ts';
import { rebaseOnto } from './rebases.ts';
import { evaluate, recordSuite } from './rule-suites.ts';
import { mayBypass, violationsOf } from './rules.ts';
import type { Commit, GitPerson, PullRequest, Tree } from './types.ts';
import { found, now, Refusal, type World } from './world.ts';

export interface MergeInput {
  readonly method?: 'merge' | 'squash' | 'rebase';
  readonly sha?: string;
  /** An administrator or bypass actor merges past the rules: because they say so, or because they can. */
  readonly bypass?: boolean | 'if allowed';
}

export function personOf(world: World, accountId: number): GitPerson {
  const account = accountById(world, accountId);
  return { name: account.name, email: account.emails[0] ?? '', date: now(world) };
}

/** GitHub itself, the committer of what is made on its pages. */
export function webFlow(world: World): GitPerson {
  return { name: 'GitHub', email: 'noreply@github.com', date: now(world) };
}

function mergeTrees(world: World, onto: string, head: string): Tree {
  return applyChange(world, mergeBase(world, onto, head), head, onto, 'Pull Request has merge conflicts');
}

/** Path by path: what changed from `base` to `head`, on top of `onto`. Both sides changing a file is a conflict. */
export function applyChange(world: World, base: string | null, head: string, onto: string, conflict: string): Tree {
  const from: Tree = base === null ? new Map() : commitOf(world, base).tree;
  const ours = commitOf(world, onto).tree;
  const theirs = commitOf(world, head).tree;
  const merged = new Map(ours);
  for (const file of diffTrees(world, from, theirs)) {
    for (const path of [file.path, ...(file.previousPath === null ? [] : [file.previousPath])]) {
      const [was, our, their] = [from.get(path), ours.get(path), theirs.get(path)];
      if (our?.sha !== was?.sha && our?.sha !== their?.sha) throw new Refusal(405, conflict);
      if (their) merged.set(path, their);
      else merged.delete(path);
    }
  }
  return merged;
}

function refuseUnready(pull: PullRequest, input: MergeInput): void {
  if (pull.state !== 'open') throw new Refusal(405, 'Pull Request is not mergeable');
  if (pull.draft) throw new Refusal(405, 'Pull Request is still a draft');
  if (input.sha !== undefined && input.sha !== pull.headSha)
    throw new Refusal(409, 'Head branch was modified. Review and try the merge again.');
}

function refuseRules(world: World, pull: PullRequest, actorId: number, bypass: MergeInput['bypass']): void {
  const repository = repositoryOfPull(world, pull);
  const violations = violationsOf(world, repository, pull.baseRef, { by: 'merge', pull }, actorId);
  if (violations.length === 0) return;
  if (bypass !== undefined && bypass !== false && mayBypass(world, repository, violations, actorId, 'merge')) return;
  if (bypass === true) throw new Refusal(403, 'You are not allowed to bypass the rules of this branch');
  const messages = violations.map(({ message }) => message).join('\n\n');
  throw new Refusal(405, `Repository rule violations found\n\n${messages}\n\n`);
}

/** The commit that brings a pull request onto another, for the button as for the queue. */
export function writeMerge(world: World, pull: PullRequest, onto: string, squash: boolean, authorId: number): Commit {
  const title = squash
    ? `${pull.title} (#${pull.number})`
    : `Merge pull request #${pull.number} from ${pull.headRef}\n\n${pull.title}`;
  return writeCommit(world, repositoryOfPull(world, pull).networkId, {
    tree: mergeTrees(world, onto, pull.headSha),
    parents: squash ? [onto] : [onto, pull.headSha],
    message: title,
    author: personOf(world, authorId),
    committer: webFlow(world),
    signedByGitHub: true,
  });
}

/** PUT /repos/…/pulls/{n}/merge: 405 with the reason when it may not be. */
export function mergePull(world: World, pull: PullRequest, actorId: number, input: MergeInput = {}): string {
  const repository = repositoryOfPull(world, pull);
  if (!atLeast(roleOf(world, repository, actorId), 'write'))
    throw new Refusal(403, 'Resource not accessible by integration');
  refuseUnready(pull, input);
  refuseRules(world, pull, actorId, input.bypass);
  const before = found(repository.branches.get(pull.baseRef));
  const evaluations = evaluate(world, repository, pull.baseRef, { by: 'merge', pull }, actorId);
  const shas =
    input.method === 'rebase'
      ? rebaseOnto(world, repository, pull, before, personOf(world, actorId))
      : [writeMerge(world, pull, before, input.method === 'squash', actorId).sha];
  const after = found(shas.at(-1));
  moveBranch(world, repository, { branch: pull.baseRef, after, actorId, type: 'pr_merge' });
  recordSuite(world, repository, { branch: pull.baseRef, before, after, actorId }, evaluations, false);
  pull.mergeCommits.push(...shas);
  closeAsMerged(world, pull, actorId, after);
  world.notice({ kind: 'moved', repository, branch: pull.baseRef });
  return after;
}

/** "Update branch": merges the base into the head. Reviews move along, as several projects report. */
export function updateBranch(world: World, pull: PullRequest, actorId: number): string {
  const repository = repositoryOfPull(world, pull);
  const head = found(world.repositories.get(pull.headRepositoryId));
  const tip = found(repository.branches.get(pull.baseRef));
  if (mergeBase(world, tip, pull.headSha) === tip)
    throw new Refusal(422, 'There are no new commits on the base branch.');
  const commit = writeCommit(world, head.networkId, {
    tree: mergeTrees(world, pull.headSha, tip),
    parents: [pull.headSha, tip],
    message: `Merge branch '${pull.baseRef}' into ${pull.headRef}`,
    author: personOf(world, actorId),
    committer: webFlow(world),
    signedByGitHub: true,
  });
  moveBranch(world, head, { branch: pull.headRef, after: commit.sha, actorId, movesReviews: true });
  return commit.sha;
}
