import { GraphqlResponseError } from '@octokit/graphql';
import { RequestError } from '@octokit/request-error';
import { AppError, messageOf } from '../errors.ts';

/** GitHub's word that calls must pause, and for which of its two counted resources. */
export type Pause = { readonly resource: 'rest' | 'graphql' | 'all'; readonly milliseconds: number };

type Headers = Readonly<Record<string, string | number | undefined>>;

/** What GitHub recommends when it names no time: "wait at least one minute" (docs: Best practices for using the REST API). */
const MINUTE = 60_000;

/**
 * Turns what octokit throws into an {@link AppError}, and says whether GitHub asked for a pause. `github-unavailable` means that the
 * outcome is not known: the call may have had its effect.
 */
export function classifyFailure(
  error: unknown,
  resource: 'rest' | 'graphql',
  now: number,
): { readonly error: AppError; readonly pause?: Pause } {
  if (error instanceof AppError) return { error };
  if (error instanceof GraphqlResponseError) return classifyGraphql(error, now);
  if (error instanceof RequestError) return classifyRequest(error, resource, now);
  return { error: unavailable(`GitHub did not answer: ${messageOf(error)}`, error) };
}

function classifyGraphql(
  error: GraphqlResponseError<unknown>,
  now: number,
): { readonly error: AppError; readonly pause?: Pause } {
  const limited = error.errors?.some((item) => item.type === 'RATE_LIMITED') ?? false;
  if (!limited)
    return { error: new AppError('github-unexpected', `GitHub refused the query: ${error.message}`, { cause: error }) };
  const milliseconds = untilReset(error.headers, now) ?? MINUTE;
  return { error: limitedFor(milliseconds, error), pause: { resource: 'graphql', milliseconds } };
}

function classifyRequest(
  error: RequestError,
  resource: 'rest' | 'graphql',
  now: number,
): { readonly error: AppError; readonly pause?: Pause } {
  const headers: Headers = error.response?.headers ?? {};
  const message = error.message.split('\n', 1)[0] ?? '';
  if (error.status === 403 || error.status === 429) {
    const pause = pauseOf(error.status, message, headers, resource, now);
    if (pause !== undefined) return { error: limitedFor(pause.milliseconds, error), pause };
    return { error: new AppError('github-refused', `GitHub refused: ${message}`, { cause: error }) };
  }
  if (error.status >= 500 || error.status === 408)
    return { error: unavailable(`GitHub answered ${error.status}: ${message}`, error) };
  if (error.status === 404 || error.status === 410)
    return { error: new AppError('github-not-found', `GitHub knows nothing at ${pathOf(error)}.`, { cause: error }) };
  return { error: new AppError('github-refused', `GitHub answered ${error.status}: ${message}`, { cause: error }) };
}

function pauseOf(
  status: number,
  message: string,
  headers: Headers,
  resource: 'rest' | 'graphql',
  now: number,
): Pause | undefined {
  const retryAfter = Number(headers['retry-after']);
  if (Number.isFinite(retryAfter) && headers['retry-after'] !== undefined)
    return { resource: 'all', milliseconds: Math.max(1, retryAfter) * 1000 };
  if (String(headers['x-ratelimit-remaining']) === '0')
    return { resource, milliseconds: untilReset(headers, now) ?? MINUTE };
  if (status === 429 || /secondary rate limit|abuse detection/i.test(message))
    return { resource: 'all', milliseconds: MINUTE };
  return undefined;
}

function untilReset(headers: Headers, now: number): number | undefined {
  const reset = Number(headers['x-ratelimit-reset']);
  return Number.isFinite(reset) && reset > 0 ? Math.max(1000, reset * 1000 - now + 1000) : undefined;
}

function limitedFor(milliseconds: number, cause: unknown): AppError {
  return new AppError('github-rate-limited', `GitHub asks to wait for ${Math.ceil(milliseconds / 1000)} s.`, {
    retryable: true,
    retryAfterMs: milliseconds,
    cause,
  });
}

function unavailable(message: string, cause: unknown): AppError {
  return new AppError('github-unavailable', message, { retryable: true, cause });
}

function pathOf(error: RequestError): string {
  const url = error.request.url;
  return URL.canParse(url) ? new URL(url).pathname : url;
}
