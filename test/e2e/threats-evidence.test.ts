import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cannotBeMerged, codesFor, endsWell, fails, lastDecision, neverSucceeded } from '../support/attacks.ts';
import {
  type Check,
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

const EVIDENCE = POLICY.replace(
  'require: { peer: [ { role: service-owner } ] }',
  'require: { peer: [ { role: service-owner } ] }\n    evidence: [failure]',
).replace(
  'when: { environments: [production] }',
  'when: { environments: [production], base: [main] }\n    evidence: [validation]',
);
const CI = '.github/workflows/ci.yml';

let world: World;
beforeAll(async () => {
  const port = await freePort();
  const shop = SCENARIO.repositories?.shop;
  world = await startWorld({
    // Its pages are at the address of its API, which is where the app looks for what evidence points at.
    simulator: { limits: false, port, webUrl: `http://127.0.0.1:${port}` },
    scenario: {
      ...SCENARIO,
      repositories: {
        '.github': { files: { 'countersign.yml': `${EVIDENCE}evidence: { validation: { workflows: [ci.yml] } }\n` } },
        shop: { ...shop, files: { ...shop?.files, [CI]: 'on: push\n' } },
        other: { ...shop },
      },
    },
  });
});
afterAll(() => world.close());

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const probe = createServer().once('error', fail);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => done(port));
    });
  });
}

const isIncomplete = (check: Check): boolean => check.conclusion === 'action_required';

function run(repository: string, path: string, branch: string, conclusion: 'success' | 'failure', sha?: string) {
  const { github } = world;
  const started = github.startWorkflowRun({
    repository,
    path,
    branch,
    as: 'sam',
    ...(sha === undefined ? {} : { sha }),
  });
  github.completeWorkflowRun({ run: started.id, conclusion });
  return started;
}

function manifest(failure: string): string {
  return `\`\`\`remediation\nfailure: ${failure}\ninitiator: sam\n\`\`\``;
}

/** A proposal about a run that failed, with its own run of the validation behind it. */
async function proposeWithEvidence(files?: Readonly<Record<string, string>>) {
  const failed = run('acme/shop', CI, 'main', 'failure');
  const pull = propose(world, { body: manifest(failed.url), ...(files === undefined ? {} : { files }) });
  const validation = run('acme/shop', CI, pull.branch, 'success', pull.head);
  return { ...pull, failed, validation };
}

async function approvedAnyway(pull: { readonly repository: string; readonly number: number; readonly head: string }) {
  world.github.approve({ ...pull, as: 'ana' });
  world.github.approve({ ...pull, as: 'rita' });
  await quiet(world);
  expect((await lastDecision(world, pull)).state).toBe('incomplete');
  cannotBeMerged(world, pull);
  await neverSucceeded(world, pull);
}

test('T30 evidence at an internal address is shown, and never fetched', async () => {
  const asked: string[] = [];
  const inside = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.end('{}');
  });
  await new Promise<void>((done) => inside.listen(0, '127.0.0.1', done));
  const { port } = inside.address() as AddressInfo;
  const own = new URL(world.simulator.url);
  for (const url of [
    `http://127.0.0.1:${port}/acme/shop/actions/runs/1`,
    `http://127.0.0.1:${own.port}@127.0.0.1:${port}/acme/shop/actions/runs/1`,
    `${own.origin}.evil.example:${port}/acme/shop/actions/runs/1`,
    `http://localhost:${own.port}/acme/shop/actions/runs/1`,
    `${own.origin}/acme/shop/../../internal/actions/runs/1`,
    'file:///etc/passwd',
  ]) {
    world.simulator.resetCalls();
    const pull = propose(world, { body: manifest(url) });
    const check = await checkThat(world, pull, isIncomplete);
    expect(check.summary).toContain('so it is shown and not read');
    expect(world.simulator.calls.filter(({ path }) => path.includes('/actions/runs/'))).toEqual([]);
    await approvedAnyway(pull);
  }
  expect(asked).toEqual([]);
  await new Promise((done) => inside.close(done));
});

test('T31 a run of another repository, one that does not exist, and one that did not fail prove no failure', async () => {
  const other = run('acme/other', CI, 'main', 'failure');
  const good = run('acme/shop', CI, 'main', 'success');
  const missing = `${new URL(world.simulator.url).origin}/acme/shop/actions/runs/987654321`;
  for (const url of [other.url, good.url, missing]) {
    const pull = propose(world, { body: manifest(url) });
    run('acme/shop', CI, pull.branch, 'success', pull.head);
    await checkThat(world, pull, isIncomplete);
    await approvedAnyway(pull);
  }
});

test('T31 a run on another commit, of another workflow or of another repository validates nothing', async () => {
  const failed = run('acme/shop', CI, 'main', 'failure');
  const pull = propose(world, { body: manifest(failed.url) });
  run('acme/shop', CI, 'main', 'success');
  run('acme/shop', '.github/workflows/lint.yml', pull.branch, 'success', pull.head);
  run('acme/other', CI, 'main', 'success');
  const check = await checkThat(world, pull, isIncomplete);
  expect(check.title).toContain('validation');
  await approvedAnyway(pull);
  // Its own run is noticed when it ends, with no other event.
  run('acme/shop', CI, pull.branch, 'success', pull.head);
  await checkThat(world, pull, ({ status, conclusion }) => status === 'in_progress' || conclusion === 'success');
});

test('T31 a success is withdrawn when a run that it rests on is run again', async () => {
  const { github } = world;
  const pull = await proposeWithEvidence();
  await checkThat(world, pull, waits);
  github.approve({ ...pull, as: 'ana' });
  await checkThat(world, pull, (check) => check.title.includes('release-manager'));
  github.approve({ ...pull, as: 'rita' });
  await checkThat(world, pull, succeeded);

  github.rerunWorkflow({ run: pull.failed.id });
  await checkThat(world, pull, isIncomplete);
  cannotBeMerged(world, pull);
  github.completeWorkflowRun({ run: pull.failed.id, conclusion: 'failure' });
  await checkThat(world, pull, succeeded);

  github.rerunWorkflow({ run: pull.validation.id });
  github.completeWorkflowRun({ run: pull.validation.id, conclusion: 'failure' });
  await checkThat(world, pull, isIncomplete);
  cannotBeMerged(world, pull);
});

test('T42 evidence that is swapped after the approvals, even in their very second, makes them worthless', async () => {
  const { github } = world;
  const pull = await proposeWithEvidence();
  await checkThat(world, pull, waits);
  github.approve({ ...pull, as: 'ana' });
  await checkThat(world, pull, (check) => check.title.includes('release-manager'));
  const swapped = run('acme/shop', CI, 'main', 'failure');
  github.approve({ ...pull, as: 'rita' });
  github.editPullRequest({ ...pull, as: 'mallory', body: manifest(swapped.url) });
  await quiet(world);
  expect(await codesFor(world, pull, 'ana')).toContain('question-changed');
  expect(await codesFor(world, pull, 'rita')).toContain('question-changed');
  cannotBeMerged(world, pull);
});

test('T42 evidence that somebody supplies in a comment after the approvals is new evidence', async () => {
  const { github } = world;
  const pull = await proposeWithEvidence();
  await checkThat(world, pull, waits);
  github.approve({ ...pull, as: 'ana' });
  await checkThat(world, pull, (check) => check.title.includes('release-manager'));
  github.approve({ ...pull, as: 'rita' });
  await checkThat(world, pull, succeeded);
  github.comment({ ...pull, as: 'mallory', body: manifest(run('acme/shop', CI, 'main', 'failure').url) });
  await checkThat(world, pull, waits);
  expect(await codesFor(world, pull, 'ana')).toContain('question-changed');
  cannotBeMerged(world, pull);
});

test.each([
  ['edits', { [CI]: 'on: push # and nothing is tested\n' }],
  [
    'edits, behind a hundred other files,',
    {
      [CI]: 'on: push # hidden\n',
      ...Object.fromEntries(Array.from({ length: 120 }, (_, n) => [`!${n}.md`, `${n}\n`])),
    },
  ],
])('T43 the run of a workflow that the proposal itself %s proves nothing', async (_how, files) => {
  const pull = await proposeWithEvidence(files);
  const check = await checkThat(world, pull, (one) => isIncomplete(one) || fails(one));
  expect(check.summary).toContain('so its runs prove nothing about it');
  await approvedAnyway(pull);
});

test('all of it leaves nothing undone', () => endsWell(world));
