import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deadJobs, nextSecond } from '../support/attacks.ts';
import { moveClock } from '../support/clock.ts';
import { answerTo, deferred, isRefused, openWaiting, openWaitingBy, say } from '../support/commands.ts';
import { checkThat, quiet, startWorld, succeeded, type World, waits } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ clock: true, simulator: { limits: false } });
});
afterAll(async () => {
  expect(await deadJobs(world)).toEqual([]);
  expect(world.simulator.violations).toEqual([]);
  await world.close();
});

const hour = 3_600_000;

describe('until a time', () => {
  test('it ends by itself, and approvals given meanwhile are kept', async () => {
    const pull = await openWaiting(world);
    const answer = await answerTo(world, pull, 'bo', '/defer for 4h because the DBA is at lunch');
    expect(answer).toMatch(/Deferred until \w{3} \d{4}-\d\d-\d\d \d\d:\d\d UTC\. Approvals given meanwhile are kept/);
    await checkThat(world, pull, deferred);
    await nextSecond();
    world.github.approve({ ...pull, as: 'ana' });
    await quiet(world);
    world.github.approve({ ...pull, as: 'rita' });
    await quiet(world);
    await checkThat(world, pull, deferred);
    await moveClock(world, { by: 3 * hour });
    await quiet(world);
    await checkThat(world, pull, deferred);
    await moveClock(world, { by: hour + 2_000 });
    await checkThat(world, pull, succeeded);
  });

  test('by the author too, and by nobody else', async () => {
    const pull = await openWaitingBy(world, 'pat');
    await isRefused(world, pull, 'sam', '/defer for 2d', 'Only an eligible approver or the author can defer');
    await answerTo(world, pull, 'pat', '/defer for 2d');
    await checkThat(world, pull, deferred);
    await nextSecond();
    say(world, pull, 'rita', '/withdraw @pat we go on');
    await checkThat(world, pull, waits);
  });

  test.each([
    ['/defer', 'needs a line that says until when'],
    ['/defer for ever', '`ever` is not a length of time'],
    ['/defer until 2020-01-01', 'That time has passed'],
    ['/defer until 2400-01-01', 'more than 366 days away'],
    ['/defer until friday Europe/Atlantis', 'a time zone that nobody knows'],
  ])('%s is refused', async (text, why) => {
    const pull = await openWaiting(world);
    await isRefused(world, pull, 'ana', text, why);
    await checkThat(world, pull, waits);
  });
});

describe('until something else is over', () => {
  const issue = () => ({
    repository: 'acme/shop',
    number: world.github.openIssue({ repository: 'acme/shop', as: 'sam', title: 'First this' }).number,
  });

  test('an issue that is closed, and not one whose number begins like it', async () => {
    const other = issue();
    const pull = await openWaiting(world);
    const answer = await answerTo(world, pull, 'ana', `/defer until #${other.number} closed because it is first`);
    expect(answer).toContain(`Deferred until acme/shop#${other.number} is merged or closed.`);
    const check = await checkThat(world, pull, deferred);
    expect(check.title).toBe(`ana deferred it until acme/shop#${other.number} is merged or closed: it is first`);
    await quiet(world);
    world.github.setIssueState({ ...other, as: 'sam', state: 'closed' });
    await checkThat(world, pull, waits);
    world.github.setIssueState({ ...other, as: 'sam', state: 'open' });
    await checkThat(world, pull, deferred);
  });

  test('a pull request that is merged, or closed', async () => {
    for (const end of ['merge', 'close'] as const) {
      const other = await openWaiting(world);
      const pull = await openWaiting(world);
      await answerTo(world, pull, 'ana', `/defer until acme/shop#${other.number} is merged`);
      await checkThat(world, pull, deferred);
      if (end === 'close') world.github.close({ ...other, as: 'sam' });
      else expect(world.github.merge({ ...other, as: 'acme-owner', bypass: true })).toMatchObject({ merged: true });
      await checkThat(world, pull, waits);
    }
  });

  test('itself, what is over, and what cannot be read are refused', async () => {
    const pull = await openWaiting(world);
    const closed = issue();
    world.github.setIssueState({ ...closed, as: 'sam', state: 'closed' });
    const unreadable = 'is this pull request, or cannot be read.';
    await isRefused(world, pull, 'ana', `/defer until #${pull.number} merged`, unreadable);
    await isRefused(world, pull, 'ana', '/defer until #99999', unreadable);
    await isRefused(world, pull, 'ana', '/defer until elsewhere/unknown#1', unreadable);
    await isRefused(world, pull, 'ana', `/defer until #${closed.number}`, 'is closed already');
    await checkThat(world, pull, waits);
  });

  test('a circle is refused, until the other deferral is withdrawn', async () => {
    const [first, second, third] = [await openWaiting(world), await openWaiting(world), await openWaiting(world)];
    await answerTo(world, first, 'ana', `/defer until #${second.number}`);
    await answerTo(world, second, 'ana', `/defer until #${third.number}`);
    const why = `acme/shop#${first.number} waits for this pull request itself`;
    await isRefused(world, third, 'ana', `/defer until #${first.number}`, why);
    await checkThat(world, third, waits);
    await nextSecond();
    say(world, second, 'ana', '/withdraw');
    await checkThat(world, second, waits);
    await answerTo(world, third, 'ana', `/defer until #${first.number}`);
    await checkThat(world, third, deferred);
  });
});
