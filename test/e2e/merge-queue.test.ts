import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { endsWell, fails, publishedOn } from '../support/attacks.ts';
import {
  build,
  enqueue,
  groupEntries,
  queued,
  queuedScenario,
  REPOSITORY,
  signed,
  withQueues,
} from '../support/merge-queue.ts';
import { checkOf, checkThat, propose, quiet, startWorld, succeeded, type World, waits } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ scenario: queuedScenario(), simulator: { limits: false } });
  withQueues(world);
});
afterEach(async () => {
  world.github.clearFaults();
  world.github.releaseWebhooks();
  await quiet(world);
  for (const branch of ['main', 'develop'] as const)
    for (const number of queued(world, branch)) world.github.dequeue({ repository: REPOSITORY, number, as: 'sam' });
  world.github.addTeamMember({ ...owners, user: 'ana' });
  world.github.setRole({ repository: REPOSITORY, user: 'rita', role: 'write' });
  await quiet(world);
});
afterAll(() => world.close());

const owners = { organization: 'acme', team: 'service-owners' };

/** Nobody is told that somebody left: the event is lost. */
async function leaveUnheard(user: string): Promise<void> {
  world.github.failWebhooks({ event: 'membership', kind: 'drop', times: 5 });
  world.github.failWebhooks({ event: 'team', kind: 'drop', times: 5 });
  world.github.removeTeamMember({ ...owners, user });
  await world.simulator.settled();
  world.github.clearFaults();
}

const conclusions = async (head: string) => (await publishedOn(world, head)).map(({ conclusion }) => conclusion);

test('T17 what is signed passes the queue: the group is decided, recorded, shown, merged and ended', async () => {
  const pull = await signed(world);
  const group = enqueue(world, pull);
  const check = await checkThat(world, group, succeeded);
  expect(check.title).toBe(`#${pull.number}: Approved: 2 of 2 stages complete`);
  expect(check.summary).toContain(`- #${pull.number} **approved**`);
  await quiet(world);
  build(world, group.head);
  expect(world.github.pullRequest(pull)).toMatchObject({ merged: true });
  await quiet(world);

  const [decided, ended, ...more] = await groupEntries(world, group.head);
  expect(decided?.details).toMatchObject({ event: 'decided', outcome: 'success', pulls: [{ pull: pull.number }] });
  expect(ended?.details).toMatchObject({ event: 'destroyed', reason: 'merged', pulls: [pull.number] });
  expect(more).toEqual([]);
  expect(check.summary).toContain(decided?.leaf);
  const found = await world.database.query('select title from countersign.findings');
  expect(found).toEqual([]);
});

test('T15 leaves the team unheard before it comes into the merge queue: the group fails, and people are read at that moment', async () => {
  const { github } = world;
  const pull = await signed(world);
  await leaveUnheard('ana');
  const group = enqueue(world, pull);
  const check = await checkThat(world, group, fails);
  expect(check.title).toBe(`#${pull.number}: Waiting for service-owner (1 of 2 stages complete)`);
  await quiet(world);
  expect(await conclusions(group.head)).toEqual(['failure']);
  expect(github.pullRequest(pull)).toMatchObject({ merged: false });
  expect(queued(world)).toEqual([]);
  // The pull request's own check has learnt it too.
  await checkThat(world, pull, waits);
});

test.each([
  [
    'is dismissed',
    (pull: { readonly repository: string; readonly number: number }) => {
      const [first] = world.github.reviews(pull);
      world.github.dismissReview({ ...pull, as: 'sam', review: Number(first?.id), message: 'Changed my mind' });
    },
  ],
  ['leaves the team', () => world.github.removeTeamMember({ ...owners, user: 'ana' })],
  ['loses write access', () => world.github.setRole({ repository: REPOSITORY, user: 'rita', role: null })],
  [
    'rejects',
    (pull: { readonly repository: string; readonly number: number }) =>
      world.github.review({ ...pull, as: 'bo', state: 'CHANGES_REQUESTED', body: 'This breaks the import.' }),
  ],
] as const)(
  'T15 %s while in the merge queue: the success is withdrawn before the build is done',
  async (_how, change) => {
    const { github } = world;
    const pull = await signed(world);
    const group = enqueue(world, pull);
    await checkThat(world, group, succeeded);
    await quiet(world);
    change(pull);
    const check = await checkThat(world, group, fails);
    expect(check.title).toContain(`#${pull.number}: `);
    build(world, group.head);
    await quiet(world);
    expect(github.pullRequest(pull)).toMatchObject({ merged: false });
    expect(queued(world)).toEqual([]);
    const entries = await groupEntries(world, group.head);
    expect(entries.map(({ details }) => details.outcome)).toEqual(['success', 'failure', 'failure']);
    github.addTeamMember({ ...owners, user: 'ana' });
    github.setRole({ repository: REPOSITORY, user: 'rita', role: 'write' });
  },
);

test('T17 each has a group of its own where all must be green: what falls out takes nothing else with it', async () => {
  const { github } = world;
  const first = await signed(world);
  const second = await signed(world);
  const one = enqueue(world, first);
  const two = enqueue(world, second);
  await checkThat(world, two, succeeded);
  github.review({ ...first, as: 'bo', state: 'CHANGES_REQUESTED', body: 'No.' });
  await checkThat(world, one, fails);
  await quiet(world);
  const [left] = github.mergeQueue({ repository: REPOSITORY });
  expect(left).toMatchObject({ number: second.number });
  expect(left?.headSha).not.toBe(two.head);
  const anew = { ...two, head: left?.headSha ?? '' };
  await checkThat(world, anew, succeeded);
  build(world, anew.head);
  await quiet(world);
  expect(github.pullRequest(first)).toMatchObject({ merged: false });
  expect(github.pullRequest(second)).toMatchObject({ merged: true });
  const [old] = await groupEntries(world, two.head);
  expect(old?.details).toMatchObject({ outcome: 'success', pulls: [{ pull: second.number }] });
  const ends = (await groupEntries(world, two.head)).at(-1);
  expect(ends?.details).toMatchObject({ event: 'destroyed', reason: 'invalidated' });
});

test('T17 a green head merges all before it: then the group holds them all, and the strictest is shown', async () => {
  const { github } = world;
  const pulls = [propose(world, { base: 'develop' }), propose(world, { base: 'develop' })];
  for (const pull of pulls) {
    await checkThat(world, { ...pull, name: 'countersign/staging' }, waits);
    github.approve({ ...pull, as: 'ana' });
    await checkThat(world, { ...pull, name: 'countersign/staging' }, succeeded);
  }
  const groups = pulls.map((pull) => enqueue(world, pull, 'develop'));
  const [first, second] = pulls;
  const [, head] = groups;
  if (first === undefined || second === undefined || head === undefined) throw new Error('two');
  const check = await checkThat(world, head, succeeded);
  expect(check.title).toBe('All 2 pull requests of this group may be merged');
  await quiet(world);

  github.review({ ...first, as: 'bo', state: 'CHANGES_REQUESTED', body: 'Not this one.' });
  const failed = await checkThat(world, head, fails);
  expect(failed.title).toContain(`#${first.number}: `);
  expect(failed.summary).toContain(`- #${second.number} **approved**`);
  for (const group of groups) await checkThat(world, group, fails);
  for (const { head: sha } of groups) build(world, sha);
  await quiet(world);
  expect(github.pullRequest(first)).toMatchObject({ merged: false });
});

test('T17 asked again by hand, the group is decided again, with what no event told', async () => {
  const { github } = world;
  const pull = await signed(world);
  const group = enqueue(world, pull);
  const check = await checkThat(world, group, succeeded);
  await leaveUnheard('ana');
  github.rerequestCheckRun({ run: check.id, as: 'sam' });
  await checkThat(world, group, fails);
});

test('T17 a pull request that somebody makes of the commit of a group has no check of its own there, and the strictest holds', async () => {
  const { github } = world;
  const pull = await signed(world);
  const group = enqueue(world, pull);
  await checkThat(world, group, succeeded);
  await quiet(world);
  github.push({ repository: REPOSITORY, branch: 'copy', as: 'mallory', to: group.head });
  const opened = { title: 'A copy', body: '', head: 'copy', base: 'main', draft: false };
  const copy = github.openPullRequest({ repository: REPOSITORY, as: 'mallory', ...opened });
  expect(copy.head).toBe(group.head);
  const check = await checkThat(world, group, fails);
  expect(check.title).toContain(`#${copy.number}: `);
  await quiet(world);
  github.close({ repository: REPOSITORY, number: copy.number, as: 'mallory' });
});

test('T17 a head that is pushed, or a pull request that is closed, is not what is in the group', async () => {
  const { github } = world;
  for (const how of ['pushed', 'closed'] as const) {
    const pull = await signed(world);
    const group = enqueue(world, pull);
    await checkThat(world, group, succeeded);
    await quiet(world);
    github.failWebhooks({ event: 'merge_group', action: 'destroyed', kind: 'drop' });
    if (how === 'closed') github.close({ ...pull, as: 'sam' });
    else github.push({ ...pull, as: 'fixer[bot]', files: { 'src/more.ts': 'export {};\n' } });
    const { title } = await checkThat(world, group, fails);
    expect(title).toBe(
      `#${pull.number}: ${how === 'closed' ? 'It is closed' : 'Its head is no longer the one that is in the queue'}`,
    );
  }
});

test('T17 nobody can say what a group holds: a failure in words, and never a success', async () => {
  const { github } = world;
  const pull = await signed(world);
  github.holdWebhooks();
  const group = enqueue(world, pull);
  github.failWebhooks({ event: 'merge_group', action: 'destroyed', kind: 'drop' });
  github.dequeue({ ...pull, as: 'sam' });
  github.releaseWebhooks();
  const check = await checkThat(world, group, fails, 20_000);
  expect(check.title).toContain('Cannot tell what this group would merge: no entry of the merge queue has the commit');
  await quiet(world);
  expect(await conclusions(group.head)).toEqual(['failure']);
});

test('T17 a group that has ended before it is looked at shows nothing, in whatever order that is told', async () => {
  const { github } = world;
  for (const reverse of [false, true]) {
    const pull = await signed(world);
    github.holdWebhooks();
    const group = enqueue(world, pull);
    github.dequeue({ ...pull, as: 'sam' });
    const held = github.heldWebhooks().filter(({ event }) => event === 'merge_group');
    const order = held.map(({ guid }) => guid);
    if (reverse) {
      github.releaseWebhooks({ order: order.toReversed() });
      await quiet(world);
      expect(checkOf(world, REPOSITORY, group.head)).toBeUndefined();
      expect((await groupEntries(world, group.head)).map(({ details }) => details.event)).toEqual(['destroyed']);
    } else {
      github.releaseWebhooks({ order });
      await quiet(world);
      expect(await conclusions(group.head)).toEqual([]);
    }
  }
});

test('all of it leaves nothing undone', () => endsWell(world));
