import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../support/app-process.ts';
import { deadJobs } from '../support/attacks.ts';
import { moveClock } from '../support/clock.ts';
import { answersTo, say } from '../support/commands.ts';
import { ledgerOf } from '../support/findings.ts';
import { POLICY, quiet, startWorld, type World } from '../support/world.ts';

const REVIEWED = `${POLICY}
access-review: { every: 90d, reviewers: [{ role: release-manager }] }
`;

const DAY = 86_400_000;
const repository = 'acme/.github';

let world: World;
beforeAll(async () => {
  world = await startWorld({
    clock: true,
    simulator: { limits: false },
  });
});
afterAll(() => world.close());

const issues = () => world.github.issues({ repository });

function policyIs(text: string) {
  world.github.push({
    repository,
    branch: 'main',
    as: 'acme-owner',
    files: { 'countersign.yml': text },
    message: 'Policy',
  });
}

async function opened(count: number) {
  const found = await eventually('the issue', async () => issues()[count - 1]);
  await quiet(world);
  return { ...found, thread: { repository, number: found.number } };
}

test('it opens on its schedule, is attested as a whole, and is in the ledger', async () => {
  policyIs(REVIEWED);
  await eventually('the schedule', async () => {
    const [row] = await world.database.query('select from countersign.access_review_schedules');
    return row;
  });
  await moveClock(world, { by: 89 * DAY });
  await quiet(world);
  expect(issues()).toEqual([]);
  await moveClock(world, { by: 2 * DAY });
  const { thread, body } = await opened(1);
  expect(body).toContain('| release-manager | rita');
  say(world, thread, 'rita', '/attest');
  await quiet(world);
  expect(answersTo(world, thread).at(-1)).toContain('nobody attests a line about themselves');
  say(world, thread, 'raj', '/attest');
  await eventually('closed', async () => (world.github.issue(thread).state === 'closed' ? true : undefined));
  await quiet(world);
  expect((await ledgerOf(world, 'access-reviewed')).length).toBe(1);
  expect(await deadJobs(world)).toEqual([]);
});
