import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Scenario } from '../simulator/scenario.ts';
import { APP_ID } from '../support/app-process.ts';
import { endsWell, type Proposed } from '../support/attacks.ts';
import { moveClock } from '../support/clock.ts';
import { type Check, checkThat, propose, quiet, startWorld, succeeded, type World } from '../support/world.ts';

/** Everything that time alone changes, with the clock of the app and of GitHub moved from instant to instant over a year. */

const POLICY = `
version: 1
stages: [peer]
proposals:
  - category: remediation
    when: { author-kind: bot }
environments:
  production: { base: [main] }
roles:
  peer: { members: ["user:ana"], backups: ["user:bo"] }
rules:
  - name: a peer
    require: { peer: [ { role: peer } ] }
  - name: approvals grow old
    when: { repositories: [expiring] }
    approvals: { expire-after: 4h, calendar: business }
  - name: nobody waits for ever
    when: { repositories: [urgent] }
    sla: { peer: 2h, calendar: business }
  - name: people get to see it
    when: { repositories: [visible] }
    approvals: { minimum-open: 30m }
  - name: weekends in Zurich
    when: { repositories: [zurich] }
    window: zurich
  - name: weekends in New York
    when: { repositories: [new-york] }
    window: new-york
  - name: weekends on Lord Howe Island
    when: { repositories: [lord-howe] }
    window: lord-howe
calendars:
  business: { timezone: Europe/Zurich, hours: { mon-fri: "09:00-17:00" }, holidays: ["2026-12-25"] }
  zurich: { timezone: Europe/Zurich, hours: { sat-sun: "09:00-17:00" } }
  new-york: { timezone: America/New_York, hours: { sat-sun: "09:00-17:00" } }
  lord-howe: { timezone: Australia/Lord_Howe, hours: { sat-sun: "09:00-17:00" } }
windows:
  zurich: { calendar: zurich }
  new-york: { calendar: new-york }
  lord-howe: { calendar: lord-howe }
freezes:
  - { name: year-end, from: "2026-12-30T18:00", to: "2027-01-04T06:00", timezone: Europe/Zurich, environments: [production] }
`;

const repository: NonNullable<Scenario['repositories']>[string] = {
  files: { 'README.md': '# one of many\n' },
  collaborators: { ana: 'write', bo: 'write', sam: 'write' },
  requiredChecks: [{ context: 'countersign/production', integrationId: APP_ID }],
};

const SCENARIO: Scenario = {
  users: ['ana', 'bo', 'sam'],
  bots: ['fixer[bot]'],
  repositories: {
    '.github': { files: { 'countersign.yml': POLICY } },
    ...Object.fromEntries(
      ['plain', 'expiring', 'urgent', 'visible', 'zurich', 'new-york', 'lord-howe'].map((name) => [name, repository]),
    ),
  },
};

let world: World;
beforeAll(async () => {
  // The Friday before the clocks change in New York, the first of the three.
  const clock = { clock: true, startAt: '2026-03-06T08:00:00Z' };
  // A year's worth of checks is published within a minute, which no installation may.
  world = await startWorld({ scenario: SCENARIO, simulator: { limits: false }, ...clock });
});
afterAll(() => world.close());

const held = (check: Check): boolean => check.status === 'in_progress' && check.title.startsWith('Held');
const waiting = (check: Check): boolean => check.status === 'in_progress' && check.title.startsWith('Waiting');

async function proposeSigned(name: string, expected: (check: Check) => boolean): Promise<Proposed> {
  const pull = propose(world, { repository: `acme/${name}` });
  await checkThat(world, pull, waiting);
  world.github.approve({ ...pull, as: 'ana' });
  await checkThat(world, pull, expected);
  return pull;
}

/** The same a minute before an instant, and something else from that instant on. */
async function turnsAt(pull: Proposed, at: string, from: (check: Check) => boolean, to: (check: Check) => boolean) {
  await moveClock(world, new Date(Date.parse(at) - 60_000).toISOString());
  await quiet(world);
  await checkThat(world, pull, from, 1_000);
  await moveClock(world, at);
  await checkThat(world, pull, to);
}

/** Zone, and when 09:00 is there, in UTC: on the Saturday before the clocks change, and on the Sunday after. */
const CHANGES = {
  spring: [
    ['new-york', '2026-03-07T14:00:00Z', '2026-03-08T13:00:00Z'],
    ['zurich', '2026-03-28T08:00:00Z', '2026-03-29T07:00:00Z'],
    ['lord-howe', '2026-04-03T22:00:00Z', '2026-04-04T22:30:00Z'],
  ],
  autumn: [
    ['lord-howe', '2026-10-02T22:30:00Z', '2026-10-03T22:00:00Z'],
    ['zurich', '2026-10-24T07:00:00Z', '2026-10-25T08:00:00Z'],
    ['new-york', '2026-10-31T13:00:00Z', '2026-11-01T14:00:00Z'],
  ],
} as const;

/** Opens and closes by the clock on the wall there, on both sides of the night in which it is changed. */
async function followsTheWall(pull: Proposed, openings: readonly string[]): Promise<void> {
  for (const opening of openings) {
    await turnsAt(pull, opening, held, succeeded);
    await turnsAt(pull, new Date(Date.parse(opening) + 8 * 3_600_000).toISOString(), succeeded, held);
  }
}

test('a pull request that is too young is held, and passes by itself when it is old enough', async () => {
  const pull = await proposeSigned('visible', held);
  await moveClock(world, { by: 25 * 60_000 });
  await quiet(world);
  await checkThat(world, pull, held, 1_000);
  await moveClock(world, { by: 5 * 60_000 });
  await checkThat(world, pull, succeeded);
});

const signed = new Map<string, Proposed>();

test.each(CHANGES.spring)(
  'in %s a window opens and closes by the wall when clocks go forward or back',
  async (zone, ...openings) => {
    const pull = await proposeSigned(zone, held);
    signed.set(zone, pull);
    await followsTheWall(pull, openings);
  },
);

test.each(CHANGES.autumn)(
  'half a year later it does so in %s, for the same pull request',
  async (zone, ...openings) => {
    const pull = signed.get(zone);
    if (pull === undefined) throw new Error('the spring comes first');
    await followsTheWall(pull, openings);
  },
);

test('when its time runs out a stage takes backups, and an approval that one gave before counts from then on', async () => {
  await moveClock(world, '2026-12-21T15:30:00Z');
  const pull = propose(world, { repository: 'acme/urgent' });
  await checkThat(world, pull, waiting);
  world.github.approve({ ...pull, as: 'bo' });
  await checkThat(world, pull, (check) => check.summary.includes('not-a-member'));
  // Two working hours from Monday, 16:30: half an hour of it, and on Tuesday from 9 to half past 10.
  await turnsAt(pull, '2026-12-22T09:30:00Z', waiting, succeeded);
});

test('an approval grows old by working time, and the success that rests on it is withdrawn before the merge', async () => {
  await moveClock(world, '2026-12-24T15:00:00Z');
  const pull = await proposeSigned('expiring', succeeded);
  // Four working hours from Thursday, 16:00, in Zurich: one of them, and after a holiday and a weekend three on Monday.
  await turnsAt(pull, '2026-12-28T11:00:00Z', succeeded, waiting);
  await checkThat(world, pull, (check) => check.summary.includes('expired'));
  expect(world.github.merge({ ...pull, as: 'sam' })).toMatchObject({ merged: false });
  world.github.approve({ ...pull, as: 'ana' });
  await checkThat(world, pull, succeeded);
});

test('a freeze takes a success back when it begins, and gives it again when it ends', async () => {
  const pull = await proposeSigned('plain', succeeded);
  await turnsAt(pull, '2026-12-30T17:00:00Z', succeeded, held);
  expect(world.github.merge({ ...pull, as: 'sam' })).toMatchObject({ merged: false });
  await turnsAt(pull, '2027-01-04T05:00:00Z', held, succeeded);
});

test('what becomes due while the app is dead happens when it lives again, in real time', async () => {
  await moveClock(world, '2027-01-05T09:00:00Z');
  const pull = await proposeSigned('expiring', succeeded);
  await moveClock(world, { by: 4 * 3_600_000 - 5_000 });
  await checkThat(world, pull, succeeded, 1_000);
  await world.app.stop('SIGKILL');
  await new Promise((done) => setTimeout(done, 6_000));
  await checkThat(world, pull, succeeded, 1_000);
  await world.launch();
  await checkThat(world, pull, (check) => waiting(check) && check.summary.includes('expired'));
  await endsWell(world);
});
