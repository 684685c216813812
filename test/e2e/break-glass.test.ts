import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../support/app-process.ts';
import { cannotBeMerged, deadJobs, neverSucceeded, nextSecond } from '../support/attacks.ts';
import { moveClock } from '../support/clock.ts';
import { answersTo, answerTo, recordedCommands, say } from '../support/commands.ts';
import {
  budgetIsFresh,
  checkThat,
  POLICY,
  propose,
  quiet,
  SCENARIO,
  startWorld,
  succeeded,
  type World,
  waits,
} from '../support/world.ts';

const GLASS = `${POLICY}
calendars:
  business: { timezone: Europe/Zurich, hours: { mon-fri: "09:00-17:00" } }
break-glass:
  roles: [incident-commander]
  environments: [production]
  reconcile-within: 2d
  calendar: business
  require: [ { role: service-owner }, { role: security } ]
`.replace(
  'roles:\n',
  'roles:\n  incident-commander: { members: ["user:cora", "user:sam", "user:ana"] }\n  security: { members: ["user:sec"], backups: ["user:sid"] }\n',
);

const repositories = SCENARIO.repositories ?? {};

let world: World;
beforeAll(async () => {
  world = await startWorld({
    clock: true,
    simulator: { limits: false },
    scenario: {
      ...SCENARIO,
      users: [...(SCENARIO.users ?? []), 'cora', 'sec', 'sid'],
      repositories: {
        ...repositories,
        '.github': { files: { 'countersign.yml': GLASS } },
        shop: {
          ...repositories.shop,
          collaborators: { ...repositories.shop?.collaborators, cora: 'write', sec: 'write', sid: 'write' },
        },
      },
    },
  });
});
afterAll(() => world.close());

async function open() {
  await budgetIsFresh(world);
  const pull = propose(world);
  await checkThat(world, pull, waits);
  await nextSecond();
  return pull;
}

type Reconciling = Awaited<ReturnType<typeof brokenBy>>;

/** Breaks the glass and waits for the issue on which it is reconciled. */
async function brokenBy(login: string) {
  const pull = await open();
  say(world, pull, login, '/break-glass INC-7 the payments API is down');
  const check = await checkThat(world, pull, succeeded);
  const number = await eventually('the issue', async () => {
    const told = answersTo(world, pull).join('\n');
    const [, issue] = /reconciled on #(\d+)/.exec(told) ?? [];
    return issue === undefined ? undefined : Number(issue);
  });
  await quiet(world);
  return { pull, check, issue: { repository: pull.repository, number } };
}

const issueState = ({ issue }: Reconciling) => world.github.issue(issue).state;

async function entries(kind: string, pull: { readonly number: number }) {
  const rows = await world.database.query<{ readonly entry: string }>(
    'select countersign.opened(tenant_id, entry) as entry from countersign.ledger where kind = $1 and pull_number = $2 order by entry_id',
    [kind, pull.number],
  );
  return rows.map(({ entry }) => JSON.parse(entry) as { readonly details: Readonly<Record<string, unknown>> });
}

test('T33 the glass is broken for one head, prominently, and reconciled by people who had no part in it', async () => {
  const broken = await brokenBy('cora');
  const { pull, check, issue } = broken;
  expect(check.title).toBe('The glass was broken by cora for INC-7');
  expect(check.summary).toContain('the payments API is down');
  const opened = world.github.issue(issue);
  expect(opened.title).toBe(`Reconcile the broken glass of #${pull.number} (INC-7)`);
  expect(opened.body).toContain('@sec');
  expect(opened.body).not.toContain('@cora |');
  expect(world.github.merge({ ...pull, as: 'cora' })).toMatchObject({ merged: true });
  // Neither who broke it, nor who asked for the change, nor anybody without a seat.
  for (const login of ['cora', 'sam', 'mallory']) say(world, issue, login, '/reconcile approve it was right');
  await quiet(world);
  expect(answersTo(world, issue).join('\n')).toMatch(/cora broke the glass for it/);
  expect(answersTo(world, issue).join('\n')).toMatch(/sam asked for it/);
  expect(issueState(broken)).toBe('open');
  say(world, issue, 'ana', '/reconcile approve');
  await quiet(world);
  expect(answersTo(world, issue).at(-1)).toContain('gives a rationale after `approve`');
  say(world, issue, 'ana', '/reconcile approve I read it, one line');
  await quiet(world);
  expect(issueState(broken)).toBe('open');
  say(world, issue, 'sec', '/reconcile approve nothing is exposed');
  await eventually('closed', async () => (issueState(broken) === 'closed' ? true : undefined));
  await quiet(world);
  expect(answersTo(world, issue).at(-1)).toContain('**Reconciled.** Approved afterwards');
  expect((await entries('reconciliation', pull)).map(({ details }) => details.outcome)).toEqual(['approved']);
  expect((await entries('glass-broken', pull)).length).toBe(1);
  expect((await recordedCommands(world, issue)).map(([, outcome, login]) => `${login} ${outcome}`).toSorted()).toEqual([
    'ana refused',
    'ana taken',
    'cora refused',
    'mallory refused',
    'sam refused',
    'sec taken',
  ]);
  say(world, issue, 'bo', '/reconcile reject too late');
  await quiet(world);
  expect(answersTo(world, issue).at(-1)).toContain('This is settled already');
  expect(await deadJobs(world)).toEqual([]);
});

test('/help tells of it to those who may, though the plan asks nothing of them', async () => {
  const pull = await open();
  expect(await answerTo(world, pull, 'cora', '/help')).toContain('- `/break-glass');
  expect(await answerTo(world, pull, 'bo', '/help')).not.toContain('/break-glass');
});

test('T33 nobody breaks it for a change of their own, for another head, or without the role', async () => {
  const pull = await open();
  for (const login of ['sam', 'bo']) say(world, pull, login, '/break-glass INC-8 hurry');
  say(world, pull, 'cora', '/break-glass\n/break-glass INC-8');
  await quiet(world);
  const answers = answersTo(world, pull).join('\n');
  expect(answers).toContain('Whoever helped to make a change cannot break the glass for it');
  expect(answers).toContain('Only incident-commander can break the glass');
  expect(answers).toContain('gives a reason after the incident');
  cannotBeMerged(world, pull);
  await neverSucceeded(world, pull);

  const broken = await brokenBy('cora');
  const { sha } = world.github.push({ ...broken.pull, as: 'fixer[bot]', files: { 'src/later.ts': 'evil();\n' } });
  const later = { ...broken.pull, head: sha };
  await checkThat(world, later, waits);
  cannotBeMerged(world, later);
  await neverSucceeded(world, later);
});

test('T34 what nobody reconciles is overdue: escalated once, recorded, backups active, and still to be decided', async () => {
  const broken = await brokenBy('cora');
  const { pull, issue } = broken;
  say(world, issue, 'sid', '/reconcile approve in place of sec');
  await quiet(world);
  expect(answersTo(world, issue).at(-1)).toContain('You hold no seat of this reconciliation');
  await moveClock(world, { by: 6 * 24 * 3600 * 1000 });
  await eventually('overdue', async () =>
    answersTo(world, issue).some((answer) => answer.includes('**Overdue.**')) ? true : undefined,
  );
  await quiet(world);
  expect(answersTo(world, issue).filter((answer) => answer.includes('**Overdue.**'))).toHaveLength(1);
  expect(answersTo(world, issue).at(-1)).toContain('@cora broke the glass');
  expect((await entries('reconciliation', pull)).map(({ details }) => details.outcome)).toEqual(['overdue']);
  await budgetIsFresh(world);
  say(world, issue, 'sid', '/reconcile approve in place of sec');
  say(world, issue, 'bo', '/reconcile reject it deleted a table');
  await quiet(world);
  expect(answersTo(world, issue).at(-1)).toContain('**Rejected afterwards** by bo');
  expect(issueState(broken)).toBe('open');
  expect((await entries('reconciliation', pull)).map(({ details }) => details.outcome)).toEqual([
    'overdue',
    'rejected',
  ]);
  expect(await deadJobs(world)).toEqual([]);
});

test('T37 an issue whose answer was lost is found, and not opened a second time', async () => {
  world.github.failCalls({ path: '^POST /repos/acme/shop/issues$', times: 1, effect: { kind: 'lost' } });
  const { pull } = await brokenBy('cora');
  const title = `Reconcile the broken glass of #${pull.number} (INC-7)`;
  const opened = world.github.issues({ repository: pull.repository }).filter((issue) => issue.title === title);
  expect(opened).toHaveLength(1);
  expect(await deadJobs(world)).toEqual([]);
});
