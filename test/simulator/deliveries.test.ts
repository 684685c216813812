import { afterEach, describe, expect, it } from 'vitest';
import type { Simulator, SimulatorOptions } from './server.ts';
import { type Answer, appToken, call, installationToken, startAcme, startReceiver } from './test-client.ts';

let cleanUp: (() => Promise<void> | void)[] = [];

async function acme(options: SimulatorOptions = {}) {
  const receiver = await startReceiver('it is a secret');
  const started = await startAcme({ ...options, webhookUrl: receiver.url, webhookSecret: 'it is a secret' });
  cleanUp.push(() => started.simulator.close(), receiver.close);
  const { simulator, control, repository, number } = started;
  await simulator.settled();
  const jwt = appToken(simulator);
  const list = (query = '') => call(simulator, jwt, `GET /app/hook/deliveries${query}`);
  const say = (body: string) => control.comment({ repository, number, as: 'ben', body });
  return { ...started, receiver, jwt, list, say };
}

afterEach(async () => {
  for (const end of cleanUp) await end();
  cleanUp = [];
});

function nextOf({ headers }: Answer): string | undefined {
  return /<([^>]+)>; rel="next"/.exec(headers.get('link') ?? '')?.[1];
}

/** Every page of a list, by the links that GitHub gives. */
async function allPages(simulator: Simulator, token: string, path: string): Promise<readonly Answer[]> {
  const pages = [await call(simulator, token, `GET ${path}`)];
  for (let next = pages[0] && nextOf(pages[0]); next !== undefined; ) {
    const page = await call(simulator, token, `GET ${next}`);
    pages.push(page);
    next = nextOf(page);
  }
  return pages;
}

describe('the log of deliveries', () => {
  it('goes page by page from the newest, and stays quick and whole with thousands', async () => {
    const { simulator, jwt, say } = await acme({ webhookConcurrency: 100, validate: false });
    for (let index = 0; index < 2500; index++) say(`${index}`);
    await simulator.settled();
    const began = performance.now();
    const pages = await allPages(simulator, jwt, '/app/hook/deliveries?per_page=100');
    expect(performance.now() - began).toBeLessThan(10_000);
    const ids: number[] = pages.flatMap(({ body }) => body.map(({ id }: { id: number }) => id));
    expect(ids).toEqual(simulator.deliveries.map(({ id }) => id).reverse());
    expect(pages.slice(0, -1).every(({ body }) => body.length === 100)).toBe(true);
  });

  it('says of each what it was and how it went, and is asked for outcomes by status code', async () => {
    const { simulator, control, receiver, installation, list, say, jwt } = await acme();
    receiver.state.status = 301;
    say('moved');
    await simulator.settled();
    expect((await list('?per_page=1')).body).toMatchObject([
      {
        event: 'issue_comment',
        action: 'created',
        status_code: 301,
        installation_id: installation,
        repository_id: expect.any(Number),
        redelivery: false,
      },
    ]);
    expect((await list('?status=failure')).body).toEqual([]);
    expect((await list('?cursor=nonsense')).status).toBe(400);
    expect((await list('?status=lost')).status).toBe(422);
    const { id } = (await list('?per_page=1')).body[0];
    const shown = (await call(simulator, jwt, `GET /app/hook/deliveries/${id}`)).body;
    expect(shown.request.payload.comment.body).toBe('moved');
    expect((await call(simulator, jwt, 'GET /app/hook/deliveries/1')).status).toBe(404);
    control.forgetDeliveries({ event: 'issue_comment' });
    expect((await call(simulator, jwt, `GET /app/hook/deliveries/${id}`)).status).toBe(404);
    expect(simulator.violations).toEqual([]);
  });

  it('fills with failures while an outage lasts, each of which can be had again with the same id', async () => {
    const { simulator, control, receiver, list, say, jwt } = await acme();
    control.webhookOutage({ kind: 'refused' });
    say('refused');
    await simulator.settled();
    control.webhookOutage({ kind: 'timeout' });
    say('too late');
    await simulator.settled();
    control.webhookOutage({ kind: 'status', status: 503 });
    say('unavailable');
    await simulator.settled();
    const failures = (await list('?status=failure')).body;
    expect(failures).toMatchObject([{ status_code: 503 }, { status_code: 504 }, { status_code: 502 }]);
    const again = (id: number) => call(simulator, jwt, `POST /app/hook/deliveries/${id}/attempts`);
    const [last] = failures;
    expect((await again(last.id)).status).toBe(202);
    await simulator.settled();
    expect((await list('?per_page=1')).body).toMatchObject([{ guid: last.guid, redelivery: true, status_code: 503 }]);
    control.endWebhookOutage();
    for (const { id } of failures) await again(id);
    await simulator.settled();
    const guids = receiver.received.filter(({ event }) => event === 'issue_comment').map(({ guid }) => guid);
    expect(new Set(guids)).toEqual(new Set(failures.map(({ guid }: { guid: string }) => guid)));
    expect((await list('?per_page=3&status=success')).body).toMatchObject([
      { redelivery: true },
      { redelivery: true },
      { redelivery: true },
    ]);
    expect(simulator.violations).toEqual([]);
  });

  it('forgets after three days, and before that what it is told to', async () => {
    let now = Date.now();
    let turn = 0;
    const { simulator, control, list, say, jwt } = await acme({ clock: () => now, random: () => (turn++ % 2) / 2 });
    const before = (await list('?per_page=100')).body.length;
    for (const text of ['a', 'b', 'c', 'd']) say(text);
    await simulator.settled();
    turn = 0;
    expect(control.forgetDeliveries({ event: 'issue_comment', fraction: 0.5 })).toEqual({ forgotten: 2 });
    expect((await list('?per_page=100')).body).toHaveLength(before + 2);
    now += 2 * 86_400_000;
    say('later');
    await simulator.settled();
    control.forgetDeliveries({ before: new Date(now - 1000).toISOString() });
    const [only] = (await list()).body;
    expect((await list()).body).toHaveLength(1);
    now += 3 * 86_400_000 + 1000;
    expect((await list()).body).toEqual([]);
    expect((await call(simulator, jwt, `POST /app/hook/deliveries/${only.id}/attempts`)).status).toBe(404);
    expect(simulator.violations).toEqual([]);
  });
});

describe('many installations', () => {
  it('and many repositories come by pages, suspended ones with the time', async () => {
    const { simulator, control, installation, jwt } = await acme();
    for (let index = 0; index < 150; index++) {
      control.createOrganization({ login: `org-${index}`, owners: ['ana'] });
      control.install({ organization: `org-${index}` });
      control.createRepository({ name: `acme/repository-${index}` });
    }
    control.suspendInstallation({ organization: 'org-7' });
    const pages = await allPages(simulator, jwt, '/app/installations?per_page=100');
    const installations = pages.flatMap(({ body }) => body);
    expect(pages).toHaveLength(2);
    expect(installations).toHaveLength(151);
    expect(installations.filter(({ suspended_at }) => suspended_at !== null)).toMatchObject([
      { account: { login: 'org-7' }, suspended_at: expect.any(String), suspended_by: { login: 'ana' } },
    ]);
    const token = await installationToken(simulator, installation);
    const repositories = await allPages(simulator, token, '/installation/repositories?per_page=100');
    expect(repositories.map(({ body }) => [body.total_count, body.repositories.length])).toEqual([
      [151, 100],
      [151, 51],
    ]);
    expect(simulator.violations).toEqual([]);
  });
});
