import { type Decision, states } from './decision.ts';

/**
 * The strictest of several decisions, itself and not a copy; of equally strict ones the last. Two pull requests with one
 * head share a check, and the strictest holds for both (T14); so do the layers of a policy.
 */
export function strictest<Decided extends Pick<Decision, 'state'>>(
  decisions: readonly [Decided, ...Decided[]],
): Decided;
export function strictest<Decided extends Pick<Decision, 'state'>>(decisions: readonly Decided[]): Decided | undefined;
export function strictest<Decided extends Pick<Decision, 'state'>>(decisions: readonly Decided[]): Decided | undefined {
  const rank = ({ state }: Decided) => states.indexOf(state);
  const [first, ...rest] = decisions;
  return rest.reduce((held, next) => (held !== undefined && rank(held) < rank(next) ? held : next), first);
}
