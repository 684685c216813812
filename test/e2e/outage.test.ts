import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { eventually } from '../support/app-process.ts';
import {
  cannotBeMerged,
  codesFor,
  endsWell,
  lastDecision,
  neverSucceeded,
  nextSecond,
  sign,
} from '../support/attacks.ts';
import { moveClock } from '../support/clock.ts';
import { checkThat, propose, quiet, startWorld, succeeded, type World, waits } from '../support/world.ts';

/** Nobody listens for an hour while GitHub goes on; GitHub repeats nothing by itself, and does not keep everything. */

/** Each of these starts an app twice, or three times. */
vi.setConfig({ testTimeout: 180_000 });

let world: World;
beforeEach(async () => {
  world = await startWorld({ clock: true, environment: { SWEEPS: 'on' } });
});
afterEach(() => world.close());

async function goDown(): Promise<void> {
  await quiet(world);
  await world.app.stop('SIGKILL');
  await moveClock(world, { by: 60_000 });
}

/** The app starts again an hour later; GitHub has forgotten some of what it could not deliver. */
async function comeBack(forget?: { readonly event?: string }): Promise<string> {
  const { github } = world;
  await world.simulator.settled();
  if (forget !== undefined) github.forgetDeliveries(forget);
  await moveClock(world, { by: 3_540_000 });
  const app = await world.launch();
  const said = await eventually(
    'the end of catching up',
    async () => app.log.find(({ msg }) => msg?.startsWith('caught up after an outage') === true)?.msg,
    30_000,
  );
  await quiet(world);
  return said;
}

const missed = () =>
  world.database.query(
    "select event, action, tries, settled from countersign.missed_deliveries where event <> 'installation' order by delivery_id",
  );

test('T04 approvals of an hour in which nobody listened count after an outage, by the commits in their own deliveries', async () => {
  const pull = propose(world);
  await checkThat(world, pull, waits);
  await goDown();
  world.github.approve({ ...pull, as: 'ana' });
  await nextSecond();
  world.github.approve({ ...pull, as: 'rita' });
  expect(await comeBack()).toMatch(/^caught up after an outage of 60 min, in \d+ s: \d+ deliveries sent again/);
  await checkThat(world, pull, succeeded);
  expect(await missed()).toMatchObject([
    { event: 'pull_request_review', tries: 1, settled: 'arrived' },
    { event: 'pull_request_review', tries: 1, settled: 'arrived' },
  ]);
  await endsWell(world);
});

test('T04 an approval that moved, and whose delivery GitHub has forgotten, counts for nothing after an outage: it is asked for again', async () => {
  const { github } = world;
  const pull = propose(world);
  await checkThat(world, pull, waits);
  await goDown();
  github.approve({ ...pull, as: 'ana' });
  await nextSecond();
  const { sha } = github.push({ ...pull, as: 'fixer[bot]', files: { 'src/evil.ts': '1\n' }, force: true });
  const moved = { ...pull, head: sha };
  await comeBack({ event: 'pull_request_review' });
  await checkThat(world, moved, waits);
  expect(['stale-commit', 'unproven-commit']).toContain((await codesFor(world, pull, 'ana'))[0]);
  await neverSucceeded(world, moved);
  await sign(world, moved);
  await endsWell(world);
});

test('T15 who left the team is noticed after an outage, though nobody told: the success is withdrawn before anything else', async () => {
  const { github } = world;
  const pull = propose(world);
  const other = propose(world);
  await checkThat(world, pull, waits);
  await sign(world, pull);
  await checkThat(world, other, waits);
  await goDown();
  github.removeTeamMember({ organization: 'acme', team: 'service-owners', user: 'ana' });
  await comeBack({});
  await checkThat(world, pull, waits, 1_000);
  cannotBeMerged(world, pull);
  expect(await codesFor(world, pull, 'ana')).toContain('not-a-member');
  await endsWell(world);
});

test('T15 a dismissal that nobody heard of withdraws the success after an outage', async () => {
  const { github } = world;
  const pull = propose(world);
  await checkThat(world, pull, waits);
  await sign(world, pull);
  await goDown();
  const [approval] = github.reviews(pull);
  github.dismissReview({ ...pull, as: 'sam', review: Number(approval?.id), message: 'Changed my mind' });
  await comeBack({});
  await checkThat(world, pull, waits, 1_000);
  await endsWell(world);
});

test('T26 an hour of everything, partly unrecoverable: what can be known is as if the app had been up, the rest asks again', async () => {
  const { github } = world;
  const [signed, rejected, pushed, closed, bypassed] = [1, 2, 3, 4, 5].map(() => propose(world)) as [
    ReturnType<typeof propose>,
    ReturnType<typeof propose>,
    ReturnType<typeof propose>,
    ReturnType<typeof propose>,
    ReturnType<typeof propose>,
  ];
  for (const pull of [signed, rejected, pushed, closed, bypassed]) await checkThat(world, pull, waits);
  await sign(world, pushed);
  await goDown();
  github.approve({ ...signed, as: 'ana' });
  github.review({ ...rejected, as: 'bo', state: 'CHANGES_REQUESTED', body: 'This breaks the import.' });
  const { sha } = github.push({ ...pushed, as: 'fixer[bot]', files: { 'src/later.ts': '1\n' } });
  github.close({ ...closed, as: 'sam' });
  github.merge({ ...bypassed, as: 'acme-owner', bypass: true });
  const late = propose(world);
  await nextSecond();
  github.approve({ ...signed, as: 'rita' });
  await comeBack({ event: 'pull_request' });

  await checkThat(world, signed, succeeded);
  await checkThat(world, rejected, ({ conclusion }) => conclusion === 'failure');
  await checkThat(world, { ...pushed, head: sha }, waits);
  await checkThat(world, late, waits);
  expect((await lastDecision(world, rejected)).state).toBe('rejected');
  const states = await world.database.query<{ n: number; state: string }>(
    'select pull_number as n, state from countersign.pull_requests order by 1',
  );
  expect(Object.fromEntries(states.map(({ n, state }) => [n, state]))).toEqual({
    [signed.number]: 'open',
    [rejected.number]: 'open',
    [pushed.number]: 'open',
    [closed.number]: 'closed',
    [bypassed.number]: 'merged',
    [late.number]: 'open',
  });
  await eventually('the finding', async () => {
    const found = await world.database.query<{ kind: string }>('select kind from countersign.findings');
    return found.some(({ kind }) => kind === 'merged-unpermitted');
  });
  await endsWell(world);
});

test('T26 a sweep that is killed after an outage goes on where it was, once', async () => {
  const { github, simulator } = world;
  const pulls = [propose(world), propose(world), propose(world)];
  for (const pull of pulls) await checkThat(world, pull, waits);
  await goDown();
  for (const pull of pulls) github.approve({ ...pull, as: 'ana' });
  await simulator.settled();
  await moveClock(world, { by: 3_540_000 });
  github.setLatency({ fromMs: 300 });
  const first = await world.launch();
  await eventually('a sweep under way', async () => {
    const [row] = await world.database.query<{ n: number }>('select count(*)::int as n from countersign.sweeps');
    return (row?.n ?? 0) > 0;
  });
  await first.stop('SIGKILL');
  github.setLatency({ fromMs: 0 });
  const second = await world.launch();
  await eventually(
    'the end',
    async () => second.log.some(({ msg }) => msg?.startsWith('caught up after an outage of 60 min') === true),
    30_000,
  );
  for (const pull of pulls) await checkThat(world, pull, (check) => check.title.includes('release-manager'));
  const [outages] = await world.database.query<{ n: number }>('select count(*)::int as n from countersign.outages');
  expect(outages).toEqual({ n: 1 });
  await endsWell(world);
});

test('a check that has been unfinished for long is written again, and one of our name by another app is found', async () => {
  const { github } = world;
  const pull = propose(world);
  await checkThat(world, pull, waits);
  await quiet(world);
  const updates = () => github.checkRuns({ repository: pull.repository, sha: pull.head }).at(0)?.updates ?? 0;
  const before = updates();
  await world.app.stop();
  github.failWebhooks({ event: 'check_run', kind: 'drop', times: 9 });
  const fake = { name: 'countersign/staging', status: 'completed', conclusion: 'success' } as const;
  github.createCheckRun({ repository: pull.repository, app: 'ci', sha: pull.head, ...fake });
  await world.database.query("update countersign.publications set written_at = now() - interval '11 days'");
  await world.launch();
  await eventually('another writing', async () => updates() > before, 30_000);
  await eventually('the finding', async () => {
    const found = await world.database.query<{ kind: string }>('select kind from countersign.findings');
    return found.some(({ kind }) => kind === 'foreign-check');
  });
  await endsWell(world);
});
