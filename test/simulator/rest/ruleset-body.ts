import type { BypassActor, Rule } from '../world/rule-types.ts';
import type { RulesetInput } from '../world/rulesets.ts';
import { Refusal } from '../world/world.ts';
import { bodyOf, listIn, objectIn, optionalOneOf, optionalText, textsIn } from './body.ts';

const known: readonly string[] = [
  'required_status_checks',
  'merge_queue',
  'pull_request',
  'deletion',
  'non_fast_forward',
] satisfies readonly Rule['type'][];

/** The published description has checked the form already; what the simulator has no part for is refused by name. */
function readRules(rules: readonly unknown[]): readonly Rule[] {
  for (const rule of rules) {
    const type = optionalText(bodyOf(rule), 'type') ?? '';
    if (!known.includes(type)) throw new Refusal(422, `The simulator does not know the rule ${type}`);
  }
  return rules as readonly Rule[];
}

function readActors(actors: readonly unknown[]): readonly BypassActor[] {
  return actors.map((actor) => {
    const { actor_type, actor_id } = actor as BypassActor;
    const mode = optionalOneOf(bodyOf(actor), 'bypass_mode', ['always', 'pull_request', 'exempt'] as const);
    return { actor_id: actor_id ?? null, actor_type, bypass_mode: mode ?? 'always' };
  });
}

/** A ruleset as clients write it; what is not named is left as it is. */
export function rulesetInput(value: unknown): RulesetInput {
  const body = bodyOf(value);
  const name = optionalText(body, 'name');
  const enforcement = optionalOneOf(body, 'enforcement', ['active', 'disabled', 'evaluate'] as const);
  if (![undefined, 'branch'].includes(optionalText(body, 'target')))
    throw new Refusal(422, 'The simulator knows rulesets for branches only');
  const refs = objectIn(objectIn(body, 'conditions') ?? {}, 'ref_name');
  const [rules, actors] = [listIn(body, 'rules'), listIn(body, 'bypass_actors')];
  return {
    ...(name === undefined ? {} : { name }),
    ...(enforcement === undefined ? {} : { enforcement }),
    ...(refs ? { include: textsIn(refs, 'include'), exclude: textsIn(refs, 'exclude') } : {}),
    ...(rules ? { rules: readRules(rules) } : {}),
    ...(actors ? { bypassActors: readActors(actors) } : {}),
  };
}
