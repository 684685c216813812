/**
 * Trouble at the edges (network, database, GitHub), as opposed to expected outcomes, which are values, and bugs, which throw.
 * `retryable` says whether the same call may succeed later; `retryAfterMs` how long to wait at least.
 */
export type ErrorCode =
  | 'configuration'
  | 'database-unavailable'
  | 'github-unavailable'
  | 'github-rate-limited'
  | 'github-refused'
  | 'github-not-found'
  | 'github-unexpected'
  | 'budget-exhausted'
  | 'receiver-unavailable'
  | 'busy';

export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: {
      readonly retryable?: boolean;
      readonly retryAfterMs?: number | undefined;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? false;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** The one sentence of any thrown value, for logs and for people. */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(messageOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
