import { afterEach, describe, expect, it } from 'vitest';
import type { Simulator } from './server.ts';
import { call, startAcme } from './test-client.ts';

let running: Simulator | null = null;

async function acme() {
  const started = await startAcme();
  running = started.simulator;
  const { simulator, token, control, repository } = started;
  const get = (path: string) => call(simulator, token, `GET /repos/${repository}${path}`);
  const commits = async (fields: string, shas: readonly string[]) => {
    const aliases = shas.map((sha, index) => `c${index}: object(oid: "${sha}") { ... on Commit { ${fields} } }`);
    const query = `{ rateLimit { cost } repository(owner: "acme", name: "payments") { ${aliases.join(' ')} } }`;
    const { body } = await call(simulator, token, 'POST /graphql', { query });
    expect(body.errors).toBeUndefined();
    return { cost: body.data.rateLimit.cost, commits: shas.map((_, index) => body.data.repository[`c${index}`]) };
  };
  const pullsOf = async (sha: string) => {
    const found = await commits('associatedPullRequests(first: 5) { nodes { number } }', [sha]);
    return found.commits[0].associatedPullRequests.nodes.map((pull: { number: number }) => pull.number);
  };
  const push = (branch: string, files: Record<string, string>, more = {}) =>
    control.push({ repository, branch, as: 'ana', files, ...more }).sha;
  return { ...started, get, commits, pullsOf, push };
}

afterEach(async () => {
  await running?.close();
  running = null;
});

describe('comparisons', () => {
  it('show the last 250 commits, or pages of 100 with the files on the first', async () => {
    const { simulator, repository, control, get, push } = await acme();
    const base = control.branchHead({ repository, branch: 'main' }).sha;
    const shas = Array.from({ length: 520 }, (_, index) => push('long', { 'n.txt': `${index}\n` }));
    const whole = (await get(`/compare/${base}...long`)).body;
    expect(whole).toMatchObject({ status: 'ahead', ahead_by: 520, behind_by: 0, total_commits: 520 });
    expect(whole.commits.map((each: { sha: string }) => each.sha)).toEqual(shas.slice(-250));
    const pages = [];
    for (const page of [1, 2, 3, 4, 5, 6, 7])
      pages.push(await get(`/compare/${base}...long?per_page=200&page=${page}`));
    expect(pages.flatMap(({ body }) => body.commits.map((each: { sha: string }) => each.sha))).toEqual(shas);
    expect(pages.map(({ body }) => body.files?.length)).toEqual([1, ...Array(6).fill(undefined)]);
    expect(pages.map(({ headers }) => headers.get('link')?.includes('rel="next"'))).toEqual([
      ...Array(5).fill(true),
      false,
      false,
    ]);
    expect(pages[0]?.body.commits[1]).toMatchObject({ author: { login: 'ana' }, parents: [{ sha: shas[0] }] });
    expect(simulator.violations).toEqual([]);
  });

  it('say how both sides stand, and 404 for what is not there', async () => {
    const { simulator, repository, control, get, push } = await acme();
    expect((await get('/compare/main...main')).body).toMatchObject({ status: 'identical', commits: [] });
    expect((await get('/compare/fix...main')).body).toMatchObject({ status: 'behind', ahead_by: 0, behind_by: 1 });
    push('main', { 'docs/more.md': 'more\n' });
    expect((await get('/compare/main...acme:fix')).body).toMatchObject({ status: 'diverged', behind_by: 1 });
    expect((await get(`/compare/main...${'0'.repeat(40)}`)).body.message).toBe('Not Found');
    expect((await get('/compare/nowhere...main')).status).toBe(404);
    control.createRepository({ name: 'mallory/payments', forkOf: repository, visibility: 'public' });
    control.push({ repository: 'mallory/payments', branch: 'evil', as: 'mallory', files: { 'x.txt': 'x\n' } });
    expect((await get('/compare/main...mallory:evil')).body.ahead_by).toBe(1);
    expect(simulator.violations).toEqual([]);
  });
});

describe('commits', () => {
  it('are asked for by the hundred in one query, at the price of their connections', async () => {
    const { commits, push } = await acme();
    const shas = Array.from({ length: 100 }, (_, index) => push('long', { 'n.txt': `${index}\n` }));
    const answer = await commits(
      'oid parents(first: 2) { nodes { oid } } associatedPullRequests(first: 5) { totalCount }',
      shas,
    );
    expect(answer.cost).toBe(2);
    expect(answer.commits[7]).toMatchObject({ oid: shas[7], parents: { nodes: [{ oid: shas[6] }] } });
  });

  it('are signed when GitHub writes them, and no copy of one is', async () => {
    const { control, repository, number, commits, push, get } = await acme();
    const web = push('web', { 'a.txt': 'a\n' }, { onWeb: true, from: 'main', date: '2026-01-01T00:00:00Z' });
    const forged = push(
      'forged',
      { 'a.txt': 'a\n' },
      { from: 'main', date: '2026-01-01T00:00:00Z', committer: { name: 'GitHub', email: 'noreply@github.com' } },
    );
    expect(forged).not.toBe(web);
    const merged = control.merge({ repository, number, as: 'acme-owner', bypass: true });
    const sha = merged.merged ? merged.sha : '';
    const { commits: found } = await commits('signature { isValid wasSignedByGitHub }', [web, forged, sha]);
    const signature = { isValid: true, wasSignedByGitHub: true };
    expect(found).toEqual([{ signature }, { signature: null }, { signature }]);
    expect((await get(`/commits/${sha}`)).body).toMatchObject({
      committer: { login: 'web-flow' },
      commit: { verification: { verified: true, reason: 'valid' } },
    });
  });

  it('lead to the merged pull request that brought them, and to open ones before that', async () => {
    const { control, repository, number, head, pullsOf, push, get } = await acme();
    const second = push('stacked', { 'b.txt': 'b\n' }, { from: 'fix' });
    const stacked = control.openPullRequest({ repository, as: 'ana', title: 'More', head: 'stacked' });
    expect(await pullsOf(head)).toEqual([number, stacked.number]);
    expect(await pullsOf(second)).toEqual([stacked.number]);
    const merged = control.merge({ repository, number, as: 'acme-owner', bypass: true });
    expect(await pullsOf(head)).toEqual([number]);
    expect(await pullsOf(merged.merged ? merged.sha : '')).toEqual([number]);
    const squashed = control.merge({ ...stacked, repository, as: 'acme-owner', bypass: true, method: 'squash' });
    const squash = squashed.merged ? squashed.sha : '';
    expect(await pullsOf(squash)).toEqual([stacked.number]);
    const rest = (await get(`/commits/${squash}/pulls`)).body;
    expect(rest.map((pull: { number: number }) => pull.number)).toEqual([stacked.number]);
  });
});

describe('merging', () => {
  it('by rebase writes every commit anew', async () => {
    const { simulator, control, repository, number, head, commits, pullsOf, push, get } = await acme();
    const second = push('fix', { 'c.txt': 'c\n' }, { message: 'Second' });
    const merged = control.merge({ repository, number, as: 'acme-owner', bypass: true, method: 'rebase' });
    const last = merged.merged ? merged.sha : '';
    const shown = (await get(`/commits/${last}`)).body;
    expect([head, second]).not.toContain(last);
    expect(shown).toMatchObject({ author: { login: 'ana' }, committer: { login: 'acme-owner' } });
    expect(shown.commit).toMatchObject({ message: 'Second', verification: { verified: false } });
    expect(shown.parents[0].sha).not.toBe(head);
    expect(await pullsOf(shown.parents[0].sha)).toEqual([number]);
    expect((await get(`/pulls/${number}`)).body).toMatchObject({ merged: true, merge_commit_sha: last });
    expect((await commits('signature { isValid }', [last])).commits).toEqual([{ signature: null }]);
    expect((await get('/contents/c.txt')).status).toBe(200);
    expect(simulator.violations).toEqual([]);
  });

  it('happens to a pull request whose head is pushed onto its base', async () => {
    const { control, repository, number, head, get, pullsOf } = await acme();
    control.push({ repository, branch: 'main', as: 'acme-owner', to: head });
    expect((await get(`/pulls/${number}`)).body).toMatchObject({
      state: 'closed',
      merged: true,
      merged_by: { login: 'acme-owner' },
      merge_commit_sha: head,
    });
    expect(await pullsOf(head)).toEqual([number]);
  });

  it.each(['merge', 'squash', 'rebase', 'push'] as const)('is undone by the button after a %s', async (method) => {
    const { simulator, control, repository, number, get, push } = await acme();
    const head = push('fix', { 'c.txt': 'c\n' });
    if (method === 'push') control.push({ repository, branch: 'main', as: 'acme-owner', to: head });
    else control.merge({ repository, number, as: 'acme-owner', bypass: true, method });
    push('main', { 'later.txt': 'later\n' });
    const { merge_commit_sha: merged } = (await get(`/pulls/${number}`)).body;
    const reverted = control.revertPullRequest({ repository, number, as: 'ben' });
    expect(reverted.branch).toBe(`revert-${number}-fix`);
    const pull = (await get(`/pulls/${reverted.number}`)).body;
    expect(pull).toMatchObject({ title: 'Revert "Fix"', body: `Reverts ${repository}#${number}`, changed_files: 2 });
    const { commit } = (await get(`/commits/${reverted.sha}`)).body;
    expect(commit).toMatchObject({ message: `Revert "Fix"\n\nThis reverts commit ${merged}.` });
    const file = control.readFile({ repository, ref: reverted.branch, path: 'src/pay.ts' });
    expect(file.content).toBe('one\ntwo\nthree\nfour\n');
    expect(control.readFile({ repository, ref: reverted.branch, path: 'later.txt' }).content).toBe('later\n');
    expect(simulator.violations).toEqual([]);
  });
});
