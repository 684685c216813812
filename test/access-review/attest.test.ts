import { expect, test } from 'vitest';
import { type Attestation, progressOf } from '../../src/access-review/attest.ts';
import type { Line } from '../../src/access-review/line.ts';
import { canBeAnswered, mayAnswer, type Reviewers } from '../../src/access-review/reviewers.ts';
import { judgeAttesting, type ReviewCircumstances } from '../../src/commands/judge-access-review.ts';
import { speechesOf } from '../../src/commands/speech.ts';
import type { RoleSeat } from '../../src/policy/schema/seat.ts';
import { now, person } from '../support/facts.ts';

const [ana, bo, cy, dee] = [person('ana'), person('bo'), person('cy'), person('dee')];

function line(number: number, login: string): Line {
  const key = `holder:role:${login}`;
  return {
    kind: 'holder',
    number,
    key,
    role: 'role',
    person: person(login),
    how: [],
    lastUse: null,
    uses: 0,
    remarks: [],
  };
}
const lines = [line(1, 'zoe'), line(2, 'ana'), line(3, 'bo'), line(4, 'zoe')];

const seat = (role: string, count = 1): RoleSeat => ({ kind: 'role', role, count });
const who = (more: Partial<Reviewers> = {}): Reviewers => ({
  role: 'boss',
  count: 1,
  members: [ana, bo],
  backups: [cy],
  known: true,
  ...more,
});

let serial = 0;
function said(by = ana, numbers: readonly number[] = [1, 2, 3, 4], more: Partial<Attestation> = {}): Attestation {
  serial += 1;
  return { id: serial, by, at: now, verdict: 'attest', lines: numbers, rationale: '', roles: ['boss'], ...more };
}

const open = (seats: readonly RoleSeat[], ...attestations: Attestation[]) =>
  progressOf(lines, seats, attestations).lines.flatMap(({ line: { number }, open: roles }) =>
    roles.length > 0 ? [number] : [],
  );

test('nobody answers for their own line, whatever they say', () => {
  expect(open([seat('boss')], said(ana))).toEqual([2]);
  expect(open([seat('boss')], said(ana), said(bo, [2]))).toEqual([]);
  expect(progressOf(lines, [seat('boss')], [said(ana), said(bo)]).complete).toBe(true);
});

test('each seat is another person, and one person does not fill two', () => {
  expect(open([seat('boss', 2)], said(ana), said(bo))).toEqual([2, 3]);
  expect(open([seat('boss', 2)], said(ana), said(bo), said(cy))).toEqual([]);
  const both = { roles: ['boss', 'audit'] };
  expect(open([seat('boss'), seat('audit')], said(dee, [1, 2, 3, 4], both))).toEqual([1, 2, 3, 4]);
  expect(open([seat('boss'), seat('audit')], said(dee, [1, 2, 3, 4], both), said(cy))).toEqual([]);
});

test('what counts is the role that was held when it was said', () => {
  expect(open([seat('audit')], said(ana))).toEqual([1, 2, 3, 4]);
});

test('a review without reviewers, or without an answer, is never complete', () => {
  expect(progressOf(lines, [], [said(ana)]).complete).toBe(false);
  expect(progressOf(lines, [seat('boss')], []).complete).toBe(false);
});

test('an objection answers its line, and stays on record when it is taken back', () => {
  const objection = said(ana, [1], { verdict: 'object', rationale: 'has left' });
  const { lines: states } = progressOf(lines, [seat('boss')], [objection]);
  expect(states[0]).toMatchObject({ open: [], objections: [{ rationale: 'has left', takenBackAt: null }] });
  const { lines: later } = progressOf(
    lines,
    [seat('boss')],
    [objection, said(bo), said(ana, [1], { at: '2026-11-24T00:00:00Z' })],
  );
  expect(later[0]?.objections).toMatchObject([{ takenBackAt: '2026-11-24T00:00:00Z' }]);
});

test('backups answer where members are too few, and for every line once it is overdue', () => {
  const logins = (one: Reviewers, number: number, overdue = false) =>
    mayAnswer(lines[number - 1] ?? line(0, 'x'), one, overdue).map(({ login }) => login);
  expect(logins(who(), 1)).toEqual(['ana', 'bo']);
  expect(logins(who(), 2)).toEqual(['bo']);
  expect(logins(who({ members: [ana] }), 2)).toEqual(['cy']);
  expect(logins(who({ count: 2 }), 2)).toEqual(['bo', 'cy']);
  expect(logins(who(), 1, true)).toEqual(['ana', 'bo', 'cy']);
});

test('a line that nobody else can answer for is known at once', () => {
  expect(canBeAnswered(line(1, 'ana'), [who({ members: [ana], backups: [] })])).toBe(false);
  expect(
    canBeAnswered(line(1, 'zoe'), [
      who({ members: [ana], backups: [] }),
      who({ role: 'audit', members: [ana], backups: [] }),
    ]),
  ).toBe(false);
  expect(canBeAnswered(line(1, 'ana'), [who({ members: [ana] })])).toBe(true);
  expect(canBeAnswered(line(1, 'ana'), [who({ members: [], backups: [], known: false })])).toBe(true);
});

const saying = { timezone: 'UTC', repository: 'acme/.github', server: 'https://github.com' };

function judge(by: typeof ana, body: string, more: Partial<ReviewCircumstances> = {}) {
  const speeches = speechesOf({ id: 1, by, at: now, body, head: null }, saying);
  const circumstances = {
    lines,
    reviewers: [who()],
    attestations: [],
    overdue: false,
    finished: false,
    status: 'so',
    ...more,
  };
  const [speech] = speeches;
  if (speech === undefined) throw new Error(`no command in ${body}`);
  const { outcome, attestation } = judgeAttesting(speech, circumstances);
  const text = outcome.kind === 'taken' ? outcome.answer : outcome.said;
  return { kind: outcome.kind, text, lines: attestation?.lines, verdict: attestation?.verdict };
}

test.each<[string, readonly number[]]>([
  ['/attest 1', [1]],
  ['/attest 1 3-4', [1, 3, 4]],
  ['/attest 4, 1', [1, 4]],
  ['/attest 4–3', [3, 4]],
  ['/attest #1, #3', [1, 3]],
  ['/attest lines 3-4.', [3, 4]],
  ['/attest', [1, 3, 4]],
  ['/attest all', [1, 3, 4]],
  ['/object 2 I moved to another team', [2]],
  ['/object 1, 3: 4 people left', [1, 3]],
])('%s', (body, expected) => {
  expect(judge(ana, body)).toMatchObject({ kind: 'taken', lines: expected });
});

test.each<[string, typeof ana, string, string]>([
  ['a stranger', dee, '/attest', 'Only who holds boss answers in this review'],
  [
    'an own line',
    ana,
    '/attest 1-2',
    'Line 2 is not yours to attest: nobody attests a line about themselves. bo can. Nothing was taken; leave it out.',
  ],
  ['no such line', ana, '/attest 5', 'There is no line 5: the lines are 1 to 4. Nothing was taken.'],
  ['a line 0', ana, '/object 0 why', 'There is no line 0'],
  ['very many lines', ana, '/attest 1-999999', 'There is no line 999999'],
  ['too long a number', ana, '/attest 9999999999', 'is no line of the review'],
  ['words', ana, '/attest it all', 'is no line of the review'],
  ['words after numbers', ana, '/attest 1 and 2', '`and 2` is no line of the review'],
  ['no rationale', ana, '/object 3', 'says after the number what is wrong'],
  ['no number', ana, '/object rita has left', 'names a line by its number'],
  ['a backup while members can', cy, '/attest 1', 'a backup answers where the members of boss are too few'],
  ['another command', ana, '/recheck', 'means nothing here'],
])('%s is refused', (_, by, body, expected) => {
  const { kind, text } = judge(by, body);
  expect(kind).toBe('refused');
  expect(text).toContain(expected);
});

test('as a whole leaves out own lines and what one has objected to, and says which', () => {
  const objection = said(ana, [1], { verdict: 'object', rationale: 'has left' });
  expect(judge(ana, '/attest', { attestations: [objection] })).toMatchObject({
    lines: [3, 4],
    text: 'Attested, but for line 2: nobody attests a line about themselves. bo can.',
  });
  const all = said(ana, [1, 3, 4], { verdict: 'object', rationale: 'no' });
  expect(judge(ana, '/attest', { attestations: [all] }).text).toContain('You have objected to every line');
});

test('where nobody else can, it says what to change', () => {
  const reviewers = [who({ members: [ana], backups: [] })];
  expect(judge(ana, '/attest 2', { reviewers }).text).toContain(
    'Nobody else can attest line 2: give boss another member or a backup in the policy.',
  );
});

test('who could not be read is asked again later, and is not taken for a stranger', () => {
  const reviewers = [who({ members: [], backups: [], known: false })];
  expect(judge(ana, '/attest', { reviewers }).text).toContain('could not be read from GitHub just now');
});

test('after the end nothing is taken, and questions are answered', () => {
  expect(judge(ana, '/attest', { finished: true }).text).toContain('is finished');
  expect(judge(dee, '/status', { finished: true })).toMatchObject({ kind: 'taken', text: 'so' });
  expect(judge(dee, '/help').text).toContain('/object 4 <rationale>');
});
