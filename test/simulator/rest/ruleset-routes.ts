import {
  currentUserCanBypass,
  ruleSuiteItemShape,
  ruleSuiteShape,
  rulesetItemShape,
  rulesetShape,
} from '../shapes/rulesets.ts';
import type { RuleSuite, Ruleset } from '../world/rule-types.ts';
import { rulesetsOf } from '../world/rules.ts';
import { createRuleset, editRuleset, rulesetById } from '../world/rulesets.ts';
import type { Repository } from '../world/types.ts';
import { found } from '../world/world.ts';
import { actorOf, mayAdminister, repositoryIn, writableRepositoryIn } from './access.ts';
import { type Context, numberParam, ok, paged, type Reply, type Route } from './router.ts';
import { rulesetInput } from './ruleset-body.ts';
import { withinPeriod } from './time-period.ts';

function visibleRulesets(context: Context, repository: Repository): readonly Ruleset[] {
  const withParents = context.query.get('includes_parents') !== 'false';
  return withParents ? rulesetsOf(context.world, repository) : repository.rulesets;
}

function fullRuleset(context: Context, repository: Repository, ruleset: Ruleset) {
  const own = ruleset.source.type === 'Repository';
  return {
    ...rulesetShape(context.world, ruleset, { bypassActors: own && mayAdminister(context, repository) }),
    current_user_can_bypass: currentUserCanBypass(context.world, repository, ruleset, actorOf(context)),
  };
}

/** Only rulesets that target branches are known here. */
function listRulesets(context: Context): Reply {
  const targets = context.query.get('targets')?.split(',') ?? ['branch'];
  const rulesets = targets.includes('branch') ? visibleRulesets(context, repositoryIn(context)) : [];
  return paged(context, rulesets, (ruleset) => rulesetItemShape(context.world, ruleset));
}

function showRuleset(context: Context): Reply {
  const repository = repositoryIn(context);
  const id = numberParam(context, 'ruleset_id');
  const ruleset = found(visibleRulesets(context, repository).find((each) => each.id === id));
  return ok(fullRuleset(context, repository, ruleset));
}

function create(context: Context): Reply {
  const repository = writableRepositoryIn(context);
  const holder = { type: 'Repository', repository } as const;
  const ruleset = createRuleset(context.world, holder, actorOf(context), rulesetInput(context.body));
  return { status: 201, body: fullRuleset(context, repository, ruleset) };
}

function change(context: Context): Reply {
  const repository = writableRepositoryIn(context);
  const holder = { type: 'Repository', repository } as const;
  const ruleset = rulesetById(holder, numberParam(context, 'ruleset_id'));
  editRuleset(context.world, holder, ruleset, actorOf(context), rulesetInput(context.body));
  return ok(fullRuleset(context, repository, ruleset));
}

function ranAs(suite: RuleSuite, status: string): boolean {
  return status === 'all' || suite.evaluations.some(({ enforcement }) => enforcement === status);
}

/** Newest first, and of the last day unless asked otherwise: what happened before is not missing, it was not asked for. */
function listSuites(context: Context): Reply {
  const repository = repositoryIn(context);
  const { query, world } = context;
  const ref = query.get('ref');
  const actor = query.get('actor_name');
  const result = query.get('rule_suite_result') ?? 'all';
  const status = query.get('evaluate_status') ?? 'all';
  const within = withinPeriod(context, query.get('time_period') ?? 'day');
  const suites = repository.ruleSuites.filter(
    (suite) =>
      (ref === null || suite.ref === ref || suite.ref === `refs/heads/${ref}`) &&
      (actor === null || world.accounts.get(suite.actorId)?.login === actor) &&
      (result === 'all' || suite.result === result) &&
      ranAs(suite, status) &&
      within(suite.at),
  );
  return paged(context, suites.toReversed(), (suite) => ruleSuiteItemShape(world, repository, suite));
}

function showSuite(context: Context): Reply {
  const repository = repositoryIn(context);
  const id = numberParam(context, 'rule_suite_id');
  const suite = found(repository.ruleSuites.find((each) => each.id === id));
  return ok(ruleSuiteShape(context.world, repository, suite));
}

const rulesets = '/repos/{owner}/{repo}/rulesets';

/** "rule-suites" is no ruleset: those come first. */
export const rulesetRoutes: readonly Route[] = [
  { operation: `GET ${rulesets}/rule-suites`, access: 'administration:write', handle: listSuites },
  { operation: `GET ${rulesets}/rule-suites/{rule_suite_id}`, access: 'administration:write', handle: showSuite },
  { operation: `GET ${rulesets}`, access: 'metadata:read', handle: listRulesets },
  { operation: `POST ${rulesets}`, access: 'administration:write', handle: create },
  { operation: `GET ${rulesets}/{ruleset_id}`, access: 'metadata:read', handle: showRuleset },
  { operation: `PUT ${rulesets}/{ruleset_id}`, access: 'administration:write', handle: change },
];
