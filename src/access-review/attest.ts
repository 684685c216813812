import { matchSeats } from '../decision/matching.ts';
import type { Account } from '../decision/values.ts';
import type { RoleSeat } from '../policy/schema/seat.ts';
import { type Line, personOf } from './line.ts';

/**
 * How a review comes to its end: every line needs an answer for every seat of the reviewers, each by another person, and nobody answers
 * for their own line.
 */

/** What a reviewer has said, as it was taken. */
export type Attestation = {
  readonly id: number;
  readonly by: Account;
  readonly at: string;
  readonly verdict: 'attest' | 'object';
  readonly lines: readonly number[];
  readonly rationale: string;
  /** The reviewers' roles that the speaker held at that moment. */
  readonly roles: readonly string[];
};

export type Objection = Pick<Attestation, 'by' | 'at' | 'rationale'> & {
  /** When the same person attested the line after all; null where they did not. */
  readonly takenBackAt: string | null;
};

export type Answer = {
  readonly seat: string;
  readonly by: Account;
  readonly at: string;
  readonly verdict: 'attest' | 'object';
};

export type LineState = {
  readonly line: Line;
  readonly answers: readonly Answer[];
  /** Roles whose seats nobody has filled for this line, one for each. */
  readonly open: readonly string[];
  readonly objections: readonly Objection[];
};

export type Progress = { readonly lines: readonly LineState[]; readonly complete: boolean };

/** Each seat by itself. */
export function seatsOf(reviewers: readonly RoleSeat[]): readonly string[] {
  return reviewers.flatMap(({ role, count }) => Array.from({ length: count }, () => role));
}

export function progressOf(
  lines: readonly Line[],
  reviewers: readonly RoleSeat[],
  attestations: readonly Attestation[],
): Progress {
  const seats = seatsOf(reviewers);
  const states = lines.map((line) => stateOf(line, seats, attestations));
  return { lines: states, complete: seats.length > 0 && states.every(({ open }) => open.length === 0) };
}

function stateOf(line: Line, seats: readonly string[], attestations: readonly Attestation[]): LineState {
  const about = attestations.filter(({ lines }) => lines.includes(line.number));
  const own = personOf(line)?.id;
  const last = [...new Map(about.map((said) => [said.by.id, said])).values()].filter(({ by }) => by.id !== own);
  const options = seats.map((role) =>
    last.filter(({ roles }) => roles.includes(role)).map(({ by }) => ({ slot: `${by.id}`, tokens: [`${by.id}`] })),
  );
  const matches = matchSeats(options);
  const answers = seats.flatMap((seat, index): readonly Answer[] => {
    const said = last.find(({ by }) => `${by.id}` === matches[index]?.slot);
    return said === undefined ? [] : [{ seat, by: said.by, at: said.at, verdict: said.verdict }];
  });
  const open = seats.filter((_, index) => matches[index] === undefined);
  return { line, answers, open, objections: objectionsTo(about) };
}

function objectionsTo(about: readonly Attestation[]): readonly Objection[] {
  return about.flatMap((said, index): readonly Objection[] => {
    if (said.verdict !== 'object') return [];
    const { by, at, rationale } = said;
    const later = about.slice(index + 1).find((one) => one.verdict === 'attest' && one.by.id === by.id);
    return [{ by, at, rationale, takenBackAt: later?.at ?? null }];
  });
}
