import { readFileSync } from 'node:fs';
import { emitterEventNames } from '@octokit/webhooks';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { routeEvent } from '../src/app.ts';

const Manifest = z.object({
  name: z.string(),
  url: z.url(),
  public: z.literal(false),
  default_permissions: z.record(z.string(), z.enum(['read', 'write'])),
  default_events: z.array(z.string()),
});
const manifest = Manifest.parse(parse(readFileSync(new URL('../app.yml', import.meta.url), 'utf8')));

/** Sent to every App; GitHub refuses a manifest that subscribes to them. */
const ALWAYS_SENT = ['installation', 'installation_repositories'];

test('the manifest subscribes to exactly the events that the app handles', () => {
  const handled = emitterEventNames.filter((name) => !name.includes('.') && isHandled(name));
  expect([...manifest.default_events, ...ALWAYS_SENT].sort()).toEqual(handled.sort());
});

test('every permission is one that GitHub publishes', () => {
  const known = publishedPermissions();
  expect(Object.keys(manifest.default_permissions).filter((name) => !known.has(name))).toEqual([]);
});

test('the app may write checks, statuses, issues, pull requests and answers to deployments, and nothing else', () => {
  const written = Object.entries(manifest.default_permissions).filter(([, level]) => level === 'write');
  expect(written.map(([name]) => name).sort()).toEqual([
    'checks',
    'deployments',
    'issues',
    'pull_requests',
    'statuses',
  ]);
});

function isHandled(event: string): boolean {
  const payload = { installation: { id: 1 }, organization: { id: 2, login: 'acme' } };
  const { reason } = routeEvent({ appId: 1, policyRepository: '.github' }, event, payload);
  return reason !== `${event} is not an event in use`;
}

function publishedPermissions(): ReadonlySet<string> {
  const Slice = z.object({
    components: z.object({
      schemas: z.object({ 'app-permissions': z.object({ properties: z.record(z.string(), z.unknown()) }) }),
    }),
  });
  const text = readFileSync(new URL('simulator/openapi-slice.json', import.meta.url), 'utf8');
  return new Set(Object.keys(Slice.parse(JSON.parse(text)).components.schemas['app-permissions'].properties));
}
