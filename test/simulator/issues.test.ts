import { afterEach, describe, expect, it } from 'vitest';
import type { Simulator } from './server.ts';
import { call, startAcme } from './test-client.ts';

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
