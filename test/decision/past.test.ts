import { describe, expect, test } from 'vitest';
import type { Compared } from '../../src/decision/backtest.ts';
import { type Backtested, type Past, pastInWords } from '../../src/decision/past.ts';
import { spanInWords } from '../../src/decision/span.ts';

const heading = ['### What it would have decided', ''];

const difference: Compared = {
  pull: 'acme/shop#12',
  visibility: 'private',
  at: '2026-11-01T10:00:00.000Z',
  before: { state: 'approved', title: 'Approved', waited: 3_600_000 },
  after: { state: 'waiting', title: 'Waiting for security', waited: null },
  asked: { added: ['peer: security'], removed: [] },
  unread: [],
};

function known(more: Partial<Backtested> = {}): Past {
  return {
    kind: 'known',
    since: '2026-08-26T10:00:00.000Z',
    summary: { compared: 40, different: 1, stopped: 1, passed: 0, uncertain: 0 },
    unreadable: 0,
    cut: false,
    differences: [difference],
    unfit: [],
    ...more,
  };
}

const totals = (summary: Partial<Backtested['summary']>, more: Partial<Backtested> = {}) =>
  pastInWords(
    known({
      summary: { compared: 40, different: 0, stopped: 0, passed: 0, uncertain: 0, ...summary },
      differences: [],
      ...more,
    }),
    'private',
  )[2];

test('where there is nothing to compare nothing is said', () => {
  expect(pastInWords({ kind: 'none' }, 'private')).toEqual([]);
});

test('while it is being tried, that is said', () => {
  expect(pastInWords({ kind: 'pending' }, 'private')).toEqual([
    ...heading,
    'It is being tried on the decisions on record; the result will stand here.',
    '',
  ]);
});

test('a difference is told with what would be next, who would have been asked, and how long it would have waited', () => {
  expect(pastInWords(known(), 'private')).toEqual([
    ...heading,
    'Of 40 pull requests decided since 2026-08-26, 1 would have come out differently than under the policy in force: 1 would have been kept back that passed.',
    '',
    '- acme/shop#\u200b12: approved → waiting; Waiting for security; asked besides: peer: security; last seat filled after never instead of 1 h',
    '',
  ]);
});

describe('a line says only what differs', () => {
  test.each<[string, Partial<Compared>, string]>([
    [
      'another seat, the same state',
      { after: { ...difference.before }, asked: { added: [], removed: ['peer: ops', 'peer: dba'] } },
      '- acme/shop#\u200b12: approved; not asked: peer: ops, peer: dba',
    ],
    [
      'facts that were never read',
      { after: { ...difference.before, state: 'held' }, asked: { added: [], removed: [] }, unread: ['team acme/x'] },
      '- acme/shop#\u200b12: approved → held (not certain)',
    ],
    [
      'text by others',
      { after: { ...difference.before, title: 'Waiting for @acme/<b>' }, asked: { added: ['a|b'], removed: [] } },
      '- acme/shop#\u200b12: approved; Waiting for @\u200bacme/&lt;b&gt;; asked besides: a\\|b',
    ],
    [
      'a long title',
      { after: { ...difference.before, title: 'x'.repeat(121) }, asked: { added: [], removed: [] } },
      `- acme/shop#\u200b12: approved; ${'x'.repeat(119)}…`,
    ],
  ])('%s', (_, more, line) => {
    expect(pastInWords(known({ differences: [{ ...difference, ...more }] }), 'private')[4]).toBe(line);
  });
});

describe('the total', () => {
  const of = 'Of 40 pull requests decided since 2026-08-26,';
  test.each<[string | undefined, string]>([
    [totals({}), `${of} none would have come out differently than under the policy in force.`],
    [
      totals({ compared: 1 }),
      'Of 1 pull request decided since 2026-08-26, none would have come out differently than under the policy in force.',
    ],
    [totals({ compared: 0 }), 'Nothing that it concerns was decided since 2026-08-26.'],
    [
      totals({ compared: 0 }, { unreadable: 2 }),
      'Nothing that it concerns was decided since 2026-08-26. 2 more could not be read.',
    ],
    [
      totals({}, { unreadable: 2 }),
      `${of} none would have come out differently than under the policy in force. 2 more could not be read.`,
    ],
    [
      totals({}, { cut: true }),
      'Of 40 pull requests decided since 2026-08-26 (the newest of them), none would have come out differently than under the policy in force.',
    ],
    [totals({ different: 3 }), `${of} 3 would have come out differently than under the policy in force.`],
    [
      totals({ different: 6, stopped: 3, passed: 2, uncertain: 1 }, { unreadable: 1 }),
      `${of} 6 would have come out differently than under the policy in force: 3 would have been kept back that passed, **2 would have passed that did not**, 1 not certain, since facts would have been asked for that never were. 1 more could not be read.`,
    ],
  ])('%#', (said, expected) => {
    expect(said).toBe(expected);
  });
});

describe('what is too much, or not for everybody who may read the check', () => {
  const many = (count: number) =>
    known({
      summary: { compared: 40, different: count, stopped: count, passed: 0, uncertain: 0 },
      differences: Array.from({ length: count }, (_, n) => ({ ...difference, pull: `acme/shop#${n}` })),
    });

  test('twenty are named, and the rest is counted', () => {
    expect(pastInWords(many(20), 'private').filter((line) => line.startsWith('- '))).toHaveLength(20);
    const lines = pastInWords(many(22), 'private').filter((line) => line.startsWith('- '));
    expect(lines).toHaveLength(21);
    expect(lines.at(-1)).toBe('- … and 2 more; `countersign policy backtest` names them all.');
  });

  test.each([
    ['public', 'private', false],
    ['public', 'internal', false],
    ['public', 'public', true],
    ['internal', 'private', false],
    ['internal', 'internal', true],
    ['private', 'private', true],
    ['private', 'public', true],
  ] as const)('in a check of a %s repository one that is %s is named: %s', (own, other, isNamed) => {
    const unfit = [{ repository: 'acme/pay', visibility: other, problem: 'countersign.yml:1:1: no' }];
    const text = pastInWords(known({ differences: [{ ...difference, visibility: other }], unfit }), own).join('\n');
    expect(text.includes('acme/shop')).toBe(isNamed);
    expect(text.includes('acme/pay')).toBe(isNamed);
    expect(text.includes('and 1 more; `countersign policy backtest`')).toBe(!isNamed);
    expect(text.includes('In 1 more it would be invalid')).toBe(!isNamed);
  });

  test('a repository whose own policy does not go with the new one is named with the first mistake', () => {
    const unfit = [
      { repository: 'acme/pay', visibility: 'private', problem: '.github/countersign.yml:4:7: there is no role `*`' },
    ] as const;
    const summary = { compared: 2, different: 0, stopped: 0, passed: 0, uncertain: 0 };
    expect(pastInWords(known({ unfit, summary, differences: [] }), 'private').slice(4)).toEqual([
      '- **In acme/pay it would be invalid** together with that repository’s own policy: .github/countersign.yml:4:7: there is no role \\`\\*\\`',
      '',
    ]);
  });
});

test.each([
  [null, 'never'],
  [0, '0 min'],
  [59 * 60_000, '59 min'],
  [60 * 60_000, '1 h'],
  [90 * 60_000, '1.5 h'],
  [47 * 3_600_000, '47 h'],
  [48 * 3_600_000, '2 d'],
  [60 * 3_600_000, '2.5 d'],
])('%s milliseconds are %s', (milliseconds, words) => {
  expect(spanInWords(milliseconds)).toBe(words);
});
