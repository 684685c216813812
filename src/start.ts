import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import { createClock } from './clock.ts';
import type { Config, DatabaseConfig } from './config.ts';
import { AppError, messageOf } from './errors.ts';
import { createGitHub } from './github/client.ts';
import type { Deps } from './jobs/deps.ts';
import { startSequencer } from './jobs/sequence.ts';
import { startHeart } from './jobs/sweep/heart.ts';
import { createTasks } from './jobs/tasks.ts';
import { createTurns } from './jobs/turns.ts';
import { startWorker, type Worker } from './jobs/worker.ts';
import { block, spend } from './store/budget.ts';
import { type Database, openDatabase } from './store/database.ts';
import { createAcceptor } from './store/deliveries.ts';
import { startEmbedded } from './store/embedded.ts';
import { migrate } from './store/migrate.ts';
import { countQueue } from './store/queue.ts';
import { createCheckpointApi } from './web/checkpoint-api.ts';
import { createGateApi } from './web/gate-api.ts';
import { createMetrics, type Metrics } from './web/metrics.ts';
import { createVerifier } from './web/oidc.ts';
import { createWebServer, type Readiness } from './web/server.ts';
import { createWebhookHandler } from './web/webhooks.ts';

export type App = { readonly port: number; stop(): Promise<void> };

/** Connections that intake keeps to itself, so that work never keeps a webhook waiting. */
const INTAKE_CONNECTIONS = 10;
/** Beyond one connection for each job: the queue's own, and those for budgets. */
const SPARE_CONNECTIONS = 8;
/** The part of the jobs at work that may be waiting for receivers of notifications, which owe nobody an answer. */
const SENDERS_SHARE = 1 / 4;

/** Starts everything in order (database, migrations, worker, web) and returns how to stop it in the opposite order. */
export async function start(config: Config, migrations: string, log: Logger): Promise<App> {
  const { url, ownerUrl, close: closeServer } = await openServer(config.database, log);
  const applied = await migrate(ownerUrl, migrations);
  if (applied.length > 0) log.info({ applied }, 'migrated the database');
  const onPoolError = (error: Error): void => log.warn({ reason: messageOf(error) }, 'a database connection was lost');
  const intake = openDatabase(url, INTAKE_CONNECTIONS, onPoolError);
  const work = openDatabase(url, config.concurrency + SPARE_CONNECTIONS, onPoolError);
  const metrics = createMetrics(() => countQueue(intake));
  const deps = createDeps(config, work, metrics, log);
  const worker = config.run === 'web' ? undefined : await startWork(config, url, deps);
  const sequencer = worker && (await startSequencer({ database: work, signers: config.signers, now: deps.now, log }));
  const heart = config.sweeps ? await startHeart(deps, config.run !== 'worker') : undefined;
  const server = await listen(config, intake, deps, worker !== undefined);
  const port = (server.address() as AddressInfo).port;
  log.info(
    { url: `http://${config.host}:${port}`, run: config.run, github: config.githubApiUrl },
    'countersign is ready',
  );
  return {
    port,
    stop: async () => {
      await Promise.all([closeWeb(server), worker?.stop()]);
      await heart?.stop();
      // Last, so that what was recorded while stopping is signed too.
      await sequencer?.stop();
      await Promise.all([intake.end(), work.end()]);
      await closeServer();
      log.info('stopped');
    },
  };
}

async function openServer(database: DatabaseConfig, log: Logger) {
  if (database.kind === 'server')
    return { url: database.url, ownerUrl: database.migrationUrl, close: async () => undefined };
  log.info({ folder: database.folder }, 'DATABASE_URL is not set: starting an embedded PostgreSQL');
  const embedded = await startEmbedded(database.folder);
  return { url: embedded.url, ownerUrl: embedded.url, close: () => embedded.stop() };
}

/** What jobs, and whoever asks about a deployment, are answered with. */
function createDeps(config: Config, database: Database, metrics: Metrics, log: Logger): Deps {
  const now = createClock(config.clockOffsetFile);
  const github = createGitHub({
    appId: config.app.id,
    privateKey: config.app.privateKey,
    apiUrl: config.githubApiUrl,
    spend: async (tenant, cost, share) => (config.keepToLimits ? spend(database, tenant, cost, share) : 0),
    block: (tenant, resource, milliseconds) => block(database, tenant, resource, milliseconds),
    onCall: (kind, outcome) => metrics.github.inc({ kind, outcome }),
    now,
    log,
  });
  return {
    database,
    github,
    appId: config.app.id,
    policyRepository: config.policyRepository,
    metrics,
    log,
    now,
    payloadRetentionMs: config.payloadRetentionMs,
    destinations: config.destinations,
    turns: createTurns(Math.max(1, Math.floor(config.concurrency * SENDERS_SHARE))),
  };
}

function startWork(config: Config, url: string, deps: Deps): Promise<Worker> {
  const { database, metrics, log } = deps;
  return startWorker({
    database,
    databaseUrl: url,
    tasks: createTasks(deps),
    concurrency: config.concurrency,
    metrics,
    log,
    onLost: (error) => {
      log.fatal({ reason: messageOf(error) }, 'lost the database or the queue; ending, to be started again');
      process.exit(1);
    },
  });
}

async function listen(config: Config, intake: Database, deps: Deps, works: boolean): Promise<Server> {
  const { metrics, log } = deps;
  const webhooks = createWebhookHandler({
    app: { appId: config.app.id, policyRepository: config.policyRepository },
    secret: config.app.webhookSecret,
    accept: createAcceptor(intake),
    metrics,
    log,
  });
  const readiness = (): Promise<Readiness> => checkReadiness(intake, works);
  const isWeb = config.run !== 'worker';
  const verify = createVerifier(config.oidc);
  const server = createWebServer({
    webhooks: isWeb ? webhooks : undefined,
    gate: isWeb ? createGateApi(deps, verify) : undefined,
    checkpoint: isWeb ? createCheckpointApi(deps.database, log, verify) : undefined,
    readiness,
    metrics,
    log,
  });
  await new Promise<void>((done, fail) => {
    server.once('error', (error) =>
      fail(new AppError('configuration', `Cannot listen on ${config.host}:${config.port}: ${messageOf(error)}`)),
    );
    server.listen(config.port, config.host, done);
  });
  return server;
}

async function checkReadiness(database: Database, works: boolean): Promise<Readiness> {
  try {
    const counts = await countQueue(database);
    return {
      ready: true,
      database: 'answers',
      queue: `${works ? '' : 'not worked on here, '}${counts.waiting} waiting, ${counts.dead} dead`,
    };
  } catch (error) {
    return { ready: false, database: messageOf(error), queue: 'unknown' };
  }
}

/** How long requests that are under way get, when the web server closes: as long as GitHub waits for an answer. */
const LAST_ANSWERS_MS = 10_000;

/** Stops taking requests and waits for those that are under way. */
function closeWeb(server: Server): Promise<void> {
  return new Promise((done) => {
    // A connection that is kept alive becomes idle after its answer only, and nobody else would close it then.
    const idle = setInterval(() => server.closeIdleConnections(), 100);
    const late = setTimeout(() => server.closeAllConnections(), LAST_ANSWERS_MS);
    server.close(() => {
      clearInterval(idle);
      clearTimeout(late);
      done();
    });
    server.closeIdleConnections();
  });
}
