import { describe, expect, test } from 'vitest';
import { readConfig } from '../src/config.ts';
import { newSigningKey } from '../src/signing-key.ts';
import { PRIVATE_KEY } from './support/app-process.ts';

const COMPLETE = { APP_ID: '1', PRIVATE_KEY, WEBHOOK_SECRET: 'a-long-enough-secret' };

function problemsOf(variables: Readonly<Record<string, string>>): readonly string[] {
  const result = readConfig(variables);
  return result.kind === 'refused' ? result.problems : [];
}

describe('a configuration that is refused says so in one sentence each', () => {
  test.each<[string, Readonly<Record<string, string>>, string]>([
    [
      'Probot’s default secret',
      { ...COMPLETE, WEBHOOK_SECRET: 'development' },
      'WEBHOOK_SECRET is "development", a value that anybody would try',
    ],
    ['a short secret', { ...COMPLETE, WEBHOOK_SECRET: 'short' }, 'WEBHOOK_SECRET has 5 characters'],
    ['no secret', { APP_ID: '1', PRIVATE_KEY }, 'WEBHOOK_SECRET is missing'],
    ['no key', { APP_ID: '1', WEBHOOK_SECRET: COMPLETE.WEBHOOK_SECRET }, 'PRIVATE_KEY is missing'],
    ['a key that is none', { ...COMPLETE, PRIVATE_KEY: 'x' }, 'PRIVATE_KEY is not a private key'],
    [
      'a key file that is not there',
      { APP_ID: '1', WEBHOOK_SECRET: COMPLETE.WEBHOOK_SECRET, PRIVATE_KEY_PATH: '/nowhere' },
      'PRIVATE_KEY_PATH cannot be read',
    ],
    ['an app id that is a word', { ...COMPLETE, APP_ID: 'mine' }, 'APP_ID must be the number'],
    ['no database in production', { ...COMPLETE, NODE_ENV: 'production' }, 'DATABASE_URL is missing'],
    [
      'a database of another kind',
      { ...COMPLETE, DATABASE_URL: 'mysql://x' },
      'DATABASE_URL must begin with postgres://',
    ],
    [
      'tokens in the clear',
      { ...COMPLETE, GITHUB_API_URL: 'http://ghe.acme.example/api/v3' },
      'GITHUB_API_URL must begin with https://',
    ],
    ['an address that is none', { ...COMPLETE, GITHUB_API_URL: 'ghe' }, 'which is not a URL'],
    ['a port that is none', { ...COMPLETE, PORT: 'http' }, 'PORT must be a number'],
    [
      'no limits at github.com',
      { ...COMPLETE, GITHUB_RATE_LIMITS: 'off' },
      'GITHUB_RATE_LIMITS is off, and github.com has limits',
    ],
    ...['13d', '90', '0d', '3mo', '9999w'].map((given): [string, Readonly<Record<string, string>>, string] => [
      `a retention of ${given}`,
      { ...COMPLETE, PAYLOAD_RETENTION: given },
      `PAYLOAD_RETENTION is "${given}": expected days or weeks`,
    ]),
    [
      'a clock that can be moved, for GitHub itself',
      { ...COMPLETE, CLOCK_OFFSET_FILE: '/tmp/offset' },
      'CLOCK_OFFSET_FILE moves the clock and is for tests only',
    ],
    [
      'a clock that can be moved, in production',
      { ...COMPLETE, NODE_ENV: 'production', GITHUB_API_URL: 'http://localhost:1', CLOCK_OFFSET_FILE: '/tmp/offset' },
      'CLOCK_OFFSET_FILE moves the clock and is for tests only',
    ],
    [
      'notices in the clear',
      { ...COMPLETE, NOTIFY_ACME__ONCALL: 'http://hooks.acme.example/' },
      'NOTIFY_ACME__ONCALL must begin with https://',
    ],
    ['an unknown way to run', { ...COMPLETE, RUN: 'all' }, 'RUN must be web, worker or both.'],
    ['nothing at all in production', { NODE_ENV: 'production' }, 'APP_ID is missing'],
  ])('%s', (_name, variables, sentence) => {
    const problems = problemsOf(variables);
    expect(problems.join('\n')).toContain(sentence);
    for (const problem of problems) expect(problem).toMatch(/^[A-Z_]+ .+\.$/);
  });
});

test('with no credentials at all the set-up page opens, outside production only', () => {
  expect(readConfig({ PORT: '0' })).toEqual({ kind: 'setup', host: 'localhost', port: 0 });
  expect(readConfig({ APP_ID: '', PRIVATE_KEY: ' ' }).kind).toBe('setup');
});

test('a complete configuration, with its defaults', () => {
  const result = readConfig({ ...COMPLETE, GITHUB_API_URL: 'https://ghe.acme.example/api/v3/' });
  expect(result).toMatchObject({
    kind: 'ready',
    config: {
      githubApiUrl: 'https://ghe.acme.example/api/v3',
      database: { kind: 'embedded', folder: '.countersign' },
      policyRepository: '.github',
      run: 'both',
    },
  });
});

test.each([
  [{}, 90],
  [{ PAYLOAD_RETENTION: '14d' }, 14],
  [{ PAYLOAD_RETENTION: '12w' }, 84],
  [{ PAYLOAD_RETENTION: 'off' }, null],
])('%j: raw payloads are kept for so many days', (given, days) => {
  const payloadRetentionMs = days === null ? null : days * 86_400_000;
  expect(readConfig({ ...COMPLETE, ...given })).toMatchObject({ kind: 'ready', config: { payloadRetentionMs } });
});

test('the clock can be moved for a GitHub on this machine', () => {
  for (const url of ['http://localhost:1', 'http://127.0.0.1:1', 'http://[::1]:1']) {
    const result = readConfig({ ...COMPLETE, GITHUB_API_URL: url, CLOCK_OFFSET_FILE: '/tmp/offset' });
    expect(result).toMatchObject({ kind: 'ready', config: { clockOffsetFile: '/tmp/offset' } });
  }
});

test('a key in base64 and one with written line ends are keys', () => {
  for (const key of [Buffer.from(PRIVATE_KEY).toString('base64'), PRIVATE_KEY.replaceAll('\n', '\\n')]) {
    expect(readConfig({ ...COMPLETE, PRIVATE_KEY: key }).kind).toBe('ready');
  }
});

describe('keys that checkpoints are signed with', () => {
  const [one, other] = [newSigningKey(), newSigningKey()];

  test('one after another all sign, the newest first', () => {
    for (const text of [`${one}${other}`, `${one}${other}`.replaceAll('\n', '\\n'), btoa(`${one}${other}`)]) {
      const result = readConfig({ ...COMPLETE, LEDGER_SIGNING_KEY: text, LEDGER_NAME: 'countersign.acme.example' });
      const signers = result.kind === 'ready' ? result.config.signers : [];
      expect(signers.map(({ privateKey }) => privateKey.export({ type: 'pkcs8', format: 'pem' }))).toEqual([
        one,
        other,
      ]);
      expect(signers.map(({ verifier }) => verifier.name)).toEqual(Array(2).fill('countersign.acme.example'));
    }
  });

  test.each([
    ['nonsense', 'LEDGER_SIGNING_KEY is not an Ed25519 private key in PEM'],
    [PRIVATE_KEY, 'LEDGER_SIGNING_KEY is not an Ed25519 private key in PEM'],
    [`${one}${PRIVATE_KEY}`, 'LEDGER_SIGNING_KEY, at its key 2 of 2, is not an Ed25519 private key in PEM'],
    [`${one}${other}${one}`, 'LEDGER_SIGNING_KEY has the same key twice'],
  ])('%#: what is wrong is said', (text, problem) => {
    expect(problemsOf({ ...COMPLETE, LEDGER_SIGNING_KEY: text }).join('\n')).toContain(problem);
  });
});
