import { afterEach, describe, expect, it } from 'vitest';
import type { Simulator } from './server.ts';
import { call, startAcme } from './test-client.ts';

let running: Simulator | null = null;

async function acme(options = {}) {
  const started = await startAcme(options);
  running = started.simulator;
  const send = (operation: string, body?: unknown) => call(started.simulator, started.token, operation, body);
  return { ...started, send };
}

afterEach(async () => {
  await running?.close();
  running = null;
});

describe('checks and merging', () => {
  it('refuses a merge until the pinned app says success on the head', async () => {
    const { simulator, control, repository, number, head, send } = await acme();
    const merge = () => control.merge({ repository, number, as: 'ana' });
    expect(merge()).toMatchObject({ merged: false, status: 405, message: expect.stringContaining('is expected') });
    control.createCheckRun({ repository, app: 'impostor', sha: head, name: 'countersign', conclusion: 'success' });
    expect(merge()).toMatchObject({ merged: false, message: expect.stringContaining('is expected') });
    const output = { title: 'No', summary: 'Not yet' };
    const run = await send(`POST /repos/${repository}/check-runs`, {
      name: 'countersign',
      head_sha: head,
      status: 'in_progress',
      output,
    });
    expect(run.status).toBe(201);
    expect(merge()).toMatchObject({ message: expect.stringContaining('in progress') });
    await send(`PATCH /repos/${repository}/check-runs/${run.body.id}`, { conclusion: 'failure' });
    expect(merge()).toMatchObject({ message: expect.stringContaining('failing') });
    await send(`PATCH /repos/${repository}/check-runs/${run.body.id}`, { conclusion: 'success' });
    expect(merge()).toMatchObject({ merged: true });
    expect(simulator.violations).toEqual([]);
  });

  it('lets an administrator past, and counts a direct push as a merge', async () => {
    const { control, repository, number, head } = await acme();
    expect(control.merge({ repository, number, as: 'ana', bypass: true })).toMatchObject({
      merged: false,
      status: 403,
    });
    control.push({ repository, branch: 'main', as: 'ana', to: head });
    expect(control.pullRequest({ repository, number })).toMatchObject({ merged: true, state: 'closed' });
  });

  it('keeps a run to the app that made it, and output within limits', async () => {
    const { control, repository, head, send } = await acme();
    const theirs = control.createCheckRun({ repository, app: 'ci', sha: head, name: 'test' });
    expect((await send(`PATCH /repos/${repository}/check-runs/${theirs.id}`, { status: 'in_progress' })).status).toBe(
      403,
    );
    const output = { title: 'Long', summary: 'x'.repeat(65_536) };
    expect((await send(`POST /repos/${repository}/check-runs`, { name: 'n', head_sha: head, output })).status).toBe(
      422,
    );
  });

  it('does not let authors approve their own work', async () => {
    const { control, repository, number } = await acme();
    expect(() => control.approve({ repository, number, as: 'ana' })).toThrow('Unprocessable Entity');
  });
});

describe('limits', () => {
  it('refuses with retry-after and remembers that it had to', async () => {
    const { simulator, send, repository, number } = await acme({ limits: { contentPerMinute: 2 } });
    const say = () => send(`POST /repos/${repository}/issues/${number}/comments`, { body: 'again' });
    expect([(await say()).status, (await say()).status]).toEqual([201, 201]);
    const refused = await say();
    expect(refused.status).toBe(403);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(simulator.limitViolations).toMatchObject([{ limit: 'content' }]);
  });

  it('answers an exhausted hour with 403 and nothing remaining', async () => {
    const { control, installation, send, repository } = await acme();
    control.exhaustLimit({ installation, resource: 'core' });
    const refused = await send(`GET /repos/${repository}`);
    expect(refused.status).toBe(403);
    expect(refused.headers.get('x-ratelimit-remaining')).toBe('0');
  });
});

describe('trouble', () => {
  it('loses the answer after the effect', async () => {
    const { control, send, repository, number } = await acme();
    control.failCalls({ path: '^POST .*/comments$', effect: { kind: 'lost' } });
    await expect(send(`POST /repos/${repository}/issues/${number}/comments`, { body: 'said' })).rejects.toThrow();
    expect(control.comments({ repository, number }).map(({ body }) => body)).toEqual(['said']);
  });

  it('fails the next calls with a status, and a GraphQL operation by name', async () => {
    const { control, send, repository } = await acme();
    control.failCalls({ path: `^GET /repos/${repository}$`, times: 2, effect: { kind: 'status', status: 502 } });
    const statuses = [];
    for (let index = 0; index < 3; index++) statuses.push((await send(`GET /repos/${repository}`)).status);
    expect(statuses).toEqual([502, 502, 200]);
    control.failCalls({ operation: '^Who$', effect: { kind: 'status', status: 429, retryAfter: 3 } });
    expect((await send('POST /graphql', { query: 'query Other { viewer { login } }' })).status).toBe(200);
    expect((await send('POST /graphql', { query: 'query Who { viewer { login } }' })).status).toBe(429);
  });

  it('counts calls and takes orders over HTTP', async () => {
    const { simulator, send, repository, number } = await acme();
    simulator.resetCalls();
    await send(`GET /repos/${repository}`);
    expect(simulator.callCounts()).toEqual({ 'GET /repos/{owner}/{repo}': 1 });
    const response = await fetch(`${simulator.url}/_control/comment`, {
      method: 'POST',
      body: JSON.stringify({ repository, number, as: 'ben', body: 'hi' }),
    });
    expect(await response.json()).toMatchObject({ id: expect.any(Number) });
    const refused = await fetch(`${simulator.url}/_control/comment`, {
      method: 'POST',
      body: JSON.stringify({ repository, number, as: 'nobody', body: 'hi' }),
    });
    expect(refused.status).toBe(404);
  });
});
