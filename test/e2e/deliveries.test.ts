import { afterAll, beforeAll, expect, test } from 'vitest';
import { postWebhook, sign as signature } from '../support/app-process.ts';
import { cannotBeMerged, endsWell, lastDecision, neverSucceeded, type Proposed, sign } from '../support/attacks.ts';
import { checkThat, propose, quiet, startWorld, type World, waits } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

/** Everything that happens to one pull request, while no webhook arrives: signed by two, then one of them changes her mind. */
function live(): Proposed {
  const { github } = world;
  github.holdWebhooks();
  const pull = propose(world);
  github.approve({ ...pull, as: 'ana' });
  github.approve({ ...pull, as: 'rita' });
  github.review({ ...pull, as: 'bo', state: 'CHANGES_REQUESTED', body: 'This breaks the import.' });
  return pull;
}

const orders: readonly (readonly [string, (guids: readonly string[]) => readonly string[]])[] = [
  ['the order they were sent in', (guids) => guids],
  ['the opposite order', (guids) => guids.toReversed()],
  ['an order in which the last half comes first', (guids) => [...guids.slice(guids.length / 2), ...guids]],
  ['an order in which every other one comes first', (guids) => [...guids.filter((_, n) => n % 2 === 1), ...guids]],
];

test.each(orders)('T26 deliveries in %s lead to the same state', async (_name, order) => {
  const { github } = world;
  const pull = live();
  const guids = github.heldWebhooks().map(({ guid }) => guid);
  github.releaseWebhooks({ order: [...new Set(order(guids))] });
  await checkThat(world, pull, ({ conclusion }) => conclusion === 'failure');
  await quiet(world);
  const { state, approvals } = await lastDecision(world, pull);
  expect(state).toBe('rejected');
  expect(approvals.map(({ by, counts }) => [by.login, counts])).toEqual([
    ['ana', true],
    ['rita', true],
  ]);
  cannotBeMerged(world, pull);
  await neverSucceeded(world, pull);
});

test('T26 every delivery twice, and all of them replayed afterwards under their own and under new ids', async () => {
  const { github, simulator } = world;
  for (const event of ['pull_request', 'pull_request_review', 'push'])
    github.failWebhooks({ event, kind: 'duplicate', times: 9 });
  const pull = propose(world);
  await checkThat(world, pull, waits);
  await sign(world, pull);
  await quiet(world);
  const ledger = () => world.database.query('select entry_id from countersign.ledger');
  const before = await ledger();
  github.clearFaults();
  for (const { id, event, body } of [...simulator.deliveries].filter((each) => /^pull_request/.test(each.event))) {
    github.redeliver({ id });
    await postWebhook(world.app.url, event, body, { 'x-hub-signature-256': signature(body) });
  }
  await quiet(world);
  expect(await ledger()).toEqual(before);
  expect(github.checkRuns({ repository: pull.repository, sha: pull.head })).toHaveLength(1);
});

test('T26 a rejection whose delivery was dropped is found by whatever comes next', async () => {
  const { github } = world;
  const pull = propose(world);
  await checkThat(world, pull, waits);
  github.failWebhooks({ event: 'pull_request_review', kind: 'drop' });
  github.review({ ...pull, as: 'bo', state: 'CHANGES_REQUESTED', body: 'No.' });
  github.approve({ ...pull, as: 'ana' });
  await checkThat(world, pull, ({ conclusion }) => conclusion === 'failure');
  github.approve({ ...pull, as: 'rita' });
  await quiet(world);
  await neverSucceeded(world, pull);
});

test('T26 somebody leaves a team, comes back and leaves again: the same bytes, and yet another event', async () => {
  const { github } = world;
  const member = { organization: 'acme', team: 'service-owners', user: 'cy' };
  const pull = propose(world);
  await checkThat(world, pull, waits);
  await sign(world, pull, ['cy', 'rita']);
  for (const _round of [1, 2]) {
    github.removeTeamMember(member);
    await checkThat(world, pull, waits);
    cannotBeMerged(world, pull);
    github.addTeamMember(member);
    await checkThat(world, pull, ({ conclusion }) => conclusion === 'success');
  }
});

test('T27 a forged approval, and one signed for the installation of somebody else, change nothing', async () => {
  const { github, simulator } = world;
  const pull = propose(world);
  await checkThat(world, pull, waits);
  github.holdWebhooks();
  github.approve({ ...pull, as: 'ana' });
  await simulator.settled();
  const { body = '' } = simulator.deliveries.findLast(({ event }) => event === 'pull_request_review') ?? {};
  const forged = await postWebhook(world.app.url, 'pull_request_review', body, {
    'x-hub-signature-256': signature(body, 'guess'),
  });
  expect(forged.status).toBe(401);

  github.createUser({ login: 'eve' });
  const other = github.createOrganization({ login: 'evil', owners: ['eve'] });
  const installation = github.install({ organization: 'evil' });
  const payload = JSON.parse(body) as Record<string, unknown>;
  const stolen = { ...payload, installation };
  expect((await postWebhook(world.app.url, 'pull_request_review', stolen)).status).toBe(202);
  const claimed = {
    ...payload,
    installation,
    organization: { id: other.id, login: 'evil' },
    repository: { id: 1, name: 'shop', owner: other },
  };
  expect((await postWebhook(world.app.url, 'pull_request_review', claimed)).status).toBe(202);
  const unknown = { ...payload, installation: { id: 999_999 } };
  expect((await postWebhook(world.app.url, 'pull_request_review', unknown)).status).toBe(202);
  const tenants = await world.database.query<{ tenant_id: string }>(
    'select distinct tenant_id from countersign.pull_requests',
  );
  expect(tenants).toHaveLength(1);
  github.releaseWebhooks();
  await quiet(world);
  cannotBeMerged(world, pull);
  await neverSucceeded(world, pull);
});

test('all of it leaves nothing undone', () => endsWell(world));
