import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventually } from '../support/app-process.ts';
import { endsWell, publishedOn, sign } from '../support/attacks.ts';
import { checkThat, propose, quiet, startWorld, succeeded, type World, waits } from '../support/world.ts';

/** Recovery takes seconds, from when a process is there that can do the work: the queue itself would wait for four hours. */
const RECOVERY_MS = 5_000;

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

const count = async (from: string): Promise<number> =>
  (await world.database.query<{ n: number }>(`select count(*)::int as n from ${from}`))[0]?.n ?? 0;

/** Every commit has one check run of each name, however often the app died while it made it. */
function expectOneRun(sha: string): void {
  const runs = world.github.checkRuns({ repository: 'acme/shop', sha });
  expect(runs.map(({ name }) => name)).toEqual(['countersign/production']);
}

test('T37 killed between acknowledging and deciding: a new process finishes what the old one acknowledged', async () => {
  const { github, simulator } = world;
  github.setLatency({ fromMs: 1_500 });
  const pull = propose(world);
  await simulator.settled();
  await eventually(
    'a job under way',
    async () => (await count('graphile_worker.jobs where locked_at is not null')) > 0,
  );
  expect(await count('countersign.decisions')).toBe(0);
  await world.app.stop('SIGKILL');
  github.setLatency({ fromMs: 0 });

  await world.launch();
  await checkThat(world, pull, waits, RECOVERY_MS);
  expectOneRun(pull.head);
  await endsWell(world);
  expect(await count('countersign.deliveries where processed_at is null')).toBe(0);
});

test('T37 killed between deciding and publishing: the decision on record is published, once', async () => {
  const { github } = world;
  github.failCalls({ path: '^POST .*/check-runs$', times: 100, effect: { kind: 'status', status: 502 } });
  const pull = propose(world);
  await eventually('a decision', async () => (await count('countersign.decisions')) > 0);
  await world.app.stop('SIGKILL');
  expect(github.checkRuns({ repository: pull.repository, sha: pull.head })).toEqual([]);
  github.clearFaults();

  await world.launch();
  await checkThat(world, pull, waits, RECOVERY_MS);
  expectOneRun(pull.head);
  await endsWell(world);
});

test('T37 killed while it publishes, GitHub having done it: the run is found, not made again', async () => {
  const { github } = world;
  github.failCalls({ path: '^POST .*/check-runs$', effect: { kind: 'lost' } });
  const pull = propose(world);
  await eventually('the run', async () => github.checkRuns({ repository: pull.repository, sha: pull.head }).length > 0);
  await world.app.stop('SIGKILL');
  expect(await publishedOn(world, pull.head)).toEqual([]);

  await world.launch();
  await eventually(
    'its publication on record',
    async () => (await publishedOn(world, pull.head)).length > 0,
    RECOVERY_MS,
  );
  expectOneRun(pull.head);
  await sign(world, pull);
  expectOneRun(pull.head);
  await endsWell(world);
});

test('T37 killed while a withdrawal is published: another process that runs already takes it over', async () => {
  const { github } = world;
  const pull = propose(world);
  await checkThat(world, pull, waits);
  await sign(world, pull);
  const first = world.app;
  github.failCalls({ path: '^PATCH .*/check-runs/', effect: { kind: 'hang', ms: 12_000 } });
  const [approval] = github.reviews(pull);
  github.dismissReview({ ...pull, as: 'sam', review: Number(approval?.id), message: 'Changed my mind' });
  await eventually(
    'the write under way',
    async () => (await count('countersign.publications where attempted_at is not null')) > 0,
  );

  await world.launch();
  await first.stop('SIGKILL');
  await checkThat(world, pull, (check) => check.conclusion !== 'success', RECOVERY_MS);
  expect(github.merge({ ...pull, as: 'sam' })).toMatchObject({ merged: false });
  expectOneRun(pull.head);
});

test('two processes on one database share the work, and publish each state once and in order', async () => {
  const { github } = world;
  const second = await world.launch();
  const first = world.app;
  github.setLatency({ fromMs: 5, toMs: 40 });
  const pulls = Array.from({ length: 12 }, () => propose(world));
  for (const pull of pulls) await checkThat(world, pull, waits, 30_000);
  for (const as of ['ana', 'rita']) {
    for (const pull of pulls) github.approve({ ...pull, as });
    await quiet(world);
  }
  for (const pull of pulls) await checkThat(world, pull, succeeded, 30_000);
  await quiet(world);

  for (const { log } of [first, second]) expect(log.filter(({ msg }) => msg === 'decided').length).toBeGreaterThan(0);
  for (const pull of pulls) {
    const [run, ...more] = github.checkRuns({ repository: pull.repository, sha: pull.head });
    const published = await publishedOn(world, pull.head);
    expect(more).toEqual([]);
    expect(run?.updates).toBe(published.length - 1);
    expect(published.at(-1)?.conclusion).toBe('success');
    expect(published.filter(({ conclusion }) => conclusion === 'success')).toHaveLength(1);
  }
  await endsWell(world);
});

test('SIGTERM lets the job under way finish, and ends with 0', async () => {
  const { github } = world;
  github.setLatency({ fromMs: 400 });
  const pull = propose(world);
  await eventually(
    'a job under way',
    async () => (await count('graphile_worker.jobs where locked_at is not null')) > 0,
  );
  const asked = Date.now();
  expect(await world.app.stop('SIGTERM')).toBe(0);
  expect(Date.now() - asked).toBeLessThan(RECOVERY_MS);
  expect(await count('graphile_worker.jobs where locked_at is not null')).toBe(0);
  expect(await count('countersign.decisions')).toBeGreaterThan(0);
  expect(await count('countersign.processes')).toBe(0);

  github.setLatency({ fromMs: 0 });
  await world.launch();
  await checkThat(world, pull, waits, RECOVERY_MS);
  expectOneRun(pull.head);
});
