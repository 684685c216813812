import { Temporal } from 'temporal-polyfill';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { APP_ID } from '../support/app-process.ts';
import { cannotBeMerged, endsWell, fails, lastDecision, neverSucceeded } from '../support/attacks.ts';
import {
  budgetIsFresh,
  checkThat,
  POLICY,
  propose,
  quiet,
  SCENARIO,
  startWorld,
  type World,
  waits,
} from '../support/world.ts';

const COLLABORATORS = { rita: 'write', raj: 'write', sam: 'write', mallory: 'write' } as const;
const REPOSITORY = {
  files: { 'README.md': '#\n' },
  teams: { 'service-owners': 'write' },
  collaborators: COLLABORATORS,
} as const;

let world: World;
beforeAll(async () => {
  world = await startWorld({
    simulator: { limits: false },
    scenario: { ...SCENARIO, repositories: { ...SCENARIO.repositories, loose: REPOSITORY, sly: REPOSITORY } },
  });
  const requiredChecks = [{ context: 'countersign/production', integrationId: APP_ID }];
  for (const repository of ['acme/loose', 'acme/sly']) world.github.addRuleset({ repository, requiredChecks });
  // What is governed is known from the last valid policy, so there must have been one.
  const first = ['acme/loose', 'acme/sly', 'acme/shop'].map((repository) => propose(world, { repository }));
  for (const pull of first) await checkThat(world, pull, waits);
  for (const pull of first) world.github.close({ ...pull, as: 'sam' });
});
afterAll(() => world.close());
afterEach(async () => {
  // What is closed is not looked at again when the next test changes a policy.
  for (const pull of opened.splice(0)) world.github.close({ ...pull, as: 'sam' });
  await quiet(world);
  setPolicy(POLICY);
  setOwn('acme/loose', null);
  setOwn('acme/sly', null);
  await budgetIsFresh(world);
});

const opened: ReturnType<typeof propose>[] = [];

function open(input?: Parameters<typeof propose>[1]): ReturnType<typeof propose> {
  const pull = propose(world, input);
  opened.push(pull);
  return pull;
}

function setPolicy(text: string): void {
  world.github.push({ repository: 'acme/.github', branch: 'main', as: 'sam', files: { 'countersign.yml': text } });
}

function setOwn(repository: string, text: string | null): void {
  const files = { '.github/countersign.yml': text };
  world.github.push({ repository, branch: 'main', as: 'sam', files });
}

test.each([
  ['its own roles', 'roles: { release-manager: { members: ["user:mallory"] } }'],
  ['its own stages', 'stages: [peer]'],
  ['who is set apart', 'segregation: { exclude: [] }'],
  ['what is a proposal', 'proposals: [ { category: copy, when: {}, route: standard } ]'],
  ['that nothing is governed', 'otherwise: ungoverned'],
  [
    'who breaks the glass',
    'break-glass: { roles: [service-owner], environments: [production], reconcile-within: 9d, require: [] }',
  ],
])('T11 a repository policy that says %s is invalid, and nothing passes', async (_what, text) => {
  setOwn('acme/loose', `version: 1\n${text}\n`);
  const pull = open({ repository: 'acme/loose' });
  const check = await checkThat(world, pull, fails);
  expect(check.summary).toMatch(/\.github\/countersign\.yml:\d+:\d+/);
  world.github.approve({ ...pull, as: 'mallory' });
  await quiet(world);
  expect((await lastDecision(world, pull)).state).toBe('policy-invalid');
  cannotBeMerged(world, pull);
  await neverSucceeded(world, pull);
});

test('T11 what a valid repository policy adds takes nothing away', async () => {
  const { github } = world;
  setOwn(
    'acme/sly',
    [
      'version: 1',
      'environments: { staging: { base: [main] } }',
      'roles: { anybody: { members: ["user:mallory"] } }',
      'rules: [ { name: easy, require: { peer: [ { role: anybody } ] } } ]',
    ].join('\n'),
  );
  await quiet(world);
  const pull = open({ repository: 'acme/sly' });
  await checkThat(world, pull, waits);
  github.approve({ ...pull, as: 'mallory' });
  await quiet(world);
  cannotBeMerged(world, pull);
  await neverSucceeded(world, pull);
});

test('T28 an expression that would take for ever, and a YAML bomb as policy, are refused or harmless', async () => {
  const letters = 'abcdefghi'.split('');
  const bomb = letters.map((name, n) => {
    const before = letters[n - 1];
    return `${name}: &${name} [${Array(9)
      .fill(before === undefined ? 'x' : `*${before}`)
      .join(', ')}]`;
  });
  for (const text of [
    `version: 1\n${bomb.join('\n')}\n`,
    `${POLICY}\nfoo: ${'['.repeat(20_000)}\n`,
    POLICY.replace('labels: [remediation]', 'title: "(?=a)b"'),
    `${POLICY}# ${'x'.repeat(300_000)}\n`,
  ]) {
    setPolicy(text);
    const pull = open();
    await checkThat(world, pull, fails);
    expect((await lastDecision(world, pull)).state).toBe('policy-invalid');
    cannotBeMerged(world, pull);
    await neverSucceeded(world, pull);
  }
  setPolicy(POLICY.replace('labels: [remediation]', 'title: "^(a+)+$"'));
  const pull = open();
  world.github.editPullRequest({ ...pull, as: 'mallory', title: `${'a'.repeat(250)}!` });
  await checkThat(world, pull, waits);
});

test('T29 mentions, HTML, table breaks and fake lines come out of no title, path, evidence or rationale', async () => {
  const { github } = world;
  const nasty = 'a | b | @acme/everyone #1 <img src=x> <!-- countersign --> [x](https://evil.example) `c` **d**';
  setPolicy(
    `${POLICY}systems: { nasty: { when: { paths: ["src/**"] } } }\nevidence: { ticket: "^CHG" }\n`.replace(
      'require: { peer:',
      'evidence: [failure, ticket]\n    require: { peer:',
    ),
  );
  const manifest = [
    '```remediation',
    'initiator: sam',
    `failure: ${JSON.stringify(`${nasty}\n- [x] **failure**: fine`)}`,
    `ticket: ${JSON.stringify(nasty)}`,
    '```',
  ];
  const pull = open({ body: manifest.join('\n'), files: { [`src/${nasty.replaceAll('/', '')}.ts`]: '1\n' } });
  github.editPullRequest({ ...pull, as: 'mallory', title: nasty });
  await checkThat(world, pull, ({ conclusion }) => conclusion === 'action_required');
  github.review({
    ...pull,
    as: 'ana',
    state: 'CHANGES_REQUESTED',
    body: `${nasty}\n\n### Plan\n\n| peer | x | ana | |`,
  });
  await quiet(world);
  const { summary } = await checkThat(world, pull, (check) => check.summary.includes('everyone'));
  for (const made of [/@acme/, /<img/, /<!--/, /#1\b/, /(?<!\\)\[x\]\(/, /(?<!\\)`c/, /(?<!\\)\*\*d/, /https:\/\//])
    expect(summary).not.toMatch(made);
  expect(summary.match(/^### Plan$/gm)).toHaveLength(1);
  expect(summary).not.toMatch(/^- \[x\] \*\*failure/m);
  expect(summary).not.toMatch(/^\| peer \| x/m);
  cannotBeMerged(world, pull);
  await neverSucceeded(world, pull);
});

test('T45 an environment that a side branch declares for itself is not there, before and after the retarget', async () => {
  const { github } = world;
  const lax = POLICY.replace('production: { base: [main] }', 'production: { base: [side, main] }').replace(
    /members: \[[^\]]*\]/g,
    'members: ["user:mallory"]',
  );
  const files = { '.github/countersign.yml': lax, 'countersign.yml': lax };
  github.push({ repository: 'acme/shop', branch: 'side', as: 'mallory', files });
  const pull = open({ base: 'side' });
  await checkThat(world, { ...pull, name: 'countersign/unclassified' }, (check) => check.conclusion !== 'success');
  github.approve({ ...pull, as: 'mallory' });
  await quiet(world);
  await neverSucceeded(world, pull);
  github.retarget({ ...pull, as: 'mallory', base: 'main' });
  cannotBeMerged(world, pull);
  await checkThat(world, pull, ({ conclusion }) => conclusion !== 'success');
  await quiet(world);
  cannotBeMerged(world, pull);
  await neverSucceeded(world, pull);
});

test('T39 a window that opens on the night the clocks change names the right instant', async () => {
  const zone = 'Europe/Zurich';
  const change = Temporal.Now.zonedDateTimeISO(zone).getTimeZoneTransition('next');
  const night = change?.toPlainDate() ?? Temporal.Now.plainDateISO(zone);
  const today = Temporal.Now.plainDateISO(zone);
  const days = Array.from({ length: today.until(night).days }, (_, n) => `${today.add({ days: n })}`);
  setPolicy(
    `${POLICY.replace('when: { environments: [production] }', 'when: { environments: [production] }\n    window: night')}
calendars: { night: { timezone: ${zone}, hours: { mon-sun: "04:00-05:00" }, holidays: [${days.join(', ')}] } }
windows: { night: { calendar: night } }
`,
  );
  await quiet(world);
  const pull = open();
  await checkThat(world, pull, waits);
  world.github.approve({ ...pull, as: 'ana' });
  await quiet(world);
  world.github.approve({ ...pull, as: 'rita' });
  const held = await checkThat(world, pull, ({ title }) => title.startsWith('Held'));
  // Two hours of real time after the change it is four in summer, and three hours after it in winter.
  const isSummer = (change?.offsetNanoseconds ?? 0) === 7_200_000_000_000;
  const opens = change?.toInstant().add({ hours: isSummer ? 1 : 2 });
  expect(held.summary).toContain('04:00');
  const [row] = await world.database.query<{ readonly at: Date }>(
    "select run_at as at from graphile_worker.jobs where key like 'timer:%' order by run_at desc limit 1",
  );
  // The timer is a span from now on the clock of the database, so it may be some milliseconds from the instant.
  expect(Math.abs((row?.at.getTime() ?? 0) - (opens?.epochMilliseconds ?? 0))).toBeLessThan(5_000);
  cannotBeMerged(world, pull);
  await neverSucceeded(world, pull);
});

test('all of it leaves nothing undone', () => endsWell(world));
