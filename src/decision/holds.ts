import type { Labelled } from '../policy/classification.ts';
import type { Freeze, Policy } from '../policy/policy.ts';
import type { Hold } from './decision.ts';
import { latestEnd } from './durations.ts';
import { openingTimesOf } from './eligibility.ts';
import type { Reader } from './reader.ts';
import type { Requirements } from './requirements.ts';
import { epochOf, instantOf, inWords, isOpen, localInstant, nextChange } from './time.ts';

/** The stage in which approvers of a freeze let one proposal through. It comes after all others. */
export const freezeStage = 'freeze';

/** Freezes in force for a proposal that touches these environments, that of its branch among them, and when that changes. */
export function freezesInForce(
  policy: Policy,
  { environments }: { readonly environments: readonly Pick<Labelled, 'name'>[] },
  reader: Pick<Reader, 'now' | 'again'>,
): readonly Freeze[] {
  const touched = new Set(environments.map(({ name }) => name));
  return policy.freezes.filter((freeze) => {
    if (freeze.environments.length > 0 && !freeze.environments.some((name) => touched.has(name))) return false;
    const from = localInstant(freeze.from, freeze.timezone);
    const to = endOf(freeze);
    reader.again(from);
    reader.again(to);
    return from <= reader.now && reader.now < to;
  });
}

/** A freeze lasts until its end has come for the last time, where that comes twice. */
function endOf({ to, timezone }: Pick<Freeze, 'to' | 'timezone'>): number {
  return localInstant(to, timezone, 'later');
}

export function freezeHolds(freezes: readonly Freeze[], letThrough: boolean): readonly Hold[] {
  return freezes
    .filter(({ approvers }) => approvers.length === 0 || !letThrough)
    .map(({ name, to, timezone, approvers }) => {
      const end = endOf({ to, timezone });
      const who =
        approvers.length === 0
          ? 'nobody can lift it'
          : `${approvers.map(({ role }) => role).join(', ')} can let it through`;
      return {
        code: 'freeze',
        message: `Freeze "${name}" until ${inWords(end, timezone)}; ${who}.`,
        until: instantOf(end),
      };
    });
}

/** Windows are intersected: all of them must be open. */
export function windowHolds(windows: Requirements['windows'], policy: Policy, reader: Reader): readonly Hold[] {
  return windows.flatMap((name): readonly Hold[] => {
    const times = openingTimesOf(name, policy);
    if (times === undefined) return [];
    const change = nextChange(reader.now, times);
    reader.again(change);
    if (isOpen(reader.now, times)) return [];
    if (!Number.isFinite(change))
      return [{ code: 'window-closed', message: `The window "${name}" never opens.`, until: null }];
    const message = `The window "${name}" is closed until ${inWords(change, times.timezone)}.`;
    return [{ code: 'window-closed', message, until: instantOf(change) }];
  });
}

export function minimumOpenHolds({ minimumOpen }: Requirements, reader: Reader): readonly Hold[] {
  if (minimumOpen.length === 0) return [];
  const end = latestEnd(epochOf(reader.facts.pull.createdAt), minimumOpen);
  if (end <= reader.now) return [];
  if (!Number.isFinite(end)) return [{ code: 'minimum-open', message: 'Its calendar never opens again.', until: null }];
  reader.again(end);
  const message = `It must stay open for people to see until ${inWords(end)}.`;
  return [{ code: 'minimum-open', message, until: instantOf(end) }];
}
