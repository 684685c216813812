import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AppProcess, appEnvironment, eventually, postWebhook, startApp } from '../support/app-process.ts';
import { type EmptyGitHub, startEmptyGitHub } from '../support/empty-github.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';

type Example = { readonly name: string; readonly examples: readonly unknown[] };
const examples = createRequire(import.meta.url)('@octokit/webhooks-examples') as readonly Example[];

let database: TestDatabase;
let github: EmptyGitHub;
let app: AppProcess;

beforeAll(async () => {
  database = await createTestDatabase();
  github = await startEmptyGitHub();
  app = await startApp(appEnvironment(database.url, github.url, { LOG_LEVEL: 'info' }));
});
afterAll(async () => {
  await app.stop();
  await github.close();
  await database.drop();
});

const cases = examples.flatMap(({ name, examples: payloads }) =>
  payloads.map((payload, index) => ({ event: name, index, payload })),
);

test('there are several hundred published examples', () => {
  expect(cases.length).toBeGreaterThan(250);
});

test('every published example, signed and posted, is answered 202 and leaves no failed job', async () => {
  const guids = new Map<string, (typeof cases)[number]>();
  for (const example of cases) {
    const guid = randomUUID();
    guids.set(guid, example);
    const { status, body } = await postWebhook(app.url, example.event, example.payload, { 'x-github-delivery': guid });
    expect([example.event, example.index, status], String(body.message)).toEqual([example.event, example.index, 202]);
    expect(body.disposition, `${example.event} ${example.index}: ${String(body.message)}`).not.toBe('malformed');
    if (!('installation' in (example.payload as object))) expect(body.disposition).toMatch(/unroutable|duplicate/);
  }
  const idle = await eventually(
    'an empty queue',
    async () => {
      const [counts] = await database.query<{ left: number; failed: number }>(
        'select count(*)::int as left, count(*) filter (where last_error is not null)::int as failed from graphile_worker.jobs',
      );
      return counts?.left === 0 || (counts?.failed ?? 0) > 0 ? counts : undefined;
    },
    60_000,
  );
  const errors = await database.query('select key, last_error from graphile_worker.jobs where last_error is not null');
  expect({ ...idle, errors }).toEqual({ left: 0, failed: 0, errors: [] });
  const open = await database.query('select guid from countersign.deliveries where processed_at is null');
  expect(open).toEqual([]);
});
