import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { eventually } from '../support/app-process.ts';
import { cannotBeMerged, deadJobs, neverSucceeded, publishedOn, sign } from '../support/attacks.ts';
import { checkThat, propose, quiet, startWorld, type World, waits } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterEach(async () => {
  world.github.clearFaults();
  world.github.setLatency({ fromMs: 0 });
  await quiet(world);
  expect(await deadJobs(world)).toEqual([]);
});
afterAll(() => world.close());

const WRITE = '^(POST|PATCH) .*/check-runs';

function expectOneRun(sha: string): void {
  expect(world.github.checkRuns({ repository: 'acme/shop', sha })).toHaveLength(1);
}

test.each([
  ['502', { kind: 'status', status: 502 }],
  ['a 403 that is no limit', { kind: 'status', status: 403, message: 'Must have admin rights to Repository.' }],
  ['401', { kind: 'status', status: 401, message: 'Bad credentials' }],
  ['429 with retry-after', { kind: 'status', status: 429, retryAfter: 1 }],
  [
    'the secondary limit with retry-after',
    { kind: 'status', status: 403, retryAfter: 2, message: 'You have exceeded a secondary rate limit.' },
  ],
  ['a connection that breaks', { kind: 'reset' }],
] as const)('T38 GitHub answers the question with %s: nothing is lost, and it converges', async (_name, effect) => {
  const { github } = world;
  github.failCalls({ operation: '^CountersignPull$', times: 2, effect });
  const pull = propose(world);
  await checkThat(world, pull, waits, 30_000);
  expectOneRun(pull.head);
  await sign(world, pull);
});

test.each([
  ['502', { kind: 'status', status: 502 }],
  ['429 with retry-after', { kind: 'status', status: 429, retryAfter: 1 }],
  ['nothing, having done it', { kind: 'lost' }],
  ['502, having done it', { kind: 'lost', by: 502 }],
] as const)('T38 GitHub answers a write with %s: one check run, and the right one', async (_name, effect) => {
  const { github } = world;
  github.failCalls({ path: WRITE, times: 2, effect });
  const pull = propose(world);
  await checkThat(world, pull, waits, 30_000);
  await eventually('its publication on record', async () => (await publishedOn(world, pull.head)).length > 0, 30_000);
  expectOneRun(pull.head);
  await sign(world, pull);
  expectOneRun(pull.head);
});

test('T38 a success whose answer is lost is still withdrawn', async () => {
  const { github } = world;
  const pull = propose(world);
  await checkThat(world, pull, waits);
  github.approve({ ...pull, as: 'ana' });
  await checkThat(world, pull, (check) => check.title.includes('release-manager'));
  github.failCalls({ path: WRITE, effect: { kind: 'lost' } });
  github.approve({ ...pull, as: 'rita' });
  await checkThat(world, pull, ({ conclusion }) => conclusion === 'success');

  const [approval] = github.reviews(pull);
  github.dismissReview({ ...pull, as: 'sam', review: Number(approval?.id), message: 'No' });
  await checkThat(world, pull, waits, 30_000);
  cannotBeMerged(world, pull);
  expectOneRun(pull.head);
});

test('T38 GitHub is slow: people who changed their minds meanwhile are never overtaken by an older success', async () => {
  const { github } = world;
  const pull = propose(world);
  await checkThat(world, pull, waits);
  github.setLatency({ fromMs: 100, toMs: 400 });
  github.approve({ ...pull, as: 'ana' });
  github.approve({ ...pull, as: 'rita' });
  github.review({ ...pull, as: 'bo', state: 'CHANGES_REQUESTED', body: 'This breaks the import.' });
  await checkThat(world, pull, ({ conclusion }) => conclusion === 'failure', 30_000);
  await quiet(world);
  expect((await publishedOn(world, pull.head)).at(-1)?.conclusion).toBe('failure');
  cannotBeMerged(world, pull);
  expectOneRun(pull.head);
});

test('T38 people cannot be read: no success, the check says so, and it is right once they can', async () => {
  const { github } = world;
  const pull = propose(world);
  await checkThat(world, pull, waits);
  github.approve({ ...pull, as: 'ana' });
  await checkThat(world, pull, (check) => check.title.includes('release-manager'));
  github.failCalls({ operation: '^CountersignPull$', times: 3, effect: { kind: 'status', status: 500 } });
  github.approve({ ...pull, as: 'rita' });
  await eventually('a failed attempt', async () => {
    const [row] = await world.database.query<{ n: number }>(
      'select count(*)::int as n from graphile_worker.jobs where attempts > 0',
    );
    return (row?.n ?? 0) > 0;
  });
  await neverSucceeded(world, pull);
  await checkThat(world, pull, ({ conclusion }) => conclusion === 'success', 40_000);
});
