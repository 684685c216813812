import { createAppAuth } from '@octokit/auth-app';
import { Octokit } from '@octokit/core';
import { afterEach, describe, expect, it } from 'vitest';
import type { Simulator } from './server.ts';
import { appToken, call, installationToken, startAcme } from './test-client.ts';

let running: Simulator | null = null;

async function acme(options = {}) {
  const started = await startAcme(options);
  running = started.simulator;
  return started;
}

afterEach(async () => {
  await running?.close();
  running = null;
});

const instant = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[^"\\]*/g;

const stamps = `query ($number: Int!) {
  repository(owner: "acme", name: "payments") {
    createdAt pushedAt
    pullRequest(number: $number) {
      createdAt updatedAt lastEditedAt
      reviews(first: 9) { nodes { submittedAt lastEditedAt } }
      comments(first: 9) { nodes { createdAt lastEditedAt } }
      commits(first: 9) { nodes { commit { committedDate authoredDate } } }
      timelineItems(first: 50, itemTypes: [REVIEW_DISMISSED_EVENT, LABELED_EVENT, HEAD_REF_FORCE_PUSHED_EVENT]) {
        nodes {
          ... on ReviewDismissedEvent { createdAt } ... on LabeledEvent { createdAt } ... on HeadRefForcePushedEvent { createdAt }
        }
      }
    }
  }
}`;

describe('the clock', () => {
  it('stamps whatever happens, in whole seconds', async () => {
    const { simulator, control, repository, number, head, token } = await acme({
      clock: () => Date.parse('2019-05-06T07:08:09.876Z'),
    });
    const at = { repository, number };
    const review = control.approve({ ...at, as: 'ben' });
    control.editReview({ ...at, as: 'ben', review: review.id, body: 'Fine' });
    control.dismissReview({ ...at, as: 'ana', review: review.id });
    const comment = control.comment({ ...at, as: 'ben', body: 'hello' });
    control.editComment({ ...at, as: 'ben', comment: comment.id, body: 'hello again' });
    control.react({ ...at, as: 'ana', comment: comment.id, content: 'eyes' });
    control.label({ ...at, as: 'ana', name: 'security' });
    control.editPullRequest({ ...at, as: 'ana', body: 'Because of this' });
    control.openIssue({ repository, as: 'ben', title: 'Broken' });
    const run = control.createCheckRun({ repository, app: 'ci', sha: head, name: 'test', conclusion: 'success' });
    const workflow = control.startWorkflowRun({ repository, path: 'ci.yml', as: 'ana', branch: 'fix' });
    control.completeWorkflowRun({ run: workflow.id, conclusion: 'success' });
    control.push({ repository, branch: 'fix', as: 'ana', from: 'main', files: { 'b.ts': 'b\n' }, force: true });
    const base = `/repos/${repository}`;
    const paths = [
      base,
      `${base}/pulls/${number}`,
      `${base}/pulls/${number}/reviews`,
      `${base}/pulls/${number}/commits`,
      `${base}/issues?state=all`,
      `${base}/issues/comments`,
      `${base}/issues/comments/${comment.id}/reactions`,
      `${base}/check-runs/${run.id}`,
      `${base}/actions/runs/${workflow.id}`,
      `${base}/activity`,
    ];
    const answers = await Promise.all(paths.map((path) => call(simulator, token, `GET ${path}`)));
    answers.push(await call(simulator, token, 'POST /graphql', { query: stamps, variables: { number } }));
    answers.push(await call(simulator, appToken(simulator), 'GET /app/hook/deliveries'));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(answers.flatMap(({ body }) => body.errors ?? [])).toEqual([]);
    const said = [...answers.map(({ body }) => JSON.stringify(body)), ...simulator.deliveries.map(({ body }) => body)];
    const times = said.flatMap((text) => text.match(instant) ?? []);
    expect(times.length).toBeGreaterThan(100);
    expect(new Set(times)).toEqual(new Set(['2019-05-06T07:08:09Z']));
    expect(simulator.violations).toEqual([]);
  });

  it('gives a client its times back in whole seconds', async () => {
    const { simulator, repository, head, token } = await acme();
    const body = {
      name: 'countersign',
      head_sha: head,
      started_at: '2026-01-02T03:04:05.678+01:00',
      conclusion: 'success',
      completed_at: '2026-01-02T03:04:06.789Z',
    };
    const run = await call(simulator, token, `POST /repos/${repository}/check-runs`, body);
    expect(run.body).toMatchObject({ started_at: '2026-01-02T02:04:05Z', completed_at: '2026-01-02T03:04:06Z' });
    expect(simulator.violations).toEqual([]);
  });

  it.each([-5, 5])('leaves authentication on real time when it is %i years away', async (years) => {
    const { simulator, installation, repository } = await acme({ clock: () => Date.now() + years * 31_557_600_000 });
    const auth = { appId: simulator.app.id, privateKey: simulator.app.privateKey ?? '', installationId: installation };
    const octokit = new Octokit({ authStrategy: createAppAuth, auth, baseUrl: simulator.url });
    for (let index = 0; index < 2; index++) {
      const [owner = '', repo = ''] = repository.split('/');
      expect((await octokit.request('GET /repos/{owner}/{repo}', { owner, repo })).status).toBe(200);
    }
    const issued = simulator.callCounts()['POST /app/installations/{installation_id}/access_tokens'];
    expect(issued, "the test's own token, and one for both requests").toBe(2);
  });

  it('does not lengthen the life of a token', async () => {
    const { simulator, installation, repository } = await acme({ clock: () => 0, tokenLifetimeMs: 1 });
    const token = await installationToken(simulator, installation);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect((await call(simulator, token, `GET /repos/${repository}`)).status).toBe(401);
  });
});
