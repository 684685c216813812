import type { IncomingMessage } from 'node:http';

export type Body =
  | { readonly kind: 'read'; readonly bytes: Buffer }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'busy' }
  | { readonly kind: 'aborted' };

/** GitHub caps payloads at 25 MB (docs.github.com/webhooks, "Webhook events and payloads", Payload cap). */
export const LARGEST_BODY = 25 * 1024 * 1024;
/** What all requests together may hold before they are verified; beyond it, they are asked to come back. */
const LARGEST_TOTAL = 16 * LARGEST_BODY;

/** Reads request bodies, never holding more than `limit` bytes of one and {@link LARGEST_TOTAL} of all. */
export function createBodyReader(
  limit: number = LARGEST_BODY,
  total: number = LARGEST_TOTAL,
): (request: IncomingMessage) => Promise<Body> {
  let held = 0;
  return (request) => {
    if (Number(request.headers['content-length'] ?? 0) > limit) return Promise.resolve({ kind: 'too-large' });
    return new Promise((done) => {
      const chunks: Buffer[] = [];
      let size = 0;
      const finish = (body: Body): void => {
        held -= size;
        size = 0;
        request.removeAllListeners('data');
        done(body);
      };
      request.on('data', (chunk: Buffer) => {
        size += chunk.length;
        held += chunk.length;
        if (size > limit) finish({ kind: 'too-large' });
        else if (held > total) finish({ kind: 'busy' });
        else chunks.push(chunk);
      });
      request.once('end', () =>
        finish({ kind: 'read', bytes: chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks) }),
      );
      request.once('error', () => finish({ kind: 'aborted' }));
      request.once('close', () => finish({ kind: 'aborted' }));
    });
  };
}
