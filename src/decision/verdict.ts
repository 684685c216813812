import { commitsOf } from './contributors.ts';
import type { EvidenceItem, Hold, Reason, State } from './decision.ts';
import { type SeatWithPeople, unfillable } from './eligibility.ts';
import { type Evaluation, evidenceContext } from './evaluation.ts';
import { verifyValidation } from './evidence-validation.ts';
import { freezeHolds, freezeStage, minimumOpenHolds, windowHolds } from './holds.ts';

/** The state that an evaluation comes to, and why. */
export type Verdict = {
  readonly state: State;
  readonly reasons: readonly Reason[];
  readonly holds: readonly Hold[];
  readonly evidence: readonly EvidenceItem[];
  readonly unfillable: readonly SeatWithPeople[];
};

/** The first that applies wins. A broken glass stands in for everything from `incomplete` to `held`. */
export function verdictOf(evaluation: Evaluation): Verdict {
  const holds = holdsOf(evaluation);
  const evidence = [...initiatorItems(evaluation), ...evaluation.checklist.items];
  const open = evaluation.seats.filter(({ key }) => !evaluation.filled.holders.has(key));
  const hopeless = open.length === 0 ? [] : hopelessAmong(open, evaluation);
  const candidates: readonly (readonly [State, readonly Reason[]])[] = [
    ['incomplete', incompleteness(evidence)],
    ['rejected', evaluation.rejections.standing.map(rejected)],
    ['deferred', evaluation.deferrals.standing.map(asReason)],
    ['unfillable', hopeless.map(cannotBeFilled)],
    ['waiting', [...waitingFor(open), ...requested(evaluation)]],
    ['held', holds.map(asReason)],
  ];
  const misroutes = misrouted(evaluation);
  const missing = unknowns(evaluation);
  const found = candidates.find(([, reasons]) => reasons.length > 0);
  const rest = { holds, evidence, unfillable: hopeless };
  if (missing.length > 0) return { state: 'facts-incomplete', reasons: missing, ...rest };
  if (misroutes.length > 0) return { state: 'misrouted', reasons: misroutes, ...rest };
  if (found === undefined) return { state: 'approved', reasons: [], ...rest };
  const { broken } = evaluation.glass;
  if (broken === undefined) return { state: found[0], reasons: found[1], ...rest };
  const message = `${broken.by.login} broke the glass for incident ${broken.incident}: ${broken.reason}`;
  return { state: 'overridden', reasons: [{ code: 'glass-broken', message }], ...rest };
}

/** Facts that are wanted or cannot be known. Everything above has asked by now. */
export function unknowns({ reader }: Pick<Evaluation, 'reader'>): readonly Reason[] {
  const wanted = reader
    .wants()
    .map(({ kind, key }): Reason => ({ code: 'fact-wanted', message: `Not read yet: ${kind} ${key}.` }));
  return [...reader.problems(), ...wanted];
}

/** A remedy that only engineers may make: every author, of the pull request and of each commit, must be a person. */
function misrouted({ classification, reader }: Evaluation): readonly Reason[] {
  if (classification.proposal.route !== 'engineering-only') return [];
  const { author } = reader.facts.pull;
  const authors = [author, ...commitsOf(reader).flatMap((commit) => commit.authors)];
  const machines = authors.filter((account) => account === null || account.kind !== 'user');
  const names = [...new Set(machines.map((account) => account?.login ?? 'an unknown account'))];
  if (names.length === 0) return [];
  const category = classification.proposal.categories.map(({ name }) => name).join(', ');
  const message = `Changes of category ${category} must be authored by engineers; ${names.join(', ')} took part.`;
  return [{ code: 'engineering-only', message }];
}

function initiatorItems({ needsInitiator, initiators }: Evaluation): readonly EvidenceItem[] {
  const { unknown, accounts } = initiators;
  if (unknown !== undefined) {
    const message = 'The initiator that the manifest names is nobody’s login. Name the person who asked for this.';
    return [{ kind: 'initiator', verified: false, code: 'initiator-unknown', message, shown: [unknown] }];
  }
  if (!needsInitiator) return [];
  const shown = accounts.map(({ login }) => login);
  if (shown.length > 0)
    return [{ kind: 'initiator', verified: true, code: null, message: 'Who asked for it is named.', shown }];
  const message = 'A machine proposed this. Add `initiator:` with the login of the person who asked for it.';
  return [{ kind: 'initiator', verified: false, code: 'initiator-missing', message, shown: [] }];
}

function incompleteness(evidence: readonly EvidenceItem[]): readonly Reason[] {
  return evidence.flatMap(({ kind, code, message }) =>
    code === null ? [] : [{ code, message: `${kind}: ${message}` }],
  );
}

function hopelessAmong(open: readonly SeatWithPeople[], { seats, eligibility }: Evaluation): readonly SeatWithPeople[] {
  const keys = new Set(open.map(({ key }) => key));
  return unfillable(seats, eligibility).filter(({ key, stage }) => keys.has(key) && stage !== freezeStage);
}

function cannotBeFilled({ label, stage, broken }: SeatWithPeople): Reason {
  const why = broken.map(({ message }) => ` ${message}`).join('');
  return { code: 'seat-unfillable', message: `Nobody can fill the seat "${label}" of the stage "${stage}".${why}` };
}

function waitingFor(open: readonly SeatWithPeople[]): readonly Reason[] {
  return open
    .filter(({ stage }) => stage !== freezeStage)
    .map(({ label, stage, broken }) => ({
      code: 'seat-open',
      message: [`The seat "${label}" of the stage "${stage}" is open.`, ...broken.map(({ message }) => message)].join(
        ' ',
      ),
    }));
}

/** Validation that an approver asked for, where the policy does not ask for it itself, and scope to be narrowed. */
function requested(evaluation: Evaluation): readonly Reason[] {
  const { requests, requirements } = evaluation;
  const { narrower, validationAskedAt } = requests;
  if (!Number.isFinite(validationAskedAt) || requirements.evidence.includes('validation')) return narrower;
  const { item } = verifyValidation(evidenceContext(evaluation, requests));
  if (item.verified) return narrower;
  return [{ code: 'validation-requested', message: `An approver asks for validation. ${item.message}` }, ...narrower];
}

function holdsOf({ freezes, seats, filled, requirements, layer, reader }: Evaluation): readonly Hold[] {
  const letThrough = seats.every(({ key, stage }) => stage !== freezeStage || filled.holders.has(key));
  return [
    ...freezeHolds(freezes, letThrough),
    ...windowHolds(requirements.windows, layer.policy, reader),
    ...minimumOpenHolds(requirements, reader),
  ];
}

function rejected({ by, code, rationale }: Evaluation['rejections']['standing'][number]): Reason {
  const why = rationale === '' ? `no rationale yet; ${by.login} is asked for one` : rationale;
  return { code: 'rejection-standing', message: `${by.login} rejected it (${code}): ${why}` };
}

function asReason({ code, message }: Hold): Reason {
  return { code, message };
}
