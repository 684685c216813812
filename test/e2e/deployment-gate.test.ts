import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { APP_ID, eventually } from '../support/app-process.ts';
import { endsWell, sign } from '../support/attacks.ts';
import { budgetIsFresh, checkThat, propose, quiet, SCENARIO, startWorld, type World, waits } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  const { shop, ...others } = SCENARIO.repositories ?? {};
  const collaborators = { ...shop?.collaborators, sam: 'admin' as const };
  const repositories = { ...others, shop: { ...shop, collaborators } };
  world = await startWorld({ scenario: { ...SCENARIO, repositories }, simulator: { limits: false } });
  const { github } = world;
  github.createEnvironment({ repository, name: 'production', apps: [APP_ID], canAdminsBypass: true });
  github.createEnvironment({ repository, name: 'qa', apps: [APP_ID] });
  // The first pull request makes the policy known here, and its merge has the branch watched.
  await merged();
});
afterAll(() => world.close());
beforeEach(() => budgetIsFresh(world));

const repository = 'acme/shop';

/** Merges a remediation: signed as it should be, unless `signed` says otherwise. Gives the merge commit. */
async function merged(signed = true): Promise<{ readonly sha: string; readonly number: number }> {
  const { github } = world;
  const pull = propose(world);
  await checkThat(world, pull, waits);
  if (signed) await sign(world, pull);
  const outcome = github.merge({ ...pull, as: 'sam', ...(signed ? {} : { bypass: true }) });
  if (!outcome.merged) throw new Error(`not merged: ${JSON.stringify(outcome)}`);
  await quiet(world);
  return { sha: outcome.sha, number: pull.number };
}

type Answer = { readonly state: string; readonly comment: string; readonly deployment: number };

/** Deploys and waits until the gate has answered. */
async function deployed(input: { readonly sha?: string; readonly environment?: string } = {}): Promise<Answer> {
  const { github } = world;
  const { deployment } = github.deploy({ repository, environment: 'production', as: 'sam', ...input });
  return eventually(
    'the answer of the gate',
    async () => {
      const [rule] = github.deployment({ deployment }).rules;
      if (rule === undefined || rule.state === 'waiting') return undefined;
      return { state: rule.state, comment: rule.comments.at(-1)?.comment ?? '', deployment };
    },
    60_000,
  );
}

async function lastGated(): Promise<{
  readonly allowed: boolean;
  readonly reasons: readonly { readonly code: string }[];
}> {
  const [row] = await world.database.query<{ readonly entry: string }>(
    "select countersign.opened(tenant_id, entry) as entry from countersign.ledger where kind = 'deployment-gated' order by entry_id desc limit 1",
  );
  return (JSON.parse(row?.entry ?? '{}') as { readonly details: Awaited<ReturnType<typeof lastGated>> }).details;
}

test('what was merged under decisions may be deployed, with their numbers and the ledger’s leaf', async () => {
  const { number } = await merged();
  const answer = await deployed();
  expect(answer.state).toBe('approved');
  expect(answer.comment).toMatch(new RegExp(`permitted by .*#${number}\\.\\nLedger leaf [0-9a-f]{64}\\.`));
  world.github.finishDeployment({ deployment: answer.deployment, state: 'success' });
  await quiet(world);
  expect(await lastGated()).toMatchObject({ allowed: true, reasons: [] });
});

test('T35 a commit that rides along behind an approved one stops the deployment, by name', async () => {
  const { github } = world;
  const { sha: smuggled } = github.push({ repository, branch: 'main', as: 'sam', files: { 'src/ride.ts': '1\n' } });
  const { sha } = await merged();
  const answer = await deployed({ sha });
  expect(answer.state).toBe('rejected');
  expect(answer.comment).toContain(`${smuggled.slice(0, 10)}: sam pushed to main, and no decision covers it.`);
  expect(await lastGated()).toMatchObject({ allowed: false, reasons: [{ code: 'commit-uncovered' }] });
});

test('T35 deploying it past the gate, or saying that it was deployed, hides it from nobody', async () => {
  const { github } = world;
  const past = github.deploy({ repository, environment: 'production', as: 'sam' });
  github.bypassProtection({ deployment: past.deployment, as: 'sam' });
  github.finishDeployment({ deployment: past.deployment, state: 'success' });
  const said = github.deploy({ repository, environment: 'production', as: 'mallory', viaRun: false });
  github.setDeploymentStatus({ deployment: said.deployment, state: 'success', as: 'mallory' });
  await merged();
  expect((await deployed()).state).toBe('rejected');
});

test('a rollback to what was let through before is let through again', async () => {
  const [first] = await world.database.query<{ readonly sha: string }>(
    'select sha from countersign.gate_questions where allowed order by question_id limit 1',
  );
  expect((await deployed({ sha: first?.sha ?? '' })).state).toBe('approved');
});

test.each([['an environment that the policy does not name', { environment: 'qa' }, 'environment-undefined']])(
  '%s is refused with the reason, and recorded',
  async (_, input, code) => {
    const answer = await deployed(input);
    expect(answer.state).toBe('rejected');
    expect((await lastGated()).reasons.map((reason) => reason.code)).toEqual([code]);
  },
);

test('a branch that is gone, and with it commits that nobody has permitted', async () => {
  const { github } = world;
  const { sha } = github.push({ repository, branch: 'gone', as: 'sam', from: 'main', files: { 'src/gone.ts': '1\n' } });
  github.deleteBranch({ repository, branch: 'gone', as: 'sam' });
  const answer = await deployed({ sha });
  expect(answer.state).toBe('rejected');
  expect(answer.comment).toContain(sha.slice(0, 10));
});

test('all of it leaves nothing undone', () => endsWell(world));
