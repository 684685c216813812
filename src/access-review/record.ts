import type { Attestation, LineState, Progress } from './attest.ts';
import type { How, Line } from './line.ts';

/**
 * What the ledger keeps of a review. Names stand under keys that are committed to and not written in plain (`login`, `text`, `reason`,
 * `rationale`), each in an object that says whose they are.
 */
type Plain = Readonly<Record<string, unknown>>;

export function recordedLine(line: Line): Plain {
  const { number, kind, remarks } = line;
  switch (line.kind) {
    case 'holder': {
      const { id, login } = line.person;
      const { role, how, uses } = line;
      const last = line.lastUse ?? null;
      const lastUse = last === null ? null : { did: last.what, at: last.at, where: last.where };
      return { line: number, kind, role, id, login, how: how.map(recordedHow), lastUse, uses, remarks };
    }
    case 'name':
      return { line: number, kind, role: line.role, text: line.name, backup: line.backup, remarks };
    case 'empty':
      return { line: number, kind, role: line.role, remarks };
    case 'exception': {
      const { login, person, environment, until, reason } = line;
      return {
        line: number,
        kind,
        ...(person === null ? {} : { id: person.id }),
        login,
        environment,
        until,
        reason,
        remarks,
      };
    }
  }
}

function recordedHow(how: How): Plain {
  return how.kind === 'delegate' ? { ...how, from: { id: how.from.id, login: how.from.login } } : how;
}

/** A line with who answered for it, in which seat, and what was objected to. */
function answeredLine({ line, answers, objections }: LineState): Plain {
  return {
    ...recordedLine(line),
    answers: answers.map(({ seat, by, at, verdict }) => ({ seat, verdict, at, by: named(by) })),
    objections: objections.map(({ by, at, rationale, takenBackAt }) => ({ by: named(by), at, rationale, takenBackAt })),
  };
}

function named({ id, login }: Attestation['by']): Plain {
  return { id, login };
}

export function recordedResult({ lines }: Progress): readonly Plain[] {
  return lines.map(answeredLine);
}
