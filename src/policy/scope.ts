import type { Finding } from './messages.ts';
import { didYouMean } from './nearest.ts';
import type { Policy } from './policy.ts';
import { type ForwardLook, type Reference, type ReferenceKind, usesOf } from './references.ts';
import type { PolicyFileInput } from './schema.ts';
import { otherwiseCategory, policyChangeCategory, unmapped } from './subject.ts';

/** The names that are defined, by kind. */
export type Scope = Readonly<Record<ReferenceKind, ReadonlySet<string>>>;

export function scopeOf(policy: Policy): Scope {
  const namesIn = (definitions: readonly { readonly name: string }[]) => new Set(definitions.map(({ name }) => name));
  return {
    role: namesIn(policy.roles),
    stage: new Set(policy.stages),
    window: namesIn(policy.windows),
    calendar: namesIn(policy.calendars),
    category: new Set([...policy.proposals.map(({ category }) => category), otherwiseCategory, policyChangeCategory]),
    environment: namesIn(policy.environments),
    system: new Set([...namesIn(policy.systems), unmapped]),
    classification: new Set([
      ...namesIn(policy.classifications),
      ...policy.systems.flatMap(({ classifications }) => classifications),
    ]),
    channel: namesIn(policy.notify.channels),
  };
}

/** Where each kind of name is defined, for the message. */
const homes: Readonly<Record<ReferenceKind, string>> = {
  role: 'roles',
  stage: 'stages',
  window: 'windows',
  calendar: 'calendars',
  category: 'proposals',
  environment: 'environments',
  system: 'systems',
  classification: 'classifications',
  channel: 'notify.channels',
};

/** Looking for near names takes time, and who has more faults than this has another trouble. */
export const mostHints = 20;

/** Names that a file uses and nobody defines, and conditions that look forward. */
export function undefinedUses(written: PolicyFileInput, scope: Scope): readonly Finding[] {
  const { references, forward } = usesOf(written);
  const undefinedNames = missingOf(references, scope).map((reference, index) =>
    missing(reference, scope, index < mostHints),
  );
  return [...undefinedNames, ...forward.map(looksForward)];
}

/** What a pack uses and nobody defines is the fault of whoever extends it, and said once for each name. */
export function missingForPack(
  pack: string,
  written: PolicyFileInput,
  scope: Scope,
  path: Finding['path'],
): readonly Finding[] {
  const { references } = usesOf(written);
  const once = new Map(
    missingOf(references, scope).map((reference) => [`${reference.kind} ${reference.name}`, reference]),
  );
  return [...once.values()].map(({ kind, name }) => {
    const hint = didYouMean(name, scope[kind]).replace('did you mean', 'is it the same as');
    return {
      path,
      of: 'value',
      message: `\`${pack}\` needs the ${kind} \`${name}\`; define it under \`${homes[kind]}\`${hint}`,
    };
  });
}

function missingOf(references: readonly Reference[], scope: Scope): readonly Reference[] {
  return references.filter(({ kind, name }) => !scope[kind].has(name));
}

function missing({ kind, name, path }: Reference, scope: Scope, withHint: boolean): Finding {
  const hint = (withHint && didYouMean(name, scope[kind])) || `; define it under \`${homes[kind]}\``;
  // Stages are named as keys, everything else as a value.
  return { path, of: kind === 'stage' ? 'key' : 'value', message: `the ${kind} \`${name}\` is not defined${hint}` };
}

function looksForward({ key, place, path }: ForwardLook): Finding {
  const message = `\`${key}\` is derived only after a ${place} condition is judged; the order is systems, classifications, environments, blast radius, category, rules`;
  return { path, of: 'key', message };
}
