import type { Decision } from '../decision/decision.ts';

/** Every seat of the plan in a line: `peer: service-owner`, and once it is filled, `peer: service-owner by ana`. */
export function seatLines({ plan }: Decision): readonly string[] {
  return plan.flatMap(({ name, seats }) =>
    seats.map(({ label, filledBy }) => `${name}: ${label}${filledBy === null ? '' : ` by ${filledBy.account.login}`}`),
  );
}
