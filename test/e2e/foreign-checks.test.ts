import { afterAll, beforeAll, expect, test } from 'vitest';
import { deadJobs, sign } from '../support/attacks.ts';
import { answersTo, say } from '../support/commands.ts';
import { bypassScenario, findings, ledgerOf, nextFinding, RECONCILING, toldTo } from '../support/findings.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';
import { checkThat, propose, quiet, startWorld, succeeded, type World, waits } from '../support/world.ts';

/** The policy tells a channel and names nobody who may reconcile. */
const WITHOUT = RECONCILING.replace(/^break-glass:\n(?: .*\n)+/m, '');
const REPOSITORY = 'acme/shop';
const NAME = 'countersign/production';

let world: World;
let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver(() => ({ status: 200, body: 'ok' }));
  const { shop, ...others } = bypassScenario(WITHOUT).repositories;
  // The rule names no source: any check of that name satisfies it.
  const unpinned = { ...shop, requiredChecks: [{ context: NAME, integrationId: null }] };
  world = await startWorld({
    simulator: { limits: false },
    scenario: { ...bypassScenario(WITHOUT), repositories: { ...others, shop: unpinned } },
    environment: { NOTIFY_ACME__CHAT: `${receiver.url}/chat` },
  });
});
afterAll(async () => {
  await receiver.close();
  await world.close();
});

const told = () => toldTo(receiver, '/chat');
const runsOn = (sha: string) => world.github.checkRuns({ repository: REPOSITORY, sha, name: NAME });

test('T18 a workflow publishes a success under our name: found once, told once, and ours is the newest check again', async () => {
  const { github } = world;
  const pull = propose(world);
  await checkThat(world, pull, waits);
  const run = { repository: REPOSITORY, app: 'evil-ci', sha: pull.head, name: NAME } as const;
  const evil = github.createCheckRun({ ...run, status: 'completed', conclusion: 'success' });
  const found = await nextFinding(world, 0);
  const title = `evil-ci published a check called ${NAME}, which is a name of ours`;
  expect(found).toMatchObject({ kind: 'foreign-check', title, by: { login: 'evil-ci[bot]' } });
  expect(await ledgerOf(world, 'finding')).toMatchObject([
    { finding: 'foreign-check', check: NAME, app: 'evil-ci', appId: evil.app, conclusion: 'success' },
  ]);
  expect(told()).toEqual([`acme/shop: ${title}`]);
  expect(world.github.issue(found.thread).body).toContain('Published by the app: evil-ci');
  // The newest of that name is ours, and says what it said before.
  const runs = runsOn(pull.head);
  expect(runs.map(({ app }) => app?.slug)).toEqual(['countersign', 'evil-ci', 'countersign']);
  expect(runs.at(-1)).toMatchObject({ status: 'in_progress', conclusion: null });
  expect(github.merge({ ...pull, as: 'sam' })).toMatchObject({ merged: false });

  // Once more by the same app: no second finding, and ours comes last all the same.
  github.createCheckRun({ ...run, status: 'completed', conclusion: 'success' });
  await quiet(world);
  expect(await findings(world)).toHaveLength(1);
  expect(told()).toHaveLength(1);
  expect(runsOn(pull.head).at(-1)?.app?.slug).toBe('countersign');
  expect(github.merge({ ...pull, as: 'sam' })).toMatchObject({ merged: false });
  // The check that was published anew is the one that goes on.
  await sign(world, pull);
  const last = await checkThat(world, pull, succeeded);
  expect(last.id).toBe(runsOn(pull.head).at(-1)?.id);
});

test('T18 a status under our name is found, and neither our own checks nor other names are', async () => {
  const { github } = world;
  const pull = propose(world);
  await checkThat(world, pull, waits);
  github.createCheckRun({ repository: REPOSITORY, app: 'ci', sha: pull.head, name: 'build', status: 'queued' });
  const status = { repository: REPOSITORY, sha: pull.head, state: 'success' } as const;
  github.createStatus({ ...status, context: 'ci/lint', as: 'mallory' });
  await quiet(world);
  expect(await findings(world)).toHaveLength(1);
  github.createStatus({ ...status, context: NAME, as: 'mallory' });
  const found = await nextFinding(world, 1);
  expect(found).toMatchObject({ kind: 'foreign-check', by: { login: 'mallory' } });
  github.createStatus({ ...status, context: NAME, as: 'mallory' });
  await quiet(world);
  expect(await findings(world)).toHaveLength(2);
  expect(told()).toHaveLength(2);
});

test('a policy that names nobody: the issue says so, and the first policy after it that does is the one', async () => {
  const { github } = world;
  const [first] = await findings(world);
  const thread = { repository: REPOSITORY, number: first?.issue ?? 0 };
  expect(github.issue(thread).body).toContain('The policy names nobody who may reconcile this');
  say(world, thread, 'bo', '/reconcile approve it was our own test');
  await quiet(world);
  expect(answersTo(world, thread).at(-1)).toContain('add a `break-glass` section');
  github.push({
    repository: 'acme/.github',
    branch: 'main',
    as: 'acme-owner',
    files: { 'countersign.yml': RECONCILING },
  });
  await checkThat(world, propose(world), waits);
  await quiet(world);
  say(world, thread, 'bo', '/status');
  await quiet(world);
  expect(answersTo(world, thread).join('\n')).toContain('The policy names now who may reconcile this');
  say(world, thread, 'bo', '/reconcile approve it was our own test');
  say(world, thread, 'sec', '/reconcile approve the workflow is gone');
  await quiet(world);
  expect((await findings(world))[0]?.state).toBe('approved');
  expect(github.issue(thread).state).toBe('closed');
  expect(await deadJobs(world)).toEqual([]);
  expect(world.simulator.violations).toEqual([]);
});
