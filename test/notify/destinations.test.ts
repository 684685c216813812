import { describe, expect, test } from 'vitest';
import { readDestinations, variableOf } from '../../src/notify/destinations.ts';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const URL_OF_SLACK = 'https://hooks.slack.com/services/T0/B0/x';

function read(variables: Readonly<Record<string, string>>) {
  const problems: string[] = [];
  return { destinations: readDestinations(variables, problems), problems };
}

test('addresses and their secrets, and nothing that belongs to others', () => {
  const { destinations, problems } = read({
    NOTIFY_ACME__ONCALL: URL_OF_SLACK,
    NOTIFY_ACME_LABS__ON_CALL: 'http://127.0.0.1:8080/hook',
    NOTIFY_ACME_LABS__ON_CALL__SECRET: SECRET,
    NOTIFY_SOCKET: '/run/systemd/notify',
    PATH: '/bin',
  });
  expect(problems).toEqual([]);
  expect(Object.fromEntries(destinations)).toEqual({
    NOTIFY_ACME__ONCALL: { url: URL_OF_SLACK, secret: undefined },
    NOTIFY_ACME_LABS__ON_CALL: { url: 'http://127.0.0.1:8080/hook', secret: SECRET },
  });
});

describe('what is wrong is said in a sentence each, without the value', () => {
  const address = { NOTIFY_ACME__A: URL_OF_SLACK };
  test.each<[string, Readonly<Record<string, string>>, string]>([
    ['http', { NOTIFY_ACME__A: 'http://hooks.acme.example/zzz' }, 'NOTIFY_ACME__A must begin with https://'],
    ['another scheme', { NOTIFY_ACME__A: 'ftp://127.0.0.1/zzz' }, 'NOTIFY_ACME__A must begin with https://'],
    ['no URL', { NOTIFY_ACME__A: 'zzz' }, 'NOTIFY_ACME__A is not a URL'],
    ['credentials', { NOTIFY_ACME__A: 'https://ana:zzz@acme.example/' }, 'NOTIFY_ACME__A must not hold a user name'],
    ['no prefix', { ...address, NOTIFY_ACME__A__SECRET: SECRET.slice(6) }, 'NOTIFY_ACME__A__SECRET must be whsec_'],
    ['too short', { ...address, NOTIFY_ACME__A__SECRET: 'whsec_enp6enp6' }, 'NOTIFY_ACME__A__SECRET must be whsec_'],
    [
      'too long',
      { ...address, NOTIFY_ACME__A__SECRET: `whsec_${Buffer.alloc(65).toString('base64')}` },
      'NOTIFY_ACME__A__SECRET must be whsec_',
    ],
    ['a secret of nothing', { NOTIFY_ACME__A__SECRET: SECRET }, 'NOTIFY_ACME__A__SECRET is set, and NOTIFY_ACME__A,'],
    ['a name of too many parts', { NOTIFY_ACME__A__B: URL_OF_SLACK }, 'NOTIFY_ACME__A__B is no name'],
    ['three in a row', { NOTIFY_ACME___A: URL_OF_SLACK }, 'NOTIFY_ACME___A is no name'],
    ['small letters', { NOTIFY_acme__A: URL_OF_SLACK }, 'NOTIFY_acme__A is no name'],
  ])('%s', (_, variables, sentence) => {
    const { problems } = read(variables);
    expect(problems.join('\n')).toContain(sentence);
    for (const problem of problems) {
      expect(problem).toMatch(/^NOTIFY_\S+ .+\.$/);
      expect(problem).not.toMatch(/zzz|enp6|BwcH/);
    }
  });
});

test.each<[string, string, string | undefined]>([
  ['acme', 'ONCALL', 'NOTIFY_ACME__ONCALL'],
  ['Acme-Labs', 'ON_CALL', 'NOTIFY_ACME_LABS__ON_CALL'],
  ['acme--labs', 'ONCALL', undefined],
  ['acme-', 'ONCALL', undefined],
  ['-acme', 'ONCALL', undefined],
  ['ana_acme', 'ONCALL', undefined],
  ['', 'ONCALL', undefined],
])('the variable of %s for %s', (organization, secret, expected) => {
  expect(variableOf(organization, secret)).toBe(expected);
});
