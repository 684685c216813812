import { afterAll, beforeAll, expect, test } from 'vitest';
import { appEnvironment } from '../support/app-process.ts';
import { sign } from '../support/attacks.ts';
import { checkThat, POLICY, propose, quiet, startWorld, type World, waits } from '../support/world.ts';
import { countersign, folderWith } from './run.ts';

let world: World;
let env: Readonly<Record<string, string>>;
let pull: ReturnType<typeof propose>;
beforeAll(async () => {
  world = await startWorld();
  env = appEnvironment(world.database.url, world.simulator.url);
  pull = propose(world);
  await checkThat(world, pull, waits);
});
afterAll(() => world.close());

const explain = (number: number, ...more: readonly string[]) => [
  'policy',
  'explain',
  '--repo',
  'acme/shop',
  '--pr',
  `${number}`,
  ...more,
];

/** Everything that the app has written down, and every check on the head. */
async function written(): Promise<unknown> {
  await quiet(world);
  const [rows] = await world.database.query(
    `select (select count(*) from countersign.ledger) as ledger, (select count(*) from countersign.decisions) as decisions,
            (select max(fetched_at) from countersign.lookups) as lookups, (select count(*) from countersign.policy_sources) as policies,
            (select md5(string_agg(p::text, $$|$$ order by p::text)) from countersign.publications p) as publications`,
  );
  return { rows, checks: world.github.checkRuns({ repository: 'acme/shop', sha: pull.head }) };
}

test('it says of a live pull request what the app says, and leaves nothing behind', async () => {
  const before = await written();
  const { status, out, err } = await countersign(explain(pull.number), { env });
  expect({ status, err }).toEqual({ status: 0, err: '' });
  expect(out).toMatch(/^waiting: /);
  expect(out).toContain('✗ service-owner: open');
  expect(out).toContain('can be filled by ana, bo');
  await sign(world, pull);
  const signed = await written();
  expect(signed).not.toEqual(before);
  const { out: json } = await countersign(explain(pull.number, '--json'), { env });
  expect(JSON.parse(json)).toMatchObject({ state: 'approved', check: 'countersign/production', head: pull.head });
  expect(await written()).toEqual(signed);
});

test('without a database it says so, and counts no approval whose commit GitHub does not prove', async () => {
  const { DATABASE_URL: _, ...rest } = env;
  const { status, out, err } = await countersign(explain(pull.number, '--json'), { env: rest });
  expect(status).toBe(0);
  expect(err).toContain('DATABASE_URL is not set, so history and deliveries are unknown');
  const decision = JSON.parse(out);
  expect(decision.state).toBe('waiting');
  const codes = decision.approvals.flatMap(({ reasons }: { reasons: { code: string }[] }) => reasons);
  expect(codes.map(({ code }: { code: string }) => code)).toContain('unproven-commit');
});

test('it says what if another policy were in force', async () => {
  const stricter = POLICY.replace('{ role: service-owner }', '{ role: service-owner, count: 2 }');
  const cwd = folderWith({ 'new.yml': stricter, 'wrong.yml': 'version: 2\n' });
  const { status, out } = await countersign(explain(pull.number, '--policy', 'new.yml'), { env, cwd });
  expect(status).toBe(0);
  expect(out).toMatch(/^waiting: /);
  const wrong = await countersign(explain(pull.number, '--policy', 'wrong.yml'), { env, cwd });
  expect(wrong.status).toBe(2);
  expect(wrong.err).toContain('The policy is invalid.\nwrong.yml:1:');
});

test('what it cannot look at, it names in a sentence', async () => {
  const closed = propose(world);
  world.github.close({ ...closed, as: 'sam' });
  const cannot = async (typed: readonly string[], more: Readonly<Record<string, string>> = {}) => {
    const { status, out, err } = await countersign(typed, { env: { ...env, ...more } });
    expect({ status, out }).toEqual({ status: 2, out: '' });
    return err;
  };
  const at = (repo: string, pr: string) => ['policy', 'explain', '--repo', repo, '--pr', pr];
  expect(await cannot(explain(999))).toBe('acme/shop#999: there is no such pull request.\n');
  expect(await cannot(explain(closed.number))).toBe(
    `acme/shop#${closed.number} is closed; only what is open can still be decided.\n`,
  );
  expect(await cannot(at('acme/nowhere', '1'))).toBe(
    "acme/nowhere: there is no such repository, or the App's installation at acme does not include it.\n",
  );
  expect(await cannot(at('elsewhere/shop', '1'))).toBe('The App is not installed at elsewhere.\n');
  expect(await cannot(at('shop', '1'))).toContain('--repo must be a repository such as acme/shop');
  expect(await cannot(at('acme/shop', 'x'))).toContain('--pr must be the number of a pull request');
  expect(await cannot(['policy', 'explain', '--pr', '1'])).toContain('--repo is missing.');
  expect(await cannot(explain(1, '--facts', 'x.yml'))).toContain('--facts and --repo exclude each other.');
  expect(await cannot(explain(1), { APP_ID: '' })).toMatch(/^APP_ID is missing: .*\.\n$/);
  expect(await cannot(explain(1), { DATABASE_URL: 'postgres://x@127.0.0.1:1/x' })).toMatch(/^The database cannot be/);
});
