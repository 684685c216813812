import { deployed, smoke, standing } from './after-merge.ts';
import { APP_ID, eventually } from './app-process.ts';
import { nextSecond, sign } from './attacks.ts';
import { moveClock } from './clock.ts';
import { answersTo, say } from './commands.ts';
import { bypassScenario, findings, RECONCILING, reconciled } from './findings.ts';
import { build, enqueue } from './merge-queue.ts';
import { startReceiver } from './receiver.ts';
import { budgetIsFresh, checkThat, propose, quiet, startWorld, succeeded, type World, waits } from './world.ts';

/** An organization that has lived through all that the app does, so that no table of its is empty and no query unasked. */

const REPOSITORY = 'acme/shop';
const HOUR = 3_600_000;

export const WHOLE_POLICY = `${RECONCILING.replace(
  '  on: { bypass: [chat], reconciliation-overdue: [chat] }',
  '  on: { bypass: [chat], break-glass: [chat], sla-breached: [chat], verification-failed: [chat, nowhere] }',
)
  .replace('channels: { chat: { slack: CHAT } }', 'channels: { chat: { slack: CHAT }, nowhere: { slack: NOWHERE } }')
  .replace('    require: { peer:', '    sla: { peer: 4h }\n    require: { peer:')}
after-merge:
  - when: { environments: [production] }
    apply: { deployments: [production], within: 2h }
    verify: { workflows: [smoke.yml], within: 1h }
    on-failure: { issue: true, notify: [chat, nowhere] }
access-review: { every: 1d, reviewers: [{ role: release-manager }] }
`;

/** Starts such a world; `environment` goes to the app. */
export async function startWholeWorld(environment: Readonly<Record<string, string>> = {}) {
  const receiver = await startReceiver((_, count) => ({ status: count === 1 ? 500 : 200, body: 'ok' }));
  const world = await startWorld({
    clock: true,
    startAt: '2026-03-24T08:00:00Z',
    simulator: { limits: false },
    scenario: bypassScenario(WHOLE_POLICY),
    environment: { SWEEPS: 'on', NOTIFY_ACME__CHAT: `${receiver.url}/chat`, ...environment },
  });
  const close = async (): Promise<void> => {
    await receiver.close();
    await world.close();
  };
  return { ...world, close };
}

export async function liveWholeLife(world: World): Promise<void> {
  await mergeVerifyAndFail(world);
  await goThroughTheQueue(world);
  await sayThings(world);
  await breakTheGlass(world);
  await goPastTheGate(world);
  await askWhetherToDeploy(world);
  await comeAgain(world);
  await proposePolicy(world);
  await beOverdue(world);
  await beAwayForAnHour(world);
  await beSuspended(world);
  await reviewAccess(world);
  await quiet(world);
}

async function opened(world: World, input: Parameters<typeof propose>[1] = {}) {
  await budgetIsFresh(world);
  const pull = propose(world, input);
  await checkThat(world, pull, waits);
  await nextSecond();
  return pull;
}

async function mergedPull(world: World) {
  const pull = await opened(world);
  await sign(world, pull);
  const outcome = world.github.merge({ ...pull, as: 'sam' });
  if (!outcome.merged) throw new Error(`not merged: ${outcome.message}`);
  await standing(world, pull, 'merged');
  return { ...pull, sha: outcome.sha };
}

/** One is verified, one fails, is signed again, and is undone. */
async function mergeVerifyAndFail(world: World): Promise<void> {
  const good = await mergedPull(world);
  const first = await deployed(world);
  smoke(world, first.sha, 'success');
  await standing(world, good, 'closed');
  const bad = await mergedPull(world);
  const second = await deployed(world);
  await standing(world, bad, 'verifying');
  smoke(world, second.sha, 'failure');
  await standing(world, bad, 'escalated');
  say(world, bad, 'ana', '/rollback it takes no payments');
  await quiet(world);
  await budgetIsFresh(world);
  const revert = world.github.revertPullRequest({ ...bad, as: 'sam' });
  const undoing = { repository: REPOSITORY, number: revert.number, head: revert.sha };
  await eventually('the revert to be merged', async () => world.github.merge({ ...undoing, as: 'bo' }).merged);
  await quiet(world);
  await deployed(world);
  await standing(world, bad, 'rolled-back');
}

async function goThroughTheQueue(world: World): Promise<void> {
  const { github } = world;
  github.push({ repository: REPOSITORY, branch: 'develop', as: 'boss', files: { 'develop.md': 'develop\n' } });
  const requiredChecks = [
    { context: 'countersign/staging', integrationId: APP_ID },
    { context: 'build', integrationId: null },
  ];
  const mergeQueue = { grouping_strategy: 'HEADGREEN' as const };
  github.addRuleset({ repository: REPOSITORY, name: 'develop', branches: ['develop'], requiredChecks, mergeQueue });
  await budgetIsFresh(world);
  const pull = { ...propose(world, { base: 'develop' }), name: 'countersign/staging' };
  await checkThat(world, pull, waits);
  github.approve({ ...pull, as: 'ana' });
  await checkThat(world, pull, succeeded);
  const group = enqueue(world, pull, 'develop');
  await checkThat(world, group, succeeded);
  build(world, group.head);
  await quiet(world);
}

async function sayThings(world: World): Promise<void> {
  const { github } = world;
  const pull = await opened(world);
  const other = await opened(world);
  for (const words of [
    `/defer until #${other.number} merged`,
    '/withdraw',
    '/status',
    '/away 2026-04-01 to 2026-04-02 bo',
  ])
    say(world, pull, 'ana', words);
  await quiet(world);
  github.review({ ...other, as: 'ana', state: 'CHANGES_REQUESTED', body: '/reject duplicate it is in another one' });
  await quiet(world);
  github.push({ ...pull, as: 'fixer[bot]', files: { 'src/more.ts': 'export {};\n' } });
  await quiet(world);
  github.close({ repository: REPOSITORY, number: other.number, as: 'sam' });
  github.convertToDraft({ ...pull, as: 'sam' });
  await quiet(world);
  github.readyForReview({ ...pull, as: 'sam' });
  await quiet(world);
}

async function breakTheGlass(world: World): Promise<void> {
  const pull = await opened(world);
  say(world, pull, 'cora', '/break-glass INC-7 the payments API is down');
  await checkThat(world, pull, succeeded);
  const number = await eventually('the issue', async () => {
    const [, issue] = /reconciled on #(\d+)/.exec(answersTo(world, pull).join('\n')) ?? [];
    return issue === undefined ? undefined : Number(issue);
  });
  await quiet(world);
  await budgetIsFresh(world);
  await reconciled(world, { repository: REPOSITORY, number });
}

async function goPastTheGate(world: World): Promise<void> {
  const pull = await opened(world);
  world.github.merge({ ...pull, as: 'boss', bypass: true });
  const found = await eventually('the finding', async () =>
    (await findings(world)).find(({ kind, issue }) => kind === 'merged-unpermitted' && issue !== null),
  );
  await quiet(world);
  await budgetIsFresh(world);
  await reconciled(world, { repository: REPOSITORY, number: found.issue ?? 0 });
}

/** GitHub asks, and a pipeline; one that may not ask is counted. */
async function askWhetherToDeploy(world: World): Promise<void> {
  const { github } = world;
  await budgetIsFresh(world);
  github.createEnvironment({ repository: REPOSITORY, name: 'production', apps: [APP_ID] });
  github.deploy({ repository: REPOSITORY, environment: 'production', as: 'sam' });
  await quiet(world);
  const { sha } = github.branchHead({ repository: REPOSITORY, branch: 'main' });
  const { token } = github.oidcToken({ repository: REPOSITORY, audience: 'countersign', as: 'sam' });
  for (const authorization of [`Bearer ${token}`, 'Bearer nonsense'])
    await fetch(`${world.app.url}/api/v1/gate`, {
      method: 'POST',
      headers: { authorization },
      body: JSON.stringify({ repository: REPOSITORY, commit: sha, environment: 'production' }),
    });
  await quiet(world);
}

/** What was rejected comes again under another name. */
async function comeAgain(world: World): Promise<void> {
  const { github } = world;
  const before = await opened(world, { files: { 'src/app.ts': 'export const app = 2;\n' } });
  github.review({ ...before, as: 'ana', state: 'CHANGES_REQUESTED', body: 'It drops the audit log.' });
  await quiet(world);
  github.push({
    repository: REPOSITORY,
    branch: 'again',
    as: 'mallory',
    from: 'main',
    files: { 'src/app.ts': 'export const app = 2;\n' },
  });
  github.openPullRequest({ repository: REPOSITORY, as: 'mallory', title: 'My own', head: 'again', base: 'main' });
  await quiet(world);
}

async function proposePolicy(world: World): Promise<void> {
  const { github } = world;
  await budgetIsFresh(world);
  const at = { repository: 'acme/.github', as: 'sam' };
  const files = { 'countersign.yml': WHOLE_POLICY.replace('"user:rita", ', '') };
  github.push({ ...at, branch: 'policy', from: 'main', files });
  const { number } = github.openPullRequest({ ...at, title: 'Policy', head: 'policy', base: 'main' });
  await quiet(world);
  github.merge({ ...at, number });
  await quiet(world);
}

/** Somebody else's check under our name is answered; metrics are asked for by whoever watches. */
async function beOverdue(world: World): Promise<void> {
  const { head: sha } = await opened(world);
  const fake = { name: 'countersign/production', status: 'completed', conclusion: 'success' } as const;
  world.github.createCheckRun({ repository: REPOSITORY, app: 'ci', sha, ...fake });
  await fetch(`${world.app.url}/metrics`);
  await moveClock(world, { by: 5 * HOUR });
  await quiet(world);
}

async function beAwayForAnHour(world: World): Promise<void> {
  const pull = await opened(world);
  await quiet(world);
  await world.app.stop('SIGKILL');
  world.github.approve({ ...pull, as: 'ana' });
  await world.simulator.settled();
  await moveClock(world, { by: HOUR });
  const app = await world.launch();
  await eventually(
    'the end of the outage',
    async () => app.log.some(({ msg }) => msg?.startsWith('caught up')),
    60_000,
  );
  await quiet(world);
}

async function beSuspended({ github, ...world }: World): Promise<void> {
  for (const suspended of [true, false]) {
    github.suspendInstallation({ organization: 'acme', suspended, as: 'acme-owner' });
    await quiet({ github, ...world });
  }
}

/** Who may sign what is reviewed a day after it was asked for, too late, and by two people, since nobody attests to their own lines. */
async function reviewAccess(world: World): Promise<void> {
  await moveClock(world, { by: 26 * HOUR });
  const repository = 'acme/.github';
  const review = await eventually('the access review', async () =>
    world.github.issues({ repository }).find(({ title }) => title.startsWith('Access review')),
  );
  await quiet(world);
  await moveClock(world, { by: 14 * HOUR });
  await quiet(world);
  for (const login of ['rita', 'raj']) say(world, { repository, number: review.number }, login, '/attest');
  await quiet(world);
}
