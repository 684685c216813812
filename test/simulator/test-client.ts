import { createHmac, createSign } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startScenario } from './scenario.ts';
import { type Simulator, type SimulatorOptions, startSimulator } from './server.ts';

/** A client that knows GitHub's API and nothing else; only for the simulator's own tests. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests read what they asked for
  readonly body: any;
}

export interface Received {
  readonly event: string;
  readonly guid: string;
  readonly signed: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: tests read what they asked for
  readonly payload: any;
}

export function appToken(simulator: Simulator, claims: Readonly<Record<string, number>> = {}): string {
  const seconds = Math.floor(Date.now() / 1000);
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const payload = { iat: seconds - 30, exp: seconds + 500, iss: simulator.app.id, ...claims };
  const text = `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode(payload)}`;
  const key = simulator.app.privateKey ?? '';
  return `${text}.${createSign('RSA-SHA256').update(text).sign(key, 'base64url')}`;
}

export async function call(
  simulator: Simulator,
  token: string,
  operation: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const [method = 'GET', path = ''] = operation.split(' ');
  const response = await fetch(path.startsWith('http') ? path : simulator.url + path, {
    method,
    headers: { authorization: `Bearer ${token}`, ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? null : JSON.parse(text) };
}

export async function installationToken(
  simulator: Simulator,
  installation: number,
  body: unknown = {},
): Promise<string> {
  const path = `POST /app/installations/${installation}/access_tokens`;
  const answer = await call(simulator, appToken(simulator), path, body);
  return answer.body.token;
}

/** A receiver of webhooks that verifies signatures and answers with whatever status is wanted. */
export async function startReceiver(secret: string) {
  const received: Received[] = [];
  const state = { status: 202 };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const expected = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
    received.push({
      event: String(request.headers['x-github-event']),
      guid: String(request.headers['x-github-delivery']),
      signed: request.headers['x-hub-signature-256'] === expected,
      payload: JSON.parse(body.toString()),
    });
    response.writeHead(state.status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`;
  return { url, received, state, close: () => void server.close() };
}

export const firstCheck = { context: 'countersign', integrationId: 4242 };

/** The organization most tests begin with: a protected repository and one open pull request by ana. */
export async function startAcme(options: SimulatorOptions = {}) {
  const simulator = await startSimulator(options);
  const { control } = simulator;
  const { installation } = startScenario(control, {
    users: ['ana', 'ben', 'cem', 'mallory'],
    teams: { engineering: ['ana', 'ben'], payments: { parent: 'engineering', members: ['cem'] } },
    properties: [{ name: 'environment', defaultValue: 'staging' }],
    repositories: {
      payments: {
        files: { 'README.md': '# payments\n', 'src/pay.ts': 'one\ntwo\nthree\nfour\n', 'docs/old.md': 'a\nb\nc\nd\n' },
        teams: { engineering: 'write' },
        requiredChecks: [firstCheck],
      },
    },
  });
  const repository = 'acme/payments';
  control.push({
    repository,
    branch: 'fix',
    as: 'ana',
    files: { 'src/pay.ts': 'one\n2\nthree\nfour\n' },
    message: 'Fix\n\nIt was wrong',
  });
  const pull = control.openPullRequest({ repository, as: 'ana', title: 'Fix', body: 'Because', head: 'fix' });
  const token = await installationToken(simulator, installation ?? 0);
  return {
    simulator,
    control,
    installation: installation ?? 0,
    repository,
    number: pull.number,
    head: pull.head,
    token,
  };
}
