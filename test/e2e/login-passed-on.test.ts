import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { countersign, folderWith } from '../cli/run.ts';
import { startScenario } from '../simulator/scenario.ts';
import { eventually } from '../support/app-process.ts';
import { endsWell, nextSecond } from '../support/attacks.ts';
import { checkThat, POLICY, propose, quiet, startWorld, succeeded, type World, waits } from '../support/world.ts';

/** An organization gives up its login, and another one takes it, with a repository and a pull request of the same names. */

const OTHERS = `
version: 1
stages: [peer]
proposals: [ { category: remediation, when: { author-kind: bot }, initiator: none } ]
environments: { production: { base: [main] } }
roles: { owner: { members: ["user:zoe"] } }
rules: [ { name: a peer, require: { peer: [ { role: owner } ] } } ]
`;

let world: World;
let first: { readonly tenant: number; readonly pull: ReturnType<typeof propose> };
let second: typeof first;
beforeAll(async () => {
  world = await startWorld({ simulator: { limits: false } });
  const pull = propose(world);
  await checkThat(world, pull, waits);
  await quiet(world);
  first = { tenant: world.scenario.organizationId, pull: { ...pull, repository: 'acme-old/shop' } };
  world.github.renameUser({ user: 'acme', login: 'acme-old' });
  const { organizationId } = startScenario(world.github, {
    owners: ['zoe'],
    bots: ['other[bot]'],
    repositories: {
      '.github': { visibility: 'public', files: { 'countersign.yml': OTHERS } },
      shop: { visibility: 'public', files: { 'README.md': '# shop\n' } },
    },
  });
  const theirs = propose(world, { as: 'other[bot]', body: '' });
  await checkThat(world, theirs, ({ title }) => title.includes('owner'));
  second = { tenant: organizationId, pull: theirs };
});
afterAll(() => world.close());

async function ledgerOf(tenant: number): Promise<readonly { readonly repository: string; readonly pull: number }[]> {
  return world.database.query(
    'select distinct repository_id as repository, pull_number as pull from countersign.ledger where tenant_id = $1 and pull_number is not null',
    [tenant],
  );
}

test('their pull requests of one name and number stay apart: each has its own policy, people and ledger', async () => {
  expect(second.pull.number).toBe(first.pull.number);
  await nextSecond();
  world.github.approve({ ...second.pull, as: 'zoe' });
  await checkThat(world, second.pull, succeeded);
  await quiet(world);
  await checkThat(world, first.pull, waits);
  // The policy still names a team by the login that is somebody else's now, and before a success its members are read again.
  world.github.approve({ ...first.pull, as: 'ana' });
  await checkThat(world, first.pull, ({ title }) => title.includes('release-manager'));
  world.github.approve({ ...first.pull, as: 'rita' });
  await checkThat(world, first.pull, ({ title }) => title.startsWith('Cannot decide: The team acme/service-owners'));
  const files = { 'countersign.yml': POLICY.replace('team:acme/', 'team:acme-old/') };
  world.github.push({ repository: 'acme-old/.github', branch: 'main', as: 'sam', files });
  await checkThat(world, first.pull, succeeded);
  await quiet(world);
  const ledgers = [await ledgerOf(first.tenant), await ledgerOf(second.tenant)];
  expect(ledgers.map((rows) => rows.length)).toEqual([1, 1]);
  expect(ledgers[0]?.[0]?.repository).not.toBe(ledgers[1]?.[0]?.repository);
});

test('work that was left under the old name finds what the name leads to now, and takes it for nobody’s', async () => {
  const before = await ledgerOf(first.tenant);
  await world.database.query(
    `select graphile_worker.add_job('evaluate', json_build_object('tenant', tenant_id, 'installation', installation_id,
       'repositoryId', repository_id, 'owner', 'acme', 'repository', 'shop', 'pull', pull_number), job_key => 'left')
       from countersign.pull_requests where tenant_id = $1`,
    [first.tenant],
  );
  await quiet(world);
  expect(await ledgerOf(first.tenant)).toEqual(before);
  await checkThat(world, second.pull, succeeded);
  await endsWell(world);
});

test('the command line says that the login has been several organizations’, and proves the ledger of each', async () => {
  await eventually('all to be signed', async () => {
    const left = await world.database.query('select from countersign.pending_leaves');
    return left.length === 0;
  });
  const env = { DATABASE_URL: world.database.url };
  const asked = await countersign(['audit', 'export', '--org', 'acme'], { env });
  expect(asked).toMatchObject({ status: 2, out: '' });
  expect(asked.err).toContain('Several organizations have been called "acme"');
  const keys = JSON.parse((await countersign(['audit', 'keys', '--json'], { env })).out) as readonly {
    verifier: string;
  }[];
  const given = keys.flatMap(({ verifier }) => ['--key', verifier]);
  for (const { tenant } of [first, second]) {
    expect(asked.err).toContain(`--tenant ${tenant}`);
    const file = join(folderWith(), 'export');
    await countersign(['audit', 'export', '--tenant', `${tenant}`, '--out', file], { env });
    const verified = await countersign(['audit', 'verify', file, ...given, '--json'], { env });
    expect(JSON.parse(verified.out)).toMatchObject({ ok: true, tenant });
  }
});
