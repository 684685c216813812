import { bypassModeOf } from '../world/bypass.ts';
import { accountById } from '../world/people.ts';
import { failed } from '../world/rule-suites.ts';
import type { RuleSuite, Ruleset } from '../world/rule-types.ts';
import type { Repository } from '../world/types.ts';
import { nodeId, type World } from '../world/world.ts';
import { fullName, repositoryById, repositoryUrl } from './repository.ts';

export function rulesetSource(world: World, { source }: Ruleset): string {
  return source.type === 'Repository'
    ? fullName(world, repositoryById(world, source.id))
    : accountById(world, source.id).login;
}

function addresses(world: World, ruleset: Ruleset) {
  const source = rulesetSource(world, ruleset);
  return ruleset.source.type === 'Repository'
    ? {
        self: { href: `${world.apiUrl}/repos/${source}/rulesets/${ruleset.id}` },
        html: { href: `${world.webUrl}/${source}/rules/${ruleset.id}` },
      }
    : {
        self: { href: `${world.apiUrl}/orgs/${source}/rulesets/${ruleset.id}` },
        html: { href: `${world.webUrl}/organizations/${source}/settings/rules/${ruleset.id}` },
      };
}

/** In lists: without what it asks for and of whom. */
export function rulesetItemShape(world: World, ruleset: Ruleset) {
  return {
    id: ruleset.id,
    name: ruleset.name,
    target: 'branch',
    source_type: ruleset.source.type,
    source: rulesetSource(world, ruleset),
    enforcement: ruleset.enforcement,
    node_id: nodeId('RRS', ruleset.id),
    _links: addresses(world, ruleset),
    created_at: ruleset.createdAt,
    updated_at: ruleset.updatedAt,
  };
}

export function rulesetShape(world: World, ruleset: Ruleset, show: { readonly bypassActors: boolean }) {
  const repositories = { repository_name: { include: ruleset.repositories, exclude: [] } };
  return {
    ...rulesetItemShape(world, ruleset),
    conditions: {
      ref_name: { include: ruleset.include, exclude: ruleset.exclude },
      ...(ruleset.source.type === 'Organization' ? repositories : {}),
    },
    rules: ruleset.rules,
    ...(show.bypassActors ? { bypass_actors: ruleset.bypassActors } : {}),
  };
}

const answers = { always: 'always', pull_request: 'pull_requests_only', exempt: 'exempt' } as const;

export function currentUserCanBypass(world: World, repository: Repository, ruleset: Ruleset, accountId: number) {
  const mode = bypassModeOf(world, repository, ruleset, accountId);
  return mode === null ? 'never' : answers[mode];
}

/** What would have been, had the rules that only evaluate been active; null when there were none. */
function evaluationResult(suite: RuleSuite) {
  if (!suite.evaluations.some(({ enforcement }) => enforcement === 'evaluate')) return null;
  if (failed(suite.evaluations, 'evaluate')) return 'fail';
  return suite.result;
}

export function ruleSuiteItemShape(world: World, repository: Repository, suite: RuleSuite) {
  const result = evaluationResult(suite);
  return {
    id: suite.id,
    actor_id: suite.actorId,
    actor_name: accountById(world, suite.actorId).login,
    before_sha: suite.before,
    after_sha: suite.after,
    ref: suite.ref,
    repository_id: repository.id,
    repository_name: repository.name,
    pushed_at: suite.at,
    result: suite.result,
    ...(result === null ? {} : { evaluation_result: result }),
  };
}

export function ruleSuiteShape(world: World, repository: Repository, suite: RuleSuite) {
  return {
    ...ruleSuiteItemShape(world, repository, suite),
    evaluation_result: evaluationResult(suite),
    rule_evaluations: suite.evaluations.map(({ ruleset, enforcement, type, details }) => ({
      rule_source: { type: 'ruleset', id: ruleset.id, name: ruleset.name },
      enforcement,
      result: details === null ? 'pass' : 'fail',
      rule_type: type,
      details,
    })),
  };
}

/** One rule as GET /repos/…/rules/branches/{branch} shows it. */
export function branchRuleShapes(world: World, ruleset: Ruleset) {
  return ruleset.rules.map((rule) => ({
    ...rule,
    ruleset_source_type: ruleset.source.type,
    ruleset_source: rulesetSource(world, ruleset),
    ruleset_id: ruleset.id,
  }));
}

export function protectionUrl(world: World, repository: Repository, branch: string): string {
  return `${repositoryUrl(world, repository)}/branches/${branch}/protection`;
}
