import { createHmac } from 'node:crypto';
import type { Notice } from './notice.ts';

/**
 * Outgoing webhooks as Standard Webhooks, version 1: https://www.standardwebhooks.com. `id` stays the same when a message
 * is sent again, so that receivers know it; the time in the header is that of the attempt, so that they can refuse old ones.
 */
export type Message = {
  /** `msg_…` */
  readonly id: string;
  /** When it came to be, ISO 8601 in UTC. */
  readonly at: string;
  readonly notice: Notice;
};

export type Signed = { readonly headers: Readonly<Record<string, string>>; readonly body: string };

/** Signs a message for an attempt at `seconds` since 1970 with a secret as it is configured, `whsec_…`. */
export function signedMessage(message: Message, secret: string, seconds: number): Signed {
  const body = bodyOf(message);
  return {
    body,
    headers: {
      'webhook-id': message.id,
      'webhook-timestamp': String(seconds),
      'webhook-signature': signature(secret, message.id, seconds, body),
    },
  };
}

/** `v1,` and, in base64, the HMAC-SHA256 of `id.seconds.body`. */
export function signature(secret: string, id: string, seconds: number, body: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  return `v1,${createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64')}`;
}

function bodyOf({ at, notice }: Message): string {
  const { event, ...data } = notice;
  return JSON.stringify({ type: `countersign.${event}`, timestamp: at, data });
}
