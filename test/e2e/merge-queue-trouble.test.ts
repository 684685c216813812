import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { eventually } from '../support/app-process.ts';
import { deadJobs, fails, type Proposed, publishedOn } from '../support/attacks.ts';
import { build, enqueue, type Group, queuedScenario, REPOSITORY, signed, withQueues } from '../support/merge-queue.ts';
import { checkOf, checkThat, quiet, startWorld, succeeded, type World } from '../support/world.ts';

let world: World;
/** The process that is alive. */
let app: World['app'];
beforeAll(async () => {
  world = await startWorld({ scenario: queuedScenario(), simulator: { limits: false } });
  app = world.app;
  withQueues(world);
});
afterEach(async () => {
  world.github.clearFaults();
  world.github.addTeamMember({ organization: 'acme', team: 'service-owners', user: 'ana' });
  await quiet(world);
  expect(await deadJobs(world)).toEqual([]);
  expect(world.simulator.violations).toEqual([]);
});
afterAll(() => world.close());

const conclusions = async (head: string) => (await publishedOn(world, head)).map(({ conclusion }) => conclusion);

/** Somebody who signed is gone, and the evaluation that comes of it cannot be done. */
function leave(): void {
  world.github.removeTeamMember({ organization: 'acme', team: 'service-owners', user: 'ana' });
}

async function passes(pull: Proposed, group: Group): Promise<void> {
  await checkThat(world, group, succeeded, 40_000);
  await quiet(world);
  expect(await conclusions(group.head)).toEqual(['success']);
  expect(world.github.checkRuns({ repository: REPOSITORY, sha: group.head, name: group.name })).toHaveLength(1);
  build(world, group.head);
  expect(world.github.pullRequest(pull)).toMatchObject({ merged: true });
}

test.each([
  ['asked for the queue, answers 502', 'CountersignMergeQueue', { kind: 'status', status: 502 }],
  [
    'asked for the queue, says that the limit is reached',
    'CountersignMergeQueue',
    { kind: 'status', status: 429, retryAfter: 1 },
  ],
  ['asked for the pull request, answers 502', 'CountersignPull', { kind: 'status', status: 502 }],
  ['asked for the pull request, hangs up', 'CountersignPull', { kind: 'reset' }],
] as const)(
  'T17 GitHub, %s: nothing is shown meanwhile, and the group is decided after all',
  async (_how, operation, effect) => {
    const pull = await signed(world);
    await quiet(world);
    world.github.failCalls({ operation: `^${operation}$`, times: 2, effect });
    const group = enqueue(world, pull);
    await world.simulator.settled();
    expect(checkOf(world, REPOSITORY, group.head, group.name)).toBeUndefined();
    await passes(pull, group);
  },
);

test('T15 leaves the team in the merge queue while GitHub is in trouble: the success does not stand on what may be past', async () => {
  const pull = await signed(world);
  const group = enqueue(world, pull);
  await checkThat(world, group, succeeded);
  await quiet(world);
  world.github.failCalls({ operation: '^CountersignPull$', times: 1_000, effect: { kind: 'status', status: 502 } });
  leave();
  const check = await checkThat(world, group, fails, 40_000);
  expect(check.title).toBe('Could not be evaluated; it is tried again');
  world.github.clearFaults();
  await checkThat(world, pull, ({ title }) => title.startsWith('Waiting'), 60_000);
  build(world, group.head);
  expect(world.github.pullRequest(pull)).toMatchObject({ merged: false });
});

test('T37 killed while it decides about a group: a new process finishes it', async () => {
  const pull = await signed(world);
  await quiet(world);
  world.github.setLatency({ fromMs: 1_500 });
  const group = enqueue(world, pull);
  await eventually('the group being decided', async () => {
    const rows = await world.database.query(
      "select from graphile_worker.jobs where task_identifier = 'merge-group' and locked_at is not null",
    );
    return rows.length > 0;
  });
  await app.stop('SIGKILL');
  world.github.setLatency({ fromMs: 0 });
  expect(checkOf(world, REPOSITORY, group.head, group.name)).toBeUndefined();
  app = await world.launch();
  await passes(pull, group);
});

test('T37 killed between deciding about a group and showing it: what is on record is shown, once', async () => {
  const pull = await signed(world);
  await quiet(world);
  world.github.failCalls({ path: '^POST .*/check-runs$', times: 100, effect: { kind: 'status', status: 502 } });
  const group = enqueue(world, pull);
  await eventually('the decision on record', async () => {
    const rows = await world.database.query(
      "select from countersign.merge_groups where head_sha = $1 and outcome = 'success'",
      [group.head],
    );
    return rows.length > 0;
  });
  await app.stop('SIGKILL');
  expect(checkOf(world, REPOSITORY, group.head, group.name)).toBeUndefined();
  world.github.clearFaults();
  app = await world.launch();
  await passes(pull, group);
});
