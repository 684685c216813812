import { named, type Policy } from '../policy/policy.ts';
import type { Refusal } from './decision.ts';
import type { Contributor } from './history.ts';
import type { InterventionOf } from './intervention.ts';
import { isTakenBack, refusal } from './interventions.ts';
import type { Reader } from './reader.ts';
import { type Bindings, rosterOf } from './roster.ts';
import { epochOf } from './time.ts';
import type { Account } from './values.ts';

/** Who broke the glass, for this head alone (T33): a member of its roles who helped in no way to make the change. */
export type Glass = {
  readonly broken: InterventionOf<'break-glass'> | undefined;
  readonly refused: readonly Refusal[];
};

export type GlassInput = {
  readonly policy: Policy;
  readonly environment: string | undefined;
  readonly contributors: readonly Contributor[];
  readonly reader: Reader;
  readonly bindings: Bindings;
};

export function glassOf(input: GlassInput): Glass {
  const { facts } = input.reader;
  const refused: Refusal[] = [];
  let broken: Glass['broken'];
  for (const said of facts.interventions) {
    if (said.kind !== 'break-glass' || said.head !== facts.pull.headSha) continue;
    if (isTakenBack({ ...said, at: epochOf(said.at) }, input.reader)) continue;
    const problem = problemOfGlass(said.by, input);
    if (problem === undefined) broken = said;
    else refused.push(refusal(said, problem));
  }
  return { broken, refused };
}

/** Why somebody may not break the glass; undefined when they may. */
export function problemOfGlass(by: Account, input: GlassInput): string | undefined {
  const { breakGlass, roles } = input.policy;
  if (breakGlass === undefined) return 'The policy has no glass to break.';
  const { environments } = breakGlass;
  if (environments.length > 0 && (input.environment === undefined || !environments.includes(input.environment))) {
    return `The glass can be broken for ${environments.join(', ')} only.`;
  }
  if (by.kind !== 'user') return 'Only a person can break the glass.';
  if (input.contributors.some(({ account }) => account.id === by.id)) {
    return 'Whoever helped to make a change cannot break the glass for it.';
  }
  const members = breakGlass.roles.flatMap((role) => named(roles, role)?.members ?? []);
  const { accounts } = rosterOf(members, input.reader, input.bindings);
  return accounts.some(({ id }) => id === by.id)
    ? undefined
    : `Only ${breakGlass.roles.join(', ')} can break the glass.`;
}
