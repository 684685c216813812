import { afterAll, beforeAll, expect, test } from 'vitest';
import { APP_ID, eventually, PRIVATE_KEY } from '../support/app-process.ts';
import { moveClock } from '../support/clock.ts';
import { say } from '../support/commands.ts';
import { POLICY, quiet, SCENARIO, startWorld, type World } from '../support/world.ts';
import { countersign, folderWith } from './run.ts';

const REVIEWED = `${POLICY}
access-review: { every: 90d, reviewers: [{ role: release-manager }] }
`;

let world: World;
let env: Readonly<Record<string, string>>;
let bare: Readonly<Record<string, string>>;
beforeAll(async () => {
  const repositories = SCENARIO.repositories ?? {};
  world = await startWorld({
    clock: true,
    simulator: { limits: false },
    scenario: { ...SCENARIO, repositories: { ...repositories, empty: { files: { 'a.md': 'a\n' } } } },
  });
  world.github.push({
    repository: 'acme/.github',
    branch: 'main',
    as: 'acme-owner',
    files: { 'countersign.yml': REVIEWED },
    message: 'Policy',
  });
  await quiet(world);
  bare = { APP_ID: String(APP_ID), PRIVATE_KEY, GITHUB_API_URL: world.simulator.url };
  env = { ...bare, DATABASE_URL: world.database.url };
});
afterAll(() => world.close());

const review = (more: readonly string[] = [], where = env) =>
  countersign(['access-review', '--org', 'acme', ...more], { env: where });

test('it shows who may sign what at this moment, and that there is nothing to look at', async () => {
  const { status, out, err } = await review();
  expect({ status, err }).toEqual({ status: 0, err: '' });
  expect(out).toMatch(/^Who may sign what at acme, under the policy in acme\/\.github, at 20/);
  expect(out).toMatch(/service-owner +ana \(\d+\) +team acme\/service-owners +never/);
  expect(out).toMatch(/release-manager +rita \(\d+\) +named +never/);
  expect(out).toContain('nothing to look at.');
});

test('as data, and into a file', async () => {
  const folder = folderWith();
  const { status, out } = await review(['--json', '--out', `${folder}/review.json`]);
  expect({ status, out }).toEqual({ status: 0, out: '' });
  const { readFileSync } = await import('node:fs');
  const data = JSON.parse(readFileSync(`${folder}/review.json`, 'utf8'));
  expect(data).toMatchObject({ organization: 'acme', repository: 'acme/.github', reviewed: true });
  expect(
    data.lines.map(({ role, person }: { role: string; person: { login: string } }) => `${role} ${person.login}`),
  ).toEqual([
    'service-owner ana',
    'service-owner bo',
    'service-owner cy',
    'service-owner pat',
    'release-manager raj',
    'release-manager rita',
  ]);
});

test('without a database the last use is not known, and it says so', async () => {
  const { status, out, err } = await review([], bare);
  expect(status).toBe(0);
  expect(err).toContain('DATABASE_URL is not set');
  expect(out).toMatch(/rita \(\d+\) +named +not known/);
});

test('--last shows the newest review that was opened, who answered, and what was objected to, without GitHub', async () => {
  const onlyDatabase = { DATABASE_URL: world.database.url };
  const before = await review(['--last'], onlyDatabase);
  expect(before).toMatchObject({ status: 2, err: 'No access review has been opened at acme yet.\n' });
  await moveClock(world, { by: 91 * 86_400_000 });
  const issue = await eventually('the issue', async () =>
    world.github.issues({ repository: 'acme/.github' }).find(({ title }) => title.startsWith('Access review')),
  );
  await quiet(world);
  const thread = { repository: 'acme/.github', number: issue.number };
  const open = await review(['--last'], onlyDatabase);
  expect(open.status).toBe(0);
  expect(open.out).toMatch(/^Access review of acme, opened 20.*acme\/\.github#\d+: open/);
  say(world, thread, 'rita', '/object 1 left the team\n/attest');
  say(world, thread, 'raj', '/attest');
  await eventually('closed', async () => world.github.issue(thread).state === 'closed' || undefined);
  const { status, out } = await review(['--last', '--repo', 'acme/.github'], onlyDatabase);
  expect(status).toBe(1);
  expect(out).toContain(': finished');
  expect(out).toMatch(/objected to by rita as release-manager, 20.*: left the team/);
  expect(out).toMatch(/attested by raj as release-manager/);
  const { lines, attestations, state } = JSON.parse((await review(['--last', '--json'], onlyDatabase)).out);
  expect({ lines: lines.length, attestations: attestations.length, state }).toEqual({
    lines: 6,
    attestations: 3,
    state: 'finished',
  });
});

test('a suspended account and one that has left the organization make it end with 1', async () => {
  world.github.suspendUser({ user: 'bo' });
  world.github.removeMember({ organization: 'acme', user: 'raj' });
  const { status, out } = await review();
  expect(status).toBe(1);
  expect(out).toContain('The account is suspended.');
  expect(out).toContain('Is not a member of the organization.');
  expect(out).toContain('2 to look at.');
});

test('what it cannot show, it names in a sentence', async () => {
  const said = async (typed: readonly string[], where = env) => {
    const { status, err } = await countersign(['access-review', ...typed], { env: where });
    expect(status).toBe(2);
    return err;
  };
  expect(await said([])).toBe('--org is missing.\n');
  expect(await said(['--org', 'elsewhere'])).toBe('The App is not installed at elsewhere.\n');
  expect(await said(['--org', 'acme/shop'])).toContain('--org must be the login of an organization');
  expect(await said(['--org', 'acme', '--repo', 'shop'])).toContain('--repo must be a repository such as acme/shop');
  expect(await said(['--org', 'acme', '--repo', 'other/shop'])).toContain('--repo must be a repository of acme');
  expect(await said(['--org', 'acme', '--repo', 'acme/nothing'])).toContain('there is no such repository');
  expect(await said(['--org', 'acme', '--repo', 'acme/shop'])).toContain('leave --repo out');
  expect(await said(['--org', 'acme', '--last', '--repo', 'acme/shop'])).toContain(
    'No access review has been opened at acme/shop',
  );
  expect(await said(['--org', 'nobody', '--last'])).toContain('not installed on an organization called "nobody"');
  expect(await said(['--org', 'acme', '--last'], {})).toContain('DATABASE_URL is missing');
  expect(await said(['--org', 'acme', 'now'])).toContain('"now" is not an option of this command');
  expect(await said(['--org', 'acme', '--lst'])).toContain('did you mean --last?');
  expect(await said(['--org', 'acme', '--out', '/nowhere/at/all'])).toContain('cannot be written');
  expect(await said(['--org', 'acme'], { ...env, APP_ID: '' })).toMatch(/^APP_ID is missing/);
  const help = await countersign(['access-review', '--help']);
  expect(help.status).toBe(0);
  expect(help.out).toContain('Exit status: 0 there is nothing to look at');
});
