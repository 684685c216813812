import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../support/app-process.ts';
import { deadJobs, sign } from '../support/attacks.ts';
import { moveClock } from '../support/clock.ts';
import { answersTo, recordedCommands, say } from '../support/commands.ts';
import {
  bypassScenario,
  findings,
  ledgerOf,
  nextFinding,
  permittedFor,
  reconciled,
  toldTo,
} from '../support/findings.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';
import { budgetIsFresh, checkThat, propose, quiet, startWorld, type World, waits } from '../support/world.ts';

let world: World;
let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver(() => ({ status: 200, body: 'ok' }));
  world = await startWorld({
    clock: true,
    simulator: { limits: false },
    scenario: bypassScenario(),
    environment: { NOTIFY_ACME__CHAT: `${receiver.url}/chat` },
  });
});
afterAll(async () => {
  await receiver.close();
  await world.close();
});

const told = () => toldTo(receiver, '/chat');

async function opened() {
  await budgetIsFresh(world);
  const pull = propose(world);
  await checkThat(world, pull, waits);
  return pull;
}

function pushed(files: Readonly<Record<string, string>>, more: { readonly author?: string } = {}): string {
  return world.github.push({ repository: 'acme/shop', branch: 'main', as: 'boss', files, ...more }).sha;
}

test('T32 an administrator merges past the check: found, told once, and reconciled by others, after which it is permitted', async () => {
  const pull = await opened();
  const outcome = world.github.merge({ ...pull, as: 'boss', bypass: true });
  const found = await nextFinding(world, 0);
  const title = `#${pull.number} came to main without a decision that permits it`;
  expect(found).toMatchObject({ kind: 'merged-unpermitted', title, by: { login: 'boss' } });
  expect(await ledgerOf(world, 'finding')).toMatchObject([{ finding: 'merged-unpermitted', title }]);
  expect(told()).toEqual([`acme/shop: ${title}`]);
  const issue = world.github.issue(found.thread);
  expect(issue.body).toContain('**boss**');
  expect(issue.body).toContain(`Pull request: #${pull.number}`);
  expect(issue.body).toContain(pull.head);
  expect(issue.body).toContain('the organization’s countersign.yml (blob ');
  expect(issue.body).toContain('@sec');
  expect(issue.body).not.toContain('@boss');
  expect(answersTo(world, pull).join()).toContain(`reconciled on #${found.issue}`);
  expect(await permittedFor(world, pull.head)).toEqual([]);

  // He holds a seat of security; sam asked for the change; mallory holds none.
  for (const login of ['boss', 'sam', 'mallory']) say(world, found.thread, login, '/reconcile approve it was urgent');
  say(world, pull, 'bo', '/reconcile approve said in the wrong place');
  await quiet(world);
  const answers = answersTo(world, found.thread).join('\n');
  expect(answers).toContain('boss let it go past the gate');
  expect(answers).toContain('sam asked for it');
  expect(answersTo(world, pull).at(-1)).toContain(`, #${found.issue}. Say it there.`);
  expect(world.github.issue(found.thread).state).toBe('open');
  expect(await reconciled(world, found.thread)).toContain(
    'The 2 commits that came with it are permitted for production.',
  );
  expect((await findings(world)).map(({ state }) => state)).toEqual(['approved']);
  expect(await permittedFor(world, pull.head)).toEqual(['production']);
  expect(outcome.merged && (await permittedFor(world, outcome.sha))).toEqual(['production']);
  expect(await ledgerOf(world, 'reconciliation')).toMatchObject([{ outcome: 'approved', finding: found.id }]);
  // What was said in one moment arrives in any order.
  expect((await recordedCommands(world, found.thread)).map(([, how, login]) => `${login} ${how}`).toSorted()).toEqual([
    'bo taken',
    'boss refused',
    'mallory refused',
    'sam refused',
    'sec taken',
  ]);
  expect(told()).toHaveLength(1);
});

test('T32 a direct push: whoever wrote it has no seat either, and a rejection stays on record', async () => {
  await budgetIsFresh(world);
  const sha = pushed({ 'src/direct.ts': 'evil();\n' }, { author: 'sec' });
  const found = await nextFinding(world, 1);
  expect(found).toMatchObject({ kind: 'pushed', by: { login: 'boss' }, commits: [sha] });
  say(world, found.thread, 'sec', '/reconcile approve I wrote it, it is good');
  await quiet(world);
  expect(answersTo(world, found.thread).at(-1)).toContain('sec wrote a commit of it');
  say(world, found.thread, 'bo', '/reconcile reject nobody has asked for this');
  await quiet(world);
  expect(answersTo(world, found.thread).at(-1)).toContain('Revert what it brought');
  expect(world.github.issue(found.thread).state).toBe('open');
  expect((await findings(world))[1]?.state).toBe('rejected');
  expect((await ledgerOf(world, 'reconciliation')).at(-1)).toMatchObject({ outcome: 'rejected', commits: [sha] });
  expect(await permittedFor(world, sha)).toEqual([]);
  say(world, found.thread, 'bo', '/reconcile approve I have thought again');
  await quiet(world);
  expect(answersTo(world, found.thread).at(-1)).toContain('This is settled already');
  expect(told()).toHaveLength(2);
});

test('T32 a force push, and everything that it brought is permitted once it is reconciled', async () => {
  const { github } = world;
  await budgetIsFresh(world);
  const { sha: base } = github.branchHead({ repository: 'acme/shop', branch: 'main' });
  pushed({ 'src/gone.ts': '1\n' });
  await nextFinding(world, 2);
  const shas = Array.from({ length: 60 }, (_, n) => {
    const from = n === 0 ? { from: base } : {};
    return github.push({
      repository: 'acme/shop',
      branch: 'rewrite',
      as: 'boss',
      files: { 'src/n.ts': `${n}` },
      ...from,
    }).sha;
  });
  const last = shas.at(-1) ?? '';
  github.push({ repository: 'acme/shop', branch: 'main', as: 'boss', to: last, force: true });
  const found = await nextFinding(world, 3);
  expect(found).toMatchObject({
    kind: 'force-pushed',
    title: 'boss rewrote the history of main',
    by: { login: 'boss' },
  });
  expect([...found.commits].sort()).toEqual([...shas].sort());
  expect(await reconciled(world, found.thread)).toContain('The 60 commits');
  for (const sha of shas) expect(await permittedFor(world, sha)).toEqual(['production']);
  expect(told()).toHaveLength(4);
});

test('T32 a pull request that is merged by pushing: its permitted head is no finding, one commit more is', async () => {
  const { github } = world;
  const exact = await opened();
  await sign(world, exact, ['ana', 'rita']);
  github.push({ repository: 'acme/shop', branch: 'main', as: 'sam', to: exact.head });
  await eventually('the head to be permitted', async () => (await permittedFor(world, exact.head)).length > 0);
  await quiet(world);
  expect(await findings(world)).toHaveLength(4);

  const more = await opened();
  await sign(world, more, ['ana', 'rita']);
  const { sha } = github.push({
    repository: 'acme/shop',
    branch: 'local',
    as: 'boss',
    from: more.head,
    files: { 'src/extra.ts': 'evil();\n' },
  });
  github.push({ repository: 'acme/shop', branch: 'main', as: 'boss', to: sha });
  const found = await nextFinding(world, 4);
  expect(found).toMatchObject({ kind: 'pushed', by: { login: 'boss' } });
  expect([...found.commits].sort()).toEqual([more.head, sha].sort());
  expect(await permittedFor(world, sha)).toEqual([]);
  // sam asked for the pull request whose commit it carries.
  say(world, found.thread, 'sam', '/reconcile approve all is well');
  await quiet(world);
  expect(answersTo(world, found.thread).at(-1)).toContain('sam asked for it');
  await reconciled(world, found.thread);
  expect(await permittedFor(world, sha)).toEqual(['production']);
});

test('T32 what nobody can be named for is not approved, and whose title is written by somebody else says nothing else', async () => {
  const { github } = world;
  await budgetIsFresh(world);
  const author = { name: '@acme/service-owners', email: 'nobody@nowhere.example' };
  const { sha } = github.push({
    repository: 'acme/shop',
    branch: 'main',
    as: 'boss',
    author,
    files: { 'src/ghost.ts': '1\n' },
  });
  const found = await nextFinding(world, 5);
  expect(world.github.issue(found.thread).body).toContain('names somebody whose mail address belongs to no account');
  say(world, found.thread, 'bo', '/reconcile approve it looks harmless');
  say(world, found.thread, 'sec', '/reconcile approve it looks harmless');
  await quiet(world);
  expect(world.github.issue(found.thread).state).toBe('open');
  expect(await permittedFor(world, sha)).toEqual([]);
  // Once the account is known that the address belongs to, it can be judged: it is an approver's own.
  github.addEmail({ user: 'cy', email: author.email });
  say(world, found.thread, 'rita', '/status');
  await eventually('closed', async () => (world.github.issue(found.thread).state === 'closed' ? true : undefined));
  await quiet(world);
  expect(await permittedFor(world, sha)).toEqual(['production']);
});

test('T34 T37 what nobody reconciles is overdue, told once and shown; an issue whose answer was lost is not opened twice', async () => {
  await budgetIsFresh(world);
  world.github.failCalls({ path: '^POST /repos/acme/shop/issues$', times: 1, effect: { kind: 'lost' } });
  pushed({ 'src/late.ts': '1\n' });
  const found = await nextFinding(world, 6);
  const issues = world.github.issues({ repository: 'acme/shop' });
  expect(issues.filter(({ body }) => body?.includes(`countersign:finding:${found.id} `))).toHaveLength(1);
  say(world, found.thread, 'sid', '/reconcile approve in place of sec');
  await quiet(world);
  expect(answersTo(world, found.thread).at(-1)).toContain('You hold no seat of this reconciliation');
  const before = told().length;
  await moveClock(world, { by: 6 * 24 * 3600 * 1000 });
  const isOverdue = () => answersTo(world, found.thread).filter((answer) => answer.includes('**Overdue.**'));
  await eventually('overdue', async () => (isOverdue().length > 0 ? true : undefined));
  await quiet(world);
  expect(isOverdue()).toHaveLength(1);
  expect(told().slice(before)).toContain('A finding in acme/shop is not reconciled');
  expect((await ledgerOf(world, 'reconciliation')).at(-1)?.outcome).toBe('overdue');
  await budgetIsFresh(world);
  say(world, found.thread, 'sid', '/reconcile approve in place of sec');
  say(world, found.thread, 'bo', '/reconcile approve better late than never');
  await eventually('closed', async () => (world.github.issue(found.thread).state === 'closed' ? true : undefined));
  await quiet(world);
  expect(await deadJobs(world)).toEqual([]);
  expect(world.simulator.violations).toEqual([]);
});
