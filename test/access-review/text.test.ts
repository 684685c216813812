import { expect, test } from 'vitest';
import { progressOf } from '../../src/access-review/attest.ts';
import type { Line } from '../../src/access-review/line.ts';
import { nextOpening, reviewBy } from '../../src/access-review/schedule.ts';
import {
  finishedText,
  issueTexts,
  issueTitle,
  overdueText,
  type Setting,
  statusText,
  tablesOf,
} from '../../src/access-review/text.ts';
import { numbersOf } from '../../src/commands/judge-access-review.ts';
import { now, person } from '../support/facts.ts';

function lines(count: number, reason = 'sole maintainer'): readonly Line[] {
  return Array.from({ length: count }, (_, index) => ({
    kind: 'exception',
    number: index + 1,
    key: `exception:${index}`,
    login: 'rita',
    person: person('rita'),
    environment: 'production',
    until: '2027-01-01',
    reason,
    remarks: [],
  }));
}

const reviewers = [{ role: 'boss', count: 1, members: [person('ana'), person('bo')], backups: [], known: true }];
const setting = (of: readonly Line[]): Setting => ({
  lines: of,
  reviewers,
  openedAt: now,
  dueAt: '2026-12-07T12:00:00Z',
  organization: 'acme',
  policy: 'countersign.yml here (blob 0123456789)',
  timezone: 'UTC',
  marker: '<!-- countersign:access-review:1 -->',
});

test('an issue says what it is about, who is asked, until when, and how to answer', () => {
  const of = setting(lines(2));
  expect(issueTitle(of)).toBe('Access review of acme, 2026-11-23: 2 lines');
  const { body, comments } = issueTexts(of);
  expect(comments).toEqual([]);
  for (const part of [
    '@ana, @bo',
    '`/attest 3 5-7`',
    '`/object 4 <rationale>`',
    '**Mon 2026-12-07 12:00 UTC**',
    of.marker,
  ])
    expect(body).toContain(part);
});

test('what others wrote is neither mention nor link nor cell nor end of a marker, in any text', () => {
  const hostile = '@rita | [x](https://evil.example) <b> --> `x`';
  const of = lines(1, hostile);
  const objection = {
    id: 1,
    by: person('ana'),
    at: now,
    verdict: 'object' as const,
    lines: [1],
    rationale: hostile,
    roles: ['boss'],
  };
  const progress = progressOf(of, [{ kind: 'role', role: 'boss', count: 1 }], [objection]);
  const texts = [tablesOf(of).join(''), finishedText(progress), statusText(progress, now, 'UTC')];
  for (const text of texts) expect(text).not.toMatch(/@rita|\[x\]\(|<b>|-->|https:\/\/evil/);
});

test('lines that do not fit into an issue go on in comments, each within what GitHub takes, and none is lost', () => {
  const of = lines(2_000, 'x'.repeat(400));
  const { body, comments } = issueTexts(setting(of));
  expect(body).toContain('they go on in the comments below');
  for (const text of [body, ...comments]) expect(text.length).toBeLessThanOrEqual(65_536 - 2_000);
  const numbers = [body, ...comments].join('\n').match(/^\| \d+ \|/gm) ?? [];
  expect(numbers).toHaveLength(2_000);
});

test('more than can be shown on a page is cut, and says how to see the rest', () => {
  const { comments } = issueTexts(setting(lines(20_000, 'x'.repeat(400))));
  expect(comments.at(-1)).toContain('`countersign access-review --last` prints all of them');
  expect(comments.length).toBeLessThan(25);
});

test('that nobody else can answer for a line is said in the issue, since it takes a change of the policy', () => {
  const alone = [{ role: 'boss', count: 1, members: [person('rita')], backups: [], known: true }];
  const { body } = issueTexts({ ...setting(lines(1)), reviewers: alone });
  expect(body).toContain('**Not enough people can answer for line 1**');
});

test('overdue says what is lacking, and calls those who can mend that', () => {
  const progress = progressOf(lines(3), [{ kind: 'role', role: 'boss', count: 1 }], []);
  const text = overdueText(progress, { dueAt: now, timezone: 'UTC', reviewers });
  expect(text).toContain('3 of 3 lines lack an answer');
  expect(text).toContain('- boss: 1, 2, 3');
  expect(text).toContain('@ana, @bo');
});

test('numbers of lines are said in runs', () => {
  const of = (...numbers: number[]) => numbersOf(numbers.map((number) => ({ number })));
  expect(of(3)).toBe('line 3');
  expect(of(1, 2, 3, 7, 9, 10)).toBe('lines 1 to 3, 7, 9 to 10');
});

const DAY = 86_400_000;
const start = Date.parse('2026-01-01T00:00:00Z');
const day = (count: number) => new Date(start + count * DAY).toISOString();
const every = { amount: 90, unit: 'd' } as const;

test.each<[string, { openedAt: string; finishedAt: string } | null, number]>([
  ['the first, a period after the policy came to ask for it', null, 90],
  ['after one that was finished in time', { openedAt: day(90), finishedAt: day(100) }, 180],
  ['after one that was finished a little late', { openedAt: day(90), finishedAt: day(185) }, 270],
  ['after one that was finished exactly when the next was due', { openedAt: day(90), finishedAt: day(180) }, 270],
  ['after one that was finished years late', { openedAt: day(90), finishedAt: day(1000) }, 1080],
])('the next review is due: %s', (_, last, expected) => {
  expect(nextOpening({ since: day(0), last }, every)).toBe(start + expected * DAY);
});

test('it is to be attested in 14 days, or in half the time until the next', () => {
  expect(reviewBy(start, every)).toBe(start + 14 * DAY);
  expect(reviewBy(start, { amount: 1, unit: 'w' })).toBe(start + 3.5 * DAY);
});
