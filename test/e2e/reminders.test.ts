import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Scenario } from '../simulator/scenario.ts';
import { eventually } from '../support/app-process.ts';
import { endsWell, type Proposed } from '../support/attacks.ts';
import { moveClock } from '../support/clock.ts';
import { checkThat, propose, quiet, startWorld, succeeded, type World, waits } from '../support/world.ts';

const POLICY = `
version: 1
stages: [peer]
proposals:
  - category: remediation
    when: { author-kind: bot }
environments:
  production: { base: [main] }
roles:
  peer: { members: ["user:ana", "user:bo"], backups: ["user:cy"] }
rules:
  - name: a peer, within an hour
    require: { peer: [ { role: peer } ] }
    sla: { peer: 1h }
`;

const SCENARIO: Scenario = {
  users: ['ana', 'bo', 'cy', 'sam'],
  bots: ['fixer[bot]'],
  repositories: {
    '.github': { files: { 'countersign.yml': POLICY } },
    shop: {
      files: { 'README.md': '# shop\n' },
      collaborators: { ana: 'write', bo: 'write', cy: 'write', sam: 'write' },
    },
  },
};

const HOUR = 3_600_000;
const COMMENT = '^POST .*/issues/[0-9]+/comments$';

let world: World;
beforeAll(async () => {
  const clock = { clock: true, startAt: '2026-06-01T09:00:00Z' };
  world = await startWorld({ scenario: SCENARIO, simulator: { limits: false }, ...clock });
});
afterAll(() => world.close());

async function proposeWaiting(): Promise<ReturnType<typeof propose>> {
  const pull = propose(world);
  await checkThat(world, pull, waits);
  await quiet(world);
  return pull;
}

function commentsOn(pull: Proposed): readonly string[] {
  return world.github.comments(pull).map(({ body }) => body ?? '');
}

/** One reminder, and no second one once nothing is left to do. */
async function reminded(pull: Proposed): Promise<string> {
  const text = await eventually('a reminder', async () => commentsOn(pull)[0]);
  await quiet(world);
  expect(commentsOn(pull)).toHaveLength(1);
  return text;
}

async function ledgerOf(pull: Proposed): Promise<readonly string[]> {
  const rows = await world.database.query<{ readonly kind: string }>(
    "select kind from countersign.ledger where pull_number = $1 and kind in ('sla-breached', 'backups-activated') order by entry_id",
    [pull.number],
  );
  return rows.map(({ kind }) => kind);
}

test('people are reminded once when the time of their stage runs out, and then a backup may approve', async () => {
  const { github } = world;
  const pull = await proposeWaiting();
  await moveClock(world, { by: HOUR - 120_000 });
  await quiet(world);
  expect(commentsOn(pull)).toEqual([]);
  await moveClock(world, { by: 120_000 });
  const text = await reminded(pull);
  expect(text).toMatch(
    /^@ana, @bo: the stage "peer" has been waiting since Mon 2026-06-01 .* its time ran out on .*UTC\./,
  );
  expect(text).toContain('@cy may approve now as backup.');
  expect(await ledgerOf(pull)).toEqual(['sla-breached', 'backups-activated']);
  const asked = github.pullRequest(pull).requested_reviewers.map(({ login }) => login);
  expect(asked.sort()).toEqual(['ana', 'bo', 'cy']);

  const { sha } = github.push({ ...pull, as: 'fixer[bot]', files: { 'src/more.ts': '1' } });
  const moved = { ...pull, head: sha };
  await checkThat(world, moved, waits);
  await reminded(pull);
  github.approve({ ...moved, as: 'cy' });
  await checkThat(world, moved, succeeded);
  await reminded(pull);
  expect(await ledgerOf(pull)).toEqual(['sla-breached', 'backups-activated']);
});

test('who approves in time is not reminded', async () => {
  const pull = await proposeWaiting();
  world.github.approve({ ...pull, as: 'ana' });
  await checkThat(world, pull, succeeded);
  await moveClock(world, { by: 2 * HOUR });
  await quiet(world);
  expect([commentsOn(pull), await ledgerOf(pull)]).toEqual([[], []]);
});

test('a draft that is overdue reminds nobody until it is ready', async () => {
  const draft = propose(world, { draft: true });
  await checkThat(world, draft, waits);
  await moveClock(world, { by: 2 * HOUR });
  await quiet(world);
  expect(commentsOn(draft)).toEqual([]);
  world.github.readyForReview({ ...draft, as: 'sam' });
  await reminded(draft);
});

test('a comment whose answer is lost is not written twice', async () => {
  const { github } = world;
  const pull = await proposeWaiting();
  github.failCalls({ path: COMMENT, times: 1, effect: { kind: 'lost' } });
  await moveClock(world, { by: HOUR });
  await reminded(pull);
});

test('killed between the breach and the reminder, the app reminds when it lives again', async () => {
  const { github } = world;
  const pull = await proposeWaiting();
  github.failCalls({ path: COMMENT, times: 100, effect: { kind: 'status', status: 502 } });
  await moveClock(world, { by: HOUR });
  await eventually('a breach on record', async () => (await ledgerOf(pull)).length > 0);
  await world.app.stop('SIGKILL');
  expect(commentsOn(pull)).toEqual([]);
  github.clearFaults();
  await world.launch();
  await reminded(pull);
  expect(await ledgerOf(pull)).toEqual(['sla-breached', 'backups-activated']);
  await endsWell(world);
});
