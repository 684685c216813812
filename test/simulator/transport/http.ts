import { createHash, randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { executeGraphql, type GraphqlRequest, measureRequest, operationName } from '../graphql/execute.ts';
import { authorizePerson } from '../rest/access.ts';
import { bodyOf, objectIn, optionalText } from '../rest/body.ts';
import type { Caller, Reply, Route, Router, Services } from '../rest/router.ts';
import { Refusal } from '../world/world.ts';
import { authenticate, authorize } from './authenticate.ts';
import type { CallLog } from './calls.ts';
import type { FaultEffect, Faults } from './faults.ts';
import type { Verdict } from './limits.ts';
import type { OidcIssuer } from './oidc.ts';
import type { Validator } from './validation.ts';

export interface Latency {
  fromMs: number;
  toMs: number;
}

export interface Transport extends Services {
  readonly router: Router;
  readonly faults: Faults;
  readonly calls: CallLog;
  readonly oidc: OidcIssuer;
  readonly validator: Validator | null;
  readonly latency: Latency;
  readonly random: () => number;
}

interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly headers: IncomingMessage['headers'];
  readonly route: Route | null;
  readonly params: Readonly<Record<string, string>>;
  readonly graphql: GraphqlRequest | null;
  caller: Caller | null;
  entered: boolean;
}

const documentation = 'https://docs.github.com/rest';

export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

export function parseJson(text: string): unknown {
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(400, 'Problems parsing JSON');
  }
}

export function refusalReply(error: unknown): Reply {
  if (!(error instanceof Refusal)) throw error;
  const errors = error.errors ? { errors: error.errors } : {};
  return {
    status: error.status,
    body: { message: error.message, ...errors, documentation_url: documentation, status: String(error.status) },
  };
}

function keyOf(caller: Caller): string {
  if (caller.kind === 'user') return `user ${caller.account.id}`;
  return caller.kind === 'app' ? 'app' : `installation ${caller.installation.id}`;
}

function limitReply(transport: Transport, key: string, verdict: Exclude<Verdict, { kind: 'passed' }>): Reply {
  if (verdict.kind === 'primary') {
    const message = `API rate limit exceeded for ${key}.`;
    return {
      status: 403,
      body: { message, documentation_url: documentation },
      headers: transport.limits.headers(key, 'core'),
    };
  }
  const message = 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.';
  return {
    status: 403,
    body: { message, documentation_url: documentation },
    headers: { 'retry-after': String(verdict.retryAfter) },
  };
}

async function answerGraphql(transport: Transport, request: GraphqlRequest, caller: Caller): Promise<Reply> {
  const key = keyOf(caller);
  const { cost, nodes, mutations } = measureRequest(request);
  if (nodes > 500_000) {
    const message = `This query requests up to ${nodes} possible nodes which exceeds the maximum limit of 500,000.`;
    return { status: 200, body: { errors: [{ type: 'MAX_NODE_LIMIT_EXCEEDED', message }] } };
  }
  const verdict = transport.limits.spendGraphql(key, cost, mutations);
  const headers = transport.limits.headers(key, 'graphql');
  if (verdict.kind === 'primary') {
    return {
      status: 200,
      headers,
      body: { errors: [{ type: 'RATE_LIMITED', message: `API rate limit exceeded for ${key}.` }] },
    };
  }
  if (verdict.kind === 'secondary') return limitReply(transport, key, verdict);
  const answer = await executeGraphql(request, { ...transport, caller, limitKey: key, cost, nodeCount: nodes });
  return { status: 200, body: answer, headers };
}

function answerRest(transport: Transport, exchange: Exchange, route: Route, caller: Caller): Reply {
  authorize(caller, route.access);
  if (transport.validator?.request(route.operation, exchange.body) === false) {
    throw new Refusal(422, 'Invalid request.\n\nThe body does not fit the published description.');
  }
  const { path, query, params, body } = exchange;
  const context = { ...transport, caller, limitKey: keyOf(caller), path, query, params, body };
  authorizePerson(context, route.access);
  return route.handle(context);
}

async function answer(transport: Transport, exchange: Exchange): Promise<Reply> {
  const { route, graphql } = exchange;
  const open = transport.oidc.answer(exchange.method, exchange.path);
  if (open) return open;
  exchange.caller = authenticate(transport, exchange.headers.authorization);
  if (!route && !graphql) throw new Refusal(404, 'Not Found');
  const key = keyOf(exchange.caller);
  exchange.entered = true;
  const verdict = transport.limits.enter(key, route?.operation ?? 'POST /graphql');
  if (verdict.kind !== 'passed') return limitReply(transport, key, verdict);
  if (graphql) return answerGraphql(transport, graphql, exchange.caller);
  const reply = route ? answerRest(transport, exchange, route, exchange.caller) : { status: 404 };
  return withEtag(transport, exchange, key, reply);
}

/** The ETag depends on the token as well as on the content; a 304 costs nothing. */
function withEtag(transport: Transport, exchange: Exchange, key: string, reply: Reply): Reply {
  const limits = transport.limits.headers(key, 'core');
  if (exchange.method !== 'GET' || reply.status !== 200) return { ...reply, headers: { ...limits, ...reply.headers } };
  const digest = createHash('sha256')
    .update(JSON.stringify(reply.body))
    .update(exchange.headers.authorization ?? '');
  const etag = `W/"${digest.digest('hex')}"`;
  if (exchange.headers['if-none-match'] === etag) {
    transport.limits.refund(key);
    return { status: 304, headers: { ...transport.limits.headers(key, 'core'), etag } };
  }
  return { ...reply, headers: { ...limits, etag, ...reply.headers } };
}

function faultReply(effect: Extract<FaultEffect, { kind: 'status' }>): Reply {
  const headers = effect.retryAfter === undefined ? {} : { 'retry-after': String(effect.retryAfter) };
  return {
    status: effect.status,
    body: { message: effect.message ?? 'Simulated failure', documentation_url: documentation },
    headers,
  };
}

function wait(milliseconds: number): Promise<void> {
  return milliseconds > 0 ? new Promise((resolve) => setTimeout(resolve, milliseconds).unref()) : Promise.resolve();
}

function write(response: ServerResponse, reply: Reply): void {
  const text =
    reply.body === undefined || reply.status === 304 || reply.status === 204 ? '' : JSON.stringify(reply.body);
  response.writeHead(reply.status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'x-github-request-id': randomUUID(),
    'x-github-media-type': 'github.v3; format=json',
    ...reply.headers,
  });
  response.end(text);
}

/** Does what the fault says around the real work; null means that nobody gets an answer. */
async function behave(transport: Transport, exchange: Exchange, effect: FaultEffect | null): Promise<Reply | null> {
  if (effect?.kind === 'status') return faultReply(effect);
  if (effect?.kind === 'reset') return null;
  if (effect?.kind === 'hang') return wait(effect.ms ?? 60_000).then(() => null);
  if (effect?.kind === 'latency') await wait(effect.ms);
  const reply = await answer(transport, exchange).catch(refusalReply);
  if (effect?.kind !== 'lost') return reply;
  return effect.by === 502 ? { status: 502, body: { message: 'Server Error' } } : null;
}

function graphqlOf(body: unknown): GraphqlRequest {
  const fields = bodyOf(body);
  return {
    query: optionalText(fields, 'query') ?? '',
    variables: objectIn(fields, 'variables') ?? {},
    operationName: optionalText(fields, 'operationName') ?? null,
  };
}

async function openExchange(transport: Transport, request: IncomingMessage): Promise<Exchange> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const method = request.method ?? 'GET';
  const path = url.pathname.replace(/^\/api\/v3(?=\/)/, '');
  const match = transport.router(method, path);
  const body = parseJson(await readBody(request));
  const graphql = method === 'POST' && /^(\/api)?\/graphql$/.test(path) ? graphqlOf(body) : null;
  return {
    method,
    path,
    query: url.searchParams,
    body,
    headers: request.headers,
    route: match?.route ?? null,
    params: match?.params ?? {},
    graphql,
    caller: null,
    entered: false,
  };
}

function record(transport: Transport, exchange: Exchange, name: string | null, status: number, began: number): void {
  const { caller, graphql, route, method, path } = exchange;
  transport.calls.add({
    at: began,
    method,
    path,
    operation: graphql ? 'POST /graphql' : (route?.operation ?? null),
    graphqlOperation: name,
    installationId: caller?.kind === 'installation' ? caller.installation.id : null,
    status,
    durationMs: transport.world.machineClock() - began,
  });
}

/** One call from beginning to end: delay, fault, work, check, answer, log. */
export async function handleApi(
  transport: Transport,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const exchange = await openExchange(transport, request);
  const began = transport.world.machineClock();
  const name = exchange.graphql ? operationName(exchange.graphql) : null;
  const { fromMs, toMs } = transport.latency;
  await wait(fromMs + transport.random() * (toMs - fromMs));
  const effect = transport.faults.take(`${exchange.method} ${exchange.path}`, name);
  const reply = await behave(transport, exchange, effect);
  if (exchange.caller && exchange.entered) transport.limits.leave(keyOf(exchange.caller));
  record(transport, exchange, name, reply?.status ?? 0, began);
  if (reply && exchange.route && effect?.kind !== 'status' && effect?.kind !== 'lost') {
    transport.validator?.response(exchange.route.operation, reply.status, reply.body);
  }
  if (reply) write(response, reply);
  else request.socket.destroy();
}
