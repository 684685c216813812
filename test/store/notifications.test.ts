import type { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { notice } from '../../src/notify/notice.ts';
import type { Notify } from '../../src/policy/policy.ts';
import { openDatabase, withTenant } from '../../src/store/database.ts';
import { loadNotification, notify } from '../../src/store/notifications.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';

let owner: TestDatabase;
let database: Pool;
beforeAll(async () => {
  owner = await createTestDatabase();
  database = openDatabase(owner.url, 5, () => undefined);
});
afterAll(async () => {
  await database.end();
  await owner.drop();
});

const POLICY: Notify = {
  channels: [
    { name: 'a', kind: 'slack', secret: 'ONE' },
    { name: 'b', kind: 'webhook', secret: 'TWO' },
    { name: 'same-as-a', kind: 'slack', secret: 'ONE' },
    { name: 'unasked', kind: 'slack', secret: 'THREE' },
  ],
  on: [
    { event: 'waiting', channels: ['a', 'same-as-a'] },
    { event: 'waiting', channels: ['b'] },
    { event: 'bypass', channels: ['unasked'] },
  ],
};
const ABOUT = { repository: 'acme/shop', pull: 7, url: 'https://github.com/acme/shop/pull/7' };
const waitingFor = (key: string) => notice('waiting', ABOUT, { key, title: 'acme/shop#7 waits', lines: [] });

async function tell(tenant: number, key: string): Promise<readonly string[]> {
  const about = { tenant, organization: 'acme', repositoryId: 1, head: 'a'.repeat(40) };
  await withTenant(database, tenant, (session) => notify(session, about, [waitingFor(key)], POLICY));
  const rows = await owner.query<{ channel: string }>(
    'select channel from countersign.notifications where tenant_id = $1 and dedupe_key = $2 order by 1',
    [tenant, `waiting ${key}`],
  );
  return rows.map(({ channel }) => channel);
}

const jobs = () =>
  owner.query<{ key: string }>("select key from graphile_worker.jobs where task_identifier = 'notify' order by key");

test('each channel of the event is told once, and one address once whatever its channels are called', async () => {
  expect(await tell(1, 'x')).toEqual(['a', 'b']);
  expect(await jobs()).toHaveLength(2);
  expect(await tell(1, 'x')).toEqual(['a', 'b']);
  expect(await jobs()).toHaveLength(2);
});

test('another organization is told of its own, under the same key, and cannot see the first’s', async () => {
  expect(await tell(2, 'x')).toEqual(['a', 'b']);
  expect(await jobs()).toHaveLength(4);
  const [row] = await owner.query<{ id: string }>(
    'select notification_id::text as id from countersign.notifications where tenant_id = 1 limit 1',
  );
  expect(await withTenant(database, 1, (session) => loadNotification(session, row?.id ?? ''))).toMatchObject({
    tenant: 1,
    organization: 'acme',
    settled: false,
    attempts: 0,
  });
  expect(await withTenant(database, 2, (session) => loadNotification(session, row?.id ?? ''))).toBeNull();
});

test('what is rolled back is neither told nor remembered as told', async () => {
  const about = { tenant: 1, organization: 'acme', repositoryId: 1, head: 'a'.repeat(40) };
  const lost = withTenant(database, 1, async (session) => {
    await notify(session, about, [waitingFor('y')], POLICY);
    throw new Error('the decision could not be recorded');
  });
  await expect(lost).rejects.toThrow('could not be recorded');
  expect(await tell(1, 'y')).toEqual(['a', 'b']);
});
