import { afterAll, beforeAll, expect, test } from 'vitest';
import { sign } from '../support/attacks.ts';
import { checkThat, POLICY, propose, quiet, startWorld, type World, waits } from '../support/world.ts';
import { countersign, folderWith } from './run.ts';

let world: World;
let tenant: string;
let env: Readonly<Record<string, string>>;
beforeAll(async () => {
  world = await startWorld();
  env = { DATABASE_URL: world.database.url };
  const [signed, open] = [propose(world), propose(world)];
  await checkThat(world, signed, waits);
  await checkThat(world, open, waits);
  await sign(world, signed);
  world.github.push({
    repository: 'acme/.github',
    branch: 'main',
    as: 'sam',
    files: { 'countersign.yml': 'version: 2\n' },
  });
  await checkThat(world, open, ({ conclusion }) => conclusion === 'failure');
  world.github.push({ repository: 'acme/.github', branch: 'main', as: 'sam', files: { 'countersign.yml': POLICY } });
  await checkThat(world, open, waits);
  await quiet(world);
  const [row] = await world.database.query<{ readonly tenant: string }>(
    'select tenant_id::text as tenant from countersign.decisions limit 1',
  );
  tenant = row?.tenant ?? '';
});
afterAll(() => world.close());

function replay(...more: readonly string[]) {
  return countersign(['audit', 'replay', '--tenant', tenant, ...more], { env });
}

test('every recorded decision comes out the same, those under a broken policy too', async () => {
  const ran = await replay();
  expect(ran).toMatchObject({ status: 0, err: '' });
  expect(ran.out).toMatch(/^Derived \d+ decisions again; all came out the same\.\n$/);
  const states = await world.database.query<{ readonly state: string }>(
    'select distinct state from countersign.decisions',
  );
  expect(states.map(({ state }) => state).sort()).toEqual(['approved', 'policy-invalid', 'waiting']);
});

test('another organization has none, and a period has its own', async () => {
  expect((await countersign(['audit', 'replay', '--tenant', '99'], { env })).out).toContain(
    'Derived 0 decisions again',
  );
  expect((await replay('--from', '2001-01-01', '--to', '2001-02-01')).out).toContain('Derived 0 decisions again');
});

test('what a policy would have decided: who would have been asked, and what would not have passed', async () => {
  const strict = POLICY.replace(
    '{ peer: [ { role: service-owner } ] }',
    '{ peer: [ { role: service-owner, count: 2 } ] }',
  );
  const cwd = folderWith({ 'new.yml': strict, 'same.yml': POLICY });
  const ran = await countersign(['policy', 'backtest', '--policy', 'new.yml', '--tenant', tenant, '--json'], {
    cwd,
    env,
  });
  expect(ran).toMatchObject({ status: 1, err: '' });
  const { summary, differences } = JSON.parse(ran.out);
  expect(summary).toMatchObject({ compared: 2, different: 2, stopped: 1, passed: 0 });
  const stopped = differences.find(({ before }: { before: { state: string } }) => before.state === 'approved');
  expect(stopped).toMatchObject({
    after: { state: 'waiting', waited: null },
    asked: { added: ['peer: service-owner'], removed: [] },
  });
  const same = await countersign(['policy', 'backtest', '--policy', 'same.yml', '--tenant', tenant], { cwd, env });
  expect(same).toMatchObject({ status: 0, out: 'Of 2 pull requests none would have come out differently.\n' });
});

test('facts that somebody changes afterwards are found, though they speak of an erasure that the ledger does not, and so is a decision', async () => {
  await world.database.query(
    `update countersign.decisions set facts = jsonb_set(facts, '{pull,title}', '"erased-99"') where decision_id = (select min(decision_id) from countersign.decisions)`,
  );
  await world.database.query(
    `update countersign.decisions set digest = repeat('0', 64) where decision_id = (select max(decision_id) from countersign.decisions)`,
  );
  const ran = await replay();
  expect(ran.status).toBe(1);
  expect(ran.out).toContain('its facts are not those that were recorded');
  expect(ran.out).toContain('its details differ');
  expect(ran.out).toMatch(/2 did not\.\n$/);
});

test.each([
  [['--tenant', 'acme'], '--tenant is the id of an account, and not "acme".'],
  [
    ['--tenant', '3', '--from', 'yesterday'],
    '--from is a day, or an instant with its zone: 2026-11-01, or 2026-11-01T00:00:00Z.',
  ],
  [
    ['--tenant', '3', '--from', '2026-02-01', '--to', '2026-01-01'],
    '--from must be before --to, which is the first instant that no longer belongs.',
  ],
])('%j cannot be run, in a sentence', async (typed, sentence) => {
  expect(await countersign(['audit', 'replay', ...typed], { env })).toMatchObject({ status: 2, err: `${sentence}\n` });
});
