import { describe, expect, test } from 'vitest';
import { type Answer, outcomeOf, waits } from '../../src/notify/outcome.ts';

function answered(status: number, more: { retryAfterMs?: number; word?: string } = {}): Answer {
  return { kind: 'answered', status, retryAfterMs: undefined, word: undefined, ...more };
}

const silent: Answer = { kind: 'unanswered', why: 'The receiver gave no answer within 10 s.' };

test.each([200, 201, 204, 299])('%d is delivered', (status) => {
  expect(outcomeOf(answered(status), 1)).toEqual({ kind: 'delivered' });
});

test.each([400, 401, 403, 404, 410])('%d is final', (status) => {
  const reason = `The receiver answered ${status} (no_service).`;
  expect(outcomeOf(answered(status, { word: 'no_service' }), 1)).toEqual({ kind: 'gave-up', reason });
});

describe('what may pass is tried again, later and later', () => {
  test.each<[string, Answer, string]>([
    ['500', answered(500), 'The receiver answered 500.'],
    ['408', answered(408), 'The receiver answered 408.'],
    ['a redirect', answered(302), 'The receiver answered 302, a redirect, which is not followed.'],
    ['no answer', silent, 'The receiver gave no answer within 10 s.'],
  ])('%s', (_, answer, reason) => {
    expect(outcomeOf(answer, 1)).toEqual({ kind: 'retried', reason, waitMs: 1_000 });
    expect(outcomeOf(answer, 3)).toEqual({ kind: 'retried', reason, waitMs: 30_000 });
  });

  test('each wait is longer than the one before, and all are within a day', () => {
    expect([...waits].sort((one, other) => one - other)).toEqual(waits);
    const hours = waits.reduce((sum, wait) => sum + wait, 0) / 3_600_000;
    expect(hours).toBeGreaterThan(20);
    expect(hours).toBeLessThan(24);
  });

  test('the tenth attempt is the last', () => {
    expect(outcomeOf(silent, waits.length)).toMatchObject({ kind: 'retried' });
    expect(outcomeOf(silent, waits.length + 1)).toEqual({
      kind: 'gave-up',
      reason: 'The receiver gave no answer within 10 s. This was attempt 10, the last.',
    });
  });
});

test.each([
  ['longer than we would wait', 1, 7_000, 7_000],
  ['shorter: a queue that is let in one by one must not use up its attempts', 3, 1_000, 30_000],
  ['absurd', 1, 10 ** 12, 86_400_000],
])('a receiver that asks to wait is waited for: %s', (_, attempt, asked, waitMs) => {
  expect(outcomeOf(answered(429, { retryAfterMs: asked }), attempt)).toMatchObject({ kind: 'retried', waitMs });
});
