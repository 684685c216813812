import { afterAll, beforeAll, expect, test } from 'vitest';
import { defaultPermissions } from '../simulator/app-defaults.ts';
import { startScenario } from '../simulator/scenario.ts';
import { type Simulator, startSimulator } from '../simulator/server.ts';
import { APP_ID, PRIVATE_KEY, PUBLIC_KEY } from '../support/app-process.ts';
import { POLICY } from '../support/world.ts';
import { countersign } from './run.ts';

/** The App as app.yml asks for it, at an organization where some branches ask for its check and others do not. */

const permissions = {
  ...defaultPermissions,
  administration: 'read',
  security_events: 'read',
  vulnerability_alerts: 'read',
  repository_custom_properties: 'read',
};
const gated = { context: 'countersign/production', integrationId: APP_ID };

let simulator: Simulator;
let env: Readonly<Record<string, string>>;
beforeAll(async () => {
  simulator = await startSimulator({ app: { id: APP_ID, permissions }, appKey: PUBLIC_KEY });
  const files = { 'README.md': '# one\n' };
  startScenario(simulator.control, {
    users: ['sam'],
    repositories: {
      '.github': { files: { 'countersign.yml': POLICY }, requiredChecks: [gated] },
      shop: { files, requiredChecks: [gated] },
      lax: { files, requiredChecks: [{ context: 'countersign/production', integrationId: null }] },
      open: { files },
      classic: { files },
    },
  });
  simulator.control.protectBranch({
    repository: 'acme/classic',
    branch: 'main',
    requiredChecks: [gated],
    enforceAdmins: false,
  });
  env = { APP_ID: String(APP_ID), PRIVATE_KEY, GITHUB_API_URL: simulator.url };
});
afterAll(() => simulator.close());

const doctor = (more: readonly string[] = [], where: Readonly<Record<string, string>> = env, input = '') =>
  countersign(['doctor', '--org', 'acme', ...more], { env: where, input });

function tokenOf(user: string): Readonly<Record<string, string>> {
  return { ...env, GITHUB_TOKEN: simulator.control.userToken({ user }).token };
}

test('it says of every branch that the policy claims whether a merge needs the check, and how to mend the others', async () => {
  const { status, out, err } = await doctor();
  expect({ status, err }).toEqual({ status: 1, err: '' });
  expect(out).toContain('acme/shop\n  ✓ main: countersign/production is required from this app, by a ruleset.');
  expect(out).toContain(
    '✗ main: main requires countersign/production from anybody: no rule names this app as its source.',
  );
  expect(out).toContain('✗ main: Nothing requires countersign/production before a merge to main.');
  expect(out).toContain('Add a ruleset for main that requires countersign/production with this App as its source');
  expect(out).toContain('by branch protection; administrators may pass it by.');
  expect(out).toContain('3 of 5 are gated; 2 are not.');
});

test('as data, with what the App itself lacks', async () => {
  const { status, out } = await doctor(['--json']);
  expect(status).toBe(1);
  const report = JSON.parse(out);
  expect(report.well).toBe(false);
  const lacks = report.repositories.flatMap(
    ({ repository, branches }: { repository: string; branches: { lack: string }[] }) =>
      branches.map(({ lack }) => [repository, lack]),
  );
  expect(Object.fromEntries(lacks)).toEqual({
    'acme/.github': null,
    'acme/shop': null,
    'acme/lax': 'unpinned',
    'acme/open': 'not-required',
    'acme/classic': null,
  });
  expect(report.app).toEqual([]);
});

test('without a terminal and without --yes nothing is created, and what would be is shown', async () => {
  const { status, out } = await doctor(['--fix'], tokenOf('acme-owner'), 'y\n');
  expect(status).toBe(1);
  expect(out).toContain('For acme/open:\n{');
  expect(out).toContain(`"integration_id": ${APP_ID}`);
  expect(out).not.toContain('Created');
});

test('the App’s own key creates nothing: it takes the token of a person who may', async () => {
  const without = await doctor(['--fix', '--yes']);
  expect(without.status).toBe(2);
  expect(without.err).toContain('GITHUB_TOKEN is missing');
  const { status, err } = await doctor(['--fix', '--yes'], tokenOf('sam'));
  expect(status).toBe(1);
  expect(err).toContain(
    'Not created at acme/open: whoever owns GITHUB_TOKEN may not change the settings of acme/open.',
  );
});

test('--fix --yes creates what is lacking, and then everything is gated', async () => {
  const { status, out } = await doctor(['--fix', '--yes'], tokenOf('acme-owner'));
  expect(out).toContain('Created at acme/open.');
  expect(out).toContain('5 of 5 are gated.');
  expect(status).toBe(0);
  const again = await doctor(['--fix', '--yes'], tokenOf('acme-owner'));
  expect(again.status).toBe(0);
  expect(again.out).not.toContain('Created');
  expect(simulator.violations).toEqual([]);
});

test('what it cannot look at, it names in a sentence', async () => {
  expect(await countersign(['doctor'], { env })).toMatchObject({ status: 2, err: '--org is missing.\n' });
  expect(await countersign(['doctor', '--org', 'elsewhere'], { env })).toMatchObject({
    status: 2,
    err: 'The App is not installed at elsewhere.\n',
  });
  expect(await doctor(['--json', '--fix'])).toMatchObject({ status: 2, err: '--json and --fix exclude each other.\n' });
  expect(await doctor(['--yes'])).toMatchObject({ status: 2 });
  expect((await doctor([], { ...env, APP_ID: '' })).err).toMatch(/^APP_ID is missing/);
});
