import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export type EmptyGitHub = { readonly url: string; readonly calls: readonly string[]; close(): Promise<void> };

/** A GitHub in which there is nothing: every question is answered 404, as for an installation that does not exist. */
export async function startEmptyGitHub(): Promise<EmptyGitHub> {
  const calls: string[] = [];
  const server = createServer((request, response) => {
    calls.push(`${request.method} ${request.url}`);
    request.resume();
    response.writeHead(404, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ message: 'Not Found', documentation_url: 'https://docs.github.com/rest' }));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    calls,
    close: () => new Promise((done) => server.close(() => done())),
  };
}
