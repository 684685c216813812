import { afterAll, beforeAll, expect, test } from 'vitest';
import { APP_ID, eventually } from '../support/app-process.ts';
import { endsWell, sign } from '../support/attacks.ts';
import { moveClock } from '../support/clock.ts';
import { checkThat, POLICY, propose, quiet, SCENARIO, startWorld, type World, waits } from '../support/world.ts';

const HOUR = 3_600_000;
const repository = 'acme/shop';
const FREEZE = `
freezes:
  - { name: year-end, from: "2026-12-18T00:00", to: "2026-12-20T00:00", timezone: UTC, environments: [production] }
`;

let world: World;
beforeAll(async () => {
  const repositories = { ...SCENARIO.repositories, '.github': { files: { 'countersign.yml': POLICY + FREEZE } } };
  world = await startWorld({
    clock: true,
    startAt: '2026-12-17T09:00:00Z',
    simulator: { limits: false },
    scenario: { ...SCENARIO, repositories },
  });
  world.github.createEnvironment({ repository, name: 'production', apps: [APP_ID] });
  const pull = propose(world);
  await checkThat(world, pull, waits);
  await sign(world, pull);
  const outcome = world.github.merge({ ...pull, as: 'sam' });
  if (!outcome.merged) throw new Error('not merged');
  await quiet(world);
});
afterAll(() => world.close());

function ruleOf(deployment: number) {
  const [rule] = world.github.deployment({ deployment }).rules;
  if (rule === undefined) throw new Error('no rule');
  return rule;
}

function deploy(): number {
  return world.github.deploy({ repository, environment: 'production', as: 'sam' }).deployment;
}

test('GitHub is in trouble when it is to be told: the answer arrives, once', async () => {
  world.github.failCalls({ path: '/deployment_protection_rule', times: 2, effect: { kind: 'status', status: 502 } });
  const deployment = deploy();
  await eventually('the answer', async () => ruleOf(deployment).state === 'approved', 30_000);
  await quiet(world);
  expect(ruleOf(deployment).comments.filter(({ state }) => state === 'approved')).toHaveLength(1);
});

test('in a freeze a run waits with one note that says until when, and goes on when it is over', async () => {
  await moveClock(world, { by: 16 * HOUR });
  const deployment = deploy();
  await eventually('the note', async () => ruleOf(deployment).comments.length > 0);
  expect(ruleOf(deployment)).toMatchObject({ state: 'waiting', comments: [{ state: null }] });
  expect(ruleOf(deployment).comments[0]?.comment).toContain('Freeze "year-end" until');
  for (let n = 0; n < 3; n += 1) await moveClock(world, { by: 2 * HOUR });
  await quiet(world);
  expect(ruleOf(deployment).comments).toHaveLength(1);
  await moveClock(world, { by: 48 * HOUR });
  await eventually('the answer', async () => ruleOf(deployment).state === 'approved', 30_000);
});

test('all of it leaves nothing undone', () => endsWell(world));
