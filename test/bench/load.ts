import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { sign } from '../support/app-process.ts';

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/** Posts one signed webhook and gives its status. */
export function post(url: string, event: string, body: string): Promise<number> {
  return new Promise((done, fail) => {
    const sending = request(
      `${url}/api/github/webhooks`,
      {
        method: 'POST',
        agent,
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          'x-github-event': event,
          'x-github-delivery': randomUUID(),
          'x-hub-signature-256': sign(body),
        },
      },
      (response) => {
        response.resume();
        response.on('end', () => done(response.statusCode ?? 0));
      },
    );
    sending.on('error', fail);
    sending.end(body);
  });
}

/** Runs `count` of `work`, `width` at a time. Returns seconds. */
export async function inParallel(count: number, width: number, work: (n: number) => Promise<unknown>): Promise<number> {
  const started = performance.now();
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) {
      const n = next;
      next += 1;
      await work(n);
    }
  };
  await Promise.all(Array.from({ length: width }, lane));
  return (performance.now() - started) / 1000;
}

export function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN;
}
