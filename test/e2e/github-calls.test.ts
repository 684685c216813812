import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkThat, propose, quiet, startWorld, succeeded, type World, waits } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
  // The token, the policy and the teams are cached from here on.
  const pull = propose(world);
  await checkThat(world, pull, waits);
  await quiet(world);
});
afterAll(() => world.close());

/** What GitHub was asked since the last time, by kind. */
async function callsSince(): Promise<readonly string[]> {
  await quiet(world);
  const made = world.simulator.calls.map((call) => call.graphqlOperation ?? `${call.method} ${call.path}`);
  world.simulator.resetCalls();
  return made;
}

test('a life (opened, 2 reviews, 20 check runs, a push, approved again, merged) costs at most 14 calls, each event what it must', async () => {
  await callsSince();
  const { github } = world;
  const spent: Record<string, readonly string[]> = {};

  const pull = propose(world);
  await checkThat(world, pull, waits);
  spent.opened = await callsSince();

  github.approve({ ...pull, as: 'ana' });
  await checkThat(world, pull, (check) => check.title.includes('release-manager'));
  spent['first review'] = await callsSince();

  github.approve({ ...pull, as: 'rita' });
  await checkThat(world, pull, succeeded);
  spent['second review, granted'] = await callsSince();

  for (let n = 0; n < 20; n += 1) {
    github.createCheckRun({
      repository: pull.repository,
      app: 'ci',
      sha: pull.head,
      name: `ci-${n}`,
      status: 'completed',
      conclusion: 'success',
    });
  }
  spent['20 check runs'] = await callsSince();

  const { sha } = github.push({
    repository: pull.repository,
    branch: pull.branch,
    as: 'fixer[bot]',
    files: { 'src/x.ts': '1' },
  });
  const moved = { ...pull, head: sha };
  await checkThat(world, moved, waits);
  spent.push = await callsSince();

  github.approve({ ...pull, as: 'bo' });
  await checkThat(world, moved, (check) => check.title.includes('release-manager'));
  github.approve({ ...pull, as: 'raj' });
  await checkThat(world, moved, succeeded);
  spent['approved again'] = await callsSince();

  expect(github.merge({ ...pull, as: 'sam' })).toMatchObject({ merged: true });
  spent.merged = await callsSince();

  const counts = Object.fromEntries(Object.entries(spent).map(([event, calls]) => [event, calls.length]));
  process.stdout.write(`GitHub calls: ${JSON.stringify(counts)}\n`);
  expect(spent['20 check runs']).toEqual([]);
  expect(counts.opened, String(spent.opened)).toBeLessThanOrEqual(2);
  expect(counts['first review'], String(spent['first review'])).toBeLessThanOrEqual(2);
  expect(counts['second review, granted'], String(spent['second review, granted'])).toBeLessThanOrEqual(3);
  expect(counts.push, String(spent.push)).toBeLessThanOrEqual(2);
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  expect(total, JSON.stringify(spent)).toBeLessThanOrEqual(14);
});
