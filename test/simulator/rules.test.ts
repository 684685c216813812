import { afterEach, describe, expect, it } from 'vitest';
import { defaultPermissions } from './app-defaults.ts';
import type { Simulator, SimulatorOptions } from './server.ts';
import { call, firstCheck, startAcme } from './test-client.ts';

let running: Simulator | null = null;

afterEach(async () => {
  await running?.close();
  running = null;
});

const reading = { app: { permissions: { ...defaultPermissions, administration: 'read' } } };
const writing = { app: { permissions: { ...defaultPermissions, administration: 'write' } } };

async function acme(options: SimulatorOptions = reading) {
  const started = await startAcme(options);
  running = started.simulator;
  const { simulator, control, repository } = started;
  const base = `/repos/${repository}`;
  const send = (operation: string, body?: unknown) => call(simulator, started.token, operation, body);
  const get = (path: string) => send(`GET ${base}${path}`);
  const as = async (user: string, operation: string, body?: unknown) =>
    call(simulator, control.userToken({ user }).token, operation, body);
  const told = (event: string) =>
    simulator.deliveries.filter((each) => each.event === event).map(({ body }) => JSON.parse(body));
  return { ...started, base, send, get, as, told };
}

const ruleset = {
  name: 'main is careful',
  target: 'branch',
  enforcement: 'active',
  conditions: { ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] } },
  bypass_actors: [{ actor_id: 5, actor_type: 'RepositoryRole', bypass_mode: 'pull_request' }],
  rules: [
    { type: 'deletion' },
    { type: 'non_fast_forward' },
    {
      type: 'required_status_checks',
      parameters: { strict_required_status_checks_policy: false, required_status_checks: [{ context: 'build' }] },
    },
  ],
};

describe('rulesets', () => {
  it('are written by administrators and told to apps that may know of them', async () => {
    const { simulator, base, as, get, told } = await acme();
    expect((await as('ana', `POST ${base}/rulesets`, ruleset)).status).toBe(404);
    const made = await as('acme-owner', `POST ${base}/rulesets`, ruleset);
    expect(made).toMatchObject({
      status: 201,
      body: {
        source: 'acme/payments',
        bypass_actors: ruleset.bypass_actors,
        current_user_can_bypass: 'pull_requests_only',
      },
    });
    const { id } = made.body;
    const changed = await as('acme-owner', `PUT ${base}/rulesets/${id}`, { ...ruleset, enforcement: 'evaluate' });
    expect(changed.body.enforcement).toBe('evaluate');
    expect((await get('/rulesets')).body.map(({ name }: { name: string }) => name)).toEqual(['default', ruleset.name]);
    const read = (await get(`/rulesets/${id}`)).body;
    expect(read).toMatchObject({ rules: ruleset.rules, current_user_can_bypass: 'never' });
    expect(read).not.toHaveProperty('bypass_actors');
    expect(told('repository_ruleset')).toMatchObject([
      { action: 'created', repository_ruleset: { id }, sender: { login: 'acme-owner' } },
      { action: 'edited', changes: { enforcement: { from: 'active' } } },
    ]);
    expect(simulator.violations).toEqual([]);
  });

  it('say nothing to apps without the permission, and all to those that could change them', async () => {
    const plain = await acme({});
    plain.control.addRuleset({ repository: plain.repository, noDeletion: true });
    expect(plain.told('repository_ruleset')).toEqual([]);
    expect((await plain.get('/branches/main/protection')).status).toBe(403);
    await plain.simulator.close();
    const { control, repository, get } = await acme(writing);
    const { id } = control.addRuleset({
      repository,
      noDeletion: true,
      bypass: [{ app: 'countersign', mode: 'exempt' }],
    });
    expect((await get(`/rulesets/${id}`)).body).toMatchObject({
      bypass_actors: [{ actor_type: 'Integration', bypass_mode: 'exempt' }],
      current_user_can_bypass: 'exempt',
    });
  });

  it('of a repository and its organization apply to branches together, while they are active', async () => {
    const { simulator, control, repository, get, told } = await acme();
    const everywhere = control.addRuleset({
      organization: 'acme',
      name: 'everywhere',
      branches: ['refs/heads/release/*'],
      exclude: ['release/old'],
      repositories: ['pay*'],
      pullRequest: { approvals: 1 },
      noForcePush: true,
    });
    control.addRuleset({
      organization: 'acme',
      name: 'elsewhere',
      branches: ['~ALL'],
      repositories: ['shop'],
      noDeletion: true,
    });
    control.addRuleset({ repository, name: 'queue', mergeQueue: { grouping_strategy: 'HEADGREEN' } });
    const types = async (branch: string) =>
      (await get(`/rules/branches/${branch}`)).body.map((rule: { type: string; ruleset_source_type: string }) => [
        rule.type,
        rule.ruleset_source_type,
      ]);
    expect(await types('main')).toEqual([
      ['required_status_checks', 'Repository'],
      ['merge_queue', 'Repository'],
    ]);
    expect(await types('release/1')).toEqual([
      ['pull_request', 'Organization'],
      ['non_fast_forward', 'Organization'],
    ]);
    expect(await types('release/old')).toEqual([]);
    control.disableRuleset({ organization: 'acme', id: everywhere.id });
    expect(await types('release/1')).toEqual([]);
    control.enableRuleset({ organization: 'acme', id: everywhere.id });
    control.editRuleset({ organization: 'acme', id: everywhere.id, branches: ['main'], noDeletion: true });
    expect(await types('main')).toContainEqual(['deletion', 'Organization']);
    control.deleteRuleset({ organization: 'acme', id: everywhere.id });
    expect(told('repository_ruleset').map(({ action }) => action)).toEqual([
      'created',
      'created',
      'created',
      'edited',
      'edited',
      'edited',
      'deleted',
    ]);
    expect(simulator.violations).toEqual([]);
  });

  it('keep an account of what they saw, but not of whom they do not concern', async () => {
    let now = Date.now();
    const { simulator, control, repository, number, head, get } = await acme({ ...writing, clock: () => now });
    const suites = async (query = '') => (await get(`/rulesets/rule-suites${query}`)).body;
    control.merge({ repository, number, as: 'acme-owner', bypass: true });
    expect(await suites()).toMatchObject([{ result: 'bypass', actor_name: 'acme-owner', ref: 'refs/heads/main' }]);
    const { id } = control.addRuleset({
      repository,
      noForcePush: true,
      noDeletion: true,
      bypass: [{ user: 'cem', mode: 'exempt' }],
    });
    expect(() => control.deleteBranch({ repository, branch: 'main', as: 'ben' })).toThrow('Cannot delete this branch');
    const [{ id: suite }] = await suites('?rule_suite_result=fail');
    const failed = (await get(`/rulesets/rule-suites/${suite}`)).body;
    expect(failed.rule_evaluations).toContainEqual(
      expect.objectContaining({ rule_type: 'deletion', result: 'fail', rule_source: expect.objectContaining({ id }) }),
    );
    const [first] = control.ruleSuites({ repository });
    control.disableRuleset({ repository, id: first?.rule_evaluations[0]?.rule_source.id ?? 0 });
    control.push({ repository, branch: 'main', as: 'cem', to: head, force: true });
    expect(await suites()).toHaveLength(2);
    now += 25 * 3_600_000;
    expect(await suites()).toEqual([]);
    expect(await suites('?time_period=week')).toHaveLength(2);
    expect(simulator.violations).toEqual([]);
  });

  it('that only evaluate stop nobody and say what they would have done', async () => {
    const { control, repository, get } = await acme(writing);
    control.addRuleset({ repository, name: 'trial', branches: ['trial'], noDeletion: true, enforcement: 'evaluate' });
    control.push({ repository, branch: 'trial', as: 'ana', to: 'main' });
    control.deleteBranch({ repository, branch: 'trial', as: 'ana' });
    expect((await get('/rulesets/rule-suites')).body).toMatchObject([
      { result: 'pass', evaluation_result: 'fail' },
      { result: 'pass', evaluation_result: 'pass' },
    ]);
    expect((await get('/branches?protected=true')).body.map(({ name }: { name: string }) => name)).toEqual(['main']);
  });
});

describe('people past the rules', () => {
  it('merge by a pull request where that is what they may bypass, and by pushing only where they always may', async () => {
    const { control, repository, number, head, get } = await acme(writing);
    const { id } = control.addRuleset({
      repository,
      pullRequest: { approvals: 1 },
      bypass: [{ team: 'engineering', mode: 'pull_request' }],
    });
    const push = () => control.push({ repository, branch: 'main', as: 'ana', to: head, enforce: true });
    expect(push).toThrow('Changes must be made through a pull request.');
    control.editRuleset({ repository, id, bypass: [{ team: 'engineering' }] });
    expect(push).toThrow('Required status check "countersign" is expected.');
    control.createCheckRun({
      repository,
      app: 'countersign',
      sha: head,
      name: firstCheck.context,
      conclusion: 'success',
    });
    push();
    expect(control.pullRequest({ repository, number })).toMatchObject({
      state: 'closed',
      merged: true,
      merged_by: { login: 'ana' },
    });
    control.push({ repository, branch: 'main', as: 'ana', from: 'main', files: { 'a.md': 'a\n' } });
    control.push({ repository, branch: 'main', as: 'ana', to: head, force: true });
    const { body } = await get('/activity?ref=main');
    expect(
      body.map((each: { activity_type: string; actor: { login: string } }) => [each.activity_type, each.actor.login]),
    ).toEqual([
      ['force_push', 'ana'],
      ['push', 'ana'],
      ['push', 'ana'],
    ]);
    expect(control.ruleSuites({ repository }).map(({ result }) => result)).toEqual([
      'fail',
      'fail',
      'bypass',
      'bypass',
      'bypass',
    ]);
  });

  it('are administrators who merge with a token of their own', async () => {
    const { simulator, control, repository, number, base, as, get } = await acme(writing);
    expect((await as('ana', `PUT ${base}/pulls/${number}/merge`, {})).status).toBe(405);
    expect((await as('mallory', `PUT ${base}/pulls/${number}/merge`, {})).status).toBe(404);
    expect((await as('acme-owner', `PUT ${base}/pulls/${number}/merge`, {})).status).toBe(200);
    expect((await get('/activity?activity_type=pr_merge')).body).toMatchObject([{ actor: { login: 'acme-owner' } }]);
    expect(control.ruleSuites({ repository })).toMatchObject([{ result: 'bypass' }]);
    expect(simulator.violations).toEqual([]);
  });
});

describe('classic protection', () => {
  it('is shown to those who may read it and told when it changes', async () => {
    const { simulator, control, repository, number, head, get, told } = await acme();
    expect(await get('/branches/main/protection')).toMatchObject({
      status: 404,
      body: { message: 'Branch not protected' },
    });
    const at = { repository, branch: 'main' };
    control.protectBranch({ ...at, requiredChecks: [firstCheck, { context: 'lint', integrationId: null }] });
    expect((await get('/branches/main/protection')).body).toMatchObject({
      required_status_checks: {
        contexts: ['countersign', 'lint'],
        checks: [
          { context: 'countersign', app_id: 4242 },
          { context: 'lint', app_id: null },
        ],
      },
      enforce_admins: { enabled: false },
    });
    control.createCheckRun({ repository, app: 'countersign', sha: head, name: 'countersign', conclusion: 'success' });
    expect(control.merge({ repository, number, as: 'ana' })).toMatchObject({
      message: expect.stringContaining('"lint"'),
    });
    control.protectBranch({ ...at, enforceAdmins: true });
    expect(control.merge({ repository, number, as: 'acme-owner', bypass: true })).toMatchObject({ status: 403 });
    expect(() => control.deleteBranch({ ...at, as: 'acme-owner' })).toThrow('Cannot delete');
    control.protectBranch({ ...at, enforceAdmins: false });
    expect(control.merge({ repository, number, as: 'acme-owner', bypass: true })).toMatchObject({ merged: true });
    control.unprotectBranch(at);
    expect((await get('/branches/main/protection')).status).toBe(404);
    expect(told('branch_protection_rule').map(({ action }) => action)).toEqual([
      'created',
      'edited',
      'edited',
      'deleted',
    ]);
    expect(told('branch_protection_rule')[1].changes).toMatchObject({ admin_enforced: { from: false } });
    expect(simulator.violations).toEqual([]);
  });
});

describe('activity', () => {
  it('pages by cursor, both ways, and knows every kind', async () => {
    const { simulator, control, repository, token, base, get } = await acme();
    for (let index = 0; index < 5; index++)
      control.push({ repository, branch: 'long', as: 'ben', files: { 'long.md': `${index}\n` } });
    control.deleteBranch({ repository, branch: 'long', as: 'ben' });
    const kinds = (body: { activity_type: string }[]) => body.map(({ activity_type }) => activity_type);
    const link = (headers: Headers, rel: string) =>
      new RegExp(`<([^>]+)>; rel="${rel}"`).exec(headers.get('link') ?? '')?.[1];
    const pages = [await get('/activity?ref=long&per_page=2')];
    for (let next = link(pages[0]?.headers ?? new Headers(), 'next'); next !== undefined; ) {
      const page = await call(simulator, token, `GET ${next}`);
      pages.push(page);
      next = link(page.headers, 'next');
    }
    expect(pages.flatMap(({ body }) => kinds(body))).toEqual([
      'branch_deletion',
      'push',
      'push',
      'push',
      'push',
      'branch_creation',
    ]);
    expect(pages.map(({ body }) => body.length)).toEqual([2, 2, 2]);
    const back = await call(simulator, token, `GET ${link(pages[2]?.headers ?? new Headers(), 'prev')}`);
    expect(back.body).toEqual(pages[1]?.body);
    expect((await call(simulator, token, `GET ${base}/activity?page=2&ref=long`)).body).toHaveLength(6);
    expect(simulator.violations).toEqual([]);
  });
});
