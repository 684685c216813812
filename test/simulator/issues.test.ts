import { afterEach, describe, expect, it } from 'vitest';
import type { Simulator } from './server.ts';
import { call, installationToken, startAcme } from './test-client.ts';

let running: Simulator | null = null;

async function acme(options = {}) {
  const started = await startAcme(options);
  running = started.simulator;
  const send = (operation: string, body?: unknown) => call(started.simulator, started.token, operation, body);
  const issues = `/repos/${started.repository}/issues`;
  const numbers = async (query: string) => {
    const { status, body } = await send(`GET ${issues}?${query}`);
    return status === 200 ? body.map((issue: { number: number }) => issue.number) : body;
  };
  return { ...started, send, issues, numbers };
}

afterEach(async () => {
  await running?.close();
  running = null;
});

describe('the list of issues', () => {
  it('holds pull requests too, and tells them by a key', async () => {
    const { simulator, control, repository, number, send, issues } = await acme();
    const opened = control.openIssue({ repository, as: 'ben', title: 'Broken' });
    const { body } = await send(`GET ${issues}`);
    expect(body.map((issue: { number: number }) => issue.number)).toEqual([opened.number, number]);
    expect(body[0].pull_request).toBeUndefined();
    expect(body[1].pull_request.url).toContain(`/pulls/${number}`);
    expect(simulator.violations).toEqual([]);
  });

  it('is filtered by creator, state, label, assignee and time', async () => {
    let time = Date.parse('2026-03-01T10:00:00Z');
    const { simulator, control, repository, number, send, issues, numbers } = await acme({ clock: () => time });
    const { number: old } = control.openIssue({ repository, as: 'ben', title: 'Old' });
    time += 3_600_000;
    const { body: own } = await send(`POST ${issues}`, { title: 'Review' });
    control.label({ repository, number, as: 'ana', name: 'Security' });
    control.label({ repository, number, as: 'ana', name: 'urgent' });
    control.assign({ repository, number, as: 'ana', user: 'cem' });
    expect(await numbers('creator=countersign%5Bbot%5D')).toEqual([own.number]);
    expect(await numbers('creator=BEN')).toEqual([old]);
    expect(await numbers('creator=nobody')).toEqual([]);
    expect(await numbers('labels=security,urgent')).toEqual([number]);
    expect(await numbers('labels=security,other')).toEqual([]);
    expect(await numbers('assignee=cem')).toEqual([number]);
    expect(await numbers('assignee=none')).toEqual([own.number, old]);
    expect(await numbers('since=2026-03-01T10:30:00Z')).toEqual([own.number, number]);
    control.setIssueState({ repository, number: old, as: 'ben', state: 'closed' });
    expect(await numbers('state=closed')).toEqual([old]);
    expect(await numbers('state=all&sort=created&direction=asc')).toEqual([number, old, own.number]);
    expect((await send(`GET ${issues}?mentioned=ana`)).status).toBe(422);
    expect(simulator.violations).toEqual([]);
  });

  it('is sorted by update and by comments, and paged', async () => {
    let time = Date.parse('2026-03-01T10:00:00Z');
    const { control, repository, number, send, issues, numbers } = await acme({ clock: () => time });
    const first = control.openIssue({ repository, as: 'ben', title: 'First' }).number;
    const second = control.openIssue({ repository, as: 'ben', title: 'Second' }).number;
    time += 5000;
    control.comment({ repository, number: first, as: 'ana', body: 'I see' });
    time += 5000;
    control.setIssueState({ repository, number, as: 'ana', state: 'closed' });
    expect(await numbers('sort=updated&state=all')).toEqual([number, first, second]);
    expect(await numbers('sort=comments&state=all&per_page=1')).toEqual([first]);
    const page = await send(`GET ${issues}?state=all&per_page=2`);
    const link = page.headers.get('link') ?? '';
    expect(link).toContain('rel="last"');
    const next = /<([^>]+)>; rel="next"/.exec(link)?.[1] ?? '';
    expect((await send(`GET ${next}`)).body).toMatchObject([{ number }]);
  });

  it('needs the permission', async () => {
    const { simulator, send, issues } = await acme({ app: { permissions: { pull_requests: 'write' } } });
    expect((await send(`GET ${issues}`)).status).toBe(403);
    expect(simulator.violations).toEqual([]);
  });
});

describe('the list of comments', () => {
  it('goes over all issues and pull requests of a repository, by id', async () => {
    const { simulator, control, repository, number, send, issues } = await acme();
    const opened = control.openIssue({ repository, as: 'ben', title: 'Broken' });
    control.comment({ repository, number: opened.number, as: 'ana', body: 'one' });
    control.comment({ repository, number, as: 'ana', body: 'two' });
    const bodies = async (query: string) =>
      (await send(`GET ${issues}/comments?${query}`)).body.map((comment: { body: string }) => comment.body);
    expect(await bodies('')).toEqual(['one', 'two']);
    expect(await bodies('sort=created&direction=desc')).toEqual(['two', 'one']);
    expect(await bodies('since=2100-01-01T00:00:00Z')).toEqual([]);
    expect(simulator.violations).toEqual([]);
  });
});

describe('issues of an app', () => {
  it('say who made them, with labels that are made by the way and people who can be assigned', async () => {
    const { simulator, control, repository, send, issues } = await acme();
    control.label({ repository, number: 1, as: 'ana', name: 'Access' });
    const wanted = {
      title: 'Review',
      body: 'Who is in?',
      labels: ['access', 'new', { name: 'NEW' }],
      assignees: ['ben'],
    };
    const { status, body } = await send(`POST ${issues}`, wanted);
    expect(status).toBe(201);
    expect(body).toMatchObject({
      user: { login: 'countersign[bot]', type: 'Bot' },
      performed_via_github_app: { slug: 'countersign' },
      labels: [{ name: 'Access' }, { name: 'new' }],
      assignees: [{ login: 'ben' }],
      locked: false,
    });
    expect(control.issue({ repository, number: body.number })).toMatchObject({ title: 'Review', body: 'Who is in?' });
    const events = simulator.deliveries.filter(({ event }) => event === 'issues').map(({ action }) => action);
    expect(events).toEqual(['opened', 'labeled', 'labeled', 'assigned']);
    expect(control.issues({ repository }).map(({ title }) => title)).toEqual(['Review']);
    expect(simulator.violations).toEqual([]);
  });

  it('are changed as a whole or not at all', async () => {
    const { simulator, control, repository, send, issues } = await acme();
    const { number } = control.openIssue({
      repository,
      as: 'ben',
      title: 'Old',
      labels: ['a', 'b'],
      assignees: ['ben'],
    });
    for (const login of ['mallory', 'nobody', 'dependabot[bot]']) {
      const refused = await send(`PATCH ${issues}/${number}`, { title: 'Not', labels: [], assignees: ['cem', login] });
      expect(refused.status).toBe(422);
      const error = { value: login, resource: 'Issue', field: 'assignees', code: 'invalid' };
      expect(refused.body).toMatchObject({ message: 'Validation Failed', errors: [error] });
    }
    expect(control.issue({ repository, number }).title).toBe('Old');
    control.comment({ repository, number, as: 'ana', body: 'Mine' });
    const change = { title: 'New', body: 'Text', labels: ['B', 'c'], assignees: ['cem'], state: 'closed' };
    const changed = await send(`PATCH ${issues}/${number}`, { ...change, state_reason: 'not_planned' });
    expect(changed.body).toMatchObject({ title: 'New', body: 'Text', state: 'closed', state_reason: 'not_planned' });
    const issue = control.issue({ repository, number });
    expect(issue.labels.map(({ name }) => name)).toEqual(['b', 'c']);
    expect(issue.assignees.map(({ login }) => login)).toEqual(['cem']);
    expect(issue.thread).toMatchObject([{ user: { login: 'ana' }, body: 'Mine', reactedBy: [] }]);
    expect(control.issues({ repository, state: 'open' })).toEqual([]);
    expect(simulator.violations).toEqual([]);
  });

  it('are commented on without a pull request in the event', async () => {
    const { simulator, control, repository, number, send, issues } = await acme();
    const { number: plain } = control.openIssue({ repository, as: 'ben', title: 'Broken' });
    await send(`POST ${issues}/${plain}/comments`, { body: 'seen' });
    await send(`POST ${issues}/${number}/comments`, { body: 'seen' });
    const heard = simulator.deliveries
      .filter(({ event }) => event === 'issue_comment')
      .map(({ body }) => JSON.parse(body));
    expect(heard.map(({ issue }) => issue.pull_request !== undefined)).toEqual([false, true]);
    expect(heard[0].comment).toMatchObject({
      user: { type: 'Bot' },
      performed_via_github_app: { slug: 'countersign' },
    });
    expect(simulator.violations).toEqual([]);
  });

  it('need the permission of the conversation', async () => {
    const { simulator, control, repository, number, issues, installation } = await acme();
    const { number: plain } = control.openIssue({ repository, as: 'ben', title: 'Broken' });
    const say = async (permission: string, on: number) => {
      const token = await installationToken(simulator, installation, { permissions: { [permission]: 'write' } });
      return (await call(simulator, token, `POST ${issues}/${on}/comments`, { body: 'seen' })).status;
    };
    expect([await say('issues', plain), await say('issues', number)]).toEqual([201, 403]);
    expect([await say('pull_requests', plain), await say('pull_requests', number)]).toEqual([403, 201]);
    expect(simulator.violations).toEqual([]);
  });
});

describe('a pull request among issues', () => {
  it('has another id there, and closes as a pull request', async () => {
    const { simulator, control, repository, number, send, issues } = await acme();
    const { body } = await send(`PATCH ${issues}/${number}`, { state: 'closed', title: 'Better' });
    const pull = control.pullRequest({ repository, number });
    expect(body.id).not.toBe(pull.id);
    expect(body.node_id).toBe(pull.node_id);
    expect(pull).toMatchObject({ state: 'closed', title: 'Better' });
    const events = simulator.deliveries.map(({ event, action }) => `${event}.${action}`);
    expect(events.slice(-2)).toEqual(['pull_request.edited', 'pull_request.closed']);
    expect(simulator.violations).toEqual([]);
  });
});

describe('a locked conversation', () => {
  it('is for people who may write, and not for apps', async () => {
    const { simulator, control, repository, number, send, issues, token } = await acme();
    control.setRole({ repository, user: 'mallory', role: 'triage' });
    const before = await send(`POST ${issues}/${number}/comments`, { body: 'before' });
    control.lock({ repository, number, as: 'ana', reason: 'too heated' });
    const refusal = 'Unable to create comment because issue is locked.';
    expect(await send(`POST ${issues}/${number}/comments`, { body: 'after' })).toMatchObject({
      status: 403,
      body: { message: refusal },
    });
    const comment = `${issues}/comments/${before.body.id}`;
    expect((await send(`PATCH ${comment}`, { body: 'again' })).status).toBe(403);
    expect((await send(`POST ${comment}/reactions`, { content: 'eyes' })).status).toBe(403);
    expect(() => control.comment({ repository, number, as: 'mallory', body: 'me too' })).toThrow(refusal);
    control.comment({ repository, number, as: 'ben', body: 'enough' });
    expect(() => control.react({ repository, number, as: 'ben', comment: before.body.id, content: 'eyes' })).toThrow();
    const query = `{ repository(owner: "acme", name: "payments") { pullRequest(number: ${number}) { id locked activeLockReason viewerCanReact } } }`;
    const pull = (await call(simulator, token, 'POST /graphql', { query })).body.data.repository.pullRequest;
    expect(pull).toMatchObject({ locked: true, activeLockReason: 'TOO_HEATED', viewerCanReact: false });
    const mutation = `mutation { addReaction(input: { subjectId: "${pull.id}", content: EYES }) { reaction { content } } }`;
    expect((await call(simulator, token, 'POST /graphql', { query: mutation })).body.errors[0].type).toBe('FORBIDDEN');
    expect(control.pullRequest({ repository, number })).toMatchObject({
      locked: true,
      active_lock_reason: 'too heated',
    });
    control.unlock({ repository, number, as: 'ana' });
    expect((await send(`POST ${issues}/${number}/comments`, { body: 'after' })).status).toBe(201);
    const opened = control.openIssue({ repository, as: 'ben', title: 'Broken' });
    control.lock({ repository, number: opened.number, as: 'ana' });
    control.unlock({ repository, number: opened.number, as: 'ana' });
    expect(simulator.violations).toEqual([]);
  });
});
