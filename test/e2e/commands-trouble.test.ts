import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventually } from '../support/app-process.ts';
import { deadJobs, endsWell } from '../support/attacks.ts';
import { answersTo, openWaiting, recordedCommands, say, thumbsOn } from '../support/commands.ts';
import { quiet, startWorld, type World } from '../support/world.ts';

/** Answers to commands when deliveries are repeated, processes die and GitHub refuses. */

const RECOVERY_MS = 20_000;
const comments = '^POST .*/issues/[0-9]+/comments$';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

type Pull = Awaited<ReturnType<typeof openWaiting>>;

async function heard(pull: Pull, count = 1): Promise<void> {
  await eventually('a command on record', async () => (await recordedCommands(world, pull)).length === count);
}

async function givenUp(): Promise<readonly string[]> {
  const rows = await world.database.query<{ readonly why: string }>(
    'select gave_up as why from countersign.replies where gave_up is not null order by reply_id',
  );
  return rows.map(({ why }) => why);
}

const unsettled = async (): Promise<number> =>
  (await world.database.query('select from countersign.replies where settled_at is null')).length;

test('T26 a comment that is delivered twice is one command with one answer', async () => {
  const pull = await openWaiting(world);
  world.github.failWebhooks({ event: 'issue_comment', kind: 'duplicate' });
  const comment = say(world, pull, 'ana', '/status');
  await quiet(world);
  const first = world.simulator.deliveries.find(
    ({ event, body }) => event === 'issue_comment' && body.includes('/status'),
  );
  world.github.redeliver({ id: first?.id ?? 0 });
  await quiet(world);
  expect(await recordedCommands(world, pull)).toEqual([['status', 'taken', 'ana']]);
  expect(answersTo(world, pull)).toHaveLength(1);
  expect(thumbsOn(world, pull, comment)).toEqual(['countersign[bot]']);
  await endsWell(world);
});

test('T37 killed between hearing and answering: the answer is given after the restart, once', async () => {
  const pull = await openWaiting(world);
  world.github.failCalls({ path: comments, times: 100, effect: { kind: 'status', status: 502 } });
  say(world, pull, 'ana', '/status');
  await heard(pull);
  await world.app.stop('SIGKILL');
  expect(answersTo(world, pull)).toEqual([]);
  world.github.clearFaults();
  await world.launch();
  await eventually('the answer', async () => answersTo(world, pull).length > 0, RECOVERY_MS);
  await quiet(world);
  expect(answersTo(world, pull)).toHaveLength(1);
  expect(await recordedCommands(world, pull)).toEqual([['status', 'taken', 'ana']]);
  await endsWell(world);
});

test('T37 killed while it answers, GitHub having taken the answer: it is found, not given again', async () => {
  const pull = await openWaiting(world);
  world.github.failCalls({ path: comments, effect: { kind: 'lost' } });
  say(world, pull, 'ana', '/status');
  await eventually('the answer', async () => answersTo(world, pull).length > 0);
  await world.app.stop('SIGKILL');
  await world.launch();
  await eventually('all settled', async () => (await unsettled()) === 0, RECOVERY_MS);
  expect(answersTo(world, pull)).toHaveLength(1);
  await endsWell(world);
});

test('T38 an answer of which nobody knows whether it arrived is looked for, also after more was said', async () => {
  const pull = await openWaiting(world);
  world.github.failCalls({ path: comments, effect: { kind: 'lost' } });
  say(world, pull, 'ana', '/status');
  await eventually('the answer', async () => answersTo(world, pull).length > 0);
  say(world, pull, 'bo', '/help');
  await heard(pull, 2);
  await eventually('all settled', async () => (await unsettled()) === 0, RECOVERY_MS);
  expect(answersTo(world, pull)).toHaveLength(2);
  expect(answersTo(world, pull)[1]).not.toContain('@ana “/status”');
  await endsWell(world);
});

test('a comment that is deleted meanwhile gets no thumb, and what it said is on record', async () => {
  const pull = await openWaiting(world);
  world.github.holdWebhooks();
  const comment = say(world, pull, 'ana', '/reject risk no');
  world.github.deleteComment({ ...pull, as: 'ana', comment });
  world.github.releaseWebhooks();
  await heard(pull);
  await eventually('all settled', async () => (await unsettled()) === 0, RECOVERY_MS);
  expect(await givenUp()).toHaveLength(1);
  await quiet(world);
  expect(await recordedCommands(world, pull)).toEqual([['reject', 'taken', 'ana']]);
  expect(await deadJobs(world)).toEqual([]);
});

test('in a locked conversation nothing can be answered, which is noted', async () => {
  const pull = await openWaiting(world);
  world.github.lock({ ...pull, as: 'sam', reason: 'too heated' });
  say(world, pull, 'ana', '/status\n/reject');
  await heard(pull, 2);
  await eventually('all settled', async () => (await unsettled()) === 0, RECOVERY_MS);
  const [why = ''] = await givenUp();
  expect(why).toContain('locked');
  expect(answersTo(world, pull)).toEqual([]);
  await quiet(world);
  expect(await deadJobs(world)).toEqual([]);
});
