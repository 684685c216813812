import { afterEach, describe, expect, it } from 'vitest';
import type { SimulatorOptions } from './server.ts';
import { call, startAcme, startReceiver } from './test-client.ts';

let cleanUp: (() => Promise<void> | void)[] = [];

async function acme(options: SimulatorOptions = {}) {
  const receiver = await startReceiver('it is a secret');
  const started = await startAcme({ ...options, webhookUrl: receiver.url, webhookSecret: 'it is a secret' });
  cleanUp.push(() => started.simulator.close(), receiver.close);
  const { simulator, token, repository, control } = started;
  await simulator.settled();
  receiver.received.splice(0);
  control.createEnvironment({ repository, name: 'production', apps: [simulator.app.id] });
  const ask = (operation: string, body?: unknown) => call(simulator, token, operation, body);
  const get = (path: string) => ask(`GET /repos/${repository}${path}`);
  const answer = (run: number | null, body: unknown) =>
    ask(`POST /repos/${repository}/actions/runs/${run}/deployment_protection_rule`, body);
  const query = async (fields: string) =>
    (await ask('POST /graphql', { query: `{ repository(owner: "acme", name: "payments") { ${fields} } }` })).body;
  const names = async () => {
    await simulator.settled();
    return receiver.received.map(({ event, payload }) => `${event}.${payload.action}`);
  };
  return { ...started, receiver, get, answer, query, names };
}

const production = { environment_name: 'production' };

afterEach(async () => {
  for (const end of cleanUp) await end();
  cleanUp = [];
});

describe('environments', () => {
  it('have rules of apps, and are made unprotected by whoever first names them', async () => {
    const { simulator, control, repository, get } = await acme();
    control.deploy({ repository, environment: 'review/1', as: 'ana' });
    expect((await get('/environments')).body).toMatchObject({
      total_count: 2,
      environments: [{ name: 'production', can_admins_bypass: true, protection_rules: [] }, { name: 'review/1' }],
    });
    expect((await get('/environments/Production')).body.name).toBe('production');
    const rules = await get('/environments/production/deployment_protection_rules');
    expect(rules.body).toMatchObject({
      total_count: 1,
      custom_deployment_protection_rules: [{ enabled: true, app: { id: 4242, slug: 'countersign' } }],
    });
    expect((await get('/environments/review%2F1/deployment_protection_rules')).body.total_count).toBe(0);
    expect((await get('/environments/nowhere')).status).toBe(404);
    expect(simulator.violations).toEqual([]);
  });
});

describe('deployments', () => {
  it('wait for the rule of the app, with an event that says where to answer', async () => {
    const { simulator, control, repository, number, receiver, get, answer, names } = await acme();
    const { run, deployment, sha } = control.deploy({ repository, environment: 'production', ref: 'fix', as: 'ana' });
    expect(await names()).toEqual([
      'workflow_run.requested',
      'deployment.created',
      'deployment_protection_rule.requested',
      'deployment_status.created',
    ]);
    const asked = receiver.received.find(({ event }) => event === 'deployment_protection_rule');
    expect(asked?.payload).toMatchObject({
      environment: 'production',
      event: 'push',
      deployment_callback_url: `${simulator.url}/repos/${repository}/actions/runs/${run}/deployment_protection_rule`,
      deployment: { id: deployment, sha, ref: 'fix', environment: 'production', creator: { login: 'ana' } },
      pull_requests: [{ number }],
      sender: { login: 'ana' },
    });
    expect((await get(`/actions/runs/${run}`)).body).toMatchObject({ status: 'waiting', conclusion: null });
    expect((await get(`/deployments/${deployment}/statuses`)).body).toMatchObject([{ state: 'waiting' }]);
    expect((await answer(run, { ...production, state: 'approved', comment: 'Fine' })).status).toBe(204);
    expect((await get(`/actions/runs/${run}`)).body.status).toBe('in_progress');
    control.finishDeployment({ deployment, state: 'success' });
    expect((await get(`/actions/runs/${run}`)).body).toMatchObject({ status: 'completed', conclusion: 'success' });
    const states = (await get(`/deployments/${deployment}/statuses`)).body.map((each: { state: string }) => each.state);
    expect(states).toEqual(['success', 'in_progress', 'waiting']);
    expect((await names()).slice(4)).toEqual([
      'workflow_run.in_progress',
      'deployment_status.created',
      'deployment_status.created',
      'workflow_run.completed',
    ]);
    expect(simulator.violations).toEqual([]);
  });

  it('fail when rejected, and are answered once', async () => {
    const { simulator, control, repository, answer, get } = await acme();
    const { run, deployment } = control.deploy({ repository, environment: 'production', as: 'ana' });
    expect((await answer(run, { ...production, state: 'rejected', comment: 'No' })).status).toBe(204);
    expect((await get(`/actions/runs/${run}`)).body).toMatchObject({ status: 'completed', conclusion: 'failure' });
    expect(control.deployment({ deployment })).toMatchObject({ state: 'FAILURE' });
    expect((await answer(run, { ...production, state: 'approved' })).status).toBe(422);
    expect((await answer(1, { ...production, state: 'approved' })).status).toBe(404);
    expect((await answer(run, { environment_name: 'staging', state: 'approved' })).status).toBe(404);
    const again = control.rerunWorkflow({ run: run ?? 0 });
    expect((await get(`/actions/runs/${run}`)).body).toMatchObject({ status: 'waiting', run_attempt: 2 });
    expect((await answer(run, { ...production, state: 'approved' })).status).toBe(204);
    control.finishDeployment({ deployment: again.deployments[0] ?? 0, state: 'success' });
    expect((await get(`/actions/runs/${run}`)).body.conclusion).toBe('success');
    expect(simulator.violations).toEqual([]);
  });

  it('take ten notes of up to 1,024 characters before the answer', async () => {
    const { control, repository, answer } = await acme();
    const { run, deployment } = control.deploy({ repository, environment: 'production', as: 'ana' });
    expect((await answer(run, production)).status).toBe(422);
    expect((await answer(run, { ...production, comment: 'x'.repeat(1025) })).status).toBe(422);
    expect((await answer(run, { ...production, state: 'maybe', comment: 'x' })).status).toBe(422);
    for (let note = 0; note < 10; note++)
      expect((await answer(run, { ...production, comment: 'x'.repeat(1024) })).status).toBe(204);
    expect((await answer(run, { ...production, comment: 'one more' })).status).toBe(422);
    expect(control.deployment({ deployment }).runStatus).toBe('waiting');
    expect((await answer(run, { ...production, state: 'approved' })).status).toBe(204);
  });

  it('wait for every app, or for an administrator where the environment lets one', async () => {
    const { simulator, control, repository, answer } = await acme();
    control.createEnvironment({ repository, name: 'production', apps: ['countersign', 'scanner'] });
    const first = control.deploy({ repository, environment: 'production', as: 'ana' });
    await answer(first.run, { ...production, state: 'approved' });
    expect(control.deployment(first)).toMatchObject({ state: 'WAITING', rules: [{ state: 'approved' }, {}] });
    control.answerProtection({ ...first, app: 'scanner', state: 'approved' });
    expect(control.deployment(first).state).toBe('IN_PROGRESS');
    const second = control.deploy({ repository, environment: 'production', as: 'ana' });
    expect(() => control.bypassProtection({ ...second, as: 'ana' })).toThrow('administrator');
    control.bypassProtection({ ...second, as: 'acme-owner' });
    expect(control.deployment(second)).toMatchObject({ runStatus: 'in_progress', rules: [{ state: 'bypassed' }, {}] });
    expect((await answer(second.run, { ...production, state: 'rejected' })).status).toBe(422);
    control.createEnvironment({ repository, name: 'production', canAdminsBypass: false });
    const third = control.deploy({ repository, environment: 'production', as: 'ana' });
    expect(() => control.bypassProtection({ ...third, as: 'acme-owner' })).toThrow('cannot bypass');
    await simulator.settled();
    expect(simulator.violations).toEqual([]);
  });

  it('of several jobs of one run are answered at one address', async () => {
    const { control, repository, answer, get } = await acme();
    const staging = control.deploy({ repository, environment: 'staging', as: 'ana' });
    expect(staging.status).toBe('in_progress');
    control.finishDeployment({ ...staging, state: 'success', moreJobs: true });
    const live = control.deploy({ repository, environment: 'production', as: 'ana', run: staging.run ?? 0 });
    expect(live.run).toBe(staging.run);
    expect((await answer(live.run, { environment_name: 'staging', state: 'approved' })).status).toBe(422);
    expect((await answer(live.run, { environment_name: 'Production', state: 'approved' })).status).toBe(204);
    control.finishDeployment({ ...live, state: 'failure' });
    expect((await get(`/actions/runs/${live.run}`)).body.conclusion).toBe('failure');
  });

  it('made without Actions meet no rule', async () => {
    const { simulator, control, repository, receiver, names } = await acme();
    const { run, deployment } = control.deploy({ repository, environment: 'production', as: 'ben', viaRun: false });
    expect(run).toBeNull();
    expect(control.deployment({ deployment }).state).toBe('PENDING');
    control.setDeploymentStatus({ deployment, state: 'queued', as: 'ben' });
    control.finishDeployment({ deployment, state: 'success' });
    expect(await names()).toEqual(['deployment.created', 'deployment_status.created', 'deployment_status.created']);
    expect(receiver.received[0]?.payload).toMatchObject({ workflow: null, workflow_run: null });
    expect(simulator.violations).toEqual([]);
  });

  it('take each other’s place, and outlive their branch', async () => {
    const { simulator, control, repository, get, query, names } = await acme();
    const at = { repository, environment: 'staging', as: 'ana' };
    const [first, failed, second] = [control.deploy({ ...at, ref: 'fix' }), control.deploy(at), control.deploy(at)];
    control.finishDeployment({ ...first, state: 'success' });
    control.finishDeployment({ ...failed, state: 'failure' });
    const before = (await names()).length;
    control.finishDeployment({ ...second, state: 'success' });
    // Nothing is said of what became inactive.
    expect((await names()).slice(before)).toEqual(['deployment_status.created', 'workflow_run.completed']);
    expect((await get(`/deployments/${first.deployment}/statuses`)).body[0].state).toBe('inactive');
    control.deleteBranch({ repository, branch: 'fix', as: 'ana' });
    const fields = `totalCount pageInfo { hasNextPage endCursor } nodes {
      databaseId commitOid environment state latestStatus { state createdAt } createdAt task ref { name } creator { login }
    }`;
    const page = `deployments(environments: ["staging"], first: 2, orderBy: { field: CREATED_AT, direction: DESC }) { ${fields} }`;
    const { data, errors } = await query(page);
    expect(errors).toBeUndefined();
    expect(data.repository.deployments).toMatchObject({
      totalCount: 3,
      pageInfo: { hasNextPage: true },
      nodes: [
        { databaseId: second.deployment, state: 'ACTIVE', latestStatus: { state: 'SUCCESS' }, ref: { name: 'main' } },
        { databaseId: failed.deployment, state: 'FAILURE', task: 'deploy', creator: { login: 'ana' } },
      ],
    });
    const oldest = (await query(`deployments(first: 1) { ${fields} }`)).data.repository.deployments.nodes;
    expect(oldest).toMatchObject([{ databaseId: first.deployment, state: 'INACTIVE', ref: null }]);
    const ids = async (search: string) =>
      (await get(`/deployments?${search}`)).body.map((each: { id: number }) => each.id);
    expect(await ids('environment=staging')).toEqual([second.deployment, failed.deployment, first.deployment]);
    expect(await ids('ref=fix')).toEqual([first.deployment]);
    expect(await ids(`sha=${second.sha}&per_page=1&page=2`)).toEqual([failed.deployment]);
    expect(await ids('task=nothing')).toEqual([]);
    expect((await get(`/deployments/${first.deployment}`)).body.ref).toBe('fix');
    expect(simulator.violations).toEqual([]);
  });

  it('are not held when the app could not hear of them', async () => {
    const { control, repository } = await acme({ app: { events: ['deployment'] } });
    expect(control.deploy({ repository, environment: 'production', as: 'ana' }).status).toBe('in_progress');
  });
});

describe('workflow runs', () => {
  it('are found by what started them, when, and how they stand', async () => {
    let clock = Date.parse('2026-03-01T10:00:00Z');
    const { simulator, control, repository, get, names } = await acme({ clock: () => clock });
    const at = { repository, as: 'ana' };
    const deployed = control.deploy({ ...at, environment: 'staging', workflow: '.github/workflows/ship.yml' });
    clock = Date.parse('2026-03-02T10:00:00Z');
    const smoke = control.startWorkflowRun({ ...at, path: '.github/workflows/smoke.yml', event: 'deployment_status' });
    const report = control.startWorkflowRun({ ...at, path: '.github/workflows/report.yml', event: 'workflow_run' });
    control.beginWorkflowRun({ run: smoke.id });
    control.completeWorkflowRun({ run: smoke.id, conclusion: 'failure' });
    const ids = async (search: string) =>
      (await get(`/actions/runs?${search}`)).body.workflow_runs.map((run: { id: number }) => run.id);
    expect(await ids('event=deployment_status')).toEqual([smoke.id]);
    expect(await ids('status=failure')).toEqual([smoke.id]);
    expect(await ids('status=queued')).toEqual([report.id]);
    expect(await ids(`head_sha=${deployed.sha}`)).toEqual([report.id, smoke.id, deployed.run]);
    expect(await ids('created=2026-03-01')).toEqual([deployed.run]);
    expect(await ids('created=%3E%3D2026-03-02T10:00:00Z')).toEqual([report.id, smoke.id]);
    expect(await ids('created=2026-03-01..2026-03-02&event=push')).toEqual([deployed.run]);
    expect((await get('/actions/runs?created=soon')).status).toBe(422);
    expect((await get(`/actions/runs/${smoke.id}`)).body).toMatchObject({
      path: '.github/workflows/smoke.yml',
      head_branch: 'main',
      run_started_at: '2026-03-02T10:00:00Z',
    });
    expect((await names()).slice(-2)).toEqual(['workflow_run.in_progress', 'workflow_run.completed']);
    expect(simulator.violations).toEqual([]);
  });
});
