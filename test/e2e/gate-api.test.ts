import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { endsWell, sign } from '../support/attacks.ts';
import { budgetIsFresh, checkThat, propose, quiet, SCENARIO, startWorld, type World, waits } from '../support/world.ts';

const repository = 'acme/shop';
let world: World;
let shipped: string;
beforeAll(async () => {
  const { shop, ...others } = SCENARIO.repositories ?? {};
  const collaborators = { ...shop?.collaborators, sam: 'admin' as const };
  const repositories = { ...others, shop: { ...shop, collaborators } };
  world = await startWorld({ scenario: { ...SCENARIO, repositories }, simulator: { limits: false } });
  const pull = propose(world);
  await checkThat(world, pull, waits);
  await sign(world, pull);
  const outcome = world.github.merge({ ...pull, as: 'raj' });
  if (!outcome.merged) throw new Error('not merged');
  shipped = outcome.sha;
  await quiet(world);
});
afterAll(() => world.close());
beforeEach(() => budgetIsFresh(world));

type Answer = {
  readonly status: number;
  readonly body: {
    readonly allowed: boolean;
    readonly commits?: number;
    readonly leaf?: string;
    readonly reasons: readonly { readonly code: string }[];
  };
};

async function ask(question: unknown, token?: string): Promise<Answer> {
  const response = await fetch(`${world.app.url}/api/v1/gate`, {
    method: 'POST',
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    body: typeof question === 'string' ? question : JSON.stringify(question),
  });
  return { status: response.status, body: (await response.json()) as Answer['body'] };
}

function token(input: Parameters<World['github']['oidcToken']>[0] | Record<string, never> = {}): string {
  return world.github.oidcToken({ repository, audience: 'countersign', as: 'raj', ...input }).token;
}

function question(changed: Readonly<Record<string, string>> = {}) {
  return { repository, commit: shipped, environment: 'production', ...changed };
}

function codes({ body }: Answer): readonly string[] {
  return body.reasons.map(({ code }) => code);
}

test('a pipeline asks with the token of its job and no secret, and is allowed with the leaf that says so', async () => {
  const answer = await ask(question(), token());
  expect(answer).toMatchObject({
    status: 200,
    body: { allowed: true, reasons: [], leaf: expect.stringMatching(/^[0-9a-f]{64}$/) },
  });
  const [entry] = await world.database.query<{ readonly leaf: string }>(
    "select encode(leaf_hash, 'hex') as leaf from countersign.ledger where kind = 'deployment-gated' order by entry_id desc limit 1",
  );
  expect(entry?.leaf).toBe(answer.body.leaf);
});

test('T35 what no decision covers is refused over HTTP too, by name', async () => {
  const { sha } = world.github.push({ repository, branch: 'main', as: 'raj', files: { 'src/ride.ts': '1\n' } });
  const answer = await ask(question({ commit: sha }), token());
  expect([answer.status, codes(answer)]).toEqual([403, ['commit-uncovered']]);
});

test.each([
  ['an environment nobody defined', { environment: 'moon' }, 403, 'environment-undefined'],
  ['a commit that is not in the repository', { commit: 'd'.repeat(40) }, 403, 'commit-unknown'],
  ['a commit that is no full id', { commit: 'main' }, 400, 'body'],
  ['a repository that is not the token’s', { repository: 'acme/other' }, 403, 'token-repository'],
])('%s is refused with the reason', async (_, changed, status, code) => {
  const answer = await ask(question(changed), token());
  expect([answer.status, codes(answer)]).toEqual([status, [code]]);
});

test.each([
  ['expired', () => token({ repository, expiresInSeconds: -600, issuedAgoSeconds: 1_200 }), 'token-expired'],
  ['for another audience', () => token({ repository, audience: 'https://github.com/acme' }), 'token-audience'],
  ['forged', () => `${token().split('.').slice(0, 2).join('.')}.${'A'.repeat(342)}`, 'token-signature'],
  ['none', () => 'nonsense', 'token-malformed'],
])('a token that is %s is refused, and that is counted', async (_, made, code) => {
  const answer = await ask(question(), made());
  expect([answer.status, codes(answer)]).toEqual([401, [code]]);
  const [counted] = await world.database.query<{ readonly times: number }>(
    'select times from countersign.gate_refusals where reason = $1',
    [code],
  );
  expect(counted?.times).toBe(1);
});

test('without a token nobody is answered, and what is not JSON is refused in a sentence', async () => {
  expect(codes(await ask(question()))).toEqual(['token-missing']);
  expect(await ask('{', token())).toMatchObject({ status: 400, body: { reasons: [{ code: 'body' }] } });
});

test('keys are fetched once and kept', async () => {
  world.simulator.resetCalls();
  for (let n = 0; n < 4; n += 1) await ask(question({ environment: 'moon' }), token());
  const fetched = world.simulator.calls.filter(({ path }) => path.endsWith('/jwks'));
  expect(fetched).toEqual([]);
});

test('500 commits between what runs and what is to run are answered with at most 30 calls', async () => {
  const { github } = world;
  const branch = 'bulk';
  github.push({ repository, branch, as: 'sam', from: 'main', files: { 'src/bulk.ts': '0\n' } });
  for (let n = 1; n < 500; n += 1) github.push({ repository, branch, as: 'sam', files: { 'src/bulk.ts': `${n}\n` } });
  const { number } = github.openPullRequest({ repository, as: 'sam', title: 'Bulk', head: branch, base: 'main' });
  const outcome = github.merge({ repository, number, as: 'sam', bypass: true });
  if (!outcome.merged) throw new Error('not merged');
  await quiet(world);
  world.simulator.resetCalls();
  const answer = await ask(question({ commit: outcome.sha }), token());
  expect(answer.body.allowed).toBe(false);
  expect(answer.body.commits).toBeGreaterThanOrEqual(500);
  const calls = world.simulator.calls.filter(({ path }) => !path.endsWith('/jwks'));
  expect(calls.length, calls.map(({ path }) => path).join(' ')).toBeLessThanOrEqual(30);
}, 120_000);

test('all of it leaves nothing undone', () => endsWell(world));
