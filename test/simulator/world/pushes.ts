import { moveBranch, noCommit, type RefMove } from './branches.ts';
import { isAncestor } from './git.ts';
import { evaluate, recordSuite } from './rule-suites.ts';
import { type Change, mayBypass, violationsOf } from './rules.ts';
import type { Repository } from './types.ts';
import { Refusal, type World } from './world.ts';

function kindOf(world: World, before: string, after: string): (Change & { readonly by: 'push' })['kind'] {
  if (before === noCommit) return 'created';
  if (after === noCommit) return 'deleted';
  return isAncestor(world, before, after) ? 'pushed' : 'forced';
}

/**
 * Somebody pushes: the rules of the branch are asked, and may be passed by where they say so. Missing checks alone stop
 * nobody unless `enforce` is set, since worlds are built by pushing to branches that have rules already.
 */
export function pushBranch(world: World, repository: Repository, move: RefMove, enforce: boolean): void {
  const { branch, after, actorId } = move;
  const before = repository.branches.get(branch) ?? noCommit;
  if (before === after) return;
  const kind = kindOf(world, before, after);
  if (kind === 'forced' && move.force !== true) throw new Refusal(422, 'Update is not a fast forward');
  const change: Change = { by: 'push', branch, after, kind };
  const violations = violationsOf(world, repository, branch, change, actorId).filter(
    ({ type }) => enforce || type !== 'required_status_checks',
  );
  const refused = !mayBypass(world, repository, violations, actorId, 'push');
  const evaluations = evaluate(world, repository, branch, change, actorId);
  recordSuite(world, repository, { branch, before, after, actorId }, evaluations, refused);
  if (refused)
    throw new Refusal(
      422,
      `Repository rule violations found\n\n${violations.map(({ message }) => message).join('\n\n')}\n\n`,
    );
  moveBranch(world, repository, move);
}
