import { expect, test } from 'vitest';
import { eventually } from '../support/app-process.ts';
import { deadJobs, nextSecond } from '../support/attacks.ts';
import { openWaiting, recordedCommands, say } from '../support/commands.ts';
import { checkThat, startWorld } from '../support/world.ts';

/** What the n-th comment of the burst says, and what becomes of it; null where it is no command. */
function spoken(n: number): readonly [as: string, body: string, outcome: 'taken' | 'refused' | null] {
  switch (n % 4) {
    case 0:
      return ['mallory', '/status', 'taken'];
    case 1:
      return ['mallory', `/reject risk reason ${n}`, 'refused'];
    case 2:
      return ['ana', `/defer for ${n}h`, 'taken'];
    default:
      return ['bo', `Thought ${n}`, null];
  }
}

const COMMENTS = 200;

test('two hundred comments within a minute are all heard, and answered within what GitHub allows', async () => {
  const world = await startWorld();
  const pull = await openWaiting(world);
  const burst = Array.from({ length: COMMENTS }, (_, n) => spoken(n));
  for (const [as, body] of burst) {
    say(world, pull, as, body);
    await new Promise((done) => setTimeout(done, 50));
  }
  await nextSecond();
  say(world, pull, 'ana', '/withdraw');
  say(world, pull, 'bo', '/reject scope this is the end');
  const heard = burst.flatMap(([as, body, outcome]) =>
    outcome === null ? [] : [[body.split(/[/ ]/)[1], outcome, as]],
  );
  const expected = [...heard, ['withdraw', 'taken', 'ana'], ['reject', 'taken', 'bo']];
  await eventually(
    'all commands on record',
    async () => (await recordedCommands(world, pull)).length === expected.length,
    30_000,
  );
  const sorted = (commands: readonly unknown[]) => commands.map((command) => JSON.stringify(command)).sort();
  expect(sorted(await recordedCommands(world, pull))).toEqual(sorted(expected));
  const final = 'bo rejected it (scope): this is the end';
  expect((await checkThat(world, pull, ({ title }) => title === final, 30_000)).conclusion).toBe('failure');

  const { calls, violations, limitViolations } = world.simulator;
  expect([violations, limitViolations]).toEqual([[], []]);
  expect(calls.filter(({ status }) => status === 403 || status === 429)).toEqual([]);
  const comments = calls.filter(
    ({ operation }) => operation === 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments',
  );
  expect(comments.length).toBeLessThan(COMMENTS / 10);
  expect(await deadJobs(world)).toEqual([]);
  await world.close();
});
