import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Command } from '../../src/commands/command.ts';
import { readCommand, type Saying } from '../../src/commands/read.ts';
import { type CommandWord, commandWords, usages } from '../../src/commands/words.ts';
import { epochOf } from '../../src/decision/time.ts';
import { caseCount } from '../support/cases.ts';

const saying: Saying = {
  at: epochOf('2026-11-23T12:00:00Z'),
  timezone: 'Europe/Zurich',
  repository: 'acme/shop',
  server: 'https://github.com',
};
const friday = { kind: 'instant', at: epochOf('2026-11-26T23:00:00Z'), timezone: 'Europe/Zurich' } as const;
const inTwoDays = { kind: 'instant', at: epochOf('2026-11-25T12:00:00Z'), timezone: 'Europe/Zurich' } as const;

function read(text: string): Command | string {
  const [, word = '', rest = ''] = /^\/(\S+)\s*(.*)$/s.exec(text) ?? [];
  const result = readCommand({ line: 1, word: word as CommandWord, rest }, saying);
  return result.ok ? result.command : result.problem;
}

const until = (reference: string, because = ''): Command => ({
  word: 'defer',
  until: { kind: 'reference', reference },
  because,
});

describe('taken', () => {
  test.each<readonly [string, Command]>([
    ['/reject risk no rollback', { word: 'reject', code: 'risk', rationale: 'no rollback' }],
    ['/reject SCOPE: too wide', { word: 'reject', code: 'scope', rationale: 'too wide' }],
    ['/reject other x', { word: 'reject', code: 'other', rationale: 'x' }],
    ['/defer until friday', { word: 'defer', until: friday, because: '' }],
    ['/defer until friday because the DBA is away', { word: 'defer', until: friday, because: 'the DBA is away' }],
    ['/defer UNTIL friday BECAUSE because', { word: 'defer', until: friday, because: 'because' }],
    ['/defer for 2d', { word: 'defer', until: inTwoDays, because: '' }],
    ['/defer for 2d because we wait', { word: 'defer', until: inTwoDays, because: 'we wait' }],
    ['/defer until #12', until('acme/shop#12')],
    ['/defer until #012 merged', until('acme/shop#12')],
    ['/defer until #12 is closed because it is first', until('acme/shop#12', 'it is first')],
    ['/defer until #12 merged or closed', until('acme/shop#12')],
    ['/defer until other/place.js#7 done', until('other/place.js#7')],
    ['/defer until https://github.com/acme/api/pull/7', until('acme/api#7')],
    ['/defer until https://GitHub.com/acme/api/issues/7#issuecomment-1 resolved', until('acme/api#7')],
    ['/request-validation the smoke suite', { word: 'request-validation', what: 'the smoke suite' }],
    ['/narrow-scope only the index', { word: 'narrow-scope', what: 'only the index' }],
    ['/withdraw', { word: 'withdraw', whose: null, rationale: '' }],
    ['/withdraw I was wrong', { word: 'withdraw', whose: null, rationale: 'I was wrong' }],
    ['/withdraw @ana, we talked', { word: 'withdraw', whose: 'ana', rationale: 'we talked' }],
    ['/resubmit', { word: 'resubmit', note: '' }],
    ['/resubmit with a rollback', { word: 'resubmit', note: 'with a rollback' }],
    ['/delegate @bo until friday', { word: 'delegate', to: 'bo', role: null, until: friday }],
    [
      '/delegate bo-2_acme release-manager until friday',
      { word: 'delegate', to: 'bo-2_acme', role: 'release-manager', until: friday },
    ],
    ['/approve-own I am alone tonight', { word: 'approve-own', rationale: 'I am alone tonight' }],
    ['/away until friday', { word: 'away', until: friday }],
    ['/away for 2d', { word: 'away', until: inTwoDays }],
    ['/break-glass INC-7 the API is down', { word: 'break-glass', incident: 'INC-7', reason: 'the API is down' }],
    ['/reconcile approve it was right', { word: 'reconcile', verdict: 'approve', rationale: 'it was right' }],
    ['/reconcile REJECT it was not', { word: 'reconcile', verdict: 'reject', rationale: 'it was not' }],
    ['/rollback errors since then', { word: 'rollback', reason: 'errors since then' }],
    ['/explain', { word: 'explain' }],
    ['/status please', { word: 'status' }],
    ['/help', { word: 'help' }],
    ['/recheck', { word: 'recheck' }],
  ])('%s', (text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  test('a text that is as long as it may be', () => {
    expect(read(`/rollback ${'x'.repeat(2_000)}`)).toEqual({ word: 'rollback', reason: 'x'.repeat(2_000) });
  });
});

const codes = '`scope`, `evidence`, `timing`, `quality`, `risk`, `duplicate`, `other`';
const asReject = 'Write `/reject <scope|evidence|timing|quality|risk|duplicate|other> <rationale>`.';
const asDefer =
  'Write `/defer until <date-time> [because …]` or `/defer for <2d> [because …]` or `/defer until #123 [because …]`.';
const asDate =
  'Write `2026-12-01 09:00`, `tomorrow 09:00`, `friday`, `17:30`, each with a zone such as `Europe/Zurich` if wanted.';

describe('refused', () => {
  test.each([
    ['/reject', `A rejection begins with one of ${codes}; this one has no reason code. ${asReject}`],
    [
      '/reject ugly',
      `A rejection begins with one of ${codes}; this one has \`ugly\`, which is no reason code. ${asReject}`,
    ],
    [
      '/reject r\u0456sk no',
      `A rejection begins with one of ${codes}; this one has \`r\u0456sk\`, which is no reason code. ${asReject}`,
    ],
    ['/reject risk', `\`/reject\` needs a line that gives a rationale after the reason code. ${asReject}`],
    [
      '/defer',
      `\`/defer\` needs a line that says until when, for how long, or until what is merged or closed. ${asDefer}`,
    ],
    [
      '/defer until',
      `\`/defer\` needs a line that says until when, for how long, or until what is merged or closed. ${asDefer}`,
    ],
    [
      '/defer friday',
      `\`/defer\` needs a line that says until when, for how long, or until what is merged or closed. ${asDefer}`,
    ],
    ['/defer until because I say so', `\`because I say so\` is not a date that can be read. ${asDate}`],
    ['/defer until the cows come home', `\`the cows come home\` is not a date that can be read. ${asDate}`],
    ['/defer until 2020-01-01', 'That time has passed. Name one that is still to come.'],
    ['/defer for 400d', 'That is more than 366 days away. Name a nearer time.'],
    ['/defer for ever', '`ever` is not a length of time. Write `2d`, `4h`, `90m` or `1w`.'],
    [
      '/defer until https://evil.example/acme/api/pull/7',
      `\`https://evil.example/acme/api/pull/7\` is not a date that can be read. ${asDate}`,
    ],
    [
      '/request-validation',
      '`/request-validation` needs a line that says what is asked for. Write `/request-validation <what>`.',
    ],
    ['/narrow-scope', '`/narrow-scope` needs a line that says what is asked for. Write `/narrow-scope <what>`.'],
    [
      '/withdraw @ana',
      '`/withdraw` needs a line that gives a rationale where it lifts what somebody else said. Write `/withdraw [@user] [rationale]`.',
    ],
    ['/withdraw @\u0430na x', '`\u0430na` is not a login: the character U+0430 cannot be in one.'],
    ['/withdraw @an\u202ea x', '`an\ufffda` is not a login: the character U+202E cannot be in one.'],
    [
      '/delegate',
      '`/delegate` needs a line that names a person and says until when. Write `/delegate @user [role] until <date>`.',
    ],
    [
      '/delegate @bo',
      '`/delegate` needs a line that names a person and says until when. Write `/delegate @user [role] until <date>`.',
    ],
    [
      '/delegate @bo for 2d',
      '`/delegate` needs a line that names a person and says until when. Write `/delegate @user [role] until <date>`.',
    ],
    ['/delegate @-bo until friday', '`-bo` is not a login.'],
    ['/delegate @acme/sre until friday', '`acme/sre` is not a login: the character U+002F cannot be in one.'],
    ['/delegate @bo until then', `\`then\` is not a date that can be read. ${asDate}`],
    ['/approve-own', '`/approve-own` needs a line that gives a rationale. Write `/approve-own <rationale>`.'],
    ['/away', '`/away` needs a line that says until when. Write `/away until <date>`.'],
    ['/away until', '`/away` needs a line that says until when. Write `/away until <date>`.'],
    ['/away for ages', '`ages` is not a length of time. Write `2d`, `4h`, `90m` or `1w`.'],
    [
      '/break-glass',
      '`/break-glass` needs a line that names the incident and gives a reason. Write `/break-glass <incident> <reason>`.',
    ],
    [
      '/break-glass INC-7',
      '`/break-glass` needs a line that gives a reason after the incident. Write `/break-glass <incident> <reason>`.',
    ],
    [
      '/reconcile',
      '`/reconcile` needs a line that says `approve` or `reject`. Write `/reconcile approve <rationale>` or `/reconcile reject <rationale>`.',
    ],
    [
      '/reconcile maybe',
      '`/reconcile` needs a line that says `approve` or `reject`. Write `/reconcile approve <rationale>` or `/reconcile reject <rationale>`.',
    ],
    [
      '/reconcile approve',
      '`/reconcile` needs a line that gives a rationale after `approve`. Write `/reconcile approve <rationale>` or `/reconcile reject <rationale>`.',
    ],
    ['/rollback', '`/rollback` needs a line that says what has failed. Write `/rollback <reason>`.'],
    [
      `/rollback ${'x'.repeat(2_001)}`,
      'What follows `/rollback` has 2001 characters, and 2000 are the most. Shorten it, and link the rest.',
    ],
  ])('%s', (text, expected) => {
    expect(read(text)).toBe(expected);
  });

  test('every word is in the table of how each is written', () => {
    expect(Object.keys(usages)).toEqual([...commandWords]);
    for (const word of commandWords) expect(usages[word].form.startsWith(`/${word}`)).toBe(true);
  });
});

test('any text after any word is read or refused in words that can be recorded', () => {
  const part = fc.constantFrom(
    'until ',
    'for ',
    '@bo',
    ' ',
    '#1',
    '2d',
    'because ',
    'risk ',
    'friday',
    '`',
    '\u{1f600}',
  );
  const text = fc.oneof(
    fc.array(part, { maxLength: 8 }).map((parts) => parts.join('')),
    fc.string({ unit: 'binary' }),
  );
  fc.assert(
    fc.property(fc.constantFrom(...commandWords), text, (word, rest) => {
      const result = readCommand({ line: 1, word, rest: rest.trim() }, saying);
      if (!result.ok) expect(/\p{Cs}/u.test(result.problem)).toBe(false);
    }),
    { numRuns: caseCount(2_000) },
  );
});

/** What is too long is refused unread, and what is not is short enough for what reads it: this ends at once or never. */
test.each(commandWords)('/%s is read in no time, however it is padded', (word) => {
  const pads = [
    'until ',
    'for ',
    ' because',
    '1',
    '1 ',
    '1d',
    'a/',
    'a-',
    '@',
    '-',
    ' ',
    '2026-12-01 ',
    '#1',
    '\u{1f600}',
  ];
  for (const pad of pads) {
    for (const length of [1_990, 65_536]) {
      const rest = pad.repeat(Math.floor(length / pad.length));
      for (const start of ['', 'until ', 'for ', '@', 'risk '])
        readCommand({ line: 1, word, rest: `${start}${rest}!` }, saying);
    }
  }
});
