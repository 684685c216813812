import type { Pool } from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Job } from '../../src/jobs/job.ts';
import { startWorker, type Tasks } from '../../src/jobs/worker.ts';
import { block, spend } from '../../src/store/budget.ts';
import { openDatabase, withTenant } from '../../src/store/database.ts';
import { reapDeadProcesses, registerProcess } from '../../src/store/processes.ts';
import { desire, loadPublication } from '../../src/store/publications.ts';
import { countQueue, enqueue, listDeadJobs, rearmDeadJobs } from '../../src/store/queue.ts';
import { createMetrics } from '../../src/web/metrics.ts';
import { eventually } from '../support/app-process.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';

let cluster: TestDatabase;
let database: Pool;
beforeAll(async () => {
  cluster = await createTestDatabase();
  database = openDatabase(cluster.url, 10, () => undefined);
});
afterAll(async () => {
  await database.end();
  await cluster.drop();
});

const job: Job<'installation'> = {
  task: 'installation',
  key: 'installation:7',
  payload: { tenant: 1, installation: 7 },
  priority: 0,
};

test('a job that fails for good is listed with its cause, and runs again once it is rearmed', async () => {
  let broken = true;
  const ran: unknown[] = [];
  const installation: Tasks['installation'] = async (payload) => {
    if (broken) throw new Error('the cause');
    ran.push(payload);
  };
  // No other job is put into the queue here.
  const tasks = { installation } as Tasks;
  await enqueue(database, job);
  await cluster.query('update graphile_worker._private_jobs set max_attempts = 1');
  const worker = await startWorker({
    database,
    databaseUrl: cluster.url,
    tasks,
    concurrency: 2,
    metrics: createMetrics(() => countQueue(database)),
    log: pino({ level: 'silent' }),
    onLost: (error) => {
      throw error;
    },
  });
  try {
    const [dead] = await eventually('a dead job', async () => {
      const jobs = await listDeadJobs(database);
      return jobs.length > 0 ? jobs : undefined;
    });
    expect(dead).toMatchObject({ task: 'installation', key: job.key, payload: job.payload, attempts: 1 });
    expect(dead?.lastError).toContain('the cause');
    expect(await countQueue(database)).toEqual({ waiting: 0, running: 0, dead: 1 });

    broken = false;
    expect(await rearmDeadJobs(database, ['999999'])).toBe(0);
    expect(await rearmDeadJobs(database)).toBe(1);
    await eventually('its second life', async () => ran.length === 1);
    await eventually('an empty queue', async () => (await countQueue(database)).running === 0);
    expect(await listDeadJobs(database)).toEqual([]);
  } finally {
    await worker.stop();
  }
});

test('the reaper frees the jobs of a process that is gone, and leaves those of one that lives', async () => {
  const living = await registerProcess(cluster.url, () => undefined);
  await living.workers(['pool-living']);
  await cluster.query("insert into countersign.processes (process_key, worker_ids) values (12, '{pool-gone}')");
  for (const [id, pool] of [
    [1, 'pool-living'],
    [2, 'pool-gone'],
  ] as const) {
    await enqueue(database, { ...job, key: `reaped:${id}` });
    await cluster.query(
      "update graphile_worker._private_jobs set locked_by = $1, locked_at = now() - interval '1 hour' where key = $2",
      [pool, `reaped:${id}`],
    );
  }
  expect(await reapDeadProcesses(database)).toBe(1);
  const held = await cluster.query('select key from graphile_worker.jobs where locked_at is not null');
  expect(held).toEqual([{ key: 'reaped:1' }]);
  await living.release();
  expect(await cluster.query('select process_key from countersign.processes')).toEqual([]);
});

test('the outbox never goes back to an older version, and takes a success back first', async () => {
  const key = { tenant: 5, repositoryId: 1, headSha: 'a'.repeat(40), checkName: 'countersign/production' };
  const say = (version: string, conclusion: 'success' | 'failure') =>
    withTenant(database, key.tenant, (session) =>
      desire(session, key, {
        installation: 1,
        owner: 'acme',
        repository: 'shop',
        content: { status: 'completed', conclusion, title: version, summary: '' },
        digest: version,
        version,
      }),
    );
  expect(await say('10', 'success')).toBe('grant');
  await cluster.query("update countersign.publications set published_digest = '10', published_conclusion = 'success'");
  expect(await say('10', 'success')).toBe('none');
  expect(await say('11', 'failure')).toBe('withdrawal');
  expect(await say('9', 'success')).toBe('none');
  expect(await say('10', 'success')).toBe('none');
  const publication = await withTenant(database, key.tenant, (session) => loadPublication(session, key));
  expect(publication).toMatchObject({ desiredVersion: '11', desired: { conclusion: 'failure' } });
});

test('a budget is never overspent, however many spend at once, and leaves some to urgent work', async () => {
  const write = { resource: 'rest', points: 5, createsContent: true } as const;
  const spendMany = async (share: number): Promise<number> => {
    const waits = await Promise.all(Array.from({ length: 100 }, () => spend(database, 8, write, share)));
    return waits.filter((wait) => wait === 0).length;
  };
  expect(await spendMany(0.6)).toBe(48);
  expect(await spendMany(1)).toBe(32);
  expect(await spendMany(1)).toBe(0);
  // Whatever was spent within the last minute counts, however the slices of the bookkeeping fall.
  await cluster.query("update countersign.spending set slice = slice - interval '50 seconds' where tenant_id = 8");
  expect(await spendMany(1)).toBe(0);
  await cluster.query("update countersign.spending set slice = slice - interval '30 seconds' where tenant_id = 8");
  expect(await spendMany(1)).toBe(80);
  expect(await spend(database, 9, write, 1)).toBe(0);
});

test('a pause that GitHub asked for holds back the calls of that tenant, and a shorter one does not end it', async () => {
  const read = { resource: 'graphql', points: 1, createsContent: false } as const;
  await block(database, 10, 'all', 60_000);
  await block(database, 10, 'all', 1_000);
  expect(await spend(database, 10, read, 1)).toBeGreaterThan(50_000);
  expect(await spend(database, 11, read, 1)).toBe(0);
});
