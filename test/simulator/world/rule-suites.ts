import { bypassModeOf } from './bypass.ts';
import type { RuleEvaluation, RuleSuite } from './rule-types.ts';
import { type Change, evaluateRuleset, rulesetsFor } from './rules.ts';
import type { Repository } from './types.ts';
import { now, takeId, type World } from './world.ts';

/**
 * How each rule looks upon a change before it happens, those that only evaluate included. Rules are not run for exempt
 * actors; no rules, no suite.
 */
export function evaluate(
  world: World,
  repository: Repository,
  branch: string,
  change: Change,
  actorId: number,
): readonly RuleEvaluation[] {
  return rulesetsFor(world, repository, branch)
    .filter((ruleset) => bypassModeOf(world, repository, ruleset, actorId) !== 'exempt')
    .flatMap((ruleset) =>
      evaluateRuleset(world, repository, ruleset, change).map(({ rule, messages }) => ({
        ruleset,
        type: rule.type,
        enforcement: ruleset.enforcement === 'evaluate' ? ('evaluate' as const) : ('active' as const),
        details: messages.length > 0 ? messages.join('\n') : null,
      })),
    );
}

export function failed(evaluations: readonly RuleEvaluation[], enforcement?: RuleEvaluation['enforcement']): boolean {
  return evaluations.some((each) => each.details !== null && (enforcement ?? each.enforcement) === each.enforcement);
}

export function recordSuite(
  world: World,
  repository: Repository,
  move: { readonly branch: string; readonly before: string; readonly after: string; readonly actorId: number },
  evaluations: readonly RuleEvaluation[],
  refused: boolean,
): void {
  if (evaluations.length === 0) return;
  const broken = refused ? 'fail' : 'bypass';
  const suite: RuleSuite = {
    id: takeId(world),
    actorId: move.actorId,
    before: move.before,
    after: move.after,
    ref: `refs/heads/${move.branch}`,
    at: now(world),
    result: failed(evaluations, 'active') ? broken : 'pass',
    evaluations,
  };
  repository.ruleSuites.push(suite);
}
