import type { Classification } from '../policy/classification.ts';
import type { Reason } from './decision.ts';
import { digestOf } from './digest.ts';
import type { Question } from './history.ts';
import type { Reader } from './reader.ts';
import type { Seat } from './seats.ts';
import { epochOf } from './time.ts';

/** What approvers are asked now. An approval answers what was asked when it was given (T42). */
export function questionOf(
  layer: string,
  classification: Classification,
  seats: readonly Seat[],
  evidence: unknown,
  { facts }: Reader,
): Question {
  const names = [...new Set(seats.map(({ stage }) => stage))];
  return {
    at: facts.at,
    layer,
    head: facts.pull.headSha,
    base: facts.pull.base,
    evidence: digestOf(evidence),
    stages: names.map((stage) => ({ stage, seats: countsOf(seats.filter((seat) => seat.stage === stage)) })),
    classification: classificationDigest(classification),
  };
}

/** Digest of a question without its instant and head: what a stage's opening is tied to. */
export function questionDigest({ base, evidence, stages, classification }: Question): string {
  return digestOf({ base, evidence, stages, classification });
}

export function classificationDigest({
  systems,
  classifications,
  environments,
  blastRadius,
  proposal,
}: Classification): string {
  const names = (of: readonly { readonly name: string }[]) => of.map(({ name }) => name).sort();
  return digestOf([
    names(systems),
    names(classifications),
    names(environments),
    blastRadius.level,
    names(proposal.categories),
    proposal.route,
  ]);
}

export type Given = { readonly at: number; readonly commit: string };

/** What was asked when an approval was given: by the last decision before it, or else by the first one on that commit. */
export function askedWhen({ at, commit }: Given, now: Question, { facts }: Reader): Question | undefined {
  const onCommit = facts.history.questions.filter((question) => question.head === commit);
  const sameLayer = onCommit.filter(({ layer }) => layer === now.layer);
  // A layer that is new asked nothing then; what the others asked is the nearest there is.
  const asked = sameLayer.length > 0 ? sameLayer : onCommit;
  return asked.findLast((question) => epochOf(question.at) <= at) ?? asked[0];
}

/**
 * Whether the evidence is no longer what it was. When nobody has edited it since (`unchangedSince`), it is; that spares
 * the approver whom the first decision after an edit has not reached yet.
 */
export function evidenceChanged(given: Given, now: Question, unchangedSince: number, reader: Reader): boolean {
  if (unchangedSince <= given.at) return false;
  const asked = askedWhen(given, now, reader);
  return asked === undefined || epochOf(asked.at) > given.at ? true : asked.evidence !== now.evidence;
}

/** Whether a stage has more seats now than when the approval was given. */
export function stageAsksMore(stage: string, given: Given, now: Question, reader: Reader): boolean {
  const asked = askedWhen(given, now, reader);
  if (asked === undefined) return false;
  const then = asked.stages.find((entry) => entry.stage === stage)?.seats ?? {};
  const current = now.stages.find((entry) => entry.stage === stage)?.seats ?? {};
  return Object.entries(current).some(([seat, count]) => count > (Object.hasOwn(then, seat) ? (then[seat] ?? 0) : 0));
}

export const evidenceIsNew: Reason = {
  code: 'question-changed',
  message: 'The evidence is no longer what it was when this approval was given. Look at it again and approve again.',
};

export function stageIsNew(stage: string): Reason {
  const message = `The stage "${stage}" asks for more than when this approval was given. Look again and approve again.`;
  return { code: 'question-changed', message };
}

function countsOf(seats: readonly Seat[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { id } of seats) {
    const kind = id.replace(/#\d+$/, '');
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}
