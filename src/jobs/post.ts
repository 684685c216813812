import type { Answer } from '../notify/outcome.ts';

/** How long a receiver gets to answer. */
const PATIENCE_MS = 10_000;
/** As much of an answer as is looked at. */
const MOST_BYTES = 1024;

/**
 * The only door to the receivers of notifications. Returns what came of it and never throws, nor repeats the address, which is a
 * secret. Redirects are not followed: an address is trusted because it was configured, and where it points to was not.
 */
export async function post(url: string, headers: Readonly<Record<string, string>>, body: string): Promise<Answer> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': 'countersign', ...headers },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const word = response.ok ? undefined : wordIn(await beginningOf(response));
    await response.body?.cancel().catch(() => undefined);
    return { kind: 'answered', status: response.status, retryAfterMs: retryAfter(response.headers), word };
  } catch (error) {
    return { kind: 'unanswered', why: whyNot(error) };
  }
}

async function beginningOf({ body }: Response): Promise<string> {
  const reader = body?.getReader();
  const chunks: Uint8Array[] = [];
  try {
    for (let length = 0; reader !== undefined && length < MOST_BYTES; ) {
      const { value } = await reader.read();
      if (value === undefined) break;
      chunks.push(value);
      length += value.length;
    }
  } catch {
    // The status has come; why it came may be missing.
  } finally {
    reader?.releaseLock();
  }
  return Buffer.concat(chunks).subarray(0, MOST_BYTES).toString('utf8');
}

/** A code such as Slack's `channel_is_archived`. Anything longer could hold what must not be written down. */
function wordIn(text: string): string | undefined {
  return /^[a-z_]{1,40}$/.test(text.trim()) ? text.trim() : undefined;
}

/** https://www.rfc-editor.org/rfc/rfc9110#field.retry-after: seconds or a date. */
function retryAfter(headers: Headers): number | undefined {
  const text = headers.get('retry-after') ?? '';
  const wait = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return Number.isFinite(wait) && wait > 0 ? wait : undefined;
}

/** A code and no sentence, since those of the network name the host. */
function whyNot(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError')
    return `The receiver gave no answer within ${PATIENCE_MS / 1000} s.`;
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'no connection';
  return `The receiver could not be reached (${code}).`;
}
