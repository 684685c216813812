import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createVerifier, type Verifier } from '../../src/web/oidc.ts';

/** An issuer of its own, on this machine: the keys are served over HTTP, as GitHub's are. */
const keys = await generateKeyPair('RS256');
const strange = await generateKeyPair('RS256');
let server: Server;
let issuer: string;
let asked = 0;
let status = 200;

beforeAll(async () => {
  const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'one', alg: 'RS256', use: 'sig' };
  server = createServer((request, response) => {
    asked += 1;
    response.writeHead(request.url === '/.well-known/jwks' ? status : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ keys: [jwk] }));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

const claims = {
  repository: 'acme/shop',
  repository_id: '12',
  repository_owner_id: '3',
  run_id: '77',
  actor: 'sam',
  actor_id: '9',
};

type Made = {
  readonly claims?: JWTPayload;
  readonly key?: Parameters<SignJWT['sign']>[0];
  readonly kid?: string;
  readonly audience?: string;
  readonly issuer?: string;
  readonly expires?: number;
};

function token(made: Made = {}): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT(made.claims ?? claims)
    .setProtectedHeader({ alg: 'RS256', kid: made.kid ?? 'one' })
    .setIssuer(made.issuer ?? issuer)
    .setAudience(made.audience ?? 'countersign')
    .setIssuedAt(now - 300)
    .setExpirationTime(now + (made.expires ?? 300))
    .sign(made.key ?? keys.privateKey);
}

function verifier(): Verifier {
  return createVerifier({ issuer, audience: 'countersign' });
}

test('a token of the issuer for this audience says who asks; ids come as text and are numbers', async () => {
  expect(await verifier()(await token())).toEqual({
    kind: 'verified',
    claims: { ...claims, repository_id: 12, repository_owner_id: 3, run_id: 77, actor_id: 9 },
  });
});

test.each<[string, Made, string]>([
  ['has expired', { expires: -120 }, 'token-expired'],
  ['is signed by somebody else under a known name', { key: strange.privateKey }, 'token-signature'],
  ['is signed with a key that nobody publishes', { key: strange.privateKey, kid: 'two' }, 'token-signature'],
  ['is for another audience', { audience: 'https://github.com/acme' }, 'token-audience'],
  ['is of another issuer', { issuer: 'https://token.example' }, 'token-issuer'],
  ['names no repository', { claims: { run_id: '77' } }, 'token-claims'],
])('a token that %s is refused', async (_, made, code) => {
  expect(await verifier()(await token(made))).toMatchObject({ kind: 'refused', code });
});

test('what is no token is refused, and so is one without a signature', async () => {
  const payload = Buffer.from(JSON.stringify({ ...claims, iss: issuer, aud: 'countersign' })).toString('base64url');
  const bare = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`;
  expect(await verifier()('nonsense')).toMatchObject({ kind: 'refused', code: 'token-malformed' });
  expect(await verifier()(bare)).toMatchObject({ kind: 'refused' });
});

test('a token whose key was signed with a shared secret instead is refused', async () => {
  const now = Math.floor(Date.now() / 1000);
  const forged = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', kid: 'one' })
    .setIssuer(issuer)
    .setAudience('countersign')
    .setIssuedAt(now)
    .setExpirationTime(now + 300)
    .sign(new TextEncoder().encode(JSON.stringify(await exportJWK(keys.publicKey))));
  expect(await verifier()(forged)).toMatchObject({ kind: 'refused', code: 'token-signature' });
});

test('keys are asked for once, and an issuer that does not answer is not the fault of the token', async () => {
  const verify = verifier();
  const before = asked;
  for (let n = 0; n < 5; n += 1) expect((await verify(await token())).kind).toBe('verified');
  expect(asked - before).toBe(1);
  status = 503;
  expect((await verifier()(await token())).kind).toBe('unavailable');
  status = 200;
});
