import { createHmac, randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AppProcess, appEnvironment, postWebhook, startApp } from '../support/app-process.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';

/** Nothing listens there: intake must not need GitHub. */
const NO_GITHUB = 'http://127.0.0.1:9';

let database: TestDatabase;
let app: AppProcess;

beforeAll(async () => {
  database = await createTestDatabase();
  app = await startApp(appEnvironment(database.url, NO_GITHUB, { RUN: 'web' }));
});
afterAll(async () => {
  await app.stop();
  await database.drop();
});

const labeled = (n: number, action = 'labeled') => ({
  action,
  number: n,
  pull_request: { number: n, head: { sha: 'a'.repeat(40) }, base: { ref: 'main' } },
  installation: { id: 31 },
  repository: { id: 21, name: 'shop', owner: { id: 11, login: 'acme' }, default_branch: 'main' },
  sender: { id: 1, login: 'ana', type: 'User' },
});

async function deliveriesOf(guid: string) {
  return database.query<{ disposition: string; processed_at: Date | null; times_received: number; tenant_id: string }>(
    'select disposition, processed_at, times_received, tenant_id from countersign.deliveries where guid = $1',
    [guid],
  );
}

async function jobsOf(key: string) {
  return database.query<{ revision: number }>('select revision from graphile_worker.jobs where key = $1', [key]);
}

describe('what is taken', () => {
  test('a signed event is stored with its job in one transaction, then answered 202', async () => {
    const guid = randomUUID();
    const { status, body } = await postWebhook(app.url, 'pull_request', labeled(1), { 'x-github-delivery': guid });
    expect([status, body.disposition]).toEqual([202, 'queued']);
    expect(await deliveriesOf(guid)).toMatchObject([{ disposition: 'queued', processed_at: null, tenant_id: '11' }]);
    expect(await jobsOf('evaluate:21:1')).toHaveLength(1);
  });

  test('many events for one pull request wait as one job', async () => {
    const posts = Array.from({ length: 20 }, (_, n) =>
      postWebhook(app.url, 'pull_request', { ...labeled(2), extra: n }),
    );
    expect(new Set((await Promise.all(posts)).map(({ status }) => status))).toEqual(new Set([202]));
    expect(await jobsOf('evaluate:21:2')).toHaveLength(1);
  });

  test('an event that cannot change a decision is recorded and causes no job', async () => {
    const guid = randomUUID();
    const { body } = await postWebhook(app.url, 'pull_request', labeled(3, 'milestoned'), {
      'x-github-delivery': guid,
    });
    expect(body.disposition).toBe('ignored');
    expect(await jobsOf('evaluate:21:3')).toHaveLength(0);
  });

  test('an event without an installation is recorded as unroutable, one of an unknown name as ignored', async () => {
    const { installation: _, ...without } = labeled(4);
    expect((await postWebhook(app.url, 'pull_request', without)).body.disposition).toBe('unroutable');
    expect((await postWebhook(app.url, 'sponsorship', labeled(4))).body.disposition).toBe('ignored');
  });

  test('a known event of an unknown shape is recorded as malformed and says what is wrong', async () => {
    const { status, body } = await postWebhook(app.url, 'pull_request', {
      ...labeled(5),
      pull_request: { number: 'five' },
    });
    expect(status).toBe(202);
    expect(body).toMatchObject({ disposition: 'malformed', message: expect.stringContaining('pull_request.number') });
  });
});

describe('T26 replays, duplicates', () => {
  test('a delivery that was not processed yet is queued again, with the same id', async () => {
    const guid = randomUUID();
    await postWebhook(app.url, 'pull_request', labeled(6), { 'x-github-delivery': guid });
    const { body } = await postWebhook(app.url, 'pull_request', labeled(6), { 'x-github-delivery': guid });
    expect(body.disposition).toBe('queued');
    expect(await deliveriesOf(guid)).toMatchObject([{ times_received: 2 }]);
  });

  test('one that was processed is recognised by its id, and by its bytes under another id or event name', async () => {
    const payload = labeled(7);
    await postWebhook(app.url, 'pull_request', payload);
    await database.query('update countersign.deliveries set processed_at = now() where pull_number = 7');
    await database.query("delete from graphile_worker._private_jobs where key = 'evaluate:21:7'");
    for (const event of ['pull_request', 'issue_comment']) {
      expect((await postWebhook(app.url, event, payload)).body.disposition).toBe('duplicate');
    }
    expect(await jobsOf('evaluate:21:7')).toHaveLength(0);
  });
});

describe('T27 forgeries and floods', () => {
  test.each([
    ['no signature', { 'x-hub-signature-256': '' }, 401],
    [
      'a signature with another secret',
      { 'x-hub-signature-256': `sha256=${createHmac('sha256', 'x').update('{}').digest('hex')}` },
      401,
    ],
    ['the old SHA-1 signature alone', { 'x-hub-signature-256': '', 'x-hub-signature': 'sha1=00' }, 401],
    ['a signature that is none', { 'x-hub-signature-256': 'sha256=zz' }, 401],
    ['no delivery id', { 'x-github-delivery': '' }, 400],
    ['an event name that is none', { 'x-github-event': "x'; drop table" }, 400],
    ['a form instead of JSON', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
  ])('%s is refused before any work', async (_name, headers, status) => {
    const before = await database.query<{ n: number }>('select count(*)::int as n from countersign.deliveries');
    const answer = await postWebhook(app.url, 'pull_request', labeled(8), headers);
    expect(answer.status).toBe(status);
    expect(String(answer.body.message).length).toBeGreaterThan(10);
    expect(await database.query<{ n: number }>('select count(*)::int as n from countersign.deliveries')).toEqual(
      before,
    );
  });

  test('signed bytes that are not JSON are answered 400', async () => {
    expect((await postWebhook(app.url, 'pull_request', 'not json')).status).toBe(400);
  });

  test('a body that says it has 200 MB is refused before it is sent, one that turns out larger than 25 MB before it is held', async () => {
    expect(await sendRaw({ 'content-length': String(200 * 1024 * 1024) }, 0)).toBe(413);
    expect(await sendRaw({ 'transfer-encoding': 'chunked' }, 26)).toBe(413);
  });

  test("an installation that is known to be another account's is refused, whatever the payload says", async () => {
    await database.query("select set_config('countersign.tenant', '99', false)");
    await database.query(
      "insert into countersign.installations (tenant_id, installation_id, account_login) values (99, 990, 'other')",
    );
    const { status, body } = await postWebhook(app.url, 'pull_request', { ...labeled(9), installation: { id: 990 } });
    expect([status, body.disposition]).toEqual([202, 'refused']);
    expect(await jobsOf('evaluate:21:9')).toHaveLength(0);
  });
});

/** Sends `megabytes` of nothing, and gives the status that is answered, however the sending ends. */
function sendRaw(headers: Readonly<Record<string, string>>, megabytes: number): Promise<number> {
  return new Promise((done) => {
    const sending = request(`${app.url}/api/github/webhooks`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-github-event': 'push',
        'x-github-delivery': 'x',
        'x-hub-signature-256': 'sha256=0',
        ...headers,
      },
    });
    sending.on('response', (response) => done(response.statusCode ?? 0));
    sending.on('error', () => undefined);
    const chunk = Buffer.alloc(1024 * 1024, 32);
    for (let n = 0; n < megabytes; n += 1) sending.write(chunk);
    if (megabytes === 0) sending.flushHeaders();
  });
}

describe('when the store is away', () => {
  test('a webhook is answered 503 and comes back; readiness says so, liveness stays', async () => {
    const own = await createTestDatabase();
    const lone = await startApp(appEnvironment(own.url, NO_GITHUB, { RUN: 'web' }));
    expect((await fetch(`${lone.url}/readyz`)).status).toBe(200);
    await own.drop();
    expect((await postWebhook(lone.url, 'pull_request', labeled(1))).status).toBe(503);
    expect((await fetch(`${lone.url}/readyz`)).status).toBe(503);
    expect((await fetch(`${lone.url}/healthz`)).status).toBe(200);
    expect(await lone.stop()).toBe(0);
  });
});

test('/metrics speaks Prometheus and counts what was taken', async () => {
  const text = await (await fetch(`${app.url}/metrics`)).text();
  expect(text).toMatch(/countersign_deliveries_total\{event="pull_request",disposition="queued"\} \d+/);
  expect(text).toMatch(/countersign_jobs\{state="waiting"\} \d+/);
});

test('paths and methods that are not ours are answered in JSON', async () => {
  expect((await fetch(`${app.url}/nowhere`)).status).toBe(404);
  expect((await fetch(`${app.url}/api/github/webhooks`)).status).toBe(405);
});
