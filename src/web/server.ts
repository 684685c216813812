import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { messageOf } from '../errors.ts';
import { answer } from './answer.ts';
import { CHECKPOINT_PATH } from './checkpoint-api.ts';
import { GATE_PATH } from './gate-api.ts';
import type { Metrics } from './metrics.ts';

export const WEBHOOK_PATH = '/api/github/webhooks';
/** Probot's set-up page gives GitHub the root as the webhook's address; it is taken there too. */
const SETUP_WEBHOOK_PATH = '/';

export type Readiness = { readonly ready: boolean; readonly database: string; readonly queue: string };

export type WebOptions = {
  readonly webhooks: ((request: IncomingMessage, response: ServerResponse) => Promise<void>) | undefined;
  /** Answers pipelines that ask about a deployment. */
  readonly gate: ((request: IncomingMessage, response: ServerResponse) => Promise<void>) | undefined;
  /** Gives the newest checkpoint to workflows that keep it. */
  readonly checkpoint: ((request: IncomingMessage, response: ServerResponse) => Promise<void>) | undefined;
  readonly readiness: () => Promise<Readiness>;
  readonly metrics: Metrics;
  readonly log: Logger;
};

/** The web server: webhooks, questions about deployments, checkpoints, `/healthz` (alive), `/readyz` (database and queue) and `/metrics`. Everything else is 404. */
export function createWebServer(options: WebOptions): Server {
  const server = createServer((request, response) => {
    handle(options, request, response).catch((error: unknown) => {
      options.log.error({ reason: messageOf(error) }, 'a request failed');
      answer(response, 500, { message: 'Something went wrong; the log says what.' });
    });
  });
  // GitHub gives up after 10 s; who sends more slowly than this is not GitHub.
  server.requestTimeout = 30_000;
  server.headersTimeout = 10_000;
  // Longer than load balancers keep theirs (60 s is usual), so that a connection is never closed just as a webhook is sent over it.
  server.keepAliveTimeout = 65_000;
  return server;
}

async function handle(options: WebOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = (request.url ?? '/').split('?', 1)[0];
  const isWebhook = path === WEBHOOK_PATH || (path === SETUP_WEBHOOK_PATH && request.method === 'POST');
  if (isWebhook && options.webhooks !== undefined) return options.webhooks(request, response);
  if (path === GATE_PATH && options.gate !== undefined) return options.gate(request, response);
  if (path === CHECKPOINT_PATH && options.checkpoint !== undefined) return options.checkpoint(request, response);
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return answer(response, 405, { message: 'Only GET is answered here.' });
  switch (path) {
    case '/healthz':
      return answer(response, 200, { alive: true });
    case '/readyz': {
      const readiness = await options.readiness();
      return answer(response, readiness.ready ? 200 : 503, readiness);
    }
    case '/metrics': {
      const text = await options.metrics.registry.metrics();
      response.writeHead(200, { 'content-type': options.metrics.registry.contentType });
      response.end(text);
      return;
    }
    default:
      return answer(response, 404, { message: `Nothing is here. Webhooks are taken at ${WEBHOOK_PATH}.` });
  }
}
