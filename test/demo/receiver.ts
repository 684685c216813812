import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { startReceiver } from '../support/receiver.ts';
import type { Cleanup, Stage } from './stage.ts';

/** What a notification says, as docs/notifications.md describes it. */
export type Message = {
  readonly type: string;
  readonly data: {
    readonly title: string;
    readonly lines: readonly string[];
    readonly url: string;
    readonly repository: string;
    readonly pull: number | null;
  };
};

type Letter = { readonly headers: IncomingHttpHeaders; readonly body: string };

export type Receiver = {
  /** Starts to listen; the address. */
  open(cleanup: Cleanup): Promise<string>;
  /** What the messages are signed with, as the app wants it. */
  readonly secret: string;
  /** Waits until a message of a type has come whose signature is right. */
  message(stage: Stage, type: string): Promise<{ readonly message: Message; readonly letter: Letter }>;
  /** Whether a message would be believed. */
  believes(letter: Letter): boolean;
};

/** A program of acme's own that takes notifications: an HTTP server, and a check of signatures as Standard Webhooks has it. */
export function createReceiver(): Receiver {
  const key = randomBytes(32);
  let letters = (): readonly Letter[] => [];
  const believes = (letter: Letter) => isSigned(letter, key);
  return {
    secret: `whsec_${key.toString('base64')}`,
    believes,
    open: async (cleanup) => {
      const server = await startReceiver(() => ({ status: 204 }));
      cleanup.later(() => server.close());
      letters = () => server.at('/oncall');
      return `${server.url}/oncall`;
    },
    message: (stage, type) =>
      stage.until(
        `a signed message of the type ${type}`,
        async () => {
          const letter = letters().find((each) => believes(each) && messageIn(each).type === type);
          return letter === undefined ? undefined : { letter, message: messageIn(letter) };
        },
        async () => `${letters().length} messages, ${letters().filter(believes).length} of them signed rightly`,
      ),
  };
}

function messageIn({ body }: Letter): Message {
  return JSON.parse(body) as Message;
}

/** https://www.standardwebhooks.com: the HMAC of id, time and body, byte for byte, and not older than five minutes. */
function isSigned({ headers, body }: Letter, key: Buffer): boolean {
  const { 'webhook-id': id, 'webhook-timestamp': seconds, 'webhook-signature': signature } = headers;
  const expected = createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest();
  const given = Buffer.from(`${signature}`.replace(/^v1,/, ''), 'base64');
  const isFresh = Math.abs(Date.now() / 1000 - Number(seconds)) < 300;
  return isFresh && given.length === expected.length && timingSafeEqual(given, expected);
}
