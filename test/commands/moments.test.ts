import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lapseOf, type Moment, momentOf } from '../../src/commands/moments.ts';
import { epochOf, instantOf, inWords } from '../../src/decision/time.ts';
import { caseCount } from '../support/cases.ts';

/** A Monday. */
const now = epochOf('2026-11-23T12:00:00Z');

function shown(moment: Moment): string {
  return moment.ok ? inWords(moment.at, moment.timezone) : moment.problem;
}

describe('until', () => {
  test.each([
    ['2026-12-01', 'Tue 2026-12-01 00:00 Europe/Zurich'],
    ['2026-12-01 09:00', 'Tue 2026-12-01 09:00 Europe/Zurich'],
    ['2026-12-01 9:00', 'Tue 2026-12-01 09:00 Europe/Zurich'],
    ['2026-12-01T09:00:30', 'Tue 2026-12-01 09:00 Europe/Zurich'],
    ['2026-12-01 09:00 America/New_York', 'Tue 2026-12-01 09:00 America/New_York'],
    ['2026-12-01 09:00 america/new_york', 'Tue 2026-12-01 09:00 america/new_york'],
    ['2026-12-01 09:00 UTC', 'Tue 2026-12-01 09:00 UTC'],
    ['2026-12-01 09:00 Z', 'Tue 2026-12-01 09:00 UTC'],
    ['2026-12-01 09:00 gmt', 'Tue 2026-12-01 09:00 UTC'],
    ['2026-12-01 09:00 Etc/GMT+5', 'Tue 2026-12-01 09:00 Etc/GMT+5'],
    ['2026-12-01 09:00 America/Argentina/Ushuaia', 'Tue 2026-12-01 09:00 America/Argentina/Ushuaia'],
    ['2026-12-01 09:00 +02:00', 'Tue 2026-12-01 09:00 +02:00'],
    ['2026-12-01T09:00+02:00', 'Tue 2026-12-01 08:00 Europe/Zurich'],
    ['2026-12-01T09:00-0500', 'Tue 2026-12-01 15:00 Europe/Zurich'],
    ['2026-12-01T09:00z', 'Tue 2026-12-01 10:00 Europe/Zurich'],
    ['tomorrow', 'Tue 2026-11-24 00:00 Europe/Zurich'],
    ['tomorrow 09:00', 'Tue 2026-11-24 09:00 Europe/Zurich'],
    ['Tomorrow at 9:30', 'Tue 2026-11-24 09:30 Europe/Zurich'],
    ['tomorrow 09:00 Asia/Tokyo', 'Tue 2026-11-24 09:00 Asia/Tokyo'],
    ['today 17:30', 'Mon 2026-11-23 17:30 Europe/Zurich'],
    ['17:30', 'Mon 2026-11-23 17:30 Europe/Zurich'],
    ['12:30', 'Tue 2026-11-24 12:30 Europe/Zurich'],
    ['friday', 'Fri 2026-11-27 00:00 Europe/Zurich'],
    ['fri 17:00', 'Fri 2026-11-27 17:00 Europe/Zurich'],
    ['tue', 'Tue 2026-11-24 00:00 Europe/Zurich'],
    ['sunday 08:00', 'Sun 2026-11-29 08:00 Europe/Zurich'],
    ['monday', 'Mon 2026-11-30 00:00 Europe/Zurich'],
    ['next monday 9:30', 'Mon 2026-11-30 09:30 Europe/Zurich'],
    ['  friday   09:00  ', 'Fri 2026-11-27 09:00 Europe/Zurich'],
    ['2027-11-24', 'Wed 2027-11-24 00:00 Europe/Zurich'],
  ])('%s', (text, expected) => {
    expect(shown(momentOf(text, now, 'Europe/Zurich'))).toBe(expected);
  });

  const passed = 'That time has passed. Name one that is still to come.';
  const far = 'That is more than 366 days away. Name a nearer time.';
  const unread = (text: string) =>
    `\`${text}\` is not a date that can be read. Write \`2026-12-01 09:00\`, \`tomorrow 09:00\`, \`friday\`, \`17:30\`, each with a zone such as \`Europe/Zurich\` if wanted.`;

  test.each([
    ['2026-11-23 12:00 UTC', passed],
    ['2026-11-23T12:00:00Z', passed],
    ['today', passed],
    ['2020-01-01', passed],
    ['2027-11-25', far],
    ['9999-12-31', far],
    ['2026-12-01 09:00 Europe/Zurick', '`2026-12-01 09:00 Europe/Zurick` ends with a time zone that nobody knows.'],
    ['2026-12-01 09:00 +99:00', '`2026-12-01 09:00 +99:00` ends with a time zone that nobody knows.'],
    ['', unread('')],
    ['soon', unread('soon')],
    ['2026-02-30', unread('2026-02-30')],
    ['2026-13-01', unread('2026-13-01')],
    ['01.12.2026', unread('01.12.2026')],
    ['12/01/2026', unread('12/01/2026')],
    ['tomorrow 25:00', unread('tomorrow 25:00')],
    ['tomorrow 09:60', unread('tomorrow 09:60')],
    ['24:00', unread('24:00')],
    ['next week', unread('next week')],
    ['tomorrow 09:00 CET', unread('tomorrow 09:00 CET')],
    ['friday morning', unread('friday morning')],
    ['`rm -rf`', unread("'rm -rf'")],
    ['\u0662\u0660\u0662\u0666-12-01', unread('\u0662\u0660\u0662\u0666-12-01')],
    ['tom\u202eorrow', unread('tom\ufffdorrow')],
    ['\u{1f600}'.repeat(70), unread(`${'\u{1f600}'.repeat(59)}…`)],
  ])('%j is refused', (text, expected) => {
    expect(shown(momentOf(text, now, 'Europe/Zurich'))).toBe(expected);
  });

  /** When it was said, what was said, and what it means in UTC. */
  test.each([
    ['Europe/Zurich', '2026-03-28T12:00:00Z', 'tomorrow 01:30', '2026-03-29T00:30:00Z'],
    ['Europe/Zurich', '2026-03-28T12:00:00Z', 'tomorrow 02:30', '2026-03-29T01:30:00Z'],
    ['Europe/Zurich', '2026-03-28T12:00:00Z', 'tomorrow 03:30', '2026-03-29T01:30:00Z'],
    ['Europe/Zurich', '2026-03-28T12:00:00Z', 'sunday', '2026-03-28T23:00:00Z'],
    ['Europe/Zurich', '2026-03-28T12:00:00Z', 'monday', '2026-03-29T22:00:00Z'],
    ['Europe/Zurich', '2026-10-24T12:00:00Z', 'tomorrow 02:30', '2026-10-25T00:30:00Z'],
    ['Europe/Zurich', '2026-10-24T12:00:00Z', '2026-10-25T02:30+01:00', '2026-10-25T01:30:00Z'],
    ['Europe/Zurich', '2026-10-24T12:00:00Z', 'monday', '2026-10-25T23:00:00Z'],
    ['Europe/Zurich', '2026-10-25T00:45:00Z', '02:30', '2026-10-26T01:30:00Z'],
    ['America/New_York', '2026-03-07T12:00:00Z', 'tomorrow 02:30', '2026-03-08T07:30:00Z'],
    ['America/New_York', '2026-10-31T12:00:00Z', 'tomorrow 01:30', '2026-11-01T05:30:00Z'],
    ['America/New_York', '2026-10-31T12:00:00Z', 'tomorrow 02:30', '2026-11-01T07:30:00Z'],
    ['Australia/Lord_Howe', '2026-10-03T00:00:00Z', 'tomorrow 02:15', '2026-10-03T15:45:00Z'],
    ['Australia/Lord_Howe', '2026-10-03T00:00:00Z', 'tomorrow 02:30', '2026-10-03T15:30:00Z'],
    ['Australia/Lord_Howe', '2026-04-04T00:00:00Z', 'tomorrow 01:45', '2026-04-04T14:45:00Z'],
    ['Australia/Lord_Howe', '2026-04-04T00:00:00Z', 'tomorrow 02:00', '2026-04-04T15:30:00Z'],
  ])('T39 in %s at %s, %s is %s', (zone, at, text, expected) => {
    const moment = momentOf(text, epochOf(at), zone);
    expect(moment.ok ? instantOf(moment.at) : moment.problem).toBe(expected);
  });
});

describe('for', () => {
  test.each([
    ['2d', '2026-11-25T12:00:00Z'],
    ['4h', '2026-11-23T16:00:00Z'],
    ['90m', '2026-11-23T13:30:00Z'],
    ['1w', '2026-11-30T12:00:00Z'],
    ['1 week', '2026-11-30T12:00:00Z'],
    ['2 days, 4 hours', '2026-11-25T16:00:00Z'],
    ['1d12h30m', '2026-11-25T00:30:00Z'],
    ['90 MINUTES', '2026-11-23T13:30:00Z'],
    ['366d', '2027-11-24T12:00:00Z'],
  ])('%s', (text, expected) => {
    const moment = lapseOf(text, now, 'UTC');
    expect(moment.ok ? instantOf(moment.at) : moment.problem).toBe(expected);
  });

  test('T39 two days are as long as two days are, whatever the clocks do', () => {
    const moment = lapseOf('2d', epochOf('2026-10-24T12:00:00Z'), 'Europe/Zurich');
    expect(shown(moment)).toBe('Mon 2026-10-26 13:00 Europe/Zurich');
  });

  const unread = (text: string) => `\`${text}\` is not a length of time. Write \`2d\`, \`4h\`, \`90m\` or \`1w\`.`;

  test.each([
    ['367d', 'That is more than 366 days away. Name a nearer time.'],
    ['99999w', 'That is more than 366 days away. Name a nearer time.'],
    ['0m', 'That time has passed. Name one that is still to come.'],
    ['', unread('')],
    ['2', unread('2')],
    ['d', unread('d')],
    ['1.5d', unread('1.5d')],
    ['-2d', unread('-2d')],
    ['2 months', unread('2 months')],
    ['123456d', unread('123456d')],
    ['2d and a bit', unread('2d and a bit')],
    ['ever', unread('ever')],
  ])('%j is refused', (text, expected) => {
    expect(shown(lapseOf(text, now, 'UTC'))).toBe(expected);
  });
});

test('any text is read or refused in words that can be recorded, and what is read is still to come', () => {
  const part = fc.constantFrom(
    '2026-12-01',
    'T',
    '09:00',
    ' ',
    'tomorrow',
    'next',
    'friday',
    'at',
    '2d',
    '+02:00',
    'Z',
    'A/b',
    '`',
  );
  const text = fc.oneof(
    fc.array(part, { maxLength: 6 }).map((parts) => parts.join('')),
    fc.string({ unit: 'binary' }),
  );
  fc.assert(
    fc.property(text, fc.integer({ min: 0, max: 4_000_000_000_000 }), (said, at) => {
      for (const moment of [momentOf(said, at, 'Europe/Zurich'), lapseOf(said, at, 'Europe/Zurich')]) {
        if (moment.ok) expect(moment.at).toBeGreaterThan(at);
        else expect(/\p{Cs}/u.test(moment.problem)).toBe(false);
      }
    }),
    { numRuns: caseCount(1_000) },
  );
});
