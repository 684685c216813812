import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { Client, type QueryResultRow } from 'pg';
import { type Scenario, startScenario } from '../simulator/scenario.ts';
import { type Simulator, startSimulator } from '../simulator/server.ts';
import type { Narrator } from './narrator.ts';

/** The id of the simulated GitHub App, for rulesets that take a check from nobody else. */
export const APP_ID = 4711;

const PROGRAM = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
/** Longer than the app waits before it asks people again, when what it may spend on that in a minute is spent. */
const PATIENCE_MS = 100_000;

/** A file in `stories/`, exported as `story`; its name there is its name on the command line. */
export type Story = {
  /** One line, for `--help` and as the headline. */
  readonly about: string;
  readonly scenario: Scenario;
  /** What the app has in its environment besides what it needs; made before it starts. */
  environment?(cleanup: Cleanup): Promise<Readonly<Record<string, string>>>;
  play(stage: Stage, narrator: Narrator): Promise<void>;
  /** What a person may try by hand when the story is over and everything stays up. */
  afterwards?(stage: Stage, narrator: Narrator): Promise<void>;
};

export type Stage = {
  readonly simulator: Simulator;
  readonly github: Simulator['control'];
  readonly app: AppOnStage;
  readonly database: {
    readonly url: string;
    query<Row extends QueryResultRow>(text: string): Promise<readonly Row[]>;
  };
  /** Looks until `look` finds something; when it never does, fails with what `instead` says was there. */
  until<T>(what: string, look: () => Promise<T | undefined>, instead: () => Promise<string>): Promise<T>;
};

export type AppOnStage = {
  readonly url: string;
  readonly logFile: string;
  /** The newest warnings and errors in its log. */
  troubles(): readonly string[];
  /** Resolves when the process has ended, with a sentence on how. */
  readonly ended: Promise<string>;
};

/** What has to be undone, in the opposite order, whatever happens. */
export type Cleanup = { later(undo: () => unknown): void; now(): Promise<void> };

export function createCleanup(): Cleanup {
  const undos: (() => unknown)[] = [];
  return {
    later: (undo) => undos.push(undo),
    now: async () => {
      for (let undo = undos.pop(); undo !== undefined; undo = undos.pop()) await undo();
    },
  };
}

/** Starts the simulated GitHub with its organization, and beside it the app as it is built, with a database of its own. */
export async function openStage(story: Story, narrator: Narrator, cleanup: Cleanup): Promise<Stage> {
  const simulator = await narrator.during("Starting a simulated GitHub, with GitHub's published descriptions", () =>
    startGitHub(story.scenario),
  );
  cleanup.later(() => simulator.close());
  const folder = mkdtempSync(join(tmpdir(), 'countersign-demo-'));
  cleanup.later(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  const environment = await story.environment?.(cleanup);
  const app = await narrator.during('Starting Countersign on an embedded PostgreSQL', () =>
    startApp(folder, simulator, cleanup, environment),
  );
  simulator.control.setWebhookUrl({ url: `${app.url}/api/github/webhooks` });
  const database = await connect(folder, cleanup);
  let over: string | undefined;
  app.ended.then((how) => {
    over = how;
  });
  return { simulator, github: simulator.control, app, database, until: (...args) => until(() => over, ...args) };
}

/** Its pages are at the address of its API, which is where a program that is given no other address looks for them. */
async function startGitHub(scenario: Scenario): Promise<Simulator> {
  const port = await freePort();
  const simulator = await startSimulator({
    app: { id: APP_ID },
    webhookSecret: randomBytes(24).toString('hex'),
    port,
    webUrl: `http://127.0.0.1:${port}`,
  });
  startScenario(simulator.control, scenario);
  return simulator;
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const probe = createServer().once('error', fail);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => done(port));
    });
  });
}

/** Starts the built program and waits until it is ready. Everything that it says goes into its log. */
async function startApp(
  folder: string,
  simulator: Simulator,
  cleanup: Cleanup,
  environment: Readonly<Record<string, string>> = {},
): Promise<AppOnStage> {
  const child = launch(folder, simulator, environment);
  const said: string[] = [];
  const ended = endOf(child, said);
  cleanup.later(() => stop(child, ended));
  process.once('exit', () => killGroup(child));
  const logFile = join(folder, 'app.log');
  const file = createWriteStream(logFile);
  const hear = (stream: Readable, heard: (line: string) => void) =>
    createInterface({ input: stream }).on('line', (line) => {
      file.write(`${line}\n`);
      heard(line);
    });
  hear(child.stderr, (line) => said.push(line));
  const url = await new Promise<string>((done, fail) => {
    hear(child.stdout, (line) => {
      const { level, msg, reason, url: address } = parsed(line);
      if (Number(level) >= 40) said.push([msg, reason].filter((part) => part !== undefined).join(': '));
      if (msg === 'countersign is ready') done(String(address));
    });
    ended.then((how) => fail(new Error(how)));
  });
  return { url, logFile, ended, troubles: () => said.slice(-3) };
}

/**
 * Runs it with nothing in its environment but what it needs, in a folder without a `.env`, and in a process group of its own, so that a
 * Ctrl-C in the terminal reaches the demo alone, which then stops everything in order.
 */
function launch(folder: string, { app, url }: Simulator, environment: Readonly<Record<string, string>>) {
  return spawn(process.execPath, [PROGRAM], {
    cwd: folder,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      APP_ID: String(app.id),
      PRIVATE_KEY: app.privateKey ?? '',
      WEBHOOK_SECRET: app.webhookSecret,
      GITHUB_API_URL: url,
      DATA_DIR: folder,
      HOST: '127.0.0.1',
      PORT: '0',
      ...environment,
    },
  });
}

function endOf(child: ChildProcess, said: readonly string[]): Promise<string> {
  return new Promise((done) => {
    child.once('error', (error) => done(`Countersign cannot be started: ${error.message}`));
    child.once('close', (code, signal) =>
      done([`Countersign ended by itself (${signal ?? `exit status ${code}`}).`, ...said.slice(-3)].join(' ')),
    );
  });
}

/** In order; when that takes too long, at once. */
async function stop(child: ChildProcess, ended: Promise<string>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return killGroup(child);
  child.kill('SIGTERM');
  const timer = setTimeout(() => killGroup(child), PATIENCE_MS);
  await ended;
  clearTimeout(timer);
}

/** The program and its PostgreSQL, which must not outlive a demo, or a program, that ends out of order. */
function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nobody of the group is left.
  }
}

function parsed(line: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(line) as Readonly<Record<string, unknown>>;
  } catch {
    return { msg: line };
  }
}

/** Reads the store as its owner, past row-level security. Port and password are where the embedded server keeps them. */
async function connect(folder: string, cleanup: Cleanup): Promise<Stage['database']> {
  const password = readFileSync(join(folder, 'password'), 'utf8').trim();
  const port = readFileSync(join(folder, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[3];
  const url = `postgres://postgres:${password}@127.0.0.1:${port}/countersign`;
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  cleanup.later(() => client.end());
  return { url, query: async (text) => (await client.query(text)).rows };
}

async function until<T>(
  over: () => string | undefined,
  what: string,
  look: () => Promise<T | undefined>,
  instead: () => Promise<string>,
): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    const end = over();
    if (end !== undefined) throw new Error(end);
    if (Date.now() > deadline)
      throw new Error(`expected ${what}; after ${PATIENCE_MS / 1000} s there was ${await instead()}.`);
    await new Promise((done) => setTimeout(done, 25));
  }
}
