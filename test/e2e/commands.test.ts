import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deadJobs, fails, nextSecond, sign } from '../support/attacks.ts';
import { answersTo, recordedCommands, say, thumbsOn } from '../support/commands.ts';
import {
  budgetIsFresh,
  type Check,
  checkThat,
  propose,
  quiet,
  startWorld,
  type World,
  waits,
} from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ simulator: { limits: false } });
});
afterAll(() => world.close());

const held = (check: Check): boolean => check.conclusion === 'action_required';

async function open() {
  await budgetIsFresh(world);
  const pull = propose(world);
  await checkThat(world, pull, waits);
  await nextSecond();
  return pull;
}

describe('/reject', () => {
  test('by an approver it blocks until they approve, with its code and rationale in the check', async () => {
    const pull = await open();
    const comment = say(world, pull, 'ana', '/reject risk no rollback for the index');
    const check = await checkThat(world, pull, fails);
    expect(check.title).toBe('ana rejected it (risk): no rollback for the index');
    await quiet(world);
    expect(thumbsOn(world, pull, comment)).toEqual(['countersign[bot]']);
    expect(answersTo(world, pull)).toEqual([]);
    await nextSecond();
    await sign(world, pull);
    expect(await recordedCommands(world, pull)).toEqual([['reject', 'taken', 'ana']]);
  });

  test('by somebody who could not approve it has no effect, and they are told who could', async () => {
    const pull = await open();
    say(world, pull, 'mallory', '/reject risk I say so');
    await quiet(world);
    expect(answersTo(world, pull)[0]).toContain(
      '@mallory “/reject risk I say so” was not taken. Only an eligible approver of this proposal can reject it. (not-entitled)',
    );
    await checkThat(world, pull, waits);
    expect(await recordedCommands(world, pull)).toEqual([['reject', 'refused', 'mallory']]);
  });

  test('without a code or a rationale it is refused with how it is written', async () => {
    const pull = await open();
    say(world, pull, 'ana', '/reject because I do not like it\n/reject scope');
    await quiet(world);
    const [answer] = answersTo(world, pull);
    expect(answer).toContain('this one has `because`, which is no reason code');
    expect(answer).toContain('needs a line that gives a rationale after the reason code');
    await checkThat(world, pull, waits);
  });

  test('withdrawn by another approver of the stage with a rationale', async () => {
    const pull = await open();
    say(world, pull, 'ana', '/reject scope too wide');
    await checkThat(world, pull, fails);
    await nextSecond();
    say(world, pull, 'mallory', '/withdraw @ana it is fine');
    await quiet(world);
    await checkThat(world, pull, fails);
    say(world, pull, 'bo', '/withdraw @ana');
    await quiet(world);
    expect(answersTo(world, pull).at(-1)).toContain('needs a line that gives a rationale');
    say(world, pull, 'bo', '/withdraw @ana we talked, it is one file');
    await checkThat(world, pull, waits);
    expect(await deadJobs(world)).toEqual([]);
  });
});

describe('/defer', () => {
  test('until a time, which is answered in full; withdrawn by who said it', async () => {
    const pull = await open();
    say(world, pull, 'ana', '/defer until tomorrow 09:00 because the DBA is away');
    const check = await checkThat(world, pull, held);
    expect(check.title).toMatch(/^ana deferred it until \w{3} \d{4}-\d\d-\d\d 09:00 UTC: the DBA is away/);
    await quiet(world);
    expect(answersTo(world, pull)[0]).toMatch(/Deferred until \w{3} \d{4}-\d\d-\d\d 09:00 UTC/);
    await nextSecond();
    say(world, pull, 'ana', '/withdraw');
    await checkThat(world, pull, waits);
  });

  test('in the past, or in words nobody can read, it is refused', async () => {
    const pull = await open();
    say(world, pull, 'ana', '/defer until 2020-01-01\n/defer until the cows come home');
    await quiet(world);
    const [answer] = answersTo(world, pull);
    expect(answer).toContain('That time has passed');
    expect(answer).toContain('`the cows come home` is not a date that can be read');
    await checkThat(world, pull, waits);
  });
});

test('/explain, /status and /help answer anybody, and help lists what this person may do here', async () => {
  const pull = await open();
  say(world, pull, 'mallory', '/help');
  await quiet(world);
  expect(answersTo(world, pull)[0]).not.toContain('/reject');
  say(world, pull, 'ana', '/help\n/status');
  await quiet(world);
  expect(answersTo(world, pull)[1]).toContain('`/reject');
  expect(answersTo(world, pull)[1]).toContain('Waiting for service-owner');
  say(world, pull, 'mallory', '/explain');
  await quiet(world);
  expect(answersTo(world, pull)[2]).toContain('Who must approve');
});

describe('/rollback', () => {
  test('after the merge an approver records the failure, and the owners are called on an issue', async () => {
    const pull = await open();
    say(world, pull, 'ana', '/rollback it broke');
    await quiet(world);
    expect(answersTo(world, pull)[0]).toContain('It has not been merged');
    await sign(world, pull);
    expect(world.github.merge({ ...pull, as: 'sam' })).toMatchObject({ merged: true });
    await quiet(world);
    say(world, pull, 'mallory', '/rollback I say so');
    say(world, pull, 'ana', '/rollback');
    await quiet(world);
    expect(answersTo(world, pull).join('\n')).toContain('Only an approver of this change or an owner');
    expect(answersTo(world, pull).join('\n')).toContain('needs a line that says what has failed');
    await nextSecond();
    say(world, pull, 'ana', '/rollback error rate of checkout at 12 %');
    await quiet(world);
    const [, number] = /called on #(\d+)/.exec(answersTo(world, pull).at(-1) ?? '') ?? [];
    const issue = world.github.issue({ repository: pull.repository, number: Number(number) });
    expect(issue.title).toBe(`#${pull.number} has failed after the merge`);
    expect(issue.body).toContain('error rate of checkout at 12 %');
    expect(issue.body).toContain('@ana');
    expect(await deadJobs(world)).toEqual([]);
  });
});
