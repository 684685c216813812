import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { APP_ID, eventually } from '../support/app-process.ts';
import {
  cannotBeMerged,
  endsWell,
  fails,
  lastDecision,
  neverSucceeded,
  type Proposed,
  publishedOn,
  sign,
} from '../support/attacks.ts';
import {
  budgetIsFresh,
  checkOf,
  checkThat,
  POLICY,
  propose,
  quiet,
  SCENARIO,
  startWorld,
  succeeded,
  type World,
  waits,
} from '../support/world.ts';

const STAGING = 'countersign/staging';
const LAX = POLICY.replace(/members: \[[^\]]*\]/g, 'members: ["user:mallory"]');

let world: World;
beforeAll(async () => {
  world = await startWorld({
    simulator: { limits: false },
    scenario: {
      ...SCENARIO,
      repositories: {
        ...SCENARIO.repositories,
        // One repository for each test that breaks its own policy, so that none disturbs another.
        own: { files: { 'README.md': '# own\n' }, teams: { 'service-owners': 'write' }, collaborators: SHARED },
        broken: { files: { 'README.md': '# broken\n' }, teams: { 'service-owners': 'write' }, collaborators: SHARED },
      },
    },
  });
  for (const repository of ['acme/own', 'acme/broken'])
    world.github.addRuleset({
      repository,
      requiredChecks: [{ context: 'countersign/production', integrationId: APP_ID }],
    });
  world.github.push({ repository: 'acme/shop', branch: 'develop', as: 'sam', files: { 'develop.md': 'd\n' } });
});
afterAll(() => world.close());
/** A policy that changes is decided upon for every open pull request; those of earlier tests would spend GitHub's limits. */
afterEach(async () => {
  await budgetIsFresh(world);
  for (const pull of opened.splice(0)) world.github.close({ ...pull, as: 'sam' });
  setPolicy(POLICY);
});

const opened: Proposed[] = [];
function open(input: Parameters<typeof propose>[1] = {}) {
  const pull = propose(world, input);
  opened.push(pull);
  return pull;
}

const SHARED = { rita: 'write', raj: 'write', sam: 'write', mallory: 'write' } as const;

/** Changes the policy of the organization on its default branch, past any review. */
function setPolicy(text: string): void {
  world.github.push({ repository: 'acme/.github', branch: 'main', as: 'sam', files: { 'countersign.yml': text } });
}

test('T10 a policy that is loosened in the same pull request, of either kind, has no effect on it', async () => {
  const { github } = world;
  const own = open({
    repository: 'acme/own',
    files: { '.github/countersign.yml': LAX, 'countersign.yml': LAX },
  });
  await checkThat(world, own, (check) => check.status === 'in_progress' || check.conclusion === 'failure');
  github.approve({ ...own, as: 'mallory' });
  await quiet(world);
  cannotBeMerged(world, own);
  await neverSucceeded(world, own);

  const organization = open({ repository: 'acme/.github', files: { 'countersign.yml': LAX } });
  github.setTeamRole({ repository: 'acme/.github', team: 'service-owners', role: 'write' });
  for (const user of ['mallory', 'rita', 'sam']) github.setRole({ repository: 'acme/.github', user, role: 'write' });
  await checkThat(world, organization, (check) => check.conclusion !== 'success');
  github.approve({ ...organization, as: 'mallory' });
  await quiet(world);
  cannotPass(await lastDecision(world, organization));
  await neverSucceeded(world, organization);
});

function cannotPass({ state }: { readonly state: string }): void {
  expect(['approved', 'overridden', 'ungoverned']).not.toContain(state);
}

test.each([
  ['blank', ''],
  ['nothing but a comment', '# nothing\n'],
  ['one that defines a name twice', `${POLICY}\nsegregation: { exclude: [] }\n`],
  [
    'one that defines a role twice',
    POLICY.replace('roles:', 'roles:\n  release-manager: { members: ["user:mallory"] }'),
  ],
])('T12 a policy that is %s is invalid: an old success is taken back, and nothing passes', async (_kind, text) => {
  const { github } = world;
  const pull = open();
  await checkThat(world, pull, waits);
  await sign(world, pull);

  setPolicy(text);
  const check = await checkThat(world, pull, fails);
  expect(check.summary).toMatch(/countersign\.yml:\d+:\d+/);
  expect((await lastDecision(world, pull)).state).toBe('policy-invalid');
  cannotBeMerged(world, pull);
  const later = open();
  await checkThat(world, later, fails);
  github.approve({ ...later, as: 'mallory' });
  await quiet(world);
  await neverSucceeded(world, later);

  setPolicy(POLICY);
  await checkThat(world, pull, succeeded);
});

test('T12 a blank policy of the repository itself fails its proposals too', async () => {
  const { github } = world;
  const pull = open({ repository: 'acme/broken' });
  await checkThat(world, pull, waits);
  github.push({ repository: 'acme/broken', branch: 'main', as: 'sam', files: { '.github/countersign.yml': '' } });
  await checkThat(world, pull, fails);
  cannotBeMerged(world, pull);
});

test('T13 a success that was earned against a lax branch is taken back and worth nothing at main', async () => {
  const { github } = world;
  const pull = open({ base: 'develop' });
  await checkThat(world, { ...pull, name: STAGING }, waits);
  github.approve({ ...pull, as: 'ana' });
  await checkThat(world, { ...pull, name: STAGING }, succeeded);

  await nextSecond();
  github.retarget({ ...pull, as: 'mallory', base: 'main' });
  cannotBeMerged(world, pull);
  await checkThat(world, pull, waits);
  await checkThat(world, { ...pull, name: STAGING }, fails);
  cannotBeMerged(world, pull);
  await neverSucceededAs(pull.head, 'countersign/production');

  await nextSecond();
  await sign(world, pull);
});

/** GitHub tells times of reviews in whole seconds: an approval in the second of another question is taken for an answer to the older one. */
function nextSecond(): Promise<boolean> {
  const second = Math.floor(Date.now() / 1000);
  return eventually('the next second', async () => Math.floor(Date.now() / 1000) > second);
}

async function neverSucceededAs(head: string, check: string): Promise<void> {
  const all = (await publishedOn(world, head)).filter((one) => one.check === check);
  expect(all.filter(({ conclusion }) => conclusion === 'success')).toEqual([]);
}

test('T14 a second pull request with the same head: the strictest decision holds for the commit, until it is closed', async () => {
  const { github } = world;
  const pull = open();
  await checkThat(world, pull, waits);
  await sign(world, pull);

  const branch = `${pull.branch}-again`;
  github.push({ repository: pull.repository, branch, as: 'mallory', to: pull.head });
  const second = github.openPullRequest({
    repository: pull.repository,
    as: 'dependabot[bot]',
    title: 'Twin',
    head: branch,
    base: 'main',
  });
  expect(second.head).toBe(pull.head);
  const check = await checkThat(world, pull, (one) => one.conclusion !== 'success');
  expect(check.summary).toContain('2 open pull requests have this commit');
  cannotBeMerged(world, pull);
  cannotBeMerged(world, { ...pull, number: second.number });

  github.close({ repository: pull.repository, number: second.number, as: 'mallory' });
  await checkThat(world, pull, succeeded);
  expect(checkOf(world, pull.repository, pull.head)?.summary).not.toContain('2 open pull requests');
});

test('T14 the strict twin that moves to another head sets the commit free', async () => {
  const { github } = world;
  const pull = open();
  await checkThat(world, pull, waits);
  await sign(world, pull);
  const branch = `${pull.branch}-twin`;
  github.push({ repository: pull.repository, branch, as: 'mallory', to: pull.head });
  github.openPullRequest({
    repository: pull.repository,
    as: 'dependabot[bot]',
    title: 'Twin',
    head: branch,
    base: 'main',
  });
  await checkThat(world, pull, (one) => one.conclusion !== 'success');
  github.push({ repository: pull.repository, branch, as: 'mallory', files: { 'src/twin.ts': '1\n' } });
  await checkThat(world, pull, succeeded);
});

test('all of it leaves nothing undone', () => endsWell(world));
