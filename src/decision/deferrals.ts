import type { Hold, Refusal } from './decision.ts';
import type { InterventionOf } from './intervention.ts';
import { type Approvers, isWithdrawn, refusal } from './interventions.ts';
import type { Reader } from './reader.ts';
import { epochOf, inWords } from './time.ts';

/** Deferrals in force, by an eligible approver or the author. One ends by itself; approvals given meanwhile are kept. */
export function deferralsOf(
  approvers: Approvers,
  reader: Reader,
): { standing: readonly Hold[]; refused: readonly Refusal[] } {
  const { interventions, pull } = reader.facts;
  const refused: Refusal[] = [];
  const standing = interventions.flatMap((said): readonly Hold[] => {
    if (said.kind !== 'defer') return [];
    if (said.taken !== true && said.by.id !== pull.author?.id && !approvers.isApprover(said.by)) {
      refused.push(refusal(said, 'Only an eligible approver or the author can defer this proposal.'));
      return [];
    }
    if (isWithdrawn({ ...said, at: epochOf(said.at) }, approvers, reader)) return [];
    return said.until.kind === 'instant'
      ? untilInstant(said, said.until.at, reader)
      : untilReference(said, said.until.reference, reader, refused);
  });
  return { standing, refused };
}

function untilInstant({ by, because }: InterventionOf<'defer'>, until: string, reader: Reader): readonly Hold[] {
  const end = epochOf(until);
  if (end <= reader.now) return [];
  reader.again(end);
  return [
    { code: 'deferral-standing', message: `${by.login} deferred it until ${inWords(end)}${suffix(because)}`, until },
  ];
}

/**
 * Ends when the other is merged or closed. Itself, what cannot be read and what is over already are refused; where it cannot be read any
 * more, nobody knows that it has ended, and it stands until it is taken back.
 */
function untilReference(
  said: InterventionOf<'defer'>,
  reference: string,
  reader: Reader,
  refused: Refusal[],
): readonly Hold[] {
  const { repository, pull } = reader.facts;
  const self = `${repository.owner}/${repository.name}#${pull.number}`;
  const other = reference.toLowerCase() === self.toLowerCase() ? null : reader.read('issues', reference);
  const refuse = (why: string): readonly Hold[] => {
    refused.push(refusal(said, why, 'not-now'));
    return [];
  };
  if (said.taken !== true && other === null) return refuse(`${reference} is this pull request, or cannot be read.`);
  if (other && other.state !== 'open')
    return said.taken === true
      ? []
      : refuse(`${reference} is ${other.state} already, so there is nothing to wait for.`);
  const message = `${said.by.login} deferred it until ${reference} is merged or closed${suffix(said.because)}`;
  return [{ code: 'deferral-standing', message, until: null }];
}

function suffix(because: string): string {
  return because === '' ? '.' : `: ${because}`;
}
