import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codesFor, deadJobs, nextSecond } from '../support/attacks.ts';
import { moveClock } from '../support/clock.ts';
import { answerTo, isRefused, openWaiting, openWaitingBy, say } from '../support/commands.ts';
import {
  type Check,
  checkThat,
  POLICY,
  quiet,
  SCENARIO,
  startWorld,
  succeeded,
  type World,
  waits,
} from '../support/world.ts';

const PEOPLE = POLICY.replace(
  '{ members: ["user:rita", "user:raj"] }',
  '{ members: ["user:rita"], backups: ["user:raj"] }',
).replace(
  'segregation: { exclude: [committers, co-authors, pushers, initiator] }',
  `segregation:
  exclude: [committers, co-authors, pushers, initiator]
  exceptions:
    - { user: "user:pat", may-approve-own: production, until: "2027-12-31", reason: "alone at night, RISK-42" }
    - { user: "user:cy", may-approve-own: production, until: "2026-01-31", reason: "was alone, RISK-12" }
`,
);

let world: World;
beforeAll(async () => {
  const repositories = { ...SCENARIO.repositories, '.github': { files: { 'countersign.yml': PEOPLE } } };
  const scenario = { ...SCENARIO, repositories };
  world = await startWorld({ clock: true, startAt: '2026-11-23T08:00:00Z', simulator: { limits: false }, scenario });
});
afterAll(async () => {
  expect(await deadJobs(world)).toEqual([]);
  expect(world.simulator.violations).toEqual([]);
  await world.close();
});

const forRelease = (check: Check) => check.title.includes('release-manager');
const names = (login: string) => (check: Check) => check.summary.includes(login);

/** Approved by its peer, so that the seat of the release manager is the next. */
async function openForRelease() {
  const pull = await openWaiting(world);
  world.github.approve({ ...pull, as: 'ana' });
  await checkThat(world, pull, forRelease);
  return pull;
}

describe('/away', () => {
  test('makes the backups active in every proposal, until it is taken back', async () => {
    const other = await openForRelease();
    await quiet(world);
    await checkThat(world, other, (check) => !names('raj')(check));
    const pull = await openWaiting(world);
    const answer = await answerTo(world, pull, 'rita', '/away until friday 09:00');
    expect(answer).toContain('Your backups are active until Fri 2026-11-27 09:00 UTC.');
    await checkThat(world, other, names('raj'));
    await nextSecond();
    say(world, pull, 'rita', '/withdraw');
    await checkThat(world, other, (check) => !names('raj')(check));
  });

  test('ends by itself, also where it was not said', async () => {
    const pull = await openForRelease();
    const other = await openForRelease();
    await answerTo(world, pull, 'rita', '/away for 2h');
    await checkThat(world, other, names('raj'));
    world.github.approve({ ...other, as: 'raj' });
    await checkThat(world, other, succeeded);
    await moveClock(world, { by: 2 * 3_600_000 + 2_000 });
    await checkThat(world, other, forRelease);
    await checkThat(world, pull, (check) => !names('raj')(check));
  });

  test('is refused to those who are asked for nothing, and without an end', async () => {
    const pull = await openWaiting(world);
    await isRefused(
      world,
      pull,
      'mallory',
      '/away until friday',
      'You are a member of no role that this proposal asks for',
    );
    await isRefused(world, pull, 'rita', '/away', 'needs a line that says until when');
    await isRefused(world, pull, 'rita', '/away until the weather is better', 'is not a date that can be read');
  });
});

describe('/delegate', () => {
  test('to a backup, who may then sign until it ends', async () => {
    const pull = await openForRelease();
    world.github.approve({ ...pull, as: 'raj' });
    await quiet(world);
    expect(await codesFor(world, pull, 'raj')).toEqual(['not-a-member']);
    const answer = await answerTo(world, pull, 'rita', '/delegate @raj until tomorrow 09:00');
    expect(answer).toMatch(/raj is asked in your place until \w{3} \d{4}-\d\d-\d\d 09:00 UTC/);
    await nextSecond();
    world.github.approve({ ...pull, as: 'raj' });
    await checkThat(world, pull, succeeded);
    await nextSecond();
    say(world, pull, 'rita', '/withdraw');
    await checkThat(world, pull, forRelease);
  });

  test('to another member of the role', async () => {
    const pull = await openWaiting(world);
    const answer = await answerTo(world, pull, 'ana', '/delegate @bo service-owner until friday');
    expect(answer).toContain('bo is asked in your place');
    await checkThat(world, pull, waits);
  });

  test.each([
    ['ana', '/delegate @mallory until friday', 'mallory is neither a member nor a backup of service-owner'],
    ['ana', '/delegate @ana until friday', 'You cannot hand your seat to yourself.'],
    ['ana', '/delegate @rita release-manager until friday', 'You are not a member of the role'],
    ['ana', '/delegate @nobody-here until friday', 'Nobody is called nobody-here.'],
    ['ana', '/delegate @fixer[bot] until friday', 'is not a login'],
    ['mallory', '/delegate @bo until friday', 'Only a member of a role that this proposal asks for'],
    ['ana', '/delegate @bo', 'needs a line that names a person and says until when'],
    ['ana', '/delegate @bo until yesterday', 'is not a date that can be read'],
  ])('by %s: %s is refused', async (as, text, why) => {
    const pull = await openWaiting(world);
    await isRefused(world, pull, as, text, why);
  });
});

describe('/approve-own', () => {
  test('under a dated exception it is an approval of this head, shown as what it is', async () => {
    const pull = await openWaitingBy(world, 'pat');
    await isRefused(world, pull, 'pat', '/approve-own', 'needs a line that gives a rationale');
    say(world, pull, 'pat', '/approve-own nobody else is up');
    await checkThat(world, pull, forRelease);
    world.github.approve({ ...pull, as: 'rita' });
    const check = await checkThat(world, pull, succeeded);
    expect(check.title).toContain('under an exception');
    const { sha } = world.github.push({ ...pull, as: 'pat', files: { 'src/later.ts': '1' } });
    await checkThat(world, { ...pull, head: sha }, (moved) => moved.title.includes('service-owner'));
  });

  test.each([
    ['without one', 'ana'],
    ['when its date is over', 'cy'],
  ])('%s it is refused', async (_, as) => {
    const pull = await openWaitingBy(world, as);
    await isRefused(world, pull, as, '/approve-own I say so', 'The policy has no exception in force for production');
    await checkThat(world, pull, (check) => check.title.includes('service-owner'));
  });
});
