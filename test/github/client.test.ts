import nock from 'nock';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { AppError } from '../../src/errors.ts';
import { createGitHub, type Installation } from '../../src/github/client.ts';
import type { Cost } from '../../src/store/budget.ts';
import { PRIVATE_KEY } from '../support/app-process.ts';

const API = 'https://api.github.com';
let spent: { tenant: number; cost: Cost; share: number }[];
let blocked: { tenant: number; resource: string; milliseconds: number }[];
let wait: number;

beforeAll(() => nock.disableNetConnect());
afterAll(() => nock.restore());
beforeEach(() => {
  spent = [];
  blocked = [];
  wait = 0;
});
afterEach(() => {
  const unused = nock.pendingMocks();
  nock.cleanAll();
  expect(unused, 'mocks that were not used').toEqual([]);
});

function connect() {
  return createGitHub({
    appId: 1,
    privateKey: PRIVATE_KEY,
    apiUrl: API,
    spend: async (tenant, cost, share) => {
      spent.push({ tenant, cost, share });
      return wait;
    },
    block: async (tenant, resource, milliseconds) => {
      blocked.push({ tenant, resource, milliseconds });
    },
    onCall: () => undefined,
    now: Date.now,
    log: pino({ level: 'silent' }),
  });
}

function grantToken(): void {
  const inAnHour = new Date(Date.now() + 3_600_000).toISOString();
  nock(API)
    .post('/app/installations/31/access_tokens')
    .reply(201, { token: 'ghs_x', expires_at: inAnHour, permissions: {}, repository_selection: 'all' });
}

function installation(): Installation {
  grantToken();
  return connect().installation(11, 31);
}

async function refused(work: Promise<unknown>): Promise<AppError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(AppError);
  return error as AppError;
}

describe('what a call costs', () => {
  test('a query is one GraphQL point, a read one REST point, and a write five and content', async () => {
    const github = installation();
    nock(API)
      .post('/graphql')
      .reply(200, { data: { viewer: null } });
    nock(API).get('/repos/acme/shop').reply(200, {});
    nock(API).post('/repos/acme/shop/check-runs').reply(201, {});
    nock(API).patch('/repos/acme/shop/check-runs/5').reply(200, {});
    await github.query('{ viewer { login } }', {}, 'facts');
    await github.read('GET /repos/{owner}/{repo}', { owner: 'acme', repo: 'shop' }, 'facts');
    await github.write('POST /repos/{owner}/{repo}/check-runs', { owner: 'acme', repo: 'shop' }, 'cosmetic');
    await github.write(
      'PATCH /repos/{owner}/{repo}/check-runs/{id}',
      { owner: 'acme', repo: 'shop', id: 5 },
      'withdrawal',
    );
    expect(spent.map(({ cost }) => [cost.resource, cost.points, cost.createsContent])).toEqual([
      ['graphql', 1, false],
      ['rest', 1, false],
      ['rest', 5, true],
      ['rest', 5, true],
    ]);
    expect(spent.map(({ share }) => share)).toEqual([0.8, 0.8, 0.6, 1]);
  });

  test('without budget nothing is sent, and the caller is told for how long', async () => {
    wait = 5_000;
    const error = await refused(connect().installation(11, 31).read('GET /user', {}, 'facts'));
    expect(error).toMatchObject({ code: 'budget-exhausted', retryable: true, retryAfterMs: 5_000 });
  });

  test('many calls at once ask for one token', async () => {
    const github = installation();
    nock(API).get('/repos/acme/shop').times(10).reply(200, {});
    const calls = Array.from({ length: 10 }, () =>
      github.read('GET /repos/{owner}/{repo}', { owner: 'acme', repo: 'shop' }, 'facts'),
    );
    expect(await Promise.all(calls)).toHaveLength(10);
  });
});

describe('T38 GitHub answers wrongly', () => {
  const read = (github: Installation) =>
    refused(github.read('GET /repos/{owner}/{repo}', { owner: 'acme', repo: 'shop' }, 'facts'));

  test('a secondary limit holds everything back for as long as GitHub says', async () => {
    const github = installation();
    nock(API)
      .get('/repos/acme/shop')
      .reply(403, { message: 'You have exceeded a secondary rate limit.' }, { 'retry-after': '17' });
    expect(await read(github)).toMatchObject({ code: 'github-rate-limited', retryAfterMs: 17_000 });
    expect(blocked).toEqual([{ tenant: 11, resource: 'all', milliseconds: 17_000 }]);
  });

  test('a secondary limit without a time means a minute', async () => {
    const github = installation();
    nock(API).get('/repos/acme/shop').reply(429, { message: 'slow down' });
    expect(await read(github)).toMatchObject({ code: 'github-rate-limited', retryAfterMs: 60_000 });
  });

  test('a spent hour holds back that resource until it is over', async () => {
    const github = installation();
    const reset = Math.floor(Date.now() / 1000) + 600;
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(reset) };
    nock(API).get('/repos/acme/shop').reply(403, { message: 'API rate limit exceeded' }, headers);
    expect(await read(github)).toMatchObject({ code: 'github-rate-limited', retryable: true });
    expect(blocked[0]?.resource).toBe('rest');
    expect(blocked[0]?.milliseconds).toBeGreaterThan(590_000);
  });

  test('a refusal is final, an outage is not, and says that the outcome is unknown', async () => {
    const github = installation();
    nock(API).get('/repos/acme/shop').reply(403, { message: 'Resource not accessible by integration' });
    expect(await read(github)).toMatchObject({ code: 'github-refused', retryable: false });
    nock(API).get('/repos/acme/shop').reply(502, 'Bad Gateway');
    expect(await read(github)).toMatchObject({ code: 'github-unavailable', retryable: true });
    nock(API).get('/repos/acme/shop').replyWithError('socket hang up');
    expect(await read(github)).toMatchObject({ code: 'github-unavailable', retryable: true });
    nock(API).get('/repos/acme/shop').reply(404, { message: 'Not Found' });
    expect(await read(github)).toMatchObject({ code: 'github-not-found', retryable: false });
  });

  test('a GraphQL budget that is spent is an answer of 200 with an error', async () => {
    const github = installation();
    nock(API)
      .post('/graphql')
      .reply(200, { errors: [{ type: 'RATE_LIMITED', message: 'API rate limit exceeded' }] });
    expect(await refused(github.query('{ a }', {}, 'facts'))).toMatchObject({ code: 'github-rate-limited' });
    expect(blocked[0]?.resource).toBe('graphql');
  });

  test('a GraphQL answer in part is handed over with its errors', async () => {
    const github = installation();
    const errors = [{ type: 'NOT_FOUND', message: 'no such team', path: ['w0'] }];
    nock(API)
      .post('/graphql')
      .reply(200, { data: { w0: null, w1: { id: 1 } }, errors });
    const answer = await github.query('{ a }', {}, 'facts');
    expect(answer.errors).toEqual([{ type: 'NOT_FOUND', message: 'no such team', path: ['w0'] }]);
    expect(answer.data).toEqual({ w0: null, w1: { id: 1 } });
  });
});

describe('whose installation it is', () => {
  test('GitHub says so, to the App itself; one that is gone or suspended is nobody’s', async () => {
    const github = connect();
    nock(API)
      .get('/app/installations/31')
      .reply(200, { id: 31, account: { id: 11, login: 'acme' } });
    expect(await github.ownerOf(31)).toEqual({ id: 11, login: 'acme' });
    nock(API).get('/app/installations/32').reply(404, { message: 'Not Found' });
    expect(await github.ownerOf(32)).toBeNull();
    nock(API)
      .get('/app/installations/33')
      .reply(200, { id: 33, account: { id: 11, login: 'acme' }, suspended_at: '2026-01-01T00:00:00Z' });
    expect(await github.ownerOf(33)).toBeNull();
    nock(API).get('/app/installations/34').reply(200, { message: 'Hello' });
    await expect(github.ownerOf(34)).rejects.toMatchObject({ code: 'github-unexpected', retryable: false });
  });
});
