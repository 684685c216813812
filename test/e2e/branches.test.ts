import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../support/app-process.ts';
import { endsWell, sign } from '../support/attacks.ts';
import { findings, permittedFor } from '../support/findings.ts';
import { checkThat, propose, quiet, SCENARIO, startWorld, type World, waits } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  const { shop, ...others } = SCENARIO.repositories ?? {};
  const collaborators = { ...shop?.collaborators, sam: 'admin' as const };
  world = await startWorld({
    scenario: { ...SCENARIO, repositories: { ...others, shop: { ...shop, collaborators } } },
  });
});
afterAll(() => world.close());

test('what is merged under a permitting decision is permitted for its environment, and nothing is found', async () => {
  const { github } = world;
  const pull = propose(world);
  await checkThat(world, pull, waits);
  await sign(world, pull);
  const outcome = github.merge({ ...pull, as: 'sam' });
  await eventually('the head to be permitted', async () => (await permittedFor(world, pull.head)).length > 0);
  expect(await permittedFor(world, pull.head)).toEqual(['production']);
  expect(outcome.merged && (await permittedFor(world, outcome.sha))).toEqual(['production']);
  expect(await findings(world)).toEqual([]);
});

test('T32 an administrator merges what nobody has signed: found once, and its commits are not permitted', async () => {
  const { github } = world;
  const pull = propose(world);
  await checkThat(world, pull, waits);
  const outcome = github.merge({ ...pull, as: 'sam', bypass: true });
  expect(outcome.merged).toBe(true);
  await eventually('the finding', async () => (await findings(world)).length > 0);
  await quiet(world);
  expect(await findings(world)).toMatchObject([
    {
      kind: 'merged-unpermitted',
      title: `#${pull.number} came to main without a decision that permits it`,
      by: { login: 'sam' },
    },
  ]);
  expect(await permittedFor(world, pull.head)).toEqual([]);
});

test('T32 a push to a governed branch is found, and one to another branch is nobody’s business', async () => {
  const { github } = world;
  github.push({ repository: 'acme/shop', branch: 'scratch', as: 'sam', from: 'main', files: { 'src/s.ts': '1\n' } });
  const { sha } = github.push({
    repository: 'acme/shop',
    branch: 'main',
    as: 'sam',
    files: { 'src/direct.ts': '1\n' },
  });
  await eventually('the finding', async () => (await findings(world)).length > 1);
  await quiet(world);
  const all = await findings(world);
  expect(all.slice(1)).toMatchObject([
    { kind: 'pushed', title: 'sam pushed to main, and no decision covers it', by: { login: 'sam' } },
  ]);
  expect(await permittedFor(world, sha)).toEqual([]);
});

test('all of it leaves nothing undone', () => endsWell(world));
