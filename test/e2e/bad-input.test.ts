import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { postWebhook } from '../support/app-process.ts';
import { cannotBeMerged, codesFor, endsWell, fails, neverSucceeded } from '../support/attacks.ts';
import { checkThat, POLICY, propose, quiet, startWorld, type World, waits } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterEach(() => setPolicy(POLICY));
afterAll(() => world.close());

function setPolicy(text: string): void {
  world.github.push({ repository: 'acme/.github', branch: 'main', as: 'sam', files: { 'countersign.yml': text } });
}

test.each([
  ['does not parse', `${POLICY}\n  - ]`, /countersign\.yml:\d+:\d+/],
  ['has a key that nobody knows', `${POLICY}\nroels: {}\n`, /countersign\.yml:\d+:1: .*roels/],
  ['is binary', '\u0000\u0001\u0002', /countersign\.yml/],
])('a policy that %s: the check says where', async (_how, text, words) => {
  const pull = propose(world);
  await checkThat(world, pull, waits);
  setPolicy(text);
  const check = await checkThat(world, pull, fails);
  expect(check.summary).toMatch(words);
  await neverSucceeded(world, pull);
});

test('a team that does not exist is named, and nothing passes', async () => {
  setPolicy(POLICY.replace('team:acme/service-owners', 'team:acme/nobody-at-all'));
  await quiet(world);
  const pull = propose(world);
  const check = await checkThat(world, pull, ({ conclusion }) => conclusion !== null && conclusion !== 'success');
  expect(check.summary).toContain('nobody-at-all');
  cannotBeMerged(world, pull);
  await neverSucceeded(world, pull);
});

test('T23 3,001 files under a policy that asks about paths: not decided, and it says why', async () => {
  setPolicy(`${POLICY}\nsystems: { payments: { when: { paths: ["pay/**"] } } }\n`);
  await quiet(world);
  const files = Object.fromEntries(Array.from({ length: 3_001 }, (_, n) => [`many/${n}.txt`, `${n}\n`]));
  const pull = propose(world, { files });
  const check = await checkThat(world, pull, fails, 30_000);
  expect(check.summary).toContain('fact-truncated');
  await neverSucceeded(world, pull);
});

test('T23 251 commits, the last one with an approver in it: she is seen, and cannot approve', async () => {
  const { github } = world;
  const pull = propose(world);
  const add = (n: number, coAuthors: readonly string[]) =>
    github.push({ ...pull, as: 'fixer[bot]', files: { 'src/long.ts': `${n}\n` }, coAuthors });
  for (let n = 1; n < 250; n += 1) add(n, []);
  const last = { ...pull, head: add(250, ['ana']).sha };
  await checkThat(world, last, waits, 30_000);
  github.approve({ ...pull, as: 'ana' });
  github.approve({ ...pull, as: 'rita' });
  await quiet(world);
  expect(await codesFor(world, pull, 'ana')).toContain('co-author');
  cannotBeMerged(world, last);
  await neverSucceeded(world, last);
});

test('events that nobody knows, and known ones of a strange shape, are answered and leave no trace in the queue', async () => {
  for (const payload of [{}, [], 'null', '"text"', { action: 7 }, { installation: { id: 'one' } }]) {
    const { status } = await postWebhook(world.app.url, 'pull_request', payload);
    expect(status).toBe(202);
  }
  expect((await postWebhook(world.app.url, 'never_heard_of', { action: 'x' })).status).toBe(202);
  const pull = propose(world);
  await checkThat(world, pull, waits);
});

test('all of it leaves nothing undone', () => endsWell(world));
