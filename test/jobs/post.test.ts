import { afterAll, beforeAll, expect, test } from 'vitest';
import { post } from '../../src/jobs/post.ts';
import { type Answering, type Receiver, startReceiver } from '../support/receiver.ts';

const ANSWERS: Readonly<Record<string, Answering>> = {
  '/ok': { status: 204 },
  '/gone': { status: 404, body: 'no_service' },
  '/moved': { status: 307, headers: { location: '/ok' } },
  '/busy': { status: 429, headers: { 'retry-after': '7' } },
  '/later': { status: 503, headers: { 'retry-after': 'Fri, 01 Jan 2100 00:00:00 GMT' } },
  '/chatty': { status: 500, body: 'x'.repeat(5_000_000) },
  '/leaky': { status: 400, body: 'POST https://hooks.slack.com/services/zzz is wrong' },
};

let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver((path) => ANSWERS[path] ?? { status: 500 });
});
afterAll(() => receiver.close());

test.each<[string, number, string | undefined]>([
  ['/ok', 204, undefined],
  ['/gone', 404, 'no_service'],
  ['/moved', 307, undefined],
  ['/chatty', 500, undefined],
  ['/leaky', 400, undefined],
])('what a receiver answers at %s', async (path, status, word) => {
  const answer = await post(`${receiver.url}${path}`, {}, '{}');
  expect(answer).toEqual({ kind: 'answered', status, retryAfterMs: undefined, word });
});

test('a redirect is not followed', async () => {
  const before = receiver.at('/ok').length;
  await post(`${receiver.url}/moved`, {}, '{}');
  expect(receiver.at('/ok')).toHaveLength(before);
});

test('how long a receiver asks to wait, in seconds or until a date', async () => {
  expect(await post(`${receiver.url}/busy`, {}, '{}')).toMatchObject({ status: 429, retryAfterMs: 7_000 });
  const later = await post(`${receiver.url}/later`, {}, '{}');
  expect(later.kind === 'answered' ? later.retryAfterMs : 0).toBeGreaterThan(10 ** 12);
});

test('a receiver that is not there: a code, and nothing of the address', async () => {
  const gone = await startReceiver(() => 'never');
  await gone.close();
  const answer = await post(`${gone.url}/zzz`, {}, '{}');
  expect(answer).toEqual({ kind: 'unanswered', why: 'The receiver could not be reached (ECONNREFUSED).' });
});
