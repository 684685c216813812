import type { Classification } from '../policy/classification.ts';
import type { Layer } from '../policy/compose.ts';
import type { Freeze } from '../policy/policy.ts';
import type { Evidence } from '../policy/schema/seat.ts';
import type { Subject } from '../policy/subject.ts';
import { type ApprovalsInput, answersStage, type Ballot, ballotsOf } from './approvals.ts';
import { sameContent } from './binding.ts';
import { contribution } from './contribution.ts';
import type { contributorsOf } from './contributors.ts';
import { deferralsOf } from './deferrals.ts';
import { type EligibilityInput, type SeatWithPeople, withPeople } from './eligibility.ts';
import type { EvidenceContext } from './evidence.ts';
import { type Checklist, checklistOf } from './evidence-checklist.ts';
import { fingerprintOf } from './fingerprint.ts';
import type { Glass } from './glass.ts';
import type { Question } from './history.ts';
import { freezeStage, freezesInForce } from './holds.ts';
import type { Initiators } from './initiator.ts';
import { type Approvers, approversOf } from './interventions.ts';
import type { People } from './people.ts';
import { questionDigest, questionOf } from './question.ts';
import type { Reader } from './reader.ts';
import { rejectionsOf } from './rejections.ts';
import { type Requests, requestsOf } from './requests.ts';
import { type Requirements, requirementsOf } from './requirements.ts';
import { decisiveByPerson } from './reviews.ts';
import type { Bindings } from './roster.ts';
import { type Seat, seatsOf } from './seats.ts';
import { dueTimes } from './sla.ts';
import { type Filled, fillStages } from './stages.ts';
import { readWanted } from './subject.ts';
import { manifestOf, type Supplied } from './supplied.ts';
import { epochOf } from './time.ts';

/** Everything that one layer of the policy makes of a proposal, before it is put into one word. */
export type Evaluation = Asked & Answered;

/** What policy asks, of whom, and about what. */
type Asked = {
  readonly layer: Layer;
  readonly classification: Classification;
  readonly requirements: Requirements;
  readonly supplied: Supplied;
  readonly initiators: Initiators;
  readonly contributors: ReturnType<typeof contributorsOf>;
  readonly glass: Glass;
  readonly needsInitiator: boolean;
  readonly subject: Subject;
  readonly people: People;
  readonly freezes: readonly Freeze[];
  readonly question: Question;
  /** Digest of the question. */
  readonly asked: string;
  readonly content: string;
  readonly bindings: Bindings;
  readonly reader: Reader;
};

/** What approvers have said to it. */
type Answered = {
  readonly eligibility: EligibilityInput;
  readonly seats: readonly SeatWithPeople[];
  readonly approvers: Approvers;
  readonly requests: Requests;
  readonly checklist: Checklist;
  readonly approvalsInput: ApprovalsInput;
  readonly ballots: readonly Ballot[];
  readonly filled: Filled;
  readonly due: ReadonlyMap<string, number>;
  readonly rejections: ReturnType<typeof rejectionsOf>;
  readonly deferrals: ReturnType<typeof deferralsOf>;
};

export type EvaluationInput = {
  readonly layer: Layer;
  readonly subject: Subject;
  readonly classification: Classification;
  readonly reader: Reader;
  readonly bindings: Bindings;
};

/**
 * One step after the other; each reads only what the steps before it found. What they find is put together with
 * `Object.assign`, as V8 takes 20 µs and more to add a dozen properties to a spread object.
 */
export function evaluate(input: EvaluationInput): Evaluation {
  const { layer, subject, classification, reader, bindings } = input;
  const { policy } = layer;
  const freezes = freezesInForce(policy, classification, reader);
  const requirements = withFreezeStage(requirementsOf(policy, classification, classification.rules), freezes);
  const who = contribution(input, requirements);
  const { needsInitiator, needsManifest, supplied, initiators, contributors, glass, people } = who;
  const seats = seatsOf({ policy, classification, requirements, reader, bindings });
  const eligibility = {
    policy,
    people,
    samePerson: requirements.samePerson,
    overdue: new Set<string>(),
    reader,
    bindings,
  };
  const evidence = { manifest: needsManifest ? supplied.parsed : null };
  const question = questionOf(layer.name, classification, ofThePlan(seats), evidence, reader);
  const asked: Asked = {
    layer,
    classification,
    requirements,
    supplied,
    initiators,
    contributors,
    glass,
    needsInitiator,
    subject,
    people,
    freezes,
    question,
    asked: questionDigest(question),
    content: contentOf(requirements, reader),
    bindings,
    reader,
  };
  const first = vote(asked, withPeople(seats, eligibility), eligibility);
  const overdue = new Set([...first.due].filter(([, due]) => due <= reader.now).map(([stage]) => stage));
  if (overdue.size === 0) return Object.assign(asked, first);
  const escalated = { ...eligibility, overdue };
  return Object.assign(asked, vote(asked, withPeople(seats, escalated), escalated));
}

/** Only of these there is something to name: a run, an issue, an alert. */
function isCitable(kind: Evidence): boolean {
  return kind === 'failure' || kind === 'validation';
}

/** Approvals, and everything else that approvers have said, with the people who may sit on the seats. */
function vote(asked: Asked, seats: readonly SeatWithPeople[], eligibility: EligibilityInput): Answered {
  const { reader, requirements, people, question } = asked;
  const decisive = decisiveByPerson(reader, people.excepted);
  const approvers = approversOf(seats, people);
  const requests = requestsOf(approvers, decisive, reader);
  const checklist = checklistOf(requirements.evidence, asked.supplied, evidenceContext(asked, requests));
  const survives =
    requirements.stale === 'on-content-change' ? (commit: string) => survivesFrom(commit, question, reader) : undefined;
  const approvalsInput: ApprovalsInput = {
    people,
    decisive,
    seats,
    question,
    evidenceSince: asked.supplied.since,
    expireAfter: requirements.expireAfter,
    cites: requirements.citeEvidence && requirements.evidence.some(isCitable) ? checklist.cites : undefined,
    survives,
    reader,
  };
  const ballots = ballotsOf(approvalsInput);
  const filled = fillStages({
    seats,
    voters: ballots.map(({ voter }) => voter),
    samePerson: requirements.samePerson,
    openedBefore: openedBefore(asked),
    answers: answersStage(ballots, approvalsInput),
  });
  const stages = requirements.stages.map(({ name }) => name);
  return {
    eligibility,
    seats,
    approvers,
    requests,
    checklist,
    approvalsInput,
    ballots,
    filled,
    due: dueTimes(requirements.sla, seats, filled, reader),
    rejections: rejectionsOf({ decisive, approvers, stages, reader }),
    deferrals: deferralsOf(approvers, reader),
  };
}

export function evidenceContext(
  {
    layer,
    classification,
    supplied,
    reader,
    subject,
  }: Pick<Asked, 'layer' | 'classification' | 'supplied' | 'reader' | 'subject'>,
  { validationAskedAt }: Requests,
): EvidenceContext {
  const { files } = subject.change;
  const changes = (path: string) => {
    if (!files.complete) readWanted([{ fact: 'files' }], reader);
    return files.list.some((file) => file.path === path || file.previousPath === path);
  };
  const manifest = manifestOf(supplied);
  return { policy: layer.policy, classification, manifest, reader, validationAskedAt, changes };
}

/** An approval survives a new head while content and classification are what they were. */
function survivesFrom(commit: string, question: Question, reader: Reader): boolean {
  const then = reader.facts.history.questions.findLast(
    ({ layer, head }) => layer === question.layer && head === commit,
  );
  return then?.classification === question.classification && sameContent(commit, reader);
}

function contentOf({ stale }: Requirements, reader: Reader): string {
  const { headSha } = reader.facts.pull;
  return stale === 'on-push' ? headSha : (fingerprintOf(headSha, reader) ?? headSha);
}

function openedBefore({ content, asked, reader }: Asked): ReadonlyMap<string, number> {
  const mine = reader.facts.history.openings.filter(
    (opening) => opening.content === content && opening.question === asked,
  );
  return new Map(mine.map(({ stage, at }) => [stage, epochOf(at)]));
}

/** Approvers of a freeze form a last stage. */
function withFreezeStage(requirements: Requirements, freezes: readonly Freeze[]): Requirements {
  const seats = freezes.flatMap(({ name, approvers }) =>
    approvers.map((seat) => ({ seat, because: [`freeze "${name}"`] })),
  );
  if (seats.length === 0) return requirements;
  return { ...requirements, stages: [...requirements.stages, { name: freezeStage, seats }] };
}

/** A freeze comes and goes, and changes nothing in what the other stages were asked. */
function ofThePlan(seats: readonly Seat[]): readonly Seat[] {
  return seats.filter(({ stage }) => stage !== freezeStage);
}
