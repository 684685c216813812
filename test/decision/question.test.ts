import { describe, expect, test } from 'vitest';
import { fingerprintOfFiles } from '../../src/decision/fingerprint.ts';
import { noHistory, type Question } from '../../src/decision/history.ts';
import { askedWhen, evidenceChanged, stageAsksMore } from '../../src/decision/question.ts';
import { readerOf } from '../../src/decision/reader.ts';
import { epochOf } from '../../src/decision/time.ts';
import { facts, head, sha, time } from '../support/facts.ts';

const asked = (clock: string, more: Partial<Question> = {}): Question => ({
  at: time(clock),
  layer: 'organization',
  head,
  base: 'main',
  evidence: 'one',
  stages: [{ stage: 'peer', seats: { 'role:peer': 1 } }],
  classification: 'c',
  ...more,
});
const readerWith = (...questions: Question[]) =>
  readerOf(facts({ history: { ...noHistory, questions } }), epochOf(time('12:00')));
const given = (clock: string) => ({ at: epochOf(time(clock)), commit: head });

describe('what was asked when an approval was given', () => {
  const when = (clock: string, ...questions: Question[]) =>
    askedWhen(given(clock), asked('12:00'), readerWith(...questions))?.at.slice(11, 16);

  test.each([
    ['nothing yet', '10:00', [], undefined],
    ['by the last decision before it', '10:00', [asked('08:00'), asked('09:00'), asked('11:00')], '09:00'],
    ['by the decision of that very second', '10:00', [asked('08:00'), asked('10:00'), asked('11:00')], '10:00'],
    ['by the first one, when it came before all', '07:00', [asked('08:00'), asked('09:00')], '08:00'],
    ['on its own commit', '10:00', [asked('08:00'), asked('09:00', { head: sha('b') })], '08:00'],
    ['under its own layer', '10:00', [asked('08:00'), asked('09:00', { layer: 'other' })], '08:00'],
    ['under another layer, when its own is new', '10:00', [asked('09:00', { layer: 'other' })], '09:00'],
    ['on another commit only', '10:00', [asked('09:00', { head: sha('b') })], undefined],
  ] as const)('%s', (_, clock, questions, expected) => {
    expect(when(clock, ...questions)).toBe(expected);
  });
});

describe('whether the evidence is no longer what it was', () => {
  const changed = (since: string, ...questions: Question[]) =>
    evidenceChanged(given('10:00'), asked('12:00'), epochOf(time(since)), readerWith(...questions));

  test.each([
    ['nobody has edited it since', '09:00', [asked('09:00', { evidence: 'other' })], false],
    ['it was edited in that very second', '10:00', [asked('09:00', { evidence: 'other' })], false],
    ['it was edited and says the same', '11:00', [asked('09:00')], false],
    ['it was edited and says something else', '11:00', [asked('09:00', { evidence: 'other' })], true],
    ['it says what was asked in that very second', '11:00', [asked('10:00')], false],
    ['nobody knows what it said', '11:00', [], true],
    ['what it said is known from later only', '11:00', [asked('10:30')], true],
  ] as const)('%s', (_, since, questions, expected) => {
    expect(changed(since, ...questions)).toBe(expected);
  });
});

describe('whether a stage asks for more', () => {
  const more = (stage: string, then: Record<string, number>, now: Record<string, number>) =>
    stageAsksMore(
      stage,
      given('10:00'),
      asked('12:00', { stages: [{ stage: 'peer', seats: now }] }),
      readerWith(
        asked('09:00', {
          stages: [
            { stage: 'peer', seats: then },
            { stage: 'old', seats: { 'role:x': 1 } },
          ],
        }),
      ),
    );

  test.each([
    ['the same', 'peer', { 'role:a': 1 }, { 'role:a': 1 }, false],
    ['fewer', 'peer', { 'role:a': 2 }, { 'role:a': 1 }, false],
    ['more of one role', 'peer', { 'role:a': 1 }, { 'role:a': 2 }, true],
    ['another role', 'peer', { 'role:a': 1 }, { 'role:a': 1, 'role:b': 1 }, true],
    ['a role by the name of what every object has', 'peer', {}, { toString: 1 }, true],
    ['a stage that is no more', 'old', { 'role:a': 1 }, { 'role:a': 1 }, false],
    ['a stage that never was', 'new', { 'role:a': 1 }, { 'role:a': 1 }, false],
  ] as const)('%s', (_, stage, then, now, expected) => {
    expect(more(stage, then, now)).toBe(expected);
  });

  test('than nobody knows', () => {
    expect(stageAsksMore('peer', given('10:00'), asked('12:00'), readerWith())).toBe(false);
  });

  test('of a stage that was not there', () => {
    const before = asked('09:00', { stages: [] });
    expect(stageAsksMore('peer', given('10:00'), asked('12:00'), readerWith(before))).toBe(true);
  });
});

describe('the fingerprint of a change', () => {
  const file = { path: 'a', status: 'modified' as const, blob: '1', patch: 'p' };
  const other = { ...file, path: 'b' };

  test('does not depend on the order of its files', () => {
    expect(fingerprintOfFiles([file, other])).toBe(fingerprintOfFiles([other, file]));
  });

  test.each([
    ['path', { path: 'c' }],
    ['old path', { previousPath: 'c' }],
    ['status', { status: 'added' as const }],
    ['blob', { blob: '2' }],
    ['patch', { patch: 'q' }],
  ])('is another one with another %s', (_, more) => {
    expect(fingerprintOfFiles([{ ...file, ...more }])).not.toBe(fingerprintOfFiles([file]));
  });
});
