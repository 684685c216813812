import { createSign, generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import type { Reply } from '../rest/router.ts';

/** The issuer of GitHub Actions (https://token.actions.githubusercontent.com there), on the same server under a path. */
export const oidcPath = '/_oidc';

interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly jwk: object;
}

export interface OidcIssuer {
  issuer(): string;
  /** What is answered to anybody; null for what is not the issuer's. */
  answer(method: string, path: string): Reply | null;
  sign(claims: Readonly<Record<string, unknown>>): string;
  /** A new key signs from now on; the old ones stay published unless they are withdrawn. */
  rotate(keepOld: boolean): { readonly kid: string };
}

const claimsSupported = [
  ...['sub', 'aud', 'exp', 'iat', 'iss', 'jti', 'nbf', 'ref', 'sha', 'repository', 'repository_id', 'repository_owner'],
  ...['repository_owner_id', 'repository_visibility', 'run_id', 'run_number', 'run_attempt', 'runner_environment'],
  ...[
    'actor',
    'actor_id',
    'workflow',
    'workflow_ref',
    'workflow_sha',
    'head_ref',
    'base_ref',
    'event_name',
    'ref_type',
  ],
  ...['ref_protected', 'environment', 'job_workflow_ref', 'job_workflow_sha'],
];

function createKey(): SigningKey {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const kid = randomUUID().replaceAll('-', '').toUpperCase();
  const { n, e } = publicKey.export({ format: 'jwk' });
  return { kid, privateKey, jwk: { kty: 'RSA', alg: 'RS256', use: 'sig', kid, n, e } };
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** @param baseUrl the server's address, known once it listens */
export function createOidcIssuer(baseUrl: () => string): OidcIssuer {
  // Keys cost tenths of a second: they are made when somebody first asks.
  let keys: readonly SigningKey[] = [];
  const issuer = () => `${baseUrl()}${oidcPath}`;
  const published = () => {
    if (keys.length === 0) keys = [createKey()];
    return keys;
  };
  const documents: Readonly<Record<string, () => unknown>> = {
    '/.well-known/openid-configuration': () => ({
      issuer: issuer(),
      jwks_uri: `${issuer()}/.well-known/jwks`,
      subject_types_supported: ['public', 'pairwise'],
      response_types_supported: ['id_token'],
      claims_supported: claimsSupported,
      id_token_signing_alg_values_supported: ['RS256'],
      scopes_supported: ['openid'],
    }),
    '/.well-known/jwks': () => ({ keys: published().map(({ jwk }) => jwk) }),
  };
  return {
    issuer,
    answer(method, path) {
      if (!path.startsWith(`${oidcPath}/`)) return null;
      const document = method === 'GET' ? documents[path.slice(oidcPath.length)] : undefined;
      return document ? { status: 200, body: document() } : { status: 404, body: {} };
    },
    sign(claims) {
      const key = published().at(-1) ?? createKey();
      const text = `${encode({ typ: 'JWT', alg: 'RS256', x5t: key.kid, kid: key.kid })}.${encode(claims)}`;
      return `${text}.${createSign('RSA-SHA256').update(text).sign(key.privateKey, 'base64url')}`;
    },
    rotate(keepOld) {
      const key = createKey();
      keys = [...(keepOld ? published() : []), key];
      return { kid: key.kid };
    },
  };
}
