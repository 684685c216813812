import { afterAll, beforeAll, expect, test } from 'vitest';
import { APP_ID, eventually } from '../support/app-process.ts';
import { endsWell, sign } from '../support/attacks.ts';
import { findings } from '../support/findings.ts';
import { checkThat, POLICY, propose, quiet, SCENARIO, startWorld, type World, waits } from '../support/world.ts';

const repository = 'acme/shop';
let world: World;
beforeAll(async () => {
  const policy = POLICY.replace('production: { base: [main] }', 'production: { base: [main, "release/*"] }');
  const repositories = { ...SCENARIO.repositories, '.github': { files: { 'countersign.yml': policy } } };
  world = await startWorld({ simulator: { limits: false }, scenario: { ...SCENARIO, repositories } });
  world.github.createEnvironment({ repository, name: 'production', apps: [APP_ID] });
  const pull = propose(world);
  await checkThat(world, pull, waits);
  await sign(world, pull);
  expect(world.github.merge({ ...pull, as: 'sam' }).merged).toBe(true);
  await quiet(world);
});
afterAll(() => world.close());

function gated(sha?: string) {
  const deploying = { repository, environment: 'production', as: 'sam', ...(sha === undefined ? {} : { sha }) };
  const { deployment } = world.github.deploy(deploying);
  return eventually(
    'the answer of the gate',
    async () => {
      const [rule] = world.github.deployment({ deployment }).rules;
      return rule === undefined || rule.state === 'waiting' ? undefined : rule.state;
    },
    60_000,
  );
}

/** What a sweep, or an event about the repository, does. */
async function adopted(): Promise<void> {
  const [row] = await world.database.query<{ readonly payload: object }>(
    `select json_build_object('tenant', tenant_id, 'installation', installation_id, 'repositoryId', repository_id, 'owner', owner,
       'repository', repository) as payload from countersign.pull_requests limit 1`,
  );
  await world.database.query("select graphile_worker.add_job('adopt', $1::json, job_key => 'adopt:test')", [
    JSON.stringify(row?.payload),
  ]);
  await quiet(world);
}

test('T35 a governed branch that is made while nobody is told brings no baseline of its own', async () => {
  const { github } = world;
  github.webhookOutage();
  const branch = 'release/quiet';
  const { sha } = github.push({ repository, branch, as: 'mallory', from: 'main', files: { 'src/evil.ts': '1\n' } });
  github.endWebhookOutage();
  await adopted();
  expect(await gated(sha)).toBe('rejected');
  expect(await findings(world)).toMatchObject([{ kind: 'pushed' }]);
});

test('T35 nor does one whose first delivery is lost, and whose second arrives', async () => {
  const { github } = world;
  github.webhookOutage();
  const branch = 'release/second';
  const { sha } = github.push({ repository, branch, as: 'mallory', from: 'main', files: { 'src/worse.ts': '1\n' } });
  github.endWebhookOutage();
  github.push({ repository, branch, as: 'mallory', files: { 'src/more.ts': '1\n' } });
  await eventually('both findings', async () => (await findings(world)).length >= 3);
  expect(await gated(sha)).toBe('rejected');
});

test('a run that the merge itself has started is not refused because nobody was told of the merge', async () => {
  const { github } = world;
  const pull = propose(world);
  await checkThat(world, pull, waits);
  await sign(world, pull);
  await quiet(world);
  github.failWebhooks({ kind: 'drop', event: 'pull_request', times: 1 });
  expect(github.merge({ ...pull, as: 'sam' }).merged).toBe(true);
  expect(await gated()).toBe('approved');
}, 90_000);

test('all of it leaves nothing undone', () => endsWell(world));
