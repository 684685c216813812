import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Received = { readonly path: string; readonly headers: IncomingHttpHeaders; readonly body: string };
export type Answering =
  | 'never'
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string };

export type Receiver = Awaited<ReturnType<typeof startReceiver>>;

/** Somebody's HTTP server that takes notifications. `answer` is asked with the path and the number of requests to it, from 1. */
export async function startReceiver(answer: (path: string, count: number) => Answering) {
  const received: Received[] = [];
  const open = new Map<string, number>();
  const most = new Map<string, number>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = request.url ?? '';
      const now = (open.get(path) ?? 0) + 1;
      open.set(path, now);
      most.set(path, Math.max(now, most.get(path) ?? 0));
      response.on('close', () => open.set(path, (open.get(path) ?? 1) - 1));
      received.push({ path, headers: request.headers, body: Buffer.concat(chunks).toString('utf8') });
      const answering = answer(path, received.filter((one) => one.path === path).length);
      if (answering !== 'never') response.writeHead(answering.status, answering.headers).end(answering.body);
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    // The listening server has a port.
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    at: (path: string): readonly Received[] => received.filter((one) => one.path === path),
    /** How many requests to a path were ever under way at the same time. */
    mostAtOnce: (path: string): number => most.get(path) ?? 0,
    close: () =>
      new Promise<void>((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}
