import { afterAll, beforeAll, expect, test } from 'vitest';
import { APP_ID } from '../support/app-process.ts';
import { cannotBeMerged, codesFor, endsWell, fails, lastDecision, neverSucceeded, sign } from '../support/attacks.ts';
import { checkThat, propose, quiet, startWorld, succeeded, type World, waits } from '../support/world.ts';

/** T41: content that was proposed, and not permitted here, is the same proposal under whatever name it comes again. */

const STAGING = 'countersign/staging';

let world: World;
beforeAll(async () => {
  world = await startWorld({ simulator: { limits: false } });
  world.github.push({ repository: 'acme/shop', branch: 'develop', as: 'sam', files: { 'develop.md': 'd\n' } });
  world.github.addRuleset({
    repository: 'acme/shop',
    requiredChecks: [{ context: 'countersign/production', integrationId: APP_ID }],
  });
});
afterAll(() => world.close());

let serial = 0;

/** Opens a person's own pull request on a branch that stands at `to`, or with `files` of its own. */
function plain(input: {
  readonly as?: string;
  readonly base?: string;
  readonly to?: string;
  readonly files?: Readonly<Record<string, string>>;
}) {
  serial += 1;
  const { as = 'mallory', base = 'main', to, files } = input;
  const branch = `plain-${serial}`;
  const repository = 'acme/shop';
  if (files !== undefined) world.github.push({ repository, branch, as, from: to ?? base, files });
  else if (to !== undefined) world.github.push({ repository, branch, as, to });
  const { number, head } = world.github.openPullRequest({ repository, as, title: 'My own', head: branch, base });
  return { repository, number, head, branch };
}

/** A proposal that ana has rejected, and that has been closed. */
async function rejected(files?: Readonly<Record<string, string>>) {
  const pull = propose(world, files === undefined ? {} : { files });
  await checkThat(world, pull, waits);
  world.github.review({ ...pull, as: 'ana', state: 'CHANGES_REQUESTED', body: 'It drops the audit log.' });
  await checkThat(world, pull, fails);
  world.github.close({ repository: pull.repository, number: pull.number, as: 'mallory' });
  await quiet(world);
  return pull;
}

test('T41 the commit of a rejected proposal, in a pull request of one’s own, is rejected still', async () => {
  const before = await rejected();
  const again = plain({ to: before.head });
  const check = await checkThat(world, again, fails);
  expect(check.title).toContain('ana');
  cannotBeMerged(world, again);

  const buried = plain({ to: before.head, files: { 'src/more.ts': 'export {};\n' } });
  await checkThat(world, buried, fails);
  for (const as of ['bo', 'rita']) world.github.approve({ ...buried, as });
  await quiet(world);
  expect((await lastDecision(world, buried)).state).toBe('rejected');
  cannotBeMerged(world, buried);
  await neverSucceeded(world, buried);

  world.github.approve({ ...buried, as: 'ana' });
  await checkThat(world, buried, succeeded);
});

test('T41 the content of a rejected proposal, written anew as a commit of one’s own, is rejected still', async () => {
  const files = { 'src/app.ts': 'export const app = 2;\n', 'src/fresh.ts': 'one\ntwo\n' };
  await rejected(files);
  world.github.push({ repository: 'acme/shop', branch: 'main', as: 'sam', files: { 'unrelated.md': 'u\n' } });
  const again = plain({ files });
  const check = await checkThat(world, again, fails);
  expect(check.title).toContain('ana');
  cannotBeMerged(world, again);

  const alike = plain({ files: { 'src/app.ts': 'export const app = 3;\n', 'src/fresh.ts': 'one\nthree\n' } });
  expect((await checkThat(world, alike, succeeded)).title).toContain('Not a remediation');
});

test('T41 a commit behind more others than one answer holds is found', async () => {
  const branch = 'long';
  const repository = 'acme/shop';
  let from = 'main';
  for (let n = 0; n < 120; n += 1)
    from = world.github.push({ repository, branch, as: 'mallory', from, files: { 'long.md': `${n}\n` } }).sha;
  const before = await rejected();
  world.github.push({ repository, branch: 'theirs', as: 'mallory', to: before.head });
  const into = { repository, as: 'mallory', title: 'Into', head: 'theirs', base: branch };
  const inner = world.github.openPullRequest(into);
  world.github.merge({ repository, number: inner.number, as: 'mallory' });
  const given = { repository, as: 'mallory', title: 'Long', head: branch, base: 'main' };
  const long = { ...world.github.openPullRequest(given), repository };
  await quiet(world);
  await checkThat(world, long, fails);
  await neverSucceeded(world, long);
});

test('T41 who asked for it first cannot approve it when it comes again under another name', async () => {
  const first = propose(world, { files: { 'src/asked.ts': '1\n' } });
  await checkThat(world, first, waits);
  world.github.close({ repository: first.repository, number: first.number, as: 'mallory' });
  await quiet(world);
  world.github.addTeamMember({ organization: 'acme', team: 'service-owners', user: 'sam' });
  const again = plain({ to: first.head });
  await checkThat(world, again, waits);
  world.github.approve({ ...again, as: 'sam' });
  await quiet(world);
  expect(await codesFor(world, again, 'sam')).toContain('initiator');
  await checkThat(world, again, waits);
  await sign(world, again);
});

test('T41 what was permitted for staging is not for production: promoted, it is governed, until production has permitted it', async () => {
  const { github } = world;
  const pull = propose(world, { base: 'develop' });
  await checkThat(world, { ...pull, name: STAGING }, waits);
  github.approve({ ...pull, as: 'bo' });
  await checkThat(world, { ...pull, name: STAGING }, succeeded);
  expect(github.merge({ ...pull, as: 'cy', method: 'squash' })).toMatchObject({ merged: true });
  await quiet(world);

  const harmless = plain({ base: 'develop', to: pull.head, files: { 'docs/a.md': 'a\n' } });
  expect((await checkThat(world, { ...harmless, name: STAGING }, succeeded)).title).toContain('Not a remediation');

  const promotion = plain({ as: 'raj', to: pull.head });
  await checkThat(world, promotion, waits);
  cannotBeMerged(world, promotion);
  await sign(world, promotion);
  expect(github.merge({ ...promotion, as: 'raj', method: 'squash' })).toMatchObject({ merged: true });
  await quiet(world);

  const later = plain({ to: pull.head, files: { 'docs/b.md': 'b\n' } });
  expect((await checkThat(world, later, succeeded)).title).toContain('Not a remediation');
});

test('T41 a rejection reaches an open pull request with the same commit that was let through before', async () => {
  const { sha } = world.github.push({
    repository: 'acme/shop',
    branch: 'early',
    as: 'mallory',
    from: 'main',
    files: { 'src/e.ts': '1\n' },
  });
  const early = plain({ to: sha });
  expect((await checkThat(world, early, succeeded)).title).toContain('Not a remediation');
  const given = { repository: 'acme/shop', as: 'fixer[bot]', title: 'Late', base: 'main' };
  world.github.push({
    repository: 'acme/shop',
    branch: 'late',
    as: 'fixer[bot]',
    from: early.head,
    files: { 'l.ts': '1\n' },
  });
  const late = { ...world.github.openPullRequest({ ...given, head: 'late' }), repository: 'acme/shop' };
  await checkThat(world, late, (check) => check.conclusion !== 'success');
  await checkThat(world, early, waits);
  world.github.review({ ...late, as: 'ana', state: 'CHANGES_REQUESTED', body: 'No.' });
  await checkThat(world, early, fails);
});

test('T41 a commit that was dropped before the merge was not permitted with the rest', async () => {
  const { github } = world;
  const pull = propose(world);
  await checkThat(world, pull, waits);
  const { sha } = github.push({
    ...pull,
    as: 'fixer[bot]',
    from: 'main',
    force: true,
    files: { 'src/kept.ts': '1\n' },
  });
  const kept = { ...pull, head: sha };
  await checkThat(world, kept, waits);
  await sign(world, kept);
  expect(github.merge({ ...kept, as: 'cy' })).toMatchObject({ merged: true });
  await quiet(world);
  await checkThat(world, plain({ to: pull.head }), waits);
});

test('T41 a copy that names the approvers as its initiators takes nobody out of the original', async () => {
  const original = propose(world);
  await checkThat(world, original, waits);
  serial += 1;
  const branch = `copy-${serial}`;
  world.github.push({ repository: 'acme/shop', branch, as: 'mallory', from: original.head, files: { 'x.md': 'x\n' } });
  const body = '```remediation\ninitiator: ana\n```';
  const given = { repository: 'acme/shop', as: 'fixer[bot]', title: 'Copy', body, head: branch, base: 'main' };
  const copy = { ...world.github.openPullRequest(given), repository: 'acme/shop' };
  await checkThat(world, copy, waits);
  await sign(world, original);
  world.github.approve({ ...copy, as: 'ana' });
  await quiet(world);
  expect(await codesFor(world, copy, 'ana')).toContain('initiator');
});

test('all of it leaves nothing undone', () => endsWell(world));
