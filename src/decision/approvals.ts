import { type Bound, bindingOf } from './binding.ts';
import type { JudgedApproval, Reason } from './decision.ts';
import { earliestEnd, type Timed } from './durations.ts';
import type { Question } from './history.ts';
import type { People } from './people.ts';
import { evidenceChanged, evidenceIsNew, stageAsksMore, stageIsNew } from './question.ts';
import type { Reader } from './reader.ts';
import { type Decisive, standingApprovals } from './reviews.ts';
import type { EligibleSeat, Filled, Voter } from './stages.ts';
import { instantOf, inWords } from './time.ts';

export type ApprovalsInput = {
  readonly people: People;
  readonly decisive: ReadonlyMap<number, readonly Decisive[]>;
  readonly seats: readonly EligibleSeat[];
  readonly question: Question;
  /** Nobody has edited the evidence since. */
  readonly evidenceSince: number;
  readonly expireAfter: readonly Timed[];
  /** What an approval must name one of; undefined when none has to. */
  readonly cites: readonly string[] | undefined;
  readonly survives: ((commit: string) => boolean) | undefined;
  readonly reader: Reader;
};

/** One person's approvals, and what speaks against them before any seat is looked at. */
export type Ballot = {
  readonly voter: Voter;
  /** Those of `voter.approvals` with the commit that they are bound to. */
  readonly commits: ReadonlyMap<string, string>;
  /** Of the newest approval, when none is good. */
  readonly reasons: readonly Reason[];
  readonly newest: Decisive;
};

/** Everybody who approves, in order of account id. Each is judged by all that does not depend on the seat. */
export function ballotsOf(input: ApprovalsInput): readonly Ballot[] {
  const people = [...input.decisive].sort(([one], [other]) => one - other);
  return people.flatMap(([, decisive]) => {
    const standing = standingApprovals(decisive);
    const newest = standing.at(-1);
    return newest === undefined ? dismissed(decisive) : [ballotOf(standing, newest, input)];
  });
}

function ballotOf(standing: readonly Decisive[], newest: Decisive, input: ApprovalsInput): Ballot {
  const account = newest.by;
  const apart = input.people.setApart(account);
  const isAnywhere = input.seats.some(({ eligible }) => eligible.has(account.id));
  const personal = apart.length > 0 ? apart : isAnywhere ? [] : [notAMember(newest)];
  const judged = standing.map((approval) => judge(approval, input));
  const good = judged.filter(({ reasons }) => reasons.length === 0);
  const reasons =
    personal.length > 0 ? personal : good.length > 0 ? timely(good, input) : (judged.at(-1)?.reasons ?? []);
  const missing = reasons.length === 0 ? (input.people.lacking(account) ?? [notReadYet]) : reasons;
  const counting = missing.length === 0 ? good : [];
  return {
    voter: { account, approvals: counting.map(({ approval }) => approval) },
    commits: new Map(counting.map(({ approval, commit }) => [approval.id, commit])),
    reasons: missing,
    newest,
  };
}

type Judged = { readonly approval: Decisive; readonly commit: string; readonly reasons: readonly Reason[] };

function judge(approval: Decisive, input: ApprovalsInput): Judged {
  const bound: Bound = bindingOf(approval, input.survives, input.reader);
  if (bound.kind === 'loose') return { approval, commit: '', reasons: [bound.reason] };
  const { commit } = bound;
  const given = { at: approval.at, commit };
  const reasons: Reason[] = [];
  if (evidenceChanged(given, input.question, input.evidenceSince, input.reader)) reasons.push(evidenceIsNew);
  if (input.cites !== undefined && !citesAny(approval.body, input.cites)) reasons.push(notCited);
  return { approval, commit, reasons };
}

/** Of one person's approvals the newest counts for expiry. */
function timely(good: readonly Judged[], { expireAfter, reader }: ApprovalsInput): readonly Reason[] {
  const newest = good.at(-1)?.approval.at ?? 0;
  const end = earliestEnd(newest, expireAfter);
  reader.again(end);
  if (end > reader.now) return [];
  return [{ code: 'expired', message: `It expired on ${inWords(end)}. Approve again if it still holds.` }];
}

/** What is cited must stand alone: `1200` is not cited by `11200`, nor the address of issue 1 by that of issue 12. */
function citesAny(body: string, cites: readonly string[]): boolean {
  return cites.some((cited) => {
    for (let at = body.indexOf(cited); at !== -1; at = body.indexOf(cited, at + 1)) {
      const before = body[at - 1] ?? '';
      const after = body[at + cited.length] ?? '';
      if (!/[0-9A-Za-z]/.test(before) && !/[0-9A-Za-z]/.test(after)) return true;
    }
    return false;
  });
}

/** Why a good approval holds no seat, if it holds none. */
export function seatless({ voter, commits }: Ballot, filled: Filled, input: ApprovalsInput): readonly Reason[] {
  const mine = input.seats.filter(({ eligible }) => eligible.has(voter.account.id));
  const approval = voter.approvals.at(-1);
  if (approval === undefined) return [];
  const given = { at: approval.at, commit: commits.get(approval.id) ?? '' };
  for (const { stage } of mine) {
    const opened = filled.openedAt.get(stage);
    if (opened === undefined || approval.at < opened) return [tooEarly(stage)];
    if (stageAsksMore(stage, given, input.question, input.reader)) return [stageIsNew(stage)];
  }
  return [{ code: 'no-open-seat', message: 'Every seat that it could fill is filled. Nothing to do.' }];
}

export function answersStage(ballots: readonly Ballot[], input: ApprovalsInput) {
  const commits = new Map(ballots.flatMap((ballot) => [...ballot.commits]));
  return (stage: string, { id, at }: Decisive) =>
    !stageAsksMore(stage, { at, commit: commits.get(id) ?? '' }, input.question, input.reader);
}

export function judgedApprovals(
  ballots: readonly Ballot[],
  filled: Filled,
  input: ApprovalsInput,
): readonly JudgedApproval[] {
  return ballots.map((ballot) => {
    const held = [...filled.holders].filter(([, { voter }]) => voter.account.id === ballot.newest.by.id);
    const shown = held[0]?.[1].approval ?? ballot.newest;
    const reasons = held.length > 0 ? [] : ballot.reasons.length > 0 ? ballot.reasons : seatless(ballot, filled, input);
    const seats = held.map(([key]) => key);
    return { id: shown.id, by: shown.by, at: instantOf(shown.at), counts: held.length > 0, seats, reasons };
  });
}

/** Somebody who approved and whose last decisive review was dismissed is told so; other dismissals are nobody's vote. */
function dismissed(decisive: readonly Decisive[]): readonly Ballot[] {
  const last = decisive.at(-1);
  if (last?.state !== 'dismissed') return [];
  const reasons: readonly Reason[] = [
    {
      code: 'dismissed',
      message: 'It was dismissed, and an older one does not come back. Approve again if you still do.',
    },
  ];
  return [{ voter: { account: last.by, approvals: [] }, commits: new Map(), reasons, newest: last }];
}

function notAMember({ by }: Decisive): Reason {
  return { code: 'not-a-member', message: `${by.login} is in none of the roles that this proposal needs now.` };
}

function tooEarly(stage: string): Reason {
  const message = `It was given before the stage "${stage}" was open. Approve again once the stages before it are complete.`;
  return { code: 'stage-not-open', message };
}

const notCited: Reason = {
  code: 'evidence-not-cited',
  message:
    'Policy wants an approval to name what it rests on. Approve again and write the number or address of a verified run.',
};

const notReadYet: Reason = { code: 'fact-wanted', message: 'What this person may do here has not been read yet.' };
