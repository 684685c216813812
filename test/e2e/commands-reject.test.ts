import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deadJobs, fails, nextSecond, sign } from '../support/attacks.ts';
import { answersTo, answerTo, isRefused, openWaiting, recordedCommands, say, thumbsOn } from '../support/commands.ts';
import { checkThat, quiet, startWorld, type World, waits } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ simulator: { limits: false } });
});
afterAll(async () => {
  expect(await deadJobs(world)).toEqual([]);
  expect(world.simulator.violations).toEqual([]);
  await world.close();
});

describe('a review that requests changes', () => {
  test('rejects with its body as the rationale, and stands until its author approves', async () => {
    const pull = await openWaiting(world);
    world.github.review({ ...pull, as: 'ana', state: 'CHANGES_REQUESTED', body: 'no index\n\n/status' });
    const check = await checkThat(world, pull, fails);
    expect(check.title).toContain('ana rejected it (other): no index');
    await quiet(world);
    expect(answersTo(world, pull).at(-1)).toContain('@ana “/status”');
    await sign(world, pull);
  });

  test('without a body it blocks too, and asks for the rationale', async () => {
    const pull = await openWaiting(world);
    world.github.review({ ...pull, as: 'ana', state: 'CHANGES_REQUESTED' });
    const check = await checkThat(world, pull, fails);
    expect(check.title).toBe('ana rejected it (other): no rationale yet; ana is asked for one');
    await nextSecond();
    say(world, pull, 'ana', '/withdraw');
    await checkThat(world, pull, waits);
  });

  test('by somebody who could not approve it blocks nothing', async () => {
    const pull = await openWaiting(world);
    world.github.review({ ...pull, as: 'mallory', state: 'CHANGES_REQUESTED', body: 'no' });
    await quiet(world);
    await checkThat(world, pull, waits);
    await sign(world, pull);
  });

  test('T40 dismissed by whom it stands against, it stands; by an approver of its stage with a reason, it does not', async () => {
    const pull = await openWaiting(world);
    const { id: review } = world.github.review({ ...pull, as: 'ana', state: 'CHANGES_REQUESTED', body: 'too wide' });
    await checkThat(world, pull, fails);
    world.github.dismissReview({ ...pull, as: 'sam', review, message: 'I asked for this' });
    await quiet(world);
    expect((await checkThat(world, pull, fails)).title).toBe('ana rejected it (other): too wide');
    world.github.approve({ ...pull, as: 'bo' });
    world.github.approve({ ...pull, as: 'rita' });
    await quiet(world);
    await checkThat(world, pull, fails);
    await nextSecond();
    say(world, pull, 'bo', '/withdraw @ana we talked about it');
    await checkThat(world, pull, (check) => !fails(check));
  });
});

describe('/reject', () => {
  test('in the body of a review', async () => {
    const pull = await openWaiting(world);
    world.github.review({ ...pull, as: 'ana', state: 'COMMENTED', body: 'Well.\n/reject timing not on a Friday' });
    expect((await checkThat(world, pull, fails)).title).toBe('ana rejected it (timing): not on a Friday');
    await quiet(world);
    expect(
      world.github
        .reviews(pull)
        .at(-1)
        ?.reactedBy.map(({ login }) => login),
    ).toEqual(['countersign[bot]']);
    expect(await recordedCommands(world, pull)).toEqual([['reject', 'taken', 'ana']]);
  });

  test('stands across pushes', async () => {
    const pull = await openWaiting(world);
    say(world, pull, 'ana', '/reject quality no test');
    await checkThat(world, pull, fails);
    const { sha } = world.github.push({ ...pull, as: 'fixer[bot]', files: { 'src/other.ts': '1' } });
    await checkThat(world, { ...pull, head: sha }, fails);
    await quiet(world);
  });

  test('and a command that is understood but refused in the same comment are told apart', async () => {
    const pull = await openWaiting(world);
    const comment = say(world, pull, 'ana', '/reject scope too wide\n/approve-own I am ana');
    await checkThat(world, pull, fails);
    await quiet(world);
    expect(answersTo(world, pull)).toHaveLength(1);
    expect(answersTo(world, pull)[0]).toContain('“/approve-own I am ana” was not taken.');
    expect(thumbsOn(world, pull, comment)).toEqual([]);
  });

  test('of many words in characters of two units is recorded and shown', async () => {
    const pull = await openWaiting(world);
    say(world, pull, 'ana', `/reject risk no${'\u{1f600}'.repeat(300)}`);
    expect((await checkThat(world, pull, fails)).title).toContain('ana rejected it (risk): no\u{1f600}');
  });
});

describe('/withdraw', () => {
  test('is refused where nothing stands, to those who could not have said it, and across stages', async () => {
    const pull = await openWaiting(world);
    await isRefused(world, pull, 'ana', '/withdraw', 'There is nothing to withdraw');
    say(world, pull, 'ana', '/reject scope too wide');
    await checkThat(world, pull, fails);
    await nextSecond();
    await isRefused(world, pull, 'mallory', '/withdraw @ana it is fine', 'Only an approver who could have said it');
    await isRefused(world, pull, 'rita', '/withdraw @ana it is fine', 'Only an approver of the same stage');
    await isRefused(world, pull, 'bo', '/withdraw @nobody-at-all it is fine', 'Nobody is called nobody-at-all.');
    await isRefused(world, pull, 'bo', '/withdraw @\u0430na it is fine', 'the character U+0430 cannot be in one');
    await checkThat(world, pull, fails);
  });
});

describe('/resubmit', () => {
  test('by who asked for it tells those who rejected, and lifts nothing', async () => {
    const pull = await openWaiting(world);
    await isRefused(world, pull, 'sam', '/resubmit', 'No rejection stands');
    say(world, pull, 'ana', '/reject scope too wide');
    await checkThat(world, pull, fails);
    await isRefused(world, pull, 'mallory', '/resubmit', 'Only the author or the initiator can resubmit');
    const answer = await answerTo(world, pull, 'sam', '/resubmit one file now');
    expect(answer).toContain('@ana: sam says that this is ready to be looked at again.');
    await quiet(world);
    await checkThat(world, pull, fails);
  });
});
