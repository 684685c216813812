import { afterEach, describe, expect, it } from 'vitest';
import type { Simulator } from './server.ts';
import { call, startAcme } from './test-client.ts';

let running: Simulator | null = null;

async function acme() {
  const started = await startAcme();
  running = started.simulator;
  const get = (path: string) => call(started.simulator, started.token, `GET ${path}`);
  const query = async (text: string) =>
    (await call(started.simulator, started.token, 'POST /graphql', { query: text })).body;
  return { ...started, get, query };
}

afterEach(async () => {
  await running?.close();
  running = null;
});

describe('as awkward as GitHub', () => {
  it('takes pull requests from forks, whose check runs name no pull request', async () => {
    const { simulator, control, repository, get, query } = await acme();
    control.setRole({ repository, user: 'mallory', role: 'read' });
    control.createRepository({ name: 'mallory/payments', forkOf: repository, visibility: 'public' });
    const { sha } = control.push({
      repository: 'mallory/payments',
      branch: 'evil',
      as: 'mallory',
      files: { 'a.ts': 'a\n' },
    });
    const at = { repository, as: 'mallory', title: 'From afar', head: 'evil', headRepository: 'mallory/payments' };
    const { number } = control.openPullRequest(at);
    const run = control.createCheckRun({
      repository,
      app: 'countersign',
      sha,
      name: 'countersign',
      conclusion: 'neutral',
    });
    expect((await get(`/repos/${repository}/check-runs/${run.id}`)).body.pull_requests).toEqual([]);
    expect((await get(`/repos/${repository}/commits/${sha}/pulls`)).body).toMatchObject([{ number }]);
    const text = `{ repository(owner: "acme", name: "payments") { pullRequest(number: ${number}) { isCrossRepository headRepository { nameWithOwner owner { login } } } } }`;
    expect((await query(text)).data.repository.pullRequest).toMatchObject({
      isCrossRepository: true,
      headRepository: { nameWithOwner: 'mallory/payments' },
    });
    const after = control.push({
      repository: 'mallory/payments',
      branch: 'evil',
      as: 'mallory',
      files: { 'b.ts': 'b\n' },
    });
    expect(control.pullRequest({ repository, number }).head.sha).toBe(after.sha);
    expect(simulator.violations).toEqual([]);
  });

  it('lists at most 3,000 files and 250 commits, while GraphQL counts them all', async () => {
    const { control, repository, get, query } = await acme();
    const many = Object.fromEntries(Array.from({ length: 3001 }, (_, index) => [`many/${index}.txt`, `${index}\n`]));
    control.push({ repository, branch: 'many', as: 'ana', files: many });
    for (let index = 0; index < 250; index++) {
      control.push({
        repository,
        branch: 'many',
        as: 'ana',
        files: { 'count.txt': `${index}\n` },
        message: `Commit ${index}`,
      });
    }
    const { number } = control.openPullRequest({ repository, as: 'ana', title: 'Many', head: 'many' });
    const files = await get(`/repos/${repository}/pulls/${number}/files?per_page=100&page=31`);
    expect(files.body).toEqual([]);
    const commits = await get(`/repos/${repository}/pulls/${number}/commits?per_page=100&page=3`);
    expect(commits.body).toHaveLength(50);
    const text = `{ repository(owner: "acme", name: "payments") { pullRequest(number: ${number}) { changedFiles commits(first: 1) { totalCount } } } }`;
    expect((await query(text)).data.repository.pullRequest).toEqual({
      changedFiles: 3002,
      commits: { totalCount: 251 },
    });
  });

  it('lets a freed login be taken by somebody else, and keeps ids', async () => {
    const { control, get } = await acme();
    const before = (await get('/users/ben')).body.id;
    control.renameUser({ user: 'ben', login: 'benjamin' });
    control.createUser({ login: 'ben', email: 'another@acme.example' });
    expect((await get('/users/ben')).body.id).not.toBe(before);
    expect((await get(`/user/${before}`)).body.login).toBe('benjamin');
    control.suspendUser({ user: 'benjamin' });
    expect((await get('/users/benjamin')).body.suspended_at).toEqual(expect.any(String));
  });

  it('says who pushed what, whatever the commits claim', async () => {
    const { control, repository, get } = await acme();
    control.push({
      repository,
      branch: 'fix',
      as: 'mallory',
      author: 'ana',
      committer: 'ana',
      files: { 'x.ts': 'x\n' },
    });
    const { body } = await get(`/repos/${repository}/activity?ref=refs/heads/fix`);
    expect(body.map((each: { actor: { login: string } }) => each.actor.login)).toEqual(['mallory', 'ana']);
  });
});
