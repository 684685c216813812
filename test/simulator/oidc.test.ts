import { createPublicKey, verify } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import type { Simulator } from './server.ts';
import { startAcme } from './test-client.ts';

let running: Simulator | null = null;

interface Key {
  readonly kid: string;
}

async function acme() {
  const started = await startAcme();
  running = started.simulator;
  const read = async (path: string) => JSON.parse(await (await fetch(started.simulator.oidcIssuer + path)).text());
  const keys = async (): Promise<readonly Key[]> => (await read('/.well-known/jwks')).keys;
  return { ...started, read, keys };
}

function decode(part: string | undefined) {
  return JSON.parse(Buffer.from(part ?? '', 'base64url').toString());
}

function isSigned(token: string, keys: readonly Key[]): boolean {
  const [header, payload, signature] = token.split('.');
  const key = keys.find(({ kid }) => kid === decode(header).kid);
  if (!key) return false;
  const publicKey = createPublicKey({ key: { ...key }, format: 'jwk' });
  return verify(
    'RSA-SHA256',
    Buffer.from(`${header}.${payload}`),
    publicKey,
    Buffer.from(signature ?? '', 'base64url'),
  );
}

afterEach(async () => {
  await running?.close();
  running = null;
});

describe('the issuer of GitHub Actions', () => {
  it('signs the claims of a job with a key it publishes', async () => {
    const { simulator, control, repository, read, keys } = await acme();
    const { run, sha } = control.deploy({ repository, environment: 'production', as: 'ana' });
    const { token } = control.oidcToken({ repository, run: run ?? 0, environment: 'production', as: 'ana' });
    const configuration = await read('/.well-known/openid-configuration');
    expect(configuration).toMatchObject({
      issuer: simulator.oidcIssuer,
      jwks_uri: `${simulator.oidcIssuer}/.well-known/jwks`,
      id_token_signing_alg_values_supported: ['RS256'],
    });
    expect(isSigned(token, await keys())).toBe(true);
    const claims = decode(token.split('.')[1]);
    expect(Object.keys(claims).every((name) => configuration.claims_supported.includes(name))).toBe(true);
    expect(claims).toMatchObject({
      iss: simulator.oidcIssuer,
      sub: 'repo:acme/payments:environment:production',
      aud: 'https://github.com/acme',
      ref: 'refs/heads/main',
      ref_protected: 'true',
      sha,
      run_id: String(run),
      run_attempt: '1',
      actor: 'ana',
      repository_owner: 'acme',
      event_name: 'push',
      workflow_ref: 'acme/payments/.github/workflows/deploy.yml@refs/heads/main',
      environment: 'production',
    });
    expect(claims.exp - claims.iat).toBe(300);
    expect(typeof claims.repository_id).toBe('string');
    expect(simulator.violations).toEqual([]);
  });

  it('says what was asked for, old and wrong tokens too', async () => {
    const { control, repository } = await acme();
    const claimsOf = (more: object) => control.oidcToken({ repository, ...more }).claims;
    expect(claimsOf({ ref: 'fix', audience: 'countersign' })).toMatchObject({
      sub: 'repo:acme/payments:ref:refs/heads/fix',
      aud: 'countersign',
    });
    expect(claimsOf({ event: 'pull_request' }).sub).toBe('repo:acme/payments:pull_request');
    const seconds = Math.floor(Date.now() / 1000);
    expect(claimsOf({ issuedAgoSeconds: 900 }).exp).toBeLessThan(seconds);
    expect(claimsOf({ expiresInSeconds: 10, claims: { iss: 'https://elsewhere.example' } })).toMatchObject({
      iss: 'https://elsewhere.example',
    });
  });

  it('rotates its keys, counts who asks for them, and fails on demand', async () => {
    const { simulator, control, repository, keys } = await acme();
    const old = control.oidcToken({ repository }).token;
    control.rotateOidcKeys();
    const next = control.oidcToken({ repository }).token;
    const both = await keys();
    expect([both.length, isSigned(old, both), isSigned(next, both)]).toEqual([2, true, true]);
    const { kid } = control.rotateOidcKeys({ keepOld: false });
    const fresh = await keys();
    expect([fresh.map((key) => key.kid), isSigned(next, fresh)]).toEqual([[kid], false]);
    expect(simulator.callCounts()['GET /_oidc/.well-known/jwks']).toBe(2);
    control.failCalls({ path: 'GET /_oidc/', times: 1, effect: { kind: 'status', status: 503 } });
    expect((await fetch(`${simulator.oidcIssuer}/.well-known/jwks`)).status).toBe(503);
    expect((await fetch(`${simulator.oidcIssuer}/elsewhere`)).status).toBe(404);
  });
});
