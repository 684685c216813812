import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from 'jose';
import { z } from 'zod';
import { messageOf } from '../errors.ts';

/** The token in an `Authorization: Bearer …`. */
export function bearerOf(authorization: string | undefined): string | undefined {
  return /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
}

/** What GitHub Actions says of a job in the token that it signs for it (docs.github.com, "OpenID Connect reference"). */
const Claims = z.object({
  repository: z.string(),
  repository_id: z.coerce.number().int().positive(),
  repository_owner_id: z.coerce.number().int().positive(),
  run_id: z.coerce.number().int().positive(),
  actor: z.string(),
  actor_id: z.coerce.number().int().positive(),
});
export type Claims = z.infer<typeof Claims>;

export type Verified =
  | { readonly kind: 'verified'; readonly claims: Claims }
  /** One sentence that says what is wrong with it. */
  | { readonly kind: 'refused'; readonly code: string; readonly message: string }
  /** The issuer's keys cannot be had at the moment. */
  | { readonly kind: 'unavailable'; readonly message: string };

export type Verifier = (token: string) => Promise<Verified>;

export type Issuer = {
  /** `https://token.actions.githubusercontent.com`, or an Enterprise Server's `https://HOST/_services/token`. */
  readonly issuer: string;
  readonly audience: string;
};

/** Clocks differ, and GitHub's tokens live for minutes. */
const TOLERANCE_S = 60;
/** Keys are asked for again after this long, and when a token names one that is not known, at most twice a minute. */
const KEYS_LIVE_MS = 600_000;

/** Verifies tokens of GitHub Actions: signature, issuer, audience, time. Keys are fetched from the issuer and cached. */
export function createVerifier({ issuer, audience }: Issuer): Verifier {
  const keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks`), { cacheMaxAge: KEYS_LIVE_MS });
  return async (token) => {
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer,
        audience,
        algorithms: ['RS256'],
        clockTolerance: TOLERANCE_S,
        requiredClaims: ['exp', 'iat'],
      });
      return claimsOf(payload);
    } catch (error) {
      return whatIsWrong(error, { issuer, audience });
    }
  };
}

function claimsOf(payload: JWTPayload): Verified {
  const claims = Claims.safeParse(payload);
  if (claims.success) return { kind: 'verified', claims: claims.data };
  const missing = claims.error.issues[0]?.path.join('.') ?? 'a claim';
  return {
    kind: 'refused',
    code: 'token-claims',
    message: `The token is not of GitHub Actions: ${missing} is missing.`,
  };
}

/** Only what is in a verified token may be repeated, so sentences speak of what was expected. */
function whatIsWrong(error: unknown, { issuer, audience }: Issuer): Verified {
  const refused = (code: string, message: string): Verified => ({ kind: 'refused', code, message });
  if (error instanceof errors.JWTExpired)
    return refused('token-expired', 'The token has expired; ask GitHub Actions for a new one just before this call.');
  if (error instanceof errors.JWTClaimValidationFailed && error.claim === 'aud')
    return refused('token-audience', `The token is for another audience; ask for one with the audience "${audience}".`);
  if (error instanceof errors.JWTClaimValidationFailed && error.claim === 'iss')
    return refused('token-issuer', `The token is of another issuer; only ${issuer} is believed here.`);
  if (error instanceof errors.JWTClaimValidationFailed)
    return refused('token-claims', `The token is not valid: ${error.claim} is missing, or not yet true.`);
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWSSignatureVerificationFailed)
    return refused('token-signature', `The token is not signed by ${issuer}.`);
  if (error instanceof errors.JOSEAlgNotAllowed)
    return refused('token-signature', 'The token is not signed with RS256, as tokens of GitHub Actions are.');
  if (error instanceof errors.JWTInvalid || error instanceof errors.JWSInvalid)
    return refused('token-malformed', 'The token is not a JSON web token.');
  return { kind: 'unavailable', message: `The keys of ${issuer} cannot be read at the moment: ${messageOf(error)}` };
}
