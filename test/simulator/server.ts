import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { defaultEvents, defaultPermissions } from './app-defaults.ts';
import { type Control, createControl } from './control/control.ts';
import { appRoutes } from './rest/app-routes.ts';
import { branchRoutes } from './rest/branch-routes.ts';
import { checkRoutes } from './rest/check-routes.ts';
import { compareRoutes } from './rest/compare-routes.ts';
import { deliveryRoutes } from './rest/delivery-routes.ts';
import { deploymentRoutes } from './rest/deployment-routes.ts';
import { issueRoutes } from './rest/issue-routes.ts';
import { pullRoutes } from './rest/pull-routes.ts';
import { repositoryRoutes } from './rest/repository-routes.ts';
import { createRouter, type Reply, type Services } from './rest/router.ts';
import { rulesetRoutes } from './rest/ruleset-routes.ts';
import { runRoutes } from './rest/run-routes.ts';
import { type Call, createCallLog } from './transport/calls.ts';
import { createDeliveries, type Deliveries, type Delivery } from './transport/deliveries.ts';
import { createFaults } from './transport/faults.ts';
import { handleApi, parseJson, readBody, refusalReply, type Transport } from './transport/http.ts';
import { createLimits, githubLimits, type LimitOptions, type LimitViolation } from './transport/limits.ts';
import { createOidcIssuer } from './transport/oidc.ts';
import { createValidator, type Violation } from './transport/validation.ts';
import { watchQueues } from './world/merge-queue.ts';
import { createAccount } from './world/people.ts';
import { createApp } from './world/workflows.ts';
import { createWorld, Refusal, type World } from './world/world.ts';

export interface SimulatorOptions {
  readonly port?: number;
  /** Where webhooks go; may be set later with `control.setWebhookUrl`. */
  readonly webhookUrl?: string | null;
  readonly webhookSecret?: string;
  readonly app?: {
    readonly id?: number;
    readonly slug?: string;
    readonly name?: string;
    readonly permissions?: Readonly<Record<string, string>>;
    readonly events?: readonly string[];
  };
  /** PEM, public or private. Without it a key pair is made and `simulator.app.privateKey` holds the private one. */
  readonly appKey?: string;
  /** Checks every exchange and webhook against GitHub's published descriptions. On unless switched off. */
  readonly validate?: boolean;
  /** `false` switches rate limits off. */
  readonly limits?: Partial<LimitOptions> | false;
  /** What the world stamps, in milliseconds since 1970. Authentication and rate limits stay on real time. */
  readonly clock?: () => number;
  /** What tokens and limits run on: the machine's clock, as for the clients that sign and wait by it. */
  readonly machineClock?: () => number;
  readonly random?: () => number;
  readonly tokenLifetimeMs?: number;
  readonly webhookTimeLimitMs?: number;
  readonly webhookConcurrency?: number;
  readonly latencyMs?: number | readonly [from: number, to: number];
  /** Whether reviews move to the new head on update-branch and force-push. */
  readonly movesReviewCommits?: boolean;
  readonly webUrl?: string;
  /** How many calls and deliveries to remember. */
  readonly keep?: number;
  readonly firstId?: number;
}

export interface Simulator {
  readonly url: string;
  readonly webUrl: string;
  /** The issuer of the tokens of GitHub Actions. */
  readonly oidcIssuer: string;
  readonly app: {
    readonly id: number;
    readonly slug: string;
    readonly privateKey: string | null;
    readonly webhookSecret: string;
  };
  readonly control: Control;
  readonly calls: readonly Call[];
  callCounts(): Readonly<Record<string, number>>;
  resetCalls(): void;
  readonly deliveries: readonly Delivery[];
  readonly violations: readonly Violation[];
  readonly limitViolations: readonly LimitViolation[];
  /** Resolves when every webhook that was queued has been answered; held ones do not count. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

function readKey(options: SimulatorOptions): { readonly publicKey: KeyObject; readonly privatePem: string | null } {
  if (options.appKey !== undefined) return { publicKey: createPublicKey(options.appKey), privatePem: null };
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { publicKey, privatePem: privateKey.export({ type: 'pkcs1', format: 'pem' }).toString() };
}

function buildWorld(options: SimulatorOptions): World {
  const world = createWorld({
    clock: options.clock ?? Date.now,
    machineClock: options.machineClock ?? Date.now,
    webUrl: options.webUrl ?? 'https://github.com',
    movesReviewCommits: options.movesReviewCommits ?? true,
    firstId: options.firstId ?? 100_000,
  });
  const owner = createAccount(world, { login: 'app-owner' });
  const { app = {} } = options;
  world.app = createApp(world, {
    id: app.id ?? 4242,
    slug: app.slug ?? 'countersign',
    name: app.name ?? 'Countersign',
    ownerId: owner.id,
    permissions: app.permissions ?? defaultPermissions,
    events: app.events ?? defaultEvents,
  });
  // GitHub's own account, which REST names as the committer of what is made on its pages.
  createAccount(world, { login: 'web-flow', id: 19_864_447 });
  createApp(world, { slug: 'github-actions', id: 15_368, name: 'GitHub Actions', ownerId: owner.id });
  return world;
}

const routes = [
  ...appRoutes,
  ...deliveryRoutes,
  ...pullRoutes,
  ...issueRoutes,
  ...checkRoutes,
  ...branchRoutes,
  ...rulesetRoutes,
  ...runRoutes,
  ...compareRoutes,
  ...deploymentRoutes,
  ...repositoryRoutes,
];

function buildTransport(
  options: SimulatorOptions,
  world: World,
  appKey: KeyObject,
): Transport & { readonly deliveries: Deliveries } {
  const validator = options.validate === false ? null : createValidator();
  const limits =
    options.limits === false ? { ...githubLimits, enforced: false } : { ...githubLimits, ...options.limits };
  const [fromMs, toMs] =
    typeof options.latencyMs === 'object' ? options.latencyMs : [options.latencyMs ?? 0, options.latencyMs ?? 0];
  const deliveryOptions = {
    webhookUrl: options.webhookUrl ?? null,
    webhookSecret: options.webhookSecret ?? 'simulator-webhook-secret',
    timeLimitMs: options.webhookTimeLimitMs ?? 10_000,
    concurrency: options.webhookConcurrency ?? 20,
    keepDeliveries: options.keep ?? 50_000,
  };
  const services: Services = {
    world,
    deliveries: createDeliveries(world, deliveryOptions, validator),
    limits: createLimits(limits, world.machineClock),
    appKey,
    tokenLifetimeMs: options.tokenLifetimeMs ?? 3_600_000,
  };
  return {
    ...services,
    router: createRouter(routes),
    faults: createFaults(options.random ?? Math.random),
    calls: createCallLog(options.keep ?? 50_000),
    oidc: createOidcIssuer(() => world.apiUrl),
    validator,
    latency: { fromMs, toMs },
    random: options.random ?? Math.random,
  };
}

/** `POST /_control/<method>` with the method's argument as JSON: everything tests can do, a person can do with curl. */
async function handleControl(simulator: Simulator, request: IncomingMessage): Promise<Reply> {
  const name = (request.url ?? '').replace(/^\/_control\/?/, '').replace(/\?.*$/, '');
  const readable: Readonly<Record<string, () => unknown>> = {
    calls: () => simulator.calls,
    counts: () => simulator.callCounts(),
    deliveries: () => simulator.deliveries.map(({ body: _, headers: __, ...rest }) => rest),
    violations: () => ({ violations: simulator.violations, limits: simulator.limitViolations }),
  };
  if (request.method === 'GET')
    return { status: 200, body: readable[name]?.() ?? Object.keys({ ...readable, ...simulator.control }) };
  if (!Object.hasOwn(simulator.control, name)) throw new Refusal(404, `no control ${name}`);
  const input = parseJson(await readBody(request)) ?? {};
  const methods: Readonly<Record<string, (argument: never) => unknown>> = simulator.control;
  return { status: 200, body: (await methods[name]?.(input as never)) ?? {} };
}

function reply(response: ServerResponse, { status, body }: Reply): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

function listen(server: Server, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  });
}

/** Starts GitHub on localhost. It binds 127.0.0.1 only; close it when done. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { publicKey, privatePem } = readKey(options);
  const world = buildWorld(options);
  const transport = buildTransport(options, world, publicKey);
  const server = createServer((request, response) => {
    const control = request.url?.startsWith('/_control') === true;
    const work = control
      ? handleControl(simulator, request).then((answer) => reply(response, answer))
      : handleApi(transport, request, response);
    work.catch((error: unknown) => answerError(response, error));
  });
  world.apiUrl = await listen(server, options.port ?? 0);
  world.emit = transport.deliveries.emit;
  world.notice = watchQueues(world);
  const simulator: Simulator = {
    url: world.apiUrl,
    webUrl: world.webUrl,
    oidcIssuer: transport.oidc.issuer(),
    app: {
      id: world.app.id,
      slug: world.app.slug,
      privateKey: privatePem,
      webhookSecret: options.webhookSecret ?? 'simulator-webhook-secret',
    },
    control: createControl(transport),
    calls: transport.calls.all,
    callCounts: transport.calls.counts,
    resetCalls: transport.calls.reset,
    deliveries: transport.deliveries.log.all,
    violations: transport.validator?.violations ?? [],
    limitViolations: transport.limits.violations,
    settled: transport.deliveries.settled,
    close: () => closeServer(server, transport.deliveries),
  };
  return simulator;
}

function answerError(response: ServerResponse, error: unknown): void {
  if (error instanceof Refusal) {
    reply(response, refusalReply(error));
    return;
  }
  console.error(error);
  if (!response.headersSent) reply(response, { status: 500, body: { message: `simulator bug: ${String(error)}` } });
}

function closeServer(server: Server, deliveries: Deliveries): Promise<void> {
  deliveries.close();
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
