import { afterAll, beforeAll, expect, test } from 'vitest';
import { defaultPermissions } from '../simulator/app-defaults.ts';
import { APP_ID, eventually } from '../support/app-process.ts';
import { endsWell } from '../support/attacks.ts';
import { propose, quiet, SCENARIO, startWorld, type World } from '../support/world.ts';

/** What requires the check before a merge, and whether it still does. */

const { '.github': policies, ...others } = SCENARIO.repositories ?? {};
/** As app.yml asks for. */
const app = { id: APP_ID, permissions: { ...defaultPermissions, administration: 'read' } };
const requiredChecks = [{ context: 'countersign/production', integrationId: APP_ID }];

let world: World;
beforeAll(async () => {
  const repositories = { ...others, '.github': { ...policies, requiredChecks } };
  world = await startWorld({
    scenario: { ...SCENARIO, repositories },
    environment: { SWEEPS: 'on' },
    simulator: { app },
  });
  const isOver = async () => world.app.log.some(({ msg }) => msg === 'went through an installation');
  await eventually('the first sweep', isOver);
  await quiet(world);
});
afterAll(() => world.close());

type Found = {
  readonly kind: string;
  readonly title: string;
  readonly state: string;
  readonly by: { login: string } | null;
};
const findings = () =>
  world.database.query<Found>('select kind, title, state, by from countersign.findings order by finding_id');
const mended = () =>
  world.database.query<{ entry: string }>(
    "select countersign.opened(tenant_id, entry) as entry from countersign.ledger where kind = 'finding-mended'",
  );

/** The ruleset of shop; the first that the simulator made for it. */
async function rulesetId(): Promise<number> {
  const { token } = world.github.userToken({ user: 'acme-owner' });
  const answer = await fetch(`${world.simulator.url}/repos/acme/shop/rulesets`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const [first] = (await answer.json()) as { id: number }[];
  return first?.id ?? 0;
}

test('a branch whose rules require the check from this app is no finding, and is watched from the start', async () => {
  expect(await findings()).toEqual([]);
  const adopted = await world.database.query('select ref from countersign.adoptions');
  expect(adopted).toEqual([{ ref: 'main' }, { ref: 'main' }]);
});

test('T32 an administrator disables the ruleset for a minute, merges, and enables it: found, mended, and the merge is found too', async () => {
  const { github } = world;
  const id = await rulesetId();
  const pull = propose(world);
  await quiet(world);
  github.disableRuleset({ repository: 'acme/shop', id, as: 'acme-owner' });
  await eventually('the finding', async () => (await findings()).length > 0);
  expect(await findings()).toMatchObject([
    {
      kind: 'check-not-required',
      title: 'Nothing requires countersign/production before a merge to main',
      state: 'open',
      by: { login: 'acme-owner' },
    },
  ]);
  expect(github.merge({ ...pull, as: 'acme-owner' })).toMatchObject({ merged: true });
  github.enableRuleset({ repository: 'acme/shop', id, as: 'acme-owner' });
  await eventually('the mending', async () => (await mended()).length > 0);
  await quiet(world);
  const all = await findings();
  expect(all.map(({ kind, state }) => [kind, state])).toEqual([
    ['check-not-required', 'mended'],
    ['merged-unpermitted', 'open'],
  ]);
});

test('T32 the ruleset is off and on again before anybody looks: the delivery itself tells', async () => {
  const { github } = world;
  const id = await rulesetId();
  const before = (await findings()).length;
  github.setLatency({ fromMs: 200 });
  github.disableRuleset({ repository: 'acme/shop', id, as: 'acme-owner' });
  github.enableRuleset({ repository: 'acme/shop', id, as: 'acme-owner' });
  await eventually('the finding', async () => (await findings()).length > before);
  github.setLatency({ fromMs: 0 });
  await quiet(world);
  const [found] = (await findings()).slice(before);
  expect(found).toMatchObject({ kind: 'check-not-required', state: 'mended', by: { login: 'acme-owner' } });
  expect(found?.title).toMatch(
    /^acme-owner switched off the ruleset .*, which requires countersign\/production, for a while$/,
  );
});

test('T18 a rule that takes the check from anybody is found, again after it was mended and loosened once more', async () => {
  const { github } = world;
  const id = await rulesetId();
  const place = { repository: 'acme/shop', id, as: 'acme-owner' };
  for (const _round of [1, 2]) {
    const before = (await findings()).length;
    const mendings = (await mended()).length;
    github.editRuleset({ ...place, requiredChecks: [{ context: 'countersign/production', integrationId: null }] });
    await eventually('the finding', async () => (await findings()).length > before);
    expect((await findings()).at(-1)?.title).toMatch(/^main requires countersign\/production from anybody/);
    github.editRuleset({ ...place, requiredChecks });
    await eventually('the mending', async () => (await mended()).length > mendings);
  }
});

test('a deployment environment of the policy that does not ask this app is found, and mended when it does', async () => {
  const { github } = world;
  const environment = { repository: 'acme/shop', name: 'production' };
  const touch = (topic: string) =>
    github.editRepository({ repository: 'acme/shop', as: 'acme-owner', topics: [topic] });
  const ofEnvironment = async () => (await findings()).filter(({ kind }) => kind === 'environment-unprotected');
  github.createEnvironment(environment);
  touch('one');
  await eventually('the finding', async () => (await ofEnvironment()).length > 0);
  expect(await ofEnvironment()).toMatchObject([
    { title: 'Deployments to production ask this app nothing', state: 'open' },
  ]);
  github.createEnvironment({ ...environment, apps: [APP_ID] });
  touch('two');
  await eventually('the mending', async () => (await ofEnvironment()).every(({ state }) => state === 'mended'));
});

test('all of it leaves nothing undone', () => endsWell(world));
