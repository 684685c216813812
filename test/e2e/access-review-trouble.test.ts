import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../support/app-process.ts';
import { deadJobs } from '../support/attacks.ts';
import { moveClock } from '../support/clock.ts';
import { answersTo, say } from '../support/commands.ts';
import { ledgerOf } from '../support/findings.ts';
import { POLICY, quiet, SCENARIO, startWorld, type World } from '../support/world.ts';

/** A repository with a policy of its own, in an organization that has none; nobody tells the app of it but its own hourly look. */

const OWN = `${POLICY.replace('roles:\n', 'roles:\n  auditor: { members: ["user:aud", "user:eve"] }\n')}
access-review: { every: 4w, reviewers: [{ role: release-manager }, { role: auditor }] }
`;
const DAY = 86_400_000;
const repository = 'acme/shop';

let world: World;
beforeAll(async () => {
  const { shop } = SCENARIO.repositories ?? {};
  world = await startWorld({
    clock: true,
    simulator: { limits: false },
    environment: { SWEEPS: 'on' },
    scenario: {
      ...SCENARIO,
      users: [...(SCENARIO.users ?? []), 'aud', 'eve'],
      repositories: {
        shop: { ...shop, files: { ...shop?.files, '.github/countersign.yml': OWN } },
        other: { files: { a: 'a' } },
      },
    },
  });
});
afterAll(() => world.close());

const issues = () =>
  world.github.issues({ repository }).filter(({ body }) => body?.includes('countersign:access-review:'));

async function opened(count: number) {
  const found = await eventually('the issue', async () => issues()[count - 1], 30_000);
  await quiet(world);
  return { ...found, thread: { repository, number: found.number } };
}

test('the schedule begins where nobody told of the policy, and an issue whose answer was lost is opened once', async () => {
  await eventually('the schedule', async () => {
    const [row] = await world.database.query('select from countersign.access_review_schedules');
    return row;
  });
  world.github.failCalls({ path: '^POST /repos/acme/shop/issues$', times: 1, effect: { kind: 'lost' } });
  await moveClock(world, { by: 28 * DAY + 60_000 });
  const { body } = await opened(1);
  expect(body).toContain('.github/countersign.yml here');
  await quiet(world);
  expect(issues()).toHaveLength(1);
  expect(await ledgerOf(world, 'access-review-opened')).toHaveLength(1);
  const rows = await world.database.query('select from countersign.access_review_schedules');
  expect(rows).toHaveLength(1);
});

test('an issue that was deleted is opened anew, and what was attested on it stays', async () => {
  const first = await opened(1);
  say(world, first.thread, 'aud', '/attest');
  await quiet(world);
  world.github.failCalls({
    path: `^GET /repos/acme/shop/issues/${first.number}$`,
    times: 1,
    effect: { kind: 'status', status: 410, message: 'This issue was deleted' },
  });
  world.github.editIssue({ ...first.thread, as: 'sam', title: 'gone' });
  const { thread } = await opened(2);
  say(world, thread, 'rita', '/attest');
  say(world, thread, 'raj', '/attest');
  await quiet(world);
  expect(world.github.issue(thread).state).toBe('open');
  say(world, thread, 'eve', '/attest');
  await eventually('closed', async () => world.github.issue(thread).state === 'closed' || undefined);
  await quiet(world);
  const [result] = await ledgerOf(world, 'access-reviewed');
  const lines = result?.lines as readonly {
    readonly answers: readonly { readonly by: { readonly login: string }; readonly seat: string }[];
  }[];
  for (const { answers } of lines) expect(answers.map(({ seat }) => seat)).toEqual(['release-manager', 'auditor']);
  expect(lines.some(({ answers }) => answers.some(({ by }) => by.login === 'aud'))).toBe(true);
  expect(await deadJobs(world)).toEqual([]);
});

test('where GitHub lets no issue be opened, it is overdue all the same, and on record', async () => {
  world.github.failCalls({
    path: '^POST /repos/acme/shop/issues$',
    times: 1_000,
    effect: { kind: 'status', status: 410, message: 'Issues are disabled for this repo' },
  });
  await moveClock(world, { by: 29 * DAY });
  await eventually(
    'opened',
    async () => (await ledgerOf(world, 'access-review-opened')).length === 2 || undefined,
    30_000,
  );
  await quiet(world);
  await moveClock(world, { by: 15 * DAY });
  await eventually('overdue', async () => (await ledgerOf(world, 'access-review-overdue'))[0], 30_000);
  world.github.clearFaults();
  await moveClock(world, { by: 2 * 3_600_000 });
  const { thread } = await opened(3);
  await eventually(
    'said',
    async () => answersTo(world, thread).some((said) => said.includes('**Overdue.**')) || undefined,
  );
  expect(await ledgerOf(world, 'access-review-overdue')).toHaveLength(1);
  expect(await deadJobs(world)).toEqual([]);
  expect(world.simulator.violations).toEqual([]);
});
