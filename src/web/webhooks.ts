import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Webhooks } from '@octokit/webhooks';
import type { Logger } from 'pino';
import { routeEvent } from '../app.ts';
import { AppError, messageOf } from '../errors.ts';
import type { AppIdentity } from '../route.ts';
import type { Acceptor, Disposition } from '../store/deliveries.ts';
import { answer } from './answer.ts';
import { createBodyReader } from './body.ts';
import type { Metrics } from './metrics.ts';

export type Intake = {
  readonly app: AppIdentity;
  readonly secret: string;
  readonly accept: Acceptor;
  readonly metrics: Metrics;
  readonly log: Logger;
};

type Verdict = {
  readonly status: number;
  readonly message: string;
  readonly disposition?: Disposition;
  readonly close?: boolean;
};

/**
 * Takes webhooks: caps the body before it is buffered, verifies the signature over its bytes, stores it with its jobs, and only then
 * answers 202. 400, 401, 405, 413 and 415 say what is wrong with a request; 503 says that nothing was stored and it must come again.
 */
export function createWebhookHandler(
  intake: Intake,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const webhooks = new Webhooks({ secret: intake.secret });
  const readBody = createBodyReader();
  return async (request, response) => {
    const started = performance.now();
    const verdict = await judge(request, intake, webhooks, readBody);
    intake.metrics.intake.observe({ status: String(verdict.status) }, (performance.now() - started) / 1000);
    if (verdict.close === true) response.setHeader('connection', 'close');
    if (verdict.status === 503) response.setHeader('retry-after', '5');
    answer(response, verdict.status, {
      message: verdict.message,
      ...(verdict.disposition === undefined ? {} : { disposition: verdict.disposition }),
    });
  };
}

async function judge(
  request: IncomingMessage,
  intake: Intake,
  webhooks: Webhooks,
  readBody: ReturnType<typeof createBodyReader>,
): Promise<Verdict> {
  const headers = readHeaders(request);
  if ('status' in headers) return headers;
  const body = await readBody(request);
  if (body.kind === 'too-large')
    return { status: 413, message: 'The body is larger than 25 MB, which GitHub never sends.', close: true };
  if (body.kind === 'busy')
    return { status: 503, message: 'Too many large requests at once; send it again later.', close: true };
  if (body.kind === 'aborted') return { status: 400, message: 'The request ended before its body did.', close: true };
  const text = body.bytes.toString('utf8');
  if (!(await webhooks.verify(text, headers.signature).catch(() => false))) {
    intake.log.warn({ delivery: headers.guid, event: headers.event }, 'refused a webhook: its signature does not fit');
    return {
      status: 401,
      message: 'X-Hub-Signature-256 does not fit the body: is the webhook secret the same here and at GitHub?',
    };
  }
  return store(intake, headers, body.bytes, text);
}

type Headers = { readonly guid: string; readonly event: string; readonly signature: string };

function readHeaders(request: IncomingMessage): Headers | Verdict {
  if (request.method !== 'POST') return { status: 405, message: 'Webhooks are sent with POST.', close: true };
  const type = String(request.headers['content-type'] ?? '');
  if (!type.startsWith('application/json')) {
    return {
      status: 415,
      message: 'The content type must be application/json: choose it in the webhook settings of the GitHub App.',
      close: true,
    };
  }
  const [guid, event, signature] = ['x-github-delivery', 'x-github-event', 'x-hub-signature-256'].map((name) =>
    String(request.headers[name] ?? ''),
  );
  if (signature === undefined || signature === '')
    return { status: 401, message: 'X-Hub-Signature-256 is missing.', close: true };
  if (guid === undefined || event === undefined || !/^[\w-]{1,100}$/.test(guid) || !/^[a-z0-9_]{1,100}$/.test(event)) {
    return {
      status: 400,
      message: 'X-GitHub-Delivery and X-GitHub-Event must be given as GitHub sends them.',
      close: true,
    };
  }
  return { guid, event, signature };
}

async function store(intake: Intake, headers: Headers, body: Buffer, text: string): Promise<Verdict> {
  const payload = parseJson(text);
  if (payload === undefined) return { status: 400, message: 'The body is not JSON.' };
  const route = routeEvent(intake.app, headers.event, payload);
  const log = intake.log.child({
    delivery: headers.guid,
    event: headers.event,
    action: route.action,
    tenant: route.tenant,
  });
  try {
    const delivery = {
      guid: headers.guid,
      event: headers.event,
      digest: createHash('sha256').update(body).digest(),
      body,
    };
    const disposition = await intake.accept(delivery, route);
    intake.metrics.deliveries.inc({ event: headers.event, disposition });
    log[disposition === 'malformed' || disposition === 'refused' ? 'warn' : 'debug'](
      { disposition, reason: route.reason },
      'took a webhook',
    );
    return { status: 202, message: route.reason ?? 'Stored.', disposition };
  } catch (error) {
    log.error(
      { reason: messageOf(error), code: error instanceof AppError ? error.code : 'unexpected' },
      'could not store a webhook',
    );
    return { status: 503, message: 'The store is away, so nothing was stored; redeliver it later.' };
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
