import { expect, test } from 'vitest';
import { routeEvent } from '../../src/app.ts';

/** What events mean for commands and for what they wait for, before anybody asks GitHub. */

const base = {
  installation: { id: 3 },
  organization: { id: 2, login: 'acme' },
  repository: { id: 1, name: 'shop', owner: { id: 2, login: 'acme' } },
  sender: { id: 9, login: 'ana', type: 'User' },
};

function route(event: string, payload: object) {
  return routeEvent({ appId: 1, policyRepository: '.github' }, event, { ...base, ...payload });
}

function comment(body: string, more: object = {}) {
  const user = { id: 9, login: 'ana', type: 'User' };
  const told = { id: 5, node_id: 'IC_5', created_at: '2026-11-23T12:00:00Z', body, user, ...more };
  return route('issue_comment', { action: 'created', issue: { number: 7, pull_request: {} }, comment: told });
}

/** What is to be forgotten, and so looked at again, because of an event. */
function forgotten(event: string, payload: object): readonly string[] {
  return route(event, payload).jobs.flatMap(({ payload: job }) => ('forget' in job ? job.forget : []));
}

test.each([
  ['closed', ['issue:acme/shop#12;']],
  ['reopened', ['issue:acme/shop#12;']],
  ['deleted', ['issue:acme/shop#12;']],
  ['transferred', ['issue:acme/shop#12;']],
  ['labeled', []],
  ['edited', []],
])('an issue that is %s', (action, expected) => {
  expect(forgotten('issues', { action, issue: { number: 12 } })).toEqual(expected);
});

test.each([
  ['closed', ['issue:acme/shop#12;']],
  ['reopened', ['issue:acme/shop#12;']],
  ['synchronize', []],
  ['labeled', []],
])('a pull request that is %s', (action, expected) => {
  const pull = { number: 12, head: { sha: 'a'.repeat(40) }, base: { ref: 'main' } };
  expect(forgotten('pull_request', { action, number: 12, pull_request: pull })).toEqual(expected);
});

test('what holds neither a command nor a manifest causes nothing', () => {
  expect(comment('Looks good.')).toMatchObject({ disposition: 'ignored', jobs: [], remarks: [] });
  expect(comment('   ```remediation\nfailure: x\n```').jobs.map(({ task }) => task)).toEqual(['evaluate']);
});

test('what PostgreSQL cannot keep of a comment is left out of it', () => {
  const { remarks } = comment('/reject risk a\0b\ud83dc \u{1f600}');
  expect(remarks.map(({ body }) => body)).toEqual(['/reject risk abc \u{1f600}']);
});

test.each([
  ['by a bot', { user: { id: 9, login: 'x[bot]', type: 'Bot' } }],
  ['by an organization', { user: { id: 9, login: 'acme', type: 'Organization' } }],
  ['by nobody', { user: null }],
  ['through an app', { performed_via_github_app: { id: 99 } }],
])('T19 a comment %s holds no command', (_, more) => {
  expect(comment('/status', more).remarks).toEqual([]);
});

/** Four times what a comment may hold. What is worse than linear does not end within the limit of a test. */
test.each(['\n', ' ', '\r', '`', '~', ' \n', '```', '```remediatio\n', '~~~ '])('a comment full of %j', (part) => {
  comment(`${part.repeat(2 ** 18 / part.length)}x`);
});
