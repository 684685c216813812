import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../support/app-process.ts';
import { checkOf, checkThat, propose, startWorld, succeeded, type World } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ simulator: { validate: false } });
});
afterAll(() => world.close());

test('a flood of one installation stays inside GitHub’s limits, and a withdrawal passes what waits', async () => {
  const { github, simulator } = world;
  const approved = propose(world);
  github.approve({ ...approved, as: 'ana' });
  github.approve({ ...approved, as: 'rita' });
  await checkThat(world, approved, succeeded);

  // More new pull requests than 80 content-creating calls a minute let through.
  const flood = Array.from({ length: 150 }, () => propose(world));
  await eventually(
    'the budget to be spent',
    async () => {
      const text = await (await fetch(`${world.app.url}/metrics`)).text();
      return /github_calls_total\{kind="rest",outcome="deferred"\}/.test(text);
    },
    60_000,
  );
  const shown = (): number => flood.filter((pull) => checkOf(world, pull.repository, pull.head) !== undefined).length;
  expect(shown()).toBeLessThan(flood.length);

  const review = (
    github.reviews(approved) as readonly { readonly id: number; readonly user: { readonly login: string } }[]
  ).find(({ user }) => user.login === 'ana');
  github.dismissReview({ ...approved, as: 'bo', review: review?.id ?? 0, message: 'looked again' });
  const withdrawn = await checkThat(world, approved, (check) => check.conclusion !== 'success', 20_000);
  expect(withdrawn.title).toContain('service-owner');
  expect(shown()).toBeLessThan(flood.length);
  expect(simulator.limitViolations).toEqual([]);

  const [row] = await world.database.query<{ waiting: number; dead: number }>(
    `select count(*) filter (where attempts < max_attempts)::int as waiting,
            count(*) filter (where attempts >= max_attempts and locked_at is null)::int as dead
       from graphile_worker.jobs where task_identifier = 'publish'`,
  );
  expect(row?.waiting).toBeGreaterThanOrEqual(flood.length - shown());
  expect(row?.dead).toBe(0);
});
