import type { Reason } from './decision.ts';
import type { Facts } from './facts.ts';
import type { Lookup, LookupKind, Lookups, Want } from './lookups.ts';

type ValueOf<Kind extends LookupKind> =
  NonNullable<Lookups[Kind]> extends Readonly<Record<string, infer Answer>>
    ? Answer extends { readonly ok: infer Value }
      ? Value
      : never
    : never;

/**
 * How rules read lookups, and how a decision knows what it lacks. A rule that needs a fact reads it; absent, it becomes a
 * want; unreadable, a reason. Rules ask only when the answer could change the result, so nothing is fetched for nothing.
 * It also carries the instants at which time alone changes the answer. One reader serves one evaluation.
 */
export type Reader = {
  readonly facts: Facts;
  /** The instant of the evaluation. */
  readonly now: number;
  /** The value, or undefined when it is absent or unreadable: the caller then assumes what is stricter. */
  readonly read: <Kind extends LookupKind>(kind: Kind, key: string, login?: string) => ValueOf<Kind> | undefined;
  /** Something needed cannot be known. */
  readonly cannotKnow: (reason: Reason) => void;
  /** Evaluate again at this instant, if it is still to come. */
  readonly again: (at: number) => void;
  readonly wants: () => readonly Want[];
  readonly problems: () => readonly Reason[];
  readonly used: () => readonly Want[];
  readonly next: () => number;
};

export function readerOf(facts: Facts, now: number): Reader {
  const wants = new Map<string, Want>();
  const used = new Map<string, Want>();
  const problems = new Map<string, Reason>();
  let next = Number.POSITIVE_INFINITY;
  const cannotKnow = (reason: Reason) => problems.set(`${reason.code} ${reason.message}`, reason);
  return {
    facts,
    now,
    cannotKnow,
    read: (kind, key, login) => {
      const want: Want = login === undefined ? { kind, key } : { kind, key, login };
      const answers: Readonly<Record<string, unknown>> = facts.lookups[kind] ?? {};
      const answer = Object.hasOwn(answers, key) ? (answers[key] as Lookup<ValueOf<typeof kind>>) : undefined;
      if (answer === undefined) wants.set(`${kind} ${key}`, want);
      else if ('error' in answer) cannotKnow({ code: 'fact-unreadable', message: answer.error });
      else {
        used.set(`${kind} ${key}`, want);
        return answer.ok;
      }
      return undefined;
    },
    again: (at) => {
      if (at > now && at < next) next = at;
    },
    wants: () => [...wants.values()],
    problems: () => [...problems.values()],
    used: () => [...used.values()],
    next: () => next,
  };
}
