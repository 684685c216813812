import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { countersign } from './run.ts';

let database: TestDatabase;
let env: Readonly<Record<string, string>>;
beforeAll(async () => {
  database = await createTestDatabase();
  env = { DATABASE_URL: database.url };
});
afterAll(() => database.drop());

/** A job that has used up its only attempt. */
async function die(key: string): Promise<string> {
  await database.query(`select graphile_worker.add_job('publish', '{}'::json, job_key => $1, max_attempts => 1)`, [
    key,
  ]);
  const [job] = await database.query<{ id: string }>(
    `update graphile_worker._private_jobs set attempts = max_attempts, last_error = 'GitHub answered 500' where key = $1
     returning id::text`,
    [key],
  );
  return job?.id ?? '';
}

test('dead jobs are listed with their reason, and rearmed by id or all at once', async () => {
  expect(await countersign(['jobs', 'list'], { env })).toEqual({ status: 0, out: 'No job is dead.\n', err: '' });
  const [one] = [await die('one'), await die('two'), await die('three')];

  const listed = await countersign(['jobs', 'list', '--json'], { env });
  expect(listed.status).toBe(1);
  expect(JSON.parse(listed.out)).toHaveLength(3);
  expect((await countersign(['jobs', 'list'], { env })).out).toContain('GitHub answered 500');

  const rearmed = await countersign(['jobs', 'rearm', one, '999999'], { env });
  expect(rearmed).toMatchObject({ status: 1, out: 'Rearmed 1 job.\n' });
  expect(await countersign(['jobs', 'rearm', '--all', '--json'], { env })).toMatchObject({
    status: 0,
    out: '{\n  "rearmed": 2\n}\n',
  });
  expect(await countersign(['jobs', 'list'], { env })).toMatchObject({ status: 0 });
});

test('a database that does not answer is named in a sentence, and not waited for', async () => {
  const { status, err } = await countersign(['jobs', 'list'], { env: { DATABASE_URL: 'postgres://x@127.0.0.1:1/x' } });
  expect(status).toBe(2);
  expect(err).toMatch(/^The database cannot be worked with: .*\n$/);
});

test('a database without the app in it is named as such', async () => {
  const url = new URL(database.url);
  url.pathname = '/postgres';
  const { status, err } = await countersign(['jobs', 'list'], { env: { DATABASE_URL: url.href } });
  expect(status).toBe(2);
  expect(err).toContain('is not one that the app has migrated');
});
