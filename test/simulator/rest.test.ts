import { afterEach, describe, expect, it } from 'vitest';
import type { Simulator } from './server.ts';
import { appToken, call, installationToken, startAcme } from './test-client.ts';

let running: Simulator | null = null;

async function acme(options = {}) {
  const started = await startAcme(options);
  running = started.simulator;
  return { ...started, get: (path: string) => call(started.simulator, started.token, `GET ${path}`) };
}

afterEach(async () => {
  await running?.close();
  running = null;
});

describe('REST', () => {
  it('answers every readable operation as the OpenAPI description says', async () => {
    const { simulator, control, repository, number, head, get } = await acme();
    const comment = control.comment({ repository, number, as: 'ben', body: 'hello' });
    control.review({ repository, number, as: 'ben', state: 'APPROVED' });
    control.label({ repository, number, as: 'ana', name: 'security' });
    control.requestReviewers({ repository, number, as: 'ana', users: ['cem'], teams: ['payments'] });
    const run = control.createCheckRun({ repository, app: 'ci', sha: head, name: 'test', conclusion: 'success' });
    const workflow = control.startWorkflowRun({
      repository,
      path: '.github/workflows/ci.yml',
      as: 'ana',
      branch: 'fix',
    });
    const base = `/repos/${repository}`;
    const paths = [
      base,
      `${base}/contents/src/pay.ts`,
      `${base}/contents/src?ref=fix`,
      `${base}/git/ref/heads/main`,
      `${base}/commits/${head}`,
      `${base}/compare/main...fix`,
      `${base}/pulls`,
      `${base}/pulls/${number}`,
      `${base}/pulls/${number}/files`,
      `${base}/pulls/${number}/commits`,
      `${base}/pulls/${number}/reviews`,
      `${base}/pulls/${number}/requested_reviewers`,
      `${base}/commits/${head}/pulls`,
      `${base}/commits/${head}/check-runs?check_name=test`,
      `${base}/check-runs/${run.id}`,
      `${base}/check-runs/${run.id}/annotations`,
      `${base}/issues`,
      `${base}/issues/comments`,
      `${base}/issues/${number}`,
      `${base}/issues/${number}/comments`,
      `${base}/issues/comments/${comment.id}`,
      `${base}/issues/comments/${comment.id}/reactions`,
      `${base}/collaborators/ben/permission`,
      `${base}/activity?ref=refs/heads/fix`,
      `${base}/rules/branches/main`,
      `${base}/properties/values`,
      `${base}/actions/runs/${workflow.id}`,
      '/orgs/acme/teams/engineering',
      '/orgs/acme/teams/engineering/members',
      '/orgs/acme/teams/engineering/memberships/cem',
      '/orgs/acme/memberships/cem',
      '/orgs/acme/properties/schema',
      '/users/ana',
      '/installation/repositories',
      '/rate_limit',
    ];
    for (const path of paths) expect((await get(path)).status, path).toBe(200);
    expect(simulator.violations).toEqual([]);
  });

  it('answers the app itself', async () => {
    const { simulator, installation } = await acme();
    const jwt = appToken(simulator);
    for (const path of [
      '/app',
      '/app/installations',
      `/app/installations/${installation}`,
      '/orgs/acme/installation',
      '/repos/acme/payments/installation',
      '/app/hook/deliveries',
    ]) {
      expect((await call(simulator, jwt, `GET ${path}`)).status, path).toBe(200);
    }
    expect(simulator.violations).toEqual([]);
  });

  it('accepts only its own tokens, and those only for what they are', async () => {
    const { simulator, token, control, installation } = await acme();
    const late = appToken(simulator, { exp: Math.floor(Date.now() / 1000) + 900 });
    expect((await call(simulator, late, 'GET /app')).status).toBe(401);
    expect((await call(simulator, token, 'GET /app')).status).toBe(401);
    expect((await call(simulator, appToken(simulator), 'GET /repos/acme/payments')).status).toBe(401);
    const narrowed = await installationToken(simulator, installation, { permissions: { contents: 'read' } });
    expect((await call(simulator, narrowed, 'GET /repos/acme/payments/pulls')).status).toBe(403);
    control.suspendInstallation({ organization: 'acme' });
    expect((await call(simulator, token, 'GET /repos/acme/payments')).status).toBe(403);
    control.removeInstallation({ organization: 'acme' });
    expect((await call(simulator, token, 'GET /repos/acme/payments')).status).toBe(401);
  });

  it('says 404 for what an installation was not given', async () => {
    const { simulator, control, get, token } = await acme();
    control.createOrganization({ login: 'other' });
    control.createRepository({ name: 'other/secret' });
    expect((await get('/repos/other/secret')).status).toBe(404);
    expect((await get('/repos/acme/nothing')).status).toBe(404);
    control.selectRepositories({ organization: 'acme' });
    control.selectRepositories({ organization: 'acme', remove: ['acme/payments'] });
    expect((await call(simulator, token, 'GET /repos/acme/payments')).status).toBe(404);
  });

  it('pages with Link headers', async () => {
    const { control, repository, number, get, simulator, token } = await acme();
    for (let index = 0; index < 5; index++)
      control.comment({ repository, number, as: 'ben', body: `comment ${index}` });
    const first = await get(`/repos/${repository}/issues/${number}/comments?per_page=2`);
    expect(first.body).toHaveLength(2);
    const next = /<([^>]+)>; rel="next"/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
    const second = await call(simulator, token, `GET ${next}`);
    expect(second.body[0].body).toBe('comment 2');
    const last = await get(`/repos/${repository}/issues/${number}/comments?per_page=2&page=3`);
    expect(last.headers.get('link')).not.toContain('rel="next"');
  });

  it('shows renames, patches and real blob ids', async () => {
    const { control, repository, get } = await acme();
    control.push({
      repository,
      branch: 'move',
      as: 'ben',
      files: { 'docs/old.md': null, 'docs/new.md': 'a\nb\nc\nd\ne\n' },
    });
    const { number } = control.openPullRequest({ repository, as: 'ben', title: 'Move', head: 'move' });
    const files = (await get(`/repos/${repository}/pulls/${number}/files`)).body;
    expect(files).toMatchObject([
      { filename: 'docs/new.md', previous_filename: 'docs/old.md', status: 'renamed', additions: 1, deletions: 0 },
    ]);
    expect(files[0].patch).toContain('+e');
    const readme = (await get(`/repos/${repository}/contents/README.md`)).body;
    expect(Buffer.from(readme.content, 'base64').toString()).toBe('# payments\n');
  });

  it('tells roles apart by role_name only', async () => {
    const { control, repository, get } = await acme();
    control.setRole({ repository, user: 'mallory', role: 'triage' });
    const { body } = await get(`/repos/${repository}/collaborators/mallory/permission`);
    expect(body).toMatchObject({ permission: 'read', role_name: 'triage' });
    const members = (await get('/orgs/acme/teams/engineering/members')).body.map(
      (user: { login: string }) => user.login,
    );
    expect(members).toEqual(['ana', 'ben', 'cem']);
  });

  it('charges nothing for a 304', async () => {
    const { simulator, token, repository } = await acme();
    const first = await call(simulator, token, `GET /repos/${repository}`);
    const again = await call(simulator, token, `GET /repos/${repository}`, undefined, {
      'if-none-match': first.headers.get('etag') ?? '',
    });
    expect(again.status).toBe(304);
    expect(again.headers.get('x-ratelimit-used')).toBe(first.headers.get('x-ratelimit-used'));
  });
});
