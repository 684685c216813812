import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../support/app-process.ts';
import { fails, type Proposed, sign } from '../support/attacks.ts';
import { say } from '../support/commands.ts';
import { type Answering, type Received, type Receiver, startReceiver } from '../support/receiver.ts';
import {
  checkOf,
  checkThat,
  POLICY,
  propose,
  SCENARIO,
  startWorld,
  succeeded,
  type World,
  waits,
} from '../support/world.ts';

const NOTIFY = `
notify:
  channels:
    chat: { slack: CHAT }
    down: { slack: DOWN }
    flaky: { webhook: FLAKY }
    theirs: { slack: THEIRS }
    unsigned: { webhook: UNSIGNED }
  on:
    waiting: [chat, down]
    approved: [chat]
    rejected: [flaky, theirs, unsigned]
    break-glass: [chat]
break-glass: { roles: [release-manager], reconcile-within: 1d, require: [ { role: service-owner } ] }
`;
const KEY = Buffer.alloc(32, 7);

/** What the receiver that is in trouble answers: it refuses, asks to wait, hangs, and is well again. */
const TROUBLE: readonly Answering[] = [
  { status: 500 },
  { status: 429, headers: { 'retry-after': '2' } },
  'never',
  { status: 204 },
];

let world: World;
let receiver: Receiver;
let rejected: Proposed;
beforeAll(async () => {
  receiver = await startReceiver((path, count) => {
    if (path === '/down') return 'never';
    return path === '/flaky' ? (TROUBLE[count - 1] ?? { status: 204 }) : { status: 200, body: 'ok' };
  });
  const repositories = { ...SCENARIO.repositories, '.github': { files: { 'countersign.yml': POLICY + NOTIFY } } };
  world = await startWorld({
    scenario: { ...SCENARIO, repositories },
    simulator: { limits: false },
    environment: {
      NOTIFY_ACME__CHAT: `${receiver.url}/chat`,
      NOTIFY_ACME__DOWN: `${receiver.url}/down`,
      NOTIFY_ACME__FLAKY: `${receiver.url}/flaky`,
      NOTIFY_ACME__FLAKY__SECRET: `whsec_${KEY.toString('base64')}`,
      NOTIFY_ACME__UNSIGNED: `${receiver.url}/unsigned`,
      NOTIFY_OTHER__THEIRS: `${receiver.url}/theirs`,
    },
  });
});
afterAll(async () => {
  await receiver.close();
  await world.close();
});

/** Titles of the messages to Slack about a pull request, in the order in which they came. */
function chatAbout({ number }: Pick<Proposed, 'number'>): readonly string[] {
  const messages = receiver.at('/chat').map(({ body }) => JSON.parse(body) as { readonly text: string });
  return messages.map(({ text }) => text).filter((text) => new RegExp(`#${number}\\b`).test(text));
}

async function rowsFor(channel: string) {
  return world.database.query<{ attempts: number; reason: string | null; delivered: boolean; gaveUp: boolean }>(
    `select attempts, last_error as reason, delivered_at is not null as delivered, gave_up_at is not null as "gaveUp"
       from countersign.notifications where channel = $1`,
    [channel],
  );
}

async function ledgerOf(channel: string): Promise<readonly unknown[]> {
  const rows = await world.database.query<{ entry: string }>(
    "select countersign.opened(tenant_id, entry) as entry from countersign.ledger where kind = 'notification-sent' order by entry_id",
  );
  const details = rows.map(({ entry }) => (JSON.parse(entry) as { details: { channel: string } }).details);
  return details.filter((each) => each.channel === channel);
}

test('a rejection shows at once, though the receiver that is to be told of it is in trouble', async () => {
  rejected = propose(world);
  await checkThat(world, rejected, waits);
  world.github.review({ ...rejected, as: 'bo', state: 'CHANGES_REQUESTED', body: 'This breaks the import.' });
  await checkThat(world, rejected, fails);
  await eventually('the first attempt', async () => receiver.at('/flaky').length > 0);
});

test('a policy that names another organization’s secret, or no key to sign with, has nothing sent, and it is on record', async () => {
  await eventually(
    'both to be given up',
    async () => (await ledgerOf('unsigned')).length > 0 && (await ledgerOf('theirs')).length > 0,
  );
  expect([...receiver.at('/theirs'), ...receiver.at('/unsigned')]).toEqual([]);
  expect(await rowsFor('theirs')).toEqual([
    { attempts: 0, reason: 'NOTIFY_ACME__THEIRS is not set.', delivered: false, gaveUp: true },
  ]);
  expect(await ledgerOf('unsigned')).toMatchObject([
    {
      event: 'rejected',
      outcome: 'gave-up',
      reason: 'NOTIFY_ACME__UNSIGNED__SECRET is not set, and no webhook is sent unsigned.',
    },
  ]);
});

test('Slack is told of each step once, and nothing that people write becomes a mention', async () => {
  const { github } = world;
  const repository = 'acme/shop';
  const branch = { repository, branch: 'loud', as: 'fixer[bot]' };
  github.push({ ...branch, from: 'main', files: { 'src/loud.ts': '1\n' }, message: 'Loud' });
  const title = 'Urgent <!channel> <https://evil.example|sign here> & <@U0123ABC>';
  const body = '```remediation\ninitiator: sam\n```';
  const { number, head } = github.openPullRequest({ ...branch, title, body, head: 'loud', base: 'main' });
  const pull = { repository, number, head };
  await checkThat(world, pull, waits);
  await sign(world, pull);
  github.label({ ...pull, as: 'sam', name: 'urgent' });
  await eventually('the approval to be told', async () => chatAbout(pull).length === 3);
  expect(chatAbout(pull)).toEqual([
    `acme/shop#${number} waits for service-owner`,
    `acme/shop#${number} waits for release-manager`,
    `acme/shop#${number} is approved for production`,
  ]);
  const sent = receiver.at('/chat').map(({ body: text }) => text);
  expect(
    sent.some((text) => text.includes('Urgent &lt;!channel&gt; &lt;https://evil.example|sign here&gt; &amp;')),
  ).toBe(true);
  expect(sent.join('')).not.toMatch(/<!|<@|<https:\/\/evil/);
});

test('a draft asks nobody; once it is ready people are asked, though the decision is the same', async () => {
  const { github } = world;
  const repository = 'acme/shop';
  const branch = { repository, branch: 'draft', as: 'fixer[bot]' };
  github.push({ ...branch, from: 'main', files: { 'src/draft.ts': '1\n' }, message: 'Draft' });
  const body = '```remediation\ninitiator: sam\n```';
  const { number, head } = github.openPullRequest({
    ...branch,
    title: 'D',
    body,
    head: 'draft',
    base: 'main',
    draft: true,
  });
  const pull = { repository, number, head };
  await checkThat(world, pull, waits);
  expect(chatAbout(pull)).toEqual([]);
  github.readyForReview({ ...pull, as: 'fixer[bot]' });
  await eventually('it to be told', async () => chatAbout(pull).length > 0);
  expect(chatAbout(pull)).toEqual([`acme/shop#${number} waits for service-owner`]);
});

test('a broken glass is told of at once, even of a draft', async () => {
  const { github } = world;
  const pull = propose(world);
  await checkThat(world, pull, waits);
  github.convertToDraft({ ...pull, as: 'fixer[bot]' });
  say(world, pull, 'raj', '/break-glass INC-7 the payments API is down');
  await checkThat(world, pull, succeeded);
  const title = `raj broke the glass for acme/shop#${pull.number}`;
  await eventually('it to be told', async () => chatAbout(pull).includes(title));
  const sent = receiver.at('/chat').find(({ body }) => body.includes(title));
  expect(sent?.body).toContain('Incident: INC-7');
});

test('a receiver that hangs on everything holds up no check', async () => {
  await eventually('it to hang', async () => receiver.at('/down').length > 0);
  const pulls = Array.from({ length: 30 }, () => propose(world));
  const isShown = ({ repository, head }: Proposed): boolean => checkOf(world, repository, head) !== undefined;
  await eventually('30 checks', async () => pulls.every(isShown), 60_000);
  // Of the workers that decisions need, it holds two and never more.
  expect(receiver.mostAtOnce('/down')).toBe(2);
  expect((await rowsFor('down')).filter(({ delivered }) => delivered)).toEqual([]);
});

test('the receiver in trouble is told once it is well: once, under one id, each attempt signed', async () => {
  await eventually('the notice to be delivered', async () => (await rowsFor('flaky'))[0]?.delivered, 80_000);
  const attempts = receiver.at('/flaky');
  expect(attempts).toHaveLength(TROUBLE.length);
  expect(attempts.map(isSigned)).toEqual(TROUBLE.map(() => true));
  expect(new Set(attempts.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  expect(new Set(attempts.map(({ body }) => body)).size).toBe(1);
  expect(JSON.parse(attempts[0]?.body ?? '{}')).toMatchObject({
    type: 'countersign.rejected',
    data: {
      title: `bo rejected acme/shop#${rejected.number} (other)`,
      lines: [expect.stringMatching(/^Fix /), 'This breaks the import.'],
      url: `${world.simulator.url}/acme/shop/pull/${rejected.number}`,
    },
  });
  expect(await rowsFor('flaky')).toEqual([{ attempts: 4, reason: null, delivered: true, gaveUp: false }]);
  expect(await ledgerOf('flaky')).toMatchObject([{ event: 'rejected', channel: 'flaky', outcome: 'delivered' }]);
  const metrics = await (await fetch(`${world.app.url}/metrics`)).text();
  expect(metrics).toContain('countersign_notifications_total{event="rejected",outcome="delivered"} 1');
  expect(metrics).toContain('countersign_notifications_total{event="rejected",outcome="retried"} 3');
}, 100_000);

test('neither addresses nor secrets are in the log', () => {
  const log = JSON.stringify(world.app.log);
  expect(log).toContain('gave up telling a channel');
  expect(log).not.toContain(new URL(receiver.url).host);
  expect(log).not.toContain('whsec_');
});

/** As docs/notifications.md tells receivers to. */
function isSigned({ headers, body }: Received): boolean {
  const { 'webhook-id': id, 'webhook-timestamp': seconds, 'webhook-signature': given } = headers;
  const expected = createHmac('sha256', KEY).update(`${id}.${seconds}.${body}`).digest('base64');
  return given === `v1,${expected}`;
}
