import { rulesetShape } from '../shapes/rulesets.ts';
import { announce, announceOrganization } from './events.ts';
import type { BypassActor, Enforcement, Rule, Ruleset } from './rule-types.ts';
import type { Organization, Repository } from './types.ts';
import { found, now, takeId, type World } from './world.ts';

/** Where a ruleset is kept: a repository or an organization. */
export type Holder =
  | { readonly type: 'Repository'; readonly repository: Repository }
  | { readonly type: 'Organization'; readonly organization: Organization };

export interface RulesetInput {
  readonly name?: string;
  readonly enforcement?: Enforcement;
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly repositories?: readonly string[];
  readonly rules?: readonly Rule[];
  readonly bypassActors?: readonly BypassActor[];
}

export function rulesetsIn(holder: Holder): Ruleset[] {
  return holder.type === 'Repository' ? holder.repository.rulesets : holder.organization.rulesets;
}

export function rulesetById(holder: Holder, id: number): Ruleset {
  return found(rulesetsIn(holder).find((ruleset) => ruleset.id === id));
}

function announceRuleset(
  world: World,
  holder: Holder,
  ruleset: Ruleset,
  actorId: number,
  action: 'created' | 'edited' | 'deleted',
  extra: Readonly<Record<string, unknown>> = {},
): void {
  const body = () => ({ repository_ruleset: rulesetShape(world, ruleset, { bypassActors: true }), ...extra });
  if (holder.type === 'Repository') announce(world, holder.repository, actorId, ['repository_ruleset', action], body);
  else announceOrganization(world, holder.organization, actorId, ['repository_ruleset', action], body);
}

export function createRuleset(world: World, holder: Holder, actorId: number, input: RulesetInput): Ruleset {
  const at = now(world);
  const ruleset: Ruleset = {
    id: takeId(world),
    source: {
      type: holder.type,
      id: holder.type === 'Repository' ? holder.repository.id : holder.organization.accountId,
    },
    name: input.name ?? 'default',
    enforcement: input.enforcement ?? 'active',
    include: input.include ?? [],
    exclude: input.exclude ?? [],
    repositories: input.repositories ?? (holder.type === 'Repository' ? [] : ['~ALL']),
    rules: input.rules ?? [],
    bypassActors: input.bypassActors ?? [],
    createdAt: at,
    updatedAt: at,
  };
  rulesetsIn(holder).push(ruleset);
  announceRuleset(world, holder, ruleset, actorId, 'created');
  world.notice({ kind: 'rules' });
  return ruleset;
}

function changedRules(was: readonly Rule[], is: readonly Rule[]) {
  const text = (rule: Rule) => JSON.stringify(rule);
  const before = (rule: Rule) => was.find(({ type }) => type === rule.type);
  const updated = is.filter((rule) => {
    const old = before(rule);
    return old !== undefined && text(old) !== text(rule);
  });
  return {
    added: is.filter((rule) => before(rule) === undefined),
    deleted: was.filter((rule) => !is.some(({ type }) => type === rule.type)),
    updated: updated.map((rule) => ({ rule, changes: { configuration: { from: JSON.stringify(before(rule)) } } })),
  };
}

/** docs do not say how a changed bypass list is told; here it is an edit whose `changes` are silent about it. */
export function editRuleset(
  world: World,
  holder: Holder,
  ruleset: Ruleset,
  actorId: number,
  input: RulesetInput,
): void {
  const was = { ...ruleset };
  ruleset.name = input.name ?? was.name;
  ruleset.enforcement = input.enforcement ?? was.enforcement;
  ruleset.include = input.include ?? was.include;
  ruleset.exclude = input.exclude ?? was.exclude;
  ruleset.repositories = input.repositories ?? was.repositories;
  ruleset.rules = input.rules ?? was.rules;
  ruleset.bypassActors = input.bypassActors ?? was.bypassActors;
  ruleset.updatedAt = now(world);
  const refs = JSON.stringify([was.include, was.exclude]) !== JSON.stringify([ruleset.include, ruleset.exclude]);
  const condition = { ref_name: { include: [...ruleset.include], exclude: [...ruleset.exclude] } };
  const changes = {
    ...(was.name === ruleset.name ? {} : { name: { from: was.name } }),
    ...(was.enforcement === ruleset.enforcement ? {} : { enforcement: { from: was.enforcement } }),
    ...(refs
      ? {
          conditions: {
            added: [],
            deleted: [],
            updated: [{ condition, changes: { include: { from: was.include }, exclude: { from: was.exclude } } }],
          },
        }
      : {}),
    ...(JSON.stringify(was.rules) === JSON.stringify(ruleset.rules)
      ? {}
      : { rules: changedRules(was.rules, ruleset.rules) }),
  };
  announceRuleset(world, holder, ruleset, actorId, 'edited', { changes });
  world.notice({ kind: 'rules' });
}

export function deleteRuleset(world: World, holder: Holder, ruleset: Ruleset, actorId: number): void {
  const list = rulesetsIn(holder);
  list.splice(list.indexOf(ruleset), 1);
  announceRuleset(world, holder, ruleset, actorId, 'deleted');
  world.notice({ kind: 'rules' });
}
