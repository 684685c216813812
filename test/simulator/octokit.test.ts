import { createAppAuth } from '@octokit/auth-app';
import { Octokit } from '@octokit/core';
import { afterEach, expect, it } from 'vitest';
import type { Simulator } from './server.ts';
import { startAcme } from './test-client.ts';

let running: Simulator | null = null;

afterEach(async () => {
  await running?.close();
  running = null;
});

it('serves a client that was written for the real GitHub', async () => {
  const { simulator, installation, repository, head, control, number } = await startAcme();
  running = simulator;
  const auth = { appId: simulator.app.id, privateKey: simulator.app.privateKey ?? '', installationId: installation };
  const octokit = new Octokit({ authStrategy: createAppAuth, auth, baseUrl: simulator.url });
  const [owner, repo] = ['acme', 'payments'];
  const file = await octokit.request('GET /repos/{owner}/{repo}/contents/{path}', {
    owner,
    repo,
    path: 'src/pay.ts',
    ref: 'fix',
  });
  expect(file.data).toMatchObject({ path: 'src/pay.ts', encoding: 'base64' });
  const output = { title: 'Waiting', summary: 'For a peer' };
  const run = await octokit.request('POST /repos/{owner}/{repo}/check-runs', {
    owner,
    repo,
    name: 'countersign',
    head_sha: head,
    status: 'completed',
    conclusion: 'action_required',
    output,
  });
  expect(control.checkRuns({ repository, sha: head })).toMatchObject([
    { id: run.data.id, conclusion: 'action_required' },
  ]);
  const answer = await octokit.graphql<{ repository: { pullRequest: { title: string } } }>(
    'query ($number: Int!) { repository(owner: "acme", name: "payments") { pullRequest(number: $number) { title } } }',
    { number },
  );
  expect(answer.repository.pullRequest.title).toBe('Fix');
  const jwt = await octokit.request('GET /app/hook/deliveries');
  expect(jwt.status).toBe(200);
  expect(simulator.violations).toEqual([]);
});
