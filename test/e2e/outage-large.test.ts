import { expect, test } from 'vitest';
import { APP_ID, eventually } from '../support/app-process.ts';
import { endsWell } from '../support/attacks.ts';
import { moveClock } from '../support/clock.ts';
import { type Check, checkOf, propose, quiet, SCENARIO, startWorld } from '../support/world.ts';

/** As many pull requests as a test may wait for, and as many deliveries as an hour of an organization with busy CI brings. */
const PULLS = 30;
const DELIVERIES = 2_000;
/** What an installation may spend in an hour, of each (docs: Rate limits). */
const HOURLY = 5_000;

test('T26 an hour with 2,000 missed deliveries is caught up with after an outage, within the budget of one installation', async () => {
  const { shop, ...others } = SCENARIO.repositories ?? {};
  const repositories = {
    ...others,
    shop: { ...shop, requiredChecks: [{ context: 'countersign/production', integrationId: APP_ID }] },
  };
  const world = await startWorld({
    clock: true,
    environment: { SWEEPS: 'on', LOG_LEVEL: 'info' },
    scenario: { ...SCENARIO, repositories },
  });
  const { github, simulator } = world;
  try {
    const pulls = Array.from({ length: PULLS }, () => propose(world));
    const isSeen = (pull: (typeof pulls)[number]) => checkOf(world, pull.repository, pull.head) !== undefined;
    await eventually('every check', async () => pulls.every(isSeen), 180_000);
    await quiet(world);
    await world.app.stop('SIGKILL');
    await moveClock(world, { by: 60_000 });

    const before = simulator.deliveries.length;
    for (const pull of pulls) github.approve({ ...pull, as: 'ana' });
    const [rejected, ...rest] = pulls;
    if (rejected === undefined) throw new Error('no pull requests');
    github.review({ ...rejected, as: 'bo', state: 'CHANGES_REQUESTED', body: 'No.' });
    await new Promise((done) => setTimeout(done, 1_100));
    for (const pull of rest.slice(0, 10)) github.approve({ ...pull, as: 'rita' });
    for (let n = 0; simulator.deliveries.length - before < DELIVERIES; n += 1) {
      const sha = pulls[n % PULLS]?.head ?? '';
      github.createCheckRun({
        repository: 'acme/shop',
        app: 'ci',
        sha,
        name: `ci-${n % 40}`,
        status: 'completed',
        conclusion: 'success',
      });
    }
    await simulator.settled();
    await moveClock(world, { by: 3_540_000 });
    github.resetCalls();

    const began = Date.now();
    const app = await world.launch();
    const expected = (pull: (typeof pulls)[number], check: Check | undefined): boolean => {
      if (pull === rejected) return check?.conclusion === 'failure';
      if (rest.indexOf(pull) < 10) return check?.conclusion === 'success';
      return check?.status === 'in_progress' && check.title.includes('release-manager');
    };
    const isRight = async () => pulls.every((pull) => expected(pull, checkOf(world, pull.repository, pull.head)));
    await eventually('every check to be right', isRight, 150_000);
    const right = Math.round((Date.now() - began) / 1000);
    const said = await eventually(
      'the end of catching up',
      async () => app.log.find(({ msg }) => msg?.startsWith('caught up after an outage') === true),
      150_000,
    );
    expect(said.msg).toMatch(/outage of 6\d min, in \d+ s: \d+ deliveries sent again/);
    const calls = simulator.calls.filter(({ operation }) => operation !== null && !operation.includes(' /app'));
    const graphql = calls.filter(({ operation }) => operation === 'POST /graphql').length;
    process.stdout.write(
      `right after ${right} s; ${said.msg}; calls of the installation: ${calls.length - graphql} REST, ${graphql} GraphQL\n`,
    );
    expect(calls.length - graphql).toBeLessThanOrEqual(HOURLY);
    // A query for a pull request costs a point, one for a hundred with their checks two.
    expect(2 * graphql).toBeLessThanOrEqual(HOURLY);
    expect(simulator.limitViolations).toEqual([]);
    await endsWell(world);
  } finally {
    await world.close();
  }
}, 600_000);
