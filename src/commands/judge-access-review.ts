import type { Attestation } from '../access-review/attest.ts';
import { type Line, personOf } from '../access-review/line.ts';
import { canBeAnswered, mayAnswer, type Reviewers } from '../access-review/reviewers.ts';
import { escaped } from '../decision/escape.ts';
import type { Account } from '../decision/values.ts';
import { helpText } from './answers.ts';
import type { LineSpan } from './command.ts';
import type { Outcome } from './judge.ts';
import type { Speech } from './speech.ts';

export type ReviewCircumstances = {
  readonly lines: readonly Line[];
  readonly reviewers: readonly Reviewers[];
  /** What was taken before, this very comment included. */
  readonly attestations: readonly Attestation[];
  readonly overdue: boolean;
  readonly finished: boolean;
  /** How it stands, as Markdown. */
  readonly status: string;
};

export type JudgedAttesting = { readonly outcome: Outcome; readonly attestation: Attestation | null };

/** Judges one command that was said on the issue of an access review. */
export function judgeAttesting(speech: Speech, circumstances: ReviewCircumstances): JudgedAttesting {
  const { read } = speech;
  if (!read.ok) return refused('command-syntax', read.problem);
  const { command } = read;
  switch (command.word) {
    case 'attest':
    case 'object':
      if (circumstances.finished) return refused('not-now', 'This review is finished, and its result is recorded.');
      return answered(speech, command, circumstances);
    case 'help':
      return taken(helpText(['attest', 'object', 'status', 'help']));
    case 'status':
    case 'explain':
      return taken(circumstances.status);
    default:
      return refused('not-now', `This issue is about who may sign what, and \`/${speech.word}\` means nothing here.`);
  }
}

type Answering =
  | { readonly word: 'attest'; readonly lines: readonly LineSpan[] | null }
  | { readonly word: 'object'; readonly lines: readonly LineSpan[]; readonly rationale: string };

function answered(speech: Speech, command: Answering, circumstances: ReviewCircumstances): JudgedAttesting {
  const { by } = speech;
  const problem = problemOfSpeaker(by, circumstances) ?? problemOfNumbers(command.lines, circumstances.lines);
  if (problem !== undefined) return problem;
  if (command.word === 'object') return objected(speech, command, circumstances);
  return command.lines === null
    ? attestedWhole(speech, circumstances)
    : attestedLines(speech, linesIn(command.lines, circumstances.lines), circumstances);
}

/** Who is no reviewer at all. */
function problemOfSpeaker(by: Account, { reviewers }: ReviewCircumstances): JudgedAttesting | undefined {
  if (rolesOf(by, reviewers).length > 0) return undefined;
  if (reviewers.some(({ known }) => !known))
    return refused('not-now', 'Who reviews could not be read from GitHub just now. Say it again.');
  return refused('not-entitled', `Only who holds ${rolesIn(reviewers)} answers in this review, and you do not.`);
}

function rolesIn(reviewers: readonly Reviewers[]): string {
  return reviewers.map(({ role }) => role).join(' or ');
}

function rolesOf(by: Account, reviewers: readonly Reviewers[]): readonly string[] {
  const isBy = ({ id }: Account) => id === by.id;
  return reviewers.filter(({ members, backups }) => members.some(isBy) || backups.some(isBy)).map(({ role }) => role);
}

/** A line that is not there is a slip, and nothing of what was said with it is taken. */
function problemOfNumbers(spans: readonly LineSpan[] | null, lines: readonly Line[]): JudgedAttesting | undefined {
  const wrong = spans?.find(({ from, to }) => from < 1 || to > lines.length);
  if (wrong === undefined) return undefined;
  const number = wrong.from < 1 ? wrong.from : wrong.to;
  return refused(
    'command-syntax',
    `There is no line ${number}: the lines are 1 to ${lines.length}. Nothing was taken.`,
  );
}

function linesIn(spans: readonly LineSpan[], lines: readonly Line[]): readonly Line[] {
  return lines.filter(({ number }) => spans.some(({ from, to }) => from <= number && number <= to));
}

function objected(
  { id, by, at }: Speech,
  { lines: spans, rationale }: Extract<Answering, { word: 'object' }>,
  { lines, reviewers }: ReviewCircumstances,
): JudgedAttesting {
  const about = linesIn(spans, lines).map(({ number }) => number);
  const roles = rolesOf(by, reviewers);
  return { ...taken(null), attestation: { id, by, at, verdict: 'object', lines: about, rationale, roles } };
}

/** All that the speaker may attest, and has not objected to. */
function attestedWhole(speech: Speech, circumstances: ReviewCircumstances): JudgedAttesting {
  const { lines, attestations } = circumstances;
  const { by } = speech;
  const mine = lines.filter((line) => maySpeak(by, line, circumstances));
  const open = mine.filter(({ number }) => lastOf(by, number, attestations) !== 'object');
  if (open.length === 0)
    return refused(
      'not-entitled',
      mine.length === 0
        ? `No line is left that you may attest: ${whyNot(by, lines, circumstances)}`
        : 'You have objected to every line that you may attest. Name those that you attest after all, by their numbers.',
    );
  const others = lines.filter((line) => !mine.includes(line));
  const skipped =
    others.length === 0 ? null : `Attested, but for ${numbersOf(others)}: ${whyNot(by, others, circumstances)}`;
  return { ...taken(skipped), attestation: attestationOf(speech, open, circumstances) };
}

function lastOf(
  { id }: Account,
  line: number,
  attestations: readonly Attestation[],
): Attestation['verdict'] | undefined {
  return attestations.findLast(({ by, lines }) => by.id === id && lines.includes(line))?.verdict;
}

function attestedLines(speech: Speech, wanted: readonly Line[], circumstances: ReviewCircumstances): JudgedAttesting {
  const not = wanted.filter((line) => !maySpeak(speech.by, line, circumstances));
  if (not.length > 0)
    return refused(
      'not-entitled',
      `${capital(numbersOf(not))} ${not.length === 1 ? 'is' : 'are'} not yours to attest: ${whyNot(speech.by, not, circumstances)} Nothing was taken; leave ${not.length === 1 ? 'it' : 'them'} out.`,
    );
  return { ...taken(null), attestation: attestationOf(speech, wanted, circumstances) };
}

function attestationOf(
  { id, by, at }: Speech,
  lines: readonly Line[],
  { reviewers }: ReviewCircumstances,
): Attestation {
  const numbers = lines.map(({ number }) => number);
  return { id, by, at, verdict: 'attest', lines: numbers, rationale: '', roles: rolesOf(by, reviewers) };
}

function maySpeak(by: Account, line: Line, { reviewers, overdue }: ReviewCircumstances): boolean {
  return reviewers.some((one) => mayAnswer(line, one, overdue).some(({ id }) => id === by.id));
}

/** Why somebody may not attest these lines, and who can. */
function whyNot(by: Account, lines: readonly Line[], circumstances: ReviewCircumstances): string {
  const own = lines.filter((line) => personOf(line)?.id === by.id);
  const others = lines.filter((line) => !own.includes(line));
  const { reviewers } = circumstances;
  return [
    ...(own.length === 0 ? [] : [`nobody attests a line about themselves. ${whoCan(own, circumstances)}`]),
    ...(others.length === 0
      ? []
      : [
          `${own.length === 0 ? 'a' : 'A'} backup answers where the members of ${rolesIn(reviewers)} are too few, and for every line once the review is overdue.`,
        ]),
  ].join(' ');
}

const mostNamed = 5;

function whoCan(lines: readonly Line[], { reviewers, overdue }: ReviewCircumstances): string {
  const stuck = lines.filter((line) => !canBeAnswered(line, reviewers));
  if (stuck.length > 0)
    return `Nobody else can attest ${numbersOf(stuck)}: give ${rolesIn(reviewers)} another member or a backup in the policy.`;
  const people = lines.flatMap((line) => reviewers.flatMap((one) => mayAnswer(line, one, overdue)));
  const logins = [...new Set(people.map(({ login }) => login))];
  if (logins.length === 0) return `Somebody else who holds ${rolesIn(reviewers)} has to.`;
  const named = logins.slice(0, mostNamed).map((login) => escaped(login));
  return `${named.join(', ')}${logins.length > mostNamed ? ' and others' : ''} can.`;
}

/** `line 3`, `lines 3, 5 to 7` */
export function numbersOf(lines: readonly Pick<Line, 'number'>[]): string {
  const runs: { from: number; to: number }[] = [];
  for (const { number } of lines) {
    const run = runs.at(-1);
    if (run !== undefined && run.to === number - 1) run.to = number;
    else runs.push({ from: number, to: number });
  }
  const words = runs.slice(0, 20).map(({ from, to }) => (from === to ? `${from}` : `${from} to ${to}`));
  return `${lines.length === 1 ? 'line' : 'lines'} ${words.join(', ')}${runs.length > 20 ? ' and more' : ''}`;
}

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

function taken(answer: string | null): JudgedAttesting {
  return { outcome: { kind: 'taken', answer }, attestation: null };
}

/** `said` is Markdown: nothing stands in it that people wrote, but for what is escaped. */
function refused(code: 'command-syntax' | 'not-now' | 'not-entitled', said: string): JudgedAttesting {
  return { outcome: { kind: 'refused', reason: { code, message: said }, said }, attestation: null };
}
