import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  deployed,
  HOUR,
  issuesOf,
  ledgerOf,
  merged,
  REPOSITORY,
  recordOf,
  smoke,
  standing,
  startFollowedWorld,
  staysAs,
  toldOf,
} from '../support/after-merge.ts';
import { eventually } from '../support/app-process.ts';
import { endsWell, nextSecond } from '../support/attacks.ts';
import { moveClock } from '../support/clock.ts';
import { answersTo, answerTo, say } from '../support/commands.ts';
import { budgetIsFresh, quiet, type World } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await startFollowedWorld();
});
afterAll(() => world.close());

test('a change that is deployed and verified in time is closed, and /status says so at every step', async () => {
  const pull = await merged(world);
  expect(await answerTo(world, pull, 'ana', '/status')).toContain('It awaits a successful deployment to production');
  const { sha } = await deployed(world);
  const record = await standing(world, pull, 'verifying');
  expect(record.standing.awaited).toEqual(['a successful run of smoke.yml on what was deployed']);
  smoke(world, sha, 'success');
  await standing(world, pull, 'closed');
  expect(await answerTo(world, pull, 'ana', '/status')).toContain('**Closed**');
  await moveClock(world, { by: 5 * HOUR });
  await staysAs(world, pull, 'closed');
  expect(await ledgerOf(world, pull)).toEqual([
    'record-opened',
    'deployment applied',
    'verification verified',
    'record-closed closed',
  ]);
  expect([issuesOf(world, pull).length, await toldOf(world, pull)]).toEqual([0, []]);
});

test('what is not deployed in time has failed: its owners are called once, its channels told once', async () => {
  const pull = await merged(world);
  await moveClock(world, { by: 2 * HOUR - 60_000 });
  await staysAs(world, pull, 'merged');
  await moveClock(world, { by: 60_000 });
  await standing(world, pull, 'escalated');
  await deployed(world);
  await moveClock(world, { by: 10 * HOUR });
  await staysAs(world, pull, 'escalated');
  expect(await ledgerOf(world, pull)).toEqual(['record-opened', 'deployment failed', 'escalated']);
  const [issue, ...others] = issuesOf(world, pull);
  expect(others).toEqual([]);
  expect(issue?.body).toContain('It did not reach production by');
  expect(issue?.body).toContain('@rita');
  expect(await toldOf(world, pull)).toEqual(['oncall', 'others']);
  expect(answersTo(world, pull).at(-1)).toContain(`Its owners are called on #${issue?.number}.`);
});

test('verification fails, somebody says so too, and GitHub’s revert undoes it once it is deployed', async () => {
  const pull = await merged(world);
  const { sha } = await deployed(world);
  await standing(world, pull, 'verifying');
  smoke(world, sha, 'failure');
  await standing(world, pull, 'escalated');
  say(world, pull, 'ana', '/rollback it takes no payments');
  await quiet(world);
  expect(issuesOf(world, pull)).toHaveLength(1);
  await standing(world, pull, 'escalated');

  await budgetIsFresh(world);
  const revert = world.github.revertPullRequest({ ...pull, as: 'sam' });
  const opened = { repository: REPOSITORY, number: revert.number, head: revert.sha };
  // A person's change without a label is no proposal: nobody has to sign it.
  await eventually('the revert to be merged', async () => world.github.merge({ ...opened, as: 'bo' }).merged);
  await eventually('the link', async () => (await ledgerOf(world, pull)).includes('revert-linked'));
  await staysAs(world, pull, 'escalated');
  await deployed(world);
  await standing(world, pull, 'rolled-back');
  await quiet(world);
  expect(await ledgerOf(world, pull)).toEqual([
    'record-opened',
    'deployment applied',
    'verification failed',
    'escalated',
    'failure-reported',
    'revert-linked',
    'record-closed rolled-back',
  ]);
  expect(issuesOf(world, pull).map(({ state }) => state)).toEqual(['closed']);
  expect(await answerTo(world, pull, 'ana', '/status')).toContain(`by #${revert.number}`);
});

test('signed again by everybody whom it needs it is followed anew, and closed once it is verified', async () => {
  const pull = await merged(world);
  const { sha } = await deployed(world, 'failure');
  await standing(world, pull, 'escalated');
  await nextSecond();
  world.github.approve({ ...pull, as: 'bo' });
  await staysAs(world, pull, 'escalated');
  await nextSecond();
  // Who proposed it, and who has no seat, sign nothing.
  world.github.approve({ ...pull, as: 'mallory' });
  await staysAs(world, pull, 'escalated');
  await nextSecond();
  world.github.approve({ ...pull, as: 'raj' });
  await eventually('the reopening', async () => (await ledgerOf(world, pull)).includes('record-reopened'));
  await standing(world, pull, 'applying');
  const again = await deployed(world);
  expect(again.sha).toBe(sha);
  await standing(world, pull, 'verifying');
  smoke(world, again.sha, 'success');
  await standing(world, pull, 'closed');
  await quiet(world);
  expect(await ledgerOf(world, pull)).toEqual([
    'record-opened',
    'deployment failed',
    'escalated',
    'record-reopened',
    'deployment applied',
    'verification verified',
    'record-closed closed',
  ]);
  expect(issuesOf(world, pull).map(({ state }) => state)).toEqual(['closed']);
});

test('events that were lost are made up for before anything is called a failure', async () => {
  const pull = await merged(world);
  world.github.webhookOutage();
  const { sha } = await deployed(world);
  smoke(world, sha, 'success');
  world.github.endWebhookOutage();
  await moveClock(world, { by: 2 * HOUR });
  await standing(world, pull, 'closed');
  await quiet(world);
  expect(issuesOf(world, pull)).toEqual([]);
});

test('events that come twice and in any order tell the same', async () => {
  const pull = await merged(world);
  await quiet(world);
  for (const event of ['deployment', 'deployment_status', 'workflow_run'])
    world.github.failWebhooks({ kind: 'duplicate', event, times: 5 });
  world.github.holdWebhooks();
  const { sha } = await deployed(world);
  smoke(world, sha, 'success');
  await standing(world, pull, 'merged');
  const held = world.github.heldWebhooks().map(({ guid }) => guid);
  world.github.releaseWebhooks({ order: held.toReversed() });
  await standing(world, pull, 'closed');
  await quiet(world);
  expect(await ledgerOf(world, pull)).toEqual([
    'record-opened',
    'deployment applied',
    'verification verified',
    'record-closed closed',
  ]);
});

test('killed between the failure and the issue, the app calls once when it lives again', async () => {
  const { github } = world;
  const pull = await merged(world);
  github.failCalls({ path: '^POST /repos/acme/shop/issues$', times: 100, effect: { kind: 'lost' } });
  await moveClock(world, { by: 2 * HOUR });
  await standing(world, pull, 'failed');
  await eventually('an attempt', async () => issuesOf(world, pull).length > 0);
  await world.app.stop('SIGKILL');
  github.clearFaults();
  await world.launch();
  await standing(world, pull, 'escalated');
  await quiet(world);
  expect(issuesOf(world, pull)).toHaveLength(1);
  expect(await ledgerOf(world, pull)).toEqual(['record-opened', 'deployment failed', 'escalated']);
  expect((await recordOf(world, pull))?.standing.failure?.code).toBe('not-applied');
  await endsWell(world);
});
