import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deadJobs } from '../support/attacks.ts';
import { answerTo, isRefused, openWaiting, recordedCommands, say, thumbsOn } from '../support/commands.ts';
import { checkThat, quiet, SCENARIO, startWorld, type World } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  const { shop } = SCENARIO.repositories ?? {};
  const repositories = {
    ...SCENARIO.repositories,
    shop: { ...shop, collaborators: { ...shop?.collaborators, rob: 'read' as const } },
  };
  const scenario = { ...SCENARIO, users: [...(SCENARIO.users ?? []), 'rob', 'zoe'], repositories };
  world = await startWorld({ simulator: { limits: false }, scenario });
});
afterAll(async () => {
  expect(await deadJobs(world)).toEqual([]);
  expect(world.simulator.violations).toEqual([]);
  await world.close();
});

/** The words of the commands that an answer to `/help` lists. */
const listed = (answer: string): readonly string[] =>
  [...new Set([...answer.matchAll(/^- `\/([a-z-]+)/gm)].map(([, word = '']) => word))].sort();

describe('/help lists what this person may do here', () => {
  test.each([
    ['rob', ['explain', 'help', 'status']],
    ['mallory', ['explain', 'help', 'recheck', 'status']],
    ['sam', ['defer', 'explain', 'help', 'recheck', 'resubmit', 'status', 'withdraw']],
    [
      'ana',
      [
        'away',
        'defer',
        'delegate',
        'explain',
        'help',
        'narrow-scope',
        'recheck',
        'reject',
        'request-validation',
        'status',
        'withdraw',
      ],
    ],
  ])('%s', async (as, expected) => {
    const pull = await openWaiting(world);
    expect(listed(await answerTo(world, pull, as, '/help'))).toEqual(expected);
  });
});

describe('questions are answered to whoever may read', () => {
  test('/status says what is needed next', async () => {
    const pull = await openWaiting(world);
    const answer = await answerTo(world, pull, 'rob', '/status');
    expect(answer).toContain('@rob “/status”');
    expect(answer).toContain('Waiting for service-owner (0 of 2 stages complete)');
  });

  test('/explain says how it came to this', async () => {
    const pull = await openWaiting(world);
    expect(await answerTo(world, pull, 'rob', '/explain')).toContain('Who must approve');
  });
});

describe('/recheck', () => {
  test('reads anew what no event told', async () => {
    const pull = await openWaiting(world);
    world.github.failWebhooks({ event: 'membership', kind: 'drop' });
    world.github.addTeamMember({ organization: 'acme', team: 'service-owners', user: 'zoe' });
    world.github.approve({ ...pull, as: 'zoe' });
    await quiet(world);
    await checkThat(world, pull, (check) => check.title.includes('service-owner'));
    const comment = say(world, pull, 'mallory', '/recheck');
    await checkThat(world, pull, (check) => check.title.includes('release-manager'));
    await quiet(world);
    expect(thumbsOn(world, pull, comment)).toEqual(['countersign[bot]']);
  });

  test('is refused to somebody who may only read', async () => {
    const pull = await openWaiting(world);
    await isRefused(world, pull, 'rob', '/recheck', 'Only somebody who may write to this repository');
  });
});

test('what comes after the merge is refused before it', async () => {
  const pull = await openWaiting(world);
  await isRefused(world, pull, 'ana', '/rollback it fails', 'It has not been merged');
  await isRefused(world, pull, 'ana', '/rollback', 'needs a line that says what has failed');
  await isRefused(world, pull, 'ana', '/reconcile approve it was right', 'Nothing about this pull request waits');
});

describe.each(['merged', 'closed'] as const)('on a pull request that is %s', (how) => {
  const open = async () => {
    const pull = await openWaiting(world);
    if (how === 'closed') world.github.close({ ...pull, as: 'sam' });
    else expect(world.github.merge({ ...pull, as: 'acme-owner', bypass: true })).toMatchObject({ merged: true });
    await quiet(world);
    return pull;
  };
  const why = how === 'merged' ? 'It is merged, so this changes nothing any more.' : 'It is closed. Reopen it first.';

  test('commands are refused, and questions answered by the last decision', async () => {
    const pull = await open();
    await isRefused(world, pull, 'ana', '/reject risk too late', why);
    await isRefused(world, pull, 'ana', '/delegate @bo until tomorrow', why);
    await isRefused(world, pull, 'ana', '/reject', 'A rejection begins with one of');
    expect(await answerTo(world, pull, 'rob', '/status')).toContain(`It is ${how}. The last decision about it:`);
    expect(await answerTo(world, pull, 'rob', '/explain')).toContain('Who must approve');
    expect(listed(await answerTo(world, pull, 'ana', '/help'))).toEqual(['explain', 'help', 'status']);
    expect((await recordedCommands(world, pull)).map(([word]) => word)).toEqual([
      'reject',
      'delegate',
      'reject',
      'status',
      'explain',
      'help',
    ]);
  });
});

test('on what is no proposal there is nothing to decide on', async () => {
  world.github.push({ repository: 'acme/shop', branch: 'plain', as: 'sam', files: { 'src/plain.ts': '1' } });
  const asked = { repository: 'acme/shop', as: 'sam', title: 'Plain', head: 'plain', base: 'main' };
  const { number, head } = world.github.openPullRequest(asked);
  const pull = { repository: 'acme/shop', number, head };
  await checkThat(world, pull, (check) => check.title === 'Not a remediation proposal');
  await isRefused(world, pull, 'ana', '/reject risk no', 'This is not a remediation proposal');
});
