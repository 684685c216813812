import { escaped } from '../decision/escape.ts';
import { epochOf, inWords } from '../decision/time.ts';
import type { LineState, Progress } from './attest.ts';
import { type Line, remarkable } from './line.ts';
import { dayOf } from './remarks.ts';
import { canBeAnswered, mayAnswer, type Reviewers } from './reviewers.ts';
import { cells } from './words.ts';

/** The texts of an access review: its issue, and what is said there. Markdown; everything by others is escaped, nobody in a line is mentioned (T29). */

export type Setting = {
  readonly lines: readonly Line[];
  readonly reviewers: readonly Reviewers[];
  readonly openedAt: string;
  readonly dueAt: string;
  readonly organization: string;
  /** Which policy it is a review of, in words. */
  readonly policy: string;
  readonly timezone: string;
  readonly marker: string;
};

/** GitHub takes 65,536 characters; the rest is for what is around a table. */
const LONGEST_TABLE = 55_000;
/** More than a million characters in comments is nobody's to read on a page. */
const MOST_TABLES = 20;

export function issueTitle({ organization, openedAt, lines }: Setting): string {
  const look = remarkable(lines).length;
  const remarks = look === 0 ? '' : `, ${look} to look at`;
  return `Access review of ${organization}, ${dayOf(openedAt)}: ${lines.length} lines${remarks}`;
}

/** The issue, and comments with the lines that do not fit into it. */
export function issueTexts(setting: Setting): { readonly body: string; readonly comments: readonly string[] } {
  const [first = '', ...rest] = tablesOf(setting.lines);
  const { openedAt, dueAt, timezone, policy, marker, organization } = setting;
  const body = [
    `Who may sign what at ${escaped(organization)}, as it was on ${inWords(epochOf(openedAt), timezone)}, under ${policy}.`,
    '',
    ...howTo(setting),
    '',
    ...inTheWay(setting),
    first,
    '',
    ...(rest.length === 0 ? [] : ['More lines than fit here: they go on in the comments below.', '']),
    `To be attested by **${inWords(epochOf(dueAt), timezone)}**. Closing this issue by hand attests nothing.`,
    '',
    marker,
  ].join('\n');
  return { body, comments: commentsOf(rest) };
}

function commentsOf(tables: readonly string[]): readonly string[] {
  const shown = tables.slice(0, MOST_TABLES);
  if (shown.length === tables.length) return shown;
  const rest =
    'There are more lines than can be shown here. `countersign access-review --last` prints all of them; name lines by their numbers there.';
  return [...shown, rest];
}

function howTo({ reviewers, lines }: Setting): readonly string[] {
  return [
    '| Reviewers | Who |',
    '| --- | --- |',
    ...reviewers.map((one) => `| ${escaped(seatName(one))} | ${mentions(one)} |`),
    '',
    'Read each line: should this person still hold this, in this way? Then say here, on lines of their own:',
    '',
    '- `/attest` for all that is not about you, or `/attest 3 5-7` for some of it;',
    '- `/object 4 <rationale>` where something is wrong. It stays in the result; mend it in the policy or the team.',
    '',
    `${lines.length} lines need an answer for each seat of the reviewers, and nobody answers for themselves.`,
  ];
}

function seatName({ role, count }: Reviewers): string {
  return count === 1 ? role : `${role}, ${count} of them`;
}

/** Reviewers are called, since they have to do something: as many as a whole department is not. */
const mostMentions = 15;

function mentions({ members, known }: Reviewers): string {
  if (!known) return 'could not be read from GitHub just now';
  if (members.length === 0) return 'nobody: see to it that somebody holds the role';
  const shown = members.slice(0, mostMentions).map(({ login }) => `@${login}`);
  const more = members.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}

/** Said at once, since it takes a change of the policy. */
function inTheWay({ lines, reviewers }: Pick<Setting, 'lines' | 'reviewers'>): readonly string[] {
  const stuck = lines.filter((line) => !canBeAnswered(line, reviewers));
  if (stuck.length === 0) return [];
  const shown = stuck.slice(0, 30).map(({ number }) => number);
  const more = stuck.length > shown.length ? ' and more' : '';
  return [
    `**Not enough people can answer for ${stuck.length === 1 ? 'line' : 'lines'} ${shown.join(', ')}${more}**, since nobody does for themselves: give the reviewers' roles another member or a backup in the policy.`,
    '',
  ];
}

const HEAD = ['| Line | Role | Who | How | Last use | Look at |', '| ---: | --- | --- | --- | --- | --- |'];

/** The lines as tables that each fit into a text on GitHub. */
export function tablesOf(lines: readonly Line[]): readonly string[] {
  const tables: string[][] = [[]];
  let length = 0;
  for (const line of lines) {
    const row = rowOf(line);
    if (length + row.length > LONGEST_TABLE) {
      tables.push([]);
      length = 0;
    }
    tables.at(-1)?.push(row);
    length += row.length + 1;
  }
  return tables.map((rows) => [...HEAD, ...rows].join('\n'));
}

/** Names and reasons that policies and people give are cut short in a cell; the ledger has them whole. */
function rowOf(line: Line): string {
  const { role, who, how, lastUse, remarks } = cells(line);
  const look = remarks.map((text) => escaped(text, 400)).join('<br>');
  return `| ${line.number} | ${escaped(role, 120)} | ${escaped(who, 150)} | ${escaped(how, 500)} | ${escaped(lastUse, 120)} | ${look === '' ? '' : `**Look:** ${look}`} |`;
}

export function statusText({ lines }: Progress, dueAt: string, timezone: string): string {
  const open = lines.filter((state) => state.open.length > 0);
  const objected = lines.filter(isObjected);
  return [
    open.length === 0
      ? 'Every line is answered.'
      : `${lines.length - open.length} of ${lines.length} lines are answered, by ${inWords(epochOf(dueAt), timezone)} all should be.`,
    ...openText(open),
    ...(objected.length === 0 ? [] : [`Objected to: ${numbers(objected)}.`]),
  ].join('\n');
}

function openText(open: readonly LineState[]): readonly string[] {
  const roles = [...new Set(open.flatMap((state) => state.open))];
  return roles.map((role) => `- ${escaped(role)}: ${numbers(open.filter((state) => state.open.includes(role)))}`);
}

function numbers(states: readonly LineState[]): string {
  const shown = states.slice(0, 60).map(({ line }) => line.number);
  return `${shown.join(', ')}${states.length > shown.length ? ` and ${states.length - shown.length} more` : ''}`;
}

export function isObjected({ objections }: LineState): boolean {
  return objections.some(({ takenBackAt }) => takenBackAt === null);
}

export function overdueText(
  { lines }: Progress,
  { dueAt, timezone, reviewers }: Pick<Setting, 'dueAt' | 'timezone' | 'reviewers'>,
): string {
  const open = lines.filter((state) => state.open.length > 0);
  const stuck = inTheWay({ lines: open.map(({ line }) => line), reviewers });
  const asked = reviewers.map((one) => {
    const people = new Set(
      open.filter((state) => state.open.includes(one.role)).flatMap(({ line }) => mayAnswer(line, one, true)),
    );
    return { ...one, members: [...new Map([...people].map((person) => [person.id, person])).values()] };
  });
  return [
    `**Overdue.** This was to be attested by ${inWords(epochOf(dueAt), timezone)}, and ${open.length} of ${lines.length} lines lack an answer. Backups of the reviewers' roles may answer from now on.`,
    '',
    ...openText(open),
    '',
    ...asked.map((one) => `- ${escaped(seatName(one))}: ${mentions(one)}`),
    '',
    ...stuck,
    'It stays in every report as overdue until it is done, and no other review is opened before.',
  ].join('\n');
}

export function finishedText({ lines }: Progress): string {
  const objected = lines.filter(isObjected);
  const people = [...new Set(lines.flatMap(({ answers }) => answers.map(({ by }) => by.login)))];
  const by = people
    .slice(0, mostMentions)
    .map((login) => escaped(login))
    .join(', ');
  return [
    `**Reviewed.** ${lines.length} lines are answered, by ${by}${people.length > mostMentions ? ' and others' : ''}. The result is in the ledger.`,
    ...(objected.length === 0
      ? []
      : [
          '',
          ...objected.slice(0, 100).flatMap(objectionLines),
          '',
          'What was objected to is not mended by this: change the policy or the team.',
        ]),
  ].join('\n');
}

function objectionLines({ line, objections }: LineState): readonly string[] {
  return objections
    .filter(({ takenBackAt }) => takenBackAt === null)
    .map(({ by, rationale }) => `- Line ${line.number}, by ${escaped(by.login)}: ${escaped(rationale, 400)}`);
}

export const reopenedText =
  'Closing this issue by hand attests nothing, so it is open again. `/attest` what is right, and `/object` to what is not.';
export const restoredText =
  'The text of this issue was changed by hand. It says again what it said, and what is attested is that.';
export const goneText =
  'The policy asks for no access review any more. This one is not over by that: it goes on under the policy that it was opened under, and is on record as open until it is attested.';
