import { expect, test } from 'vitest';
import { shortened } from '../../src/decision/escape.ts';
import { facts, policy, said, settled, twoStages } from '../support/facts.ts';

test('a long title is cut between characters, for half of one can be neither recorded nor published', () => {
  const rationale = `no${'\u{1f600}'.repeat(300)}`;
  const interventions = [said('bo', '10:00', { kind: 'reject', code: 'risk', rationale })];
  const { title } = settled(policy(twoStages), facts({ interventions }));
  expect(title).toContain('bo rejected it (risk): no\u{1f600}');
  expect(/\p{Cs}/u.test(title)).toBe(false);
});

test('what fits is left as it is', () => {
  expect([shortened('abc', 3), shortened('abcd', 3), shortened('\u{1f600}\u{1f600}', 2)]).toEqual([
    'abc',
    'ab…',
    '\u{1f600}\u{1f600}',
  ]);
});
