import { afterAll, beforeAll, expect, test } from 'vitest';
import { cannotBeMerged, codesFor, endsWell, lastDecision, neverSucceeded, sign } from '../support/attacks.ts';
import { checkThat, propose, quiet, startWorld, type World, waits } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ simulator: { limits: false } });
});
afterAll(() => world.close());

const askedBy = (login: string) => `\`\`\`remediation\ninitiator: ${login}\n\`\`\``;

test('T20 a proposal stays one without its label, under another title, and as a draft that comes back', async () => {
  const { github } = world;
  const pull = propose(world, { as: 'mallory' });
  github.label({ ...pull, as: 'sam', name: 'remediation' });
  await checkThat(world, pull, waits);
  github.unlabel({ ...pull, as: 'mallory', name: 'remediation' });
  github.editPullRequest({ ...pull, as: 'mallory', title: 'Nothing to see', body: '' });
  github.convertToDraft({ ...pull, as: 'mallory' });
  github.readyForReview({ ...pull, as: 'mallory' });
  await quiet(world);
  await checkThat(world, pull, waits);
  expect((await lastDecision(world, pull)).state).toBe('waiting');
  cannotBeMerged(world, pull);
  await sign(world, pull);
});

test('T25 what was pushed while the pull request was closed is judged when it is reopened', async () => {
  const { github } = world;
  const pull = propose(world);
  await checkThat(world, pull, waits);
  await sign(world, pull);
  github.close({ ...pull, as: 'mallory' });
  await quiet(world);
  // An owner slips an edit in under the machine's name, and a second push on top of it hides who pushed.
  const { id } = github.pullRequest(pull).user;
  const machine = { name: 'fixer[bot]', email: `${id}+fixer[bot]@users.noreply.github.com` };
  github.push({ ...pull, as: 'bo', author: machine, files: { 'src/slipped-in.ts': 'evil();\n' } });
  const { sha } = github.push({ ...pull, as: 'fixer[bot]', files: { 'src/on-top.ts': '1\n' } });
  await quiet(world);
  github.reopen({ ...pull, as: 'mallory' });
  const moved = { ...pull, head: sha };
  await checkThat(world, moved, waits);
  cannotBeMerged(world, moved);
  github.approve({ ...pull, as: 'bo' });
  github.approve({ ...pull, as: 'rita' });
  await quiet(world);
  expect(await codesFor(world, pull, 'ana')).toContain('stale-commit');
  expect(await codesFor(world, pull, 'bo')).toContain('pusher');
  cannotBeMerged(world, moved);
  await neverSucceeded(world, moved);
});

test('T25 a push to a draft makes its approvals stale, and a draft is judged like anything else', async () => {
  const { github } = world;
  const pull = propose(world);
  await checkThat(world, pull, waits);
  await sign(world, pull);
  github.convertToDraft({ ...pull, as: 'mallory' });
  const { sha } = github.push({ ...pull, as: 'mallory', files: { 'src/draft.ts': 'evil();\n' } });
  github.readyForReview({ ...pull, as: 'mallory' });
  const moved = { ...pull, head: sha };
  await checkThat(world, moved, waits);
  await quiet(world);
  cannotBeMerged(world, moved);
  await neverSucceeded(world, moved);
});

test('T44 a machine that names nobody, or nobody who exists, is incomplete', async () => {
  for (const body of ['No manifest.', askedBy('dependabot'), askedBy('nobody-of-that-name')]) {
    const pull = propose(world, { body });
    const check = await checkThat(world, pull, ({ conclusion }) => conclusion === 'action_required');
    expect(check.title).toContain('initiator');
    world.github.approve({ ...pull, as: 'ana' });
    world.github.approve({ ...pull, as: 'rita' });
    await quiet(world);
    expect((await lastDecision(world, pull)).state).toBe('incomplete');
    cannotBeMerged(world, pull);
    await neverSucceeded(world, pull);
  }
});

test('T44 everyone who was ever named as the initiator is set apart, in the description or in a comment', async () => {
  const { github } = world;
  const pull = propose(world, { body: askedBy('ana') });
  await checkThat(world, pull, waits);
  github.editPullRequest({ ...pull, as: 'mallory', body: askedBy('rita') });
  await quiet(world);
  github.comment({ ...pull, as: 'mallory', body: askedBy('sam') });
  await quiet(world);
  for (const as of ['ana', 'rita']) github.approve({ ...pull, as });
  await quiet(world);
  expect(await codesFor(world, pull, 'ana')).toContain('initiator');
  expect(await codesFor(world, pull, 'rita')).toContain('initiator');
  cannotBeMerged(world, pull);
  await neverSucceeded(world, pull);
});

test('all of it leaves nothing undone', () => endsWell(world));
