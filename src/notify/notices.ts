import type { Decision, PlannedSeat, PlannedStage } from '../decision/decision.ts';
import { digestOf } from '../decision/digest.ts';
import { epochOf, inWords } from '../decision/time.ts';
import type { NotifyEvent } from '../policy/policy.ts';
import { type Notice, notice, placeOf } from './notice.ts';

/** The pull request that was decided on, as people look for it. */
export type Where = {
  /** `acme/shop` */
  readonly repository: string;
  readonly pull: number;
  readonly title: string;
  readonly url: string;
  readonly draft: boolean;
};

/**
 * What a decision has to tell people that the one before it had not. A draft asks nobody for anything; only a broken
 * glass is told of it. `before` is the last decision that people may have been told of, null where there is none.
 */
export function noticesOf(before: Decision | null, after: Decision, where: Where): readonly Notice[] {
  const now = where.draft ? breakGlass(after, where) : tellable(after, where);
  const told = new Set(before === null ? [] : tellable(before, where).map(({ key }) => key));
  const asked = before === null ? [] : stagesThatWait(before).map(openSeatsOf);
  const repeats = stagesThatWait(after)
    .filter((stage) => asked.includes(openSeatsOf(stage)))
    .map((stage) => waiting(after, stage, where).key);
  return now.filter(({ key }) => !told.has(key) && !repeats.includes(key));
}

function tellable(decision: Decision, where: Where): readonly Notice[] {
  return [
    ...stagesThatWait(decision).map((stage) => waiting(decision, stage, where)),
    ...unfillable(decision, where),
    ...overdue(decision, where),
    ...rejected(decision, where),
    ...deferred(decision, where),
    ...approved(decision, where),
    ...breakGlass(decision, where),
    ...policyInvalid(decision, where),
  ];
}

/** Every notice about a pull request names it, in its key too, and says its title first. */
function about(where: Where, event: NotifyEvent, key: string, title: string, lines: readonly string[]): Notice {
  return notice(event, where, { key: `${placeOf(where)} ${key}`, title, lines: [where.title, ...lines] });
}

/** Nobody is asked while evidence is missing, or while a rejection or a deferral stands. */
function stagesThatWait({ state, plan }: Decision): readonly PlannedStage[] {
  return state === 'waiting' ? plan.filter(({ open, complete }) => open && !complete) : [];
}

/** As long as the same seats stay open, a push asks the same people for the same: they have been told. */
function openSeatsOf(stage: PlannedStage): string {
  return JSON.stringify([stage.name, openSeats(stage).map(({ id }) => id)]);
}

function openSeats({ seats }: PlannedStage): readonly PlannedSeat[] {
  return seats.filter(({ filledBy }) => filledBy === null);
}

function waiting(decision: Decision, stage: PlannedStage, where: Where): Notice {
  const key = `${stage.name} ${decision.content} ${decision.question}`;
  const due = stage.dueAt === null ? [] : [`Due ${inWords(epochOf(stage.dueAt))}.`];
  const title = `${placeOf(where)} waits for ${seatNames(stage)}`;
  return about(where, 'waiting', key, title, [...whoCanSign(stage), ...due]);
}

/** `2 × service-owner, owner of payments` */
function seatNames(stage: PlannedStage): string {
  const counted = new Map<string, number>();
  for (const { label } of openSeats(stage)) counted.set(label, (counted.get(label) ?? 0) + 1);
  return [...counted].map(([label, count]) => (count === 1 ? label : `${count} × ${label}`)).join(', ');
}

const mostNames = 10;

function whoCanSign(stage: PlannedStage): readonly string[] {
  const lines = openSeats(stage).map(({ label, candidates }) => {
    const names = candidates.slice(0, mostNames).map(({ login }) => login);
    const others = candidates.length - names.length;
    const who = others === 0 ? names.join(', ') : `${names.join(', ')} and ${others} more`;
    return names.length === 0 ? `${label}: nobody can sign now.` : `${label}: ${who} can sign.`;
  });
  return [...new Set(lines)];
}

function unfillable({ state, reasons, question }: Decision, where: Where): readonly Notice[] {
  if (state !== 'unfillable') return [];
  const lines = reasons.map(({ message }) => message);
  const title = `Nobody can sign ${placeOf(where)}`;
  return [about(where, 'unfillable', `${question} ${digestOf(lines)}`, title, lines)];
}

/** Told while people are what it waits for: what the author owes, or has been answered with no, is not late because of them. */
function overdue({ state, plan, at }: Decision, where: Where): readonly Notice[] {
  if (state !== 'waiting' && state !== 'unfillable') return [];
  return plan.flatMap((stage) => {
    const { name, complete, dueAt } = stage;
    if (complete || dueAt === null || epochOf(dueAt) > epochOf(at)) return [];
    const title = `${placeOf(where)} is overdue: it still waits for ${seatNames(stage)}`;
    const lines = [
      `It was due ${inWords(epochOf(dueAt))}.`,
      ...whoCanSign(stage),
      'Backups may sign from now on, where a role has any.',
    ];
    return [about(where, 'sla-breached', `${name} ${dueAt}`, title, lines)];
  });
}

function rejected({ rejections }: Decision, where: Where): readonly Notice[] {
  return rejections.map(({ source, id, by, code, rationale }) => {
    const title = `${by.login} rejected ${placeOf(where)} (${code})`;
    return about(where, 'rejected', `${source} ${id}`, title, [rationale.trim() || 'No rationale was given yet.']);
  });
}

function deferred({ holds }: Decision, where: Where): readonly Notice[] {
  const deferrals = holds.filter(({ code }) => code === 'deferral-standing');
  return deferrals.map(({ message, until }) =>
    about(where, 'deferred', digestOf([message, until]), `${placeOf(where)} is deferred`, [message]),
  );
}

function approved(decision: Decision, where: Where): readonly Notice[] {
  const { state, content, question, environment, plan, exceptions } = decision;
  if (state !== 'approved') return [];
  const title = `${placeOf(where)} is approved${environment === null ? '' : ` for ${environment}`}`;
  const signed = plan.flatMap(({ name, seats }) =>
    seats.flatMap(({ label, filledBy }) => (filledBy === null ? [] : [`${name}, ${label}: ${filledBy.account.login}`])),
  );
  const excepted = exceptions.map(({ message }) => message);
  return [about(where, 'approved', `${content} ${question}`, title, [...new Set([...signed, ...excepted])])];
}

function breakGlass({ state, glass, head }: Decision, where: Where): readonly Notice[] {
  if (state !== 'overridden' || glass === null) return [];
  const title = `${glass.by.login} broke the glass for ${placeOf(where)}`;
  const lines = [`Incident: ${glass.incident}`, `Reason: ${glass.reason}`, `For the commit ${head} alone.`];
  return [about(where, 'break-glass', `${glass.id}`, title, lines)];
}

/** Where a repository's own policy is; any other file is the organization's. */
const repositoryFile = '.github/';
const mostProblems = 10;

/**
 * The policy in force, told once and not of every pull request that it fails. A policy that a pull request only proposes
 * is that pull request's business, whose check says so.
 */
function policyInvalid({ state, reasons }: Decision, where: Where): readonly Notice[] {
  if (state !== 'policy-invalid') return [];
  const problems = reasons.flatMap(({ code, message }) => (code === 'policy-invalid' ? [message] : []));
  if (problems.length === 0) return [];
  const shared = problems.filter((problem) => !problem.startsWith(repositoryFile));
  const key = shared.length > 0 ? digestOf(shared) : `${where.repository} ${digestOf(problems)}`;
  const more = problems.length > mostProblems ? [`And ${problems.length - mostProblems} more.`] : [];
  const lines = [...problems.slice(0, mostProblems), ...more, `Noticed at ${placeOf(where)}.`];
  return [notice('policy-invalid', where, { key, title: 'The policy is invalid, and nothing passes', lines })];
}
