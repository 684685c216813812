import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { notice } from '../../src/notify/notice.ts';
import { waits } from '../../src/notify/outcome.ts';
import { signedMessage } from '../../src/notify/webhook.ts';
import { loadPolicy } from '../../src/policy/load.ts';
import { notifyEvents } from '../../src/policy/schema.ts';

const page = readFileSync(new URL('../../docs/notifications.md', import.meta.url), 'utf8');

function blockOf(language: string): string {
  const [, text = ''] = new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'ms').exec(page) ?? [];
  return text;
}

type Verify = (headers: Readonly<Record<string, string>>, body: string, secret: string) => boolean;

test('the page says of every event whether it is told', () => {
  expect(notifyEvents.filter((event) => !page.includes(`\`${event}\``))).toEqual([]);
});

test('its policy is one', () => {
  const text = `version: 1\n${blockOf('yaml')}`;
  expect(loadPolicy({ organization: { file: 'docs/notifications.md', text } })).toMatchObject({ ok: true });
});

test('its waits are those that are waited', () => {
  const words = waits.map((wait) => {
    const seconds = wait / 1000;
    if (seconds < 60) return `${seconds} s`;
    return seconds < 3600 ? `${seconds / 60} min` : `${seconds / 3600} h`;
  });
  expect(page).toContain(`${words.slice(0, -1).join(', ')} and ${words.at(-1)}`);
});

test('the code that it gives to receivers verifies what is sent, and nothing else', async () => {
  const code = `data:text/javascript,${encodeURIComponent(blockOf('js'))}`;
  const { isFromCountersign } = (await import(/* @vite-ignore */ code)) as { readonly isFromCountersign: Verify };
  const about = { repository: 'acme/shop', pull: 7, url: 'https://github.com/acme/shop/pull/7' };
  const said = notice('waiting', about, { key: 'k', title: 'acme/shop#7 waits for peer — “now”', lines: [] });
  const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
  const message = { id: 'msg_1', at: '2026-11-23T12:00:00.000Z', notice: said };
  const seconds = Math.floor(Date.now() / 1000);
  const { headers, body } = signedMessage(message, secret, seconds);
  expect(isFromCountersign(headers, body, secret)).toBe(true);
  expect(isFromCountersign(headers, `${body} `, secret)).toBe(false);
  expect(isFromCountersign({ ...headers, 'webhook-id': 'msg_2' }, body, secret)).toBe(false);
  expect(isFromCountersign(headers, body, `whsec_${Buffer.alloc(32, 8).toString('base64')}`)).toBe(false);
  expect(isFromCountersign({}, body, secret)).toBe(false);
  const old = signedMessage(message, secret, seconds - 600);
  expect(isFromCountersign(old.headers, old.body, secret)).toBe(false);
});
