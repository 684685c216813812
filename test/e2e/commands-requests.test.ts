import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deadJobs, nextSecond } from '../support/attacks.ts';
import { answersTo, isRefused, openWaiting, recordedCommands, say } from '../support/commands.ts';
import { type Check, checkThat, POLICY, quiet, SCENARIO, startWorld, succeeded, type World } from '../support/world.ts';

const VALIDATED = `${POLICY}
evidence:
  validation: { workflows: [ci.yml] }
`;

let world: World;
beforeAll(async () => {
  const repositories = { ...SCENARIO.repositories, '.github': { files: { 'countersign.yml': VALIDATED } } };
  world = await startWorld({ simulator: { limits: false }, scenario: { ...SCENARIO, repositories } });
});
afterAll(async () => {
  expect(await deadJobs(world)).toEqual([]);
  expect(world.simulator.violations).toEqual([]);
  await world.close();
});

type Proposal = Awaited<ReturnType<typeof openWaiting>>;

const asks = (text: string) => (check: Check) => check.status === 'in_progress' && check.title.includes(text);
const forRelease = (check: Check) => check.title.includes('release-manager');

/** Runs the workflow on the head, to its end. */
async function validate({ repository, branch }: Proposal, conclusion: 'success' | 'failure') {
  const path = '.github/workflows/ci.yml';
  const { id: run } = world.github.startWorkflowRun({ repository, path, as: 'sam', branch });
  await nextSecond();
  world.github.completeWorkflowRun({ run, conclusion });
}

async function approveBoth(pull: Proposal): Promise<void> {
  world.github.approve({ ...pull, as: 'ana' });
  await checkThat(world, pull, forRelease);
  world.github.approve({ ...pull, as: 'rita' });
}

describe('/request-validation', () => {
  test('waits for a run that began after it and succeeded, and hears of it by itself', async () => {
    const pull = await openWaiting(world);
    await validate(pull, 'success');
    await nextSecond();
    say(world, pull, 'ana', '/request-validation the smoke suite');
    await quiet(world);
    expect(answersTo(world, pull)).toEqual([]);
    await nextSecond();
    await approveBoth(pull);
    await checkThat(world, pull, asks('An approver asks for validation'));
    await validate(pull, 'failure');
    await checkThat(world, pull, asks('ended with failure'));
    await nextSecond();
    await validate(pull, 'success');
    await checkThat(world, pull, succeeded);
  });

  test('is lifted by who said it', async () => {
    const pull = await openWaiting(world);
    say(world, pull, 'rita', '/request-validation anything');
    await quiet(world);
    await approveBoth(pull);
    await checkThat(world, pull, asks('An approver asks for validation'));
    await nextSecond();
    say(world, pull, 'rita', '/withdraw');
    await checkThat(world, pull, succeeded);
    expect(await recordedCommands(world, pull)).toEqual([
      ['request-validation', 'taken', 'rita'],
      ['withdraw', 'taken', 'rita'],
    ]);
  });

  test('is refused to others, and without a word on what', async () => {
    const pull = await openWaiting(world);
    await isRefused(world, pull, 'mallory', '/request-validation x', 'Only an eligible approver of this proposal');
    await isRefused(world, pull, 'ana', '/request-validation', 'needs a line that says what is asked for');
    await approveBoth(pull);
    await checkThat(world, pull, succeeded);
  });
});

describe('/narrow-scope', () => {
  test('waits for a new head and for the approval of who asked, whoever else approves', async () => {
    const pull = await openWaiting(world);
    say(world, pull, 'ana', '/narrow-scope only the index');
    await quiet(world);
    await nextSecond();
    await approveBoth(pull);
    await checkThat(world, pull, asks('ana asks for a narrower scope: only the index'));

    const { sha } = world.github.push({ ...pull, as: 'fixer[bot]', files: { 'src/narrow.ts': '1' } });
    const narrow = { ...pull, head: sha };
    await nextSecond();
    world.github.approve({ ...narrow, as: 'bo' });
    await checkThat(world, narrow, forRelease);
    world.github.approve({ ...narrow, as: 'raj' });
    await checkThat(world, narrow, asks('ana asks for a narrower scope'));
    await nextSecond();
    world.github.approve({ ...narrow, as: 'ana' });
    await checkThat(world, narrow, succeeded);
  });

  test('is lifted by another approver', async () => {
    const pull = await openWaiting(world);
    say(world, pull, 'ana', '/narrow-scope only the index');
    await quiet(world);
    await nextSecond();
    say(world, pull, 'rita', '/withdraw @ana it is one file');
    await quiet(world);
    await approveBoth(pull);
    await checkThat(world, pull, succeeded);
  });

  test('is refused to others, and without a word on what', async () => {
    const pull = await openWaiting(world);
    await isRefused(world, pull, 'sam', '/narrow-scope x', 'Only an eligible approver of this proposal');
    await isRefused(world, pull, 'ana', '/narrow-scope', 'needs a line that says what is asked for');
  });
});
