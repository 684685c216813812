import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { postWebhook } from '../support/app-process.ts';
import { deadJobs, fails, type Proposed } from '../support/attacks.ts';
import { answersTo, nothingWasHeard, openWaiting, recordedCommands, say } from '../support/commands.ts';
import { checkThat, quiet, SCENARIO, startWorld, type World } from '../support/world.ts';

/** What is heard as a command and what is not: only new, own, unquoted lines by people. */

let world: World;
beforeAll(async () => {
  const { shop } = SCENARIO.repositories ?? {};
  const collaborators = { ...shop?.collaborators, 'dependabot[bot]': 'write' } as const;
  const repositories = { ...SCENARIO.repositories, shop: { ...shop, collaborators } };
  world = await startWorld({ simulator: { limits: false }, scenario: { ...SCENARIO, repositories } });
});
afterAll(async () => {
  expect(world.simulator.violations).toEqual([]);
  await world.close();
});

type Payload = { readonly comment: Readonly<Record<string, unknown>> };

/** The delivery of somebody's harmless comment, changed into something that GitHub might as well have sent. */
async function deliverChanged(pull: Proposed, as: string, change: Readonly<Record<string, unknown>>): Promise<void> {
  say(world, pull, as, 'Looks interesting.');
  await world.simulator.settled();
  const sent = world.simulator.deliveries.findLast(({ event }) => event === 'issue_comment');
  const payload = JSON.parse(sent?.body ?? '{}') as Payload;
  const id = randomInt(2 ** 40);
  const comment = { ...payload.comment, id, node_id: `IC_${id}`, body: '/reject risk no', ...change };
  const { status } = await postWebhook(world.app.url, 'issue_comment', { ...payload, comment });
  expect(status).toBe(202);
}

test('T19 an edit makes no command, neither one’s own nor a maintainer’s of somebody’s comment', async () => {
  const pull = await openWaiting(world);
  const comment = say(world, pull, 'ana', 'I wonder.');
  world.github.editComment({ ...pull, as: 'ana', comment, body: '/reject risk no' });
  world.github.editComment({ ...pull, as: 'sam', comment, body: '/defer for 2d' });
  await nothingWasHeard(world, pull);
});

test('T19 an edit of a command changes nothing about it', async () => {
  const pull = await openWaiting(world);
  world.github.holdWebhooks();
  const comment = say(world, pull, 'ana', '/reject risk no rollback');
  world.github.editComment({ ...pull, as: 'sam', comment, body: '/reject other I am a fool' });
  world.github.releaseWebhooks();
  expect((await checkThat(world, pull, fails)).title).toBe('ana rejected it (risk): no rollback');
  await quiet(world);
  expect(await recordedCommands(world, pull)).toEqual([['reject', 'taken', 'ana']]);
});

test('T19 an edited review makes no command', async () => {
  const pull = await openWaiting(world);
  const { id: review } = world.github.review({ ...pull, as: 'ana', state: 'COMMENTED', body: 'I wonder.' });
  await quiet(world);
  world.github.editReview({ ...pull, as: 'ana', review, body: '/reject risk no' });
  world.github.editReview({ ...pull, as: 'sam', review, body: '/reject risk no' });
  await nothingWasHeard(world, pull);
});

test('T19 a quotation, a code block and a hidden comment make no command', async () => {
  const pull = await openWaiting(world);
  say(world, pull, 'ana', '> /reject risk no\n/reject risk no\n\nReally?');
  say(world, pull, 'bo', 'For example:\n```\n/defer for 2d\n```\n~~~ `x`\n/status\n~~~');
  say(world, pull, 'cy', 'Hm. <!--\n/reject risk no\n-->\n<pre>\n/help\n</pre>');
  world.github.review({ ...pull, as: 'ana', state: 'COMMENTED', body: '> /reject risk no' });
  await nothingWasHeard(world, pull);
});

test('T19 bots give no commands, whatever they may sign', async () => {
  const pull = await openWaiting(world);
  for (const bot of ['dependabot[bot]', 'fixer[bot]']) say(world, pull, bot, '/status\n/reject risk no');
  world.github.review({ ...pull, as: 'dependabot[bot]', state: 'COMMENTED', body: '/recheck' });
  await nothingWasHeard(world, pull);
});

test('T19 an app that speaks for somebody gives none of theirs', async () => {
  const pull = await openWaiting(world);
  await deliverChanged(pull, 'ana', { performed_via_github_app: { id: 99, slug: 'helper' } });
  await nothingWasHeard(world, pull);
});

test('T19 what the same person writes with their own hands is heard', async () => {
  const pull = await openWaiting(world);
  await deliverChanged(pull, 'ana', { performed_via_github_app: null });
  await checkThat(world, pull, fails);
});

test('T19 an account that is gone gives none', async () => {
  const pull = await openWaiting(world);
  await deliverChanged(pull, 'ana', { user: null });
  await nothingWasHeard(world, pull);
});

test('other bots’ slash lines are left to them', async () => {
  const pull = await openWaiting(world);
  say(world, pull, 'ana', '/lgtm\n/retest\n/assign @bo\n/rejected risk no');
  await nothingWasHeard(world, pull);
});

test('what the app itself answers is no command, though it shows some', async () => {
  const pull = await openWaiting(world);
  say(world, pull, 'ana', '/help');
  await quiet(world);
  expect(answersTo(world, pull)).toHaveLength(1);
  expect(await recordedCommands(world, pull)).toEqual([['help', 'taken', 'ana']]);
});

test('of more commands than anybody means, none is taken', async () => {
  const pull = await openWaiting(world);
  say(world, pull, 'ana', '/reject risk no\n'.repeat(500));
  say(world, pull, 'ana', `/reject risk ${'x'.repeat(65_000)}`);
  await quiet(world);
  expect(answersTo(world, pull).join('\n')).toContain('500 commands in one comment are more than the 10');
  expect(answersTo(world, pull).join('\n')).toContain('has 65005 characters, and 2000 are the most');
  expect(new Set((await recordedCommands(world, pull)).map(([, outcome]) => outcome))).toEqual(new Set(['refused']));
  expect(await deadJobs(world)).toEqual([]);
});
