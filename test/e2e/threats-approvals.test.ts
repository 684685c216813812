import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  cannotBeMerged,
  codesFor,
  endsWell,
  lastDecision,
  neverSucceeded,
  publishedOn,
  sign,
} from '../support/attacks.ts';
import {
  checkOf,
  checkThat,
  propose,
  quiet,
  SCENARIO,
  startWorld,
  succeeded,
  type World,
  waits,
} from '../support/world.ts';

let world: World;
beforeAll(async () => {
  const bases = ['t03-update', 't03-moved'];
  const environment = `production: { base: [main, ${bases.join(', ')}] }`;
  const policy = String(SCENARIO.repositories?.['.github']?.files?.['countersign.yml']);
  const repositories = {
    ...SCENARIO.repositories,
    '.github': { files: { 'countersign.yml': policy.replace('production: { base: [main] }', environment) } },
  };
  world = await startWorld({ simulator: { limits: false }, scenario: { ...SCENARIO, repositories } });
  for (const branch of bases)
    world.github.push({ repository: 'acme/shop', branch, as: 'sam', files: { [`${branch}.md`]: 'base\n' } });
});
afterAll(() => world.close());

test('T01 approvals by a bot, even one that may write, fill no seat', async () => {
  const { github } = world;
  const pull = propose(world);
  await checkThat(world, pull, waits);
  github.setRole({ repository: pull.repository, user: 'dependabot[bot]', role: 'write' });
  github.approve({ ...pull, as: 'dependabot[bot]' });
  await quiet(world);

  expect(checkOf(world, pull.repository, pull.head)?.title).toContain('service-owner');
  expect(await codesFor(world, pull, 'dependabot[bot]')).toContain('bot');
  cannotBeMerged(world, pull);
  await neverSucceeded(world, pull);
});

test('T02 a success, then a push: the old success is worth nothing, and both approvals are stale', async () => {
  const { github } = world;
  const pull = propose(world);
  await checkThat(world, pull, waits);
  await sign(world, pull);

  github.holdWebhooks();
  const { sha } = github.push({ ...pull, as: 'mallory', files: { 'src/evil.ts': 'evil();\n' } });
  const moved = { ...pull, head: sha };
  cannotBeMerged(world, moved);
  github.releaseWebhooks();

  const check = await checkThat(world, moved, waits);
  expect(check.summary).toContain('stale-commit');
  expect(await codesFor(world, pull, 'ana')).toContain('stale-commit');
  expect(await codesFor(world, pull, 'rita')).toContain('stale-commit');
  cannotBeMerged(world, moved);
  await neverSucceeded(world, moved);
});

test('T02 an approval that crosses a push in flight counts for the old commit only', async () => {
  const { github } = world;
  const pull = propose(world);
  await checkThat(world, pull, waits);
  github.approve({ ...pull, as: 'ana' });
  await checkThat(world, pull, (check) => check.title.includes('release-manager'));
  github.holdWebhooks();
  github.approve({ ...pull, as: 'rita' });
  const { sha } = github.push({ ...pull, as: 'mallory', files: { 'src/evil.ts': 'evil(2);\n' } });
  const held = github.heldWebhooks();
  github.releaseWebhooks({ order: held.toReversed().map(({ guid }) => guid) });
  await quiet(world);

  const moved = { ...pull, head: sha };
  await checkThat(world, moved, waits);
  cannotBeMerged(world, moved);
  await neverSucceeded(world, moved);
});

test('T03 GitHub moves the reviews to the new head by "update branch"; the delivered commit decides', async () => {
  const { github } = world;
  const pull = propose(world, { base: 't03-update' });
  await checkThat(world, pull, waits);
  await sign(world, pull);
  github.push({ repository: pull.repository, branch: 't03-update', as: 'sam', files: { 'README.md': '# changed\n' } });
  const { sha } = github.updateBranch({ ...pull, as: 'mallory' });
  expect(github.reviews(pull).map((review) => review.commit_id)).toEqual([sha, sha]);

  const moved = { ...pull, head: sha };
  await checkThat(world, moved, waits);
  await quiet(world);
  expect(await codesFor(world, pull, 'ana')).toContain('stale-commit');
  await neverSucceeded(world, moved);
});

test('T03 GitHub moves the reviews to a head that was pushed by force, before and after its events arrive', async () => {
  const { github } = world;
  const pull = propose(world, { base: 't03-moved' });
  await checkThat(world, pull, waits);
  await sign(world, pull);
  const { sha } = github.push({
    ...pull,
    as: 'mallory',
    from: 't03-moved',
    force: true,
    files: { 'src/other.ts': 'evil(3);\n' },
  });
  for (const { id } of github.reviews(pull)) github.moveReview({ ...pull, review: id, commitId: sha });

  const moved = { ...pull, head: sha };
  await checkThat(world, moved, waits);
  github.editPullRequest({ ...pull, as: 'mallory', title: 'Look again' });
  await quiet(world);
  expect(await codesFor(world, pull, 'rita')).toContain('stale-commit');
  await neverSucceeded(world, moved);
});

test('T06 whoever pushed, committed, wrote or co-wrote any head cannot approve any later one', async () => {
  const { github } = world;
  const pull = propose(world);
  await checkThat(world, pull, waits);
  const { id } = github.pullRequest(pull).user;
  const machine = { name: 'fixer[bot]', email: `${id}+fixer[bot]@users.noreply.github.com` };
  for (const [index, how] of [
    { as: 'bo', author: machine },
    { as: 'fixer[bot]', committer: 'cy' },
    { as: 'fixer[bot]', coAuthors: ['rita'] },
  ].entries()) {
    const { sha } = github.push({ ...pull, ...how, files: { 'src/t06.ts': `${index}\n` } });
    await checkThat(world, { ...pull, head: sha }, waits);
  }
  // History is rewritten, so that nothing of bo, cy and rita is left to be seen.
  const clean = github.push({
    ...pull,
    as: 'fixer[bot]',
    from: 'main',
    force: true,
    files: { 'src/t06.ts': '3\n' },
  });
  const moved = { ...pull, head: clean.sha };
  await checkThat(world, moved, waits);
  for (const as of ['bo', 'cy', 'rita', 'raj']) github.approve({ ...pull, as });
  await quiet(world);
  expect(await codesFor(world, pull, 'bo')).toContain('pusher');
  expect(await codesFor(world, pull, 'cy')).toContain('committer');
  expect(await codesFor(world, pull, 'rita')).toContain('co-author');
  cannotBeMerged(world, moved);
  await neverSucceeded(world, moved);
});

test.each([
  ['committed', { committer: 'ana' }, 'committer'],
  ['wrote', { author: 'ana' }, 'commit-author'],
  ['co-wrote', { coAuthors: ['ana'] }, 'co-author'],
])('T06 who %s one of the commits cannot approve', async (_how, commit, code) => {
  const { github } = world;
  const pull = propose(world);
  const { sha } = github.push({ ...pull, as: 'fixer[bot]', files: { 'src/part.ts': `${code}\n` }, ...commit });
  const moved = { ...pull, head: sha };
  await checkThat(world, moved, waits);
  github.approve({ ...pull, as: 'ana' });
  github.approve({ ...pull, as: 'rita' });
  await quiet(world);
  expect(await codesFor(world, pull, 'ana')).toContain(code);
  cannotBeMerged(world, moved);
  await neverSucceeded(world, moved);
});

test('T07 a commit with a mail address of no account blocks until it is amended, in words', async () => {
  const { github } = world;
  const pull = propose(world);
  const { sha } = github.push({
    ...pull,
    as: 'fixer[bot]',
    author: { name: 'Ana', email: 'ana@home.example' },
    files: { 'src/t07.ts': '1\n' },
  });
  const moved = { ...pull, head: sha };
  const check = await checkThat(world, moved, ({ conclusion }) => conclusion === 'failure');
  expect(check.summary).toContain('unattributed-commit');
  github.approve({ ...pull, as: 'ana' });
  github.approve({ ...pull, as: 'rita' });
  await quiet(world);
  expect((await lastDecision(world, pull)).state).toBe('facts-incomplete');
  cannotBeMerged(world, moved);
  await neverSucceeded(world, moved);

  const amended = github.push({ ...pull, as: 'fixer[bot]', from: 'main', force: true, files: { 'src/t07.ts': '1\n' } });
  const mended = { ...pull, head: amended.sha };
  await checkThat(world, mended, waits);
  await sign(world, mended, ['bo', 'raj']);
});

test('T09 one person in two roles approves twice and fills one seat', async () => {
  const { github } = world;
  github.addTeamMember({ organization: 'acme', team: 'service-owners', user: 'raj' });
  const pull = propose(world);
  await checkThat(world, pull, waits);
  github.approve({ ...pull, as: 'raj' });
  await quiet(world);
  github.approve({ ...pull, as: 'raj' });
  await quiet(world);
  cannotBeMerged(world, pull);
  await neverSucceeded(world, pull);

  github.approve({ ...pull, as: 'ana' });
  await quiet(world);
  github.approve({ ...pull, as: 'rita' });
  await checkThat(world, pull, succeeded);
  // GitHub shows it a moment before the answer to the write is in the ledger.
  await quiet(world);
  expect((await publishedOn(world, pull.head)).at(-1)?.conclusion).toBe('success');
});

test('all of it leaves nothing undone', () => endsWell(world));
