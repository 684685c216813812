import { type ChildProcess, spawn } from 'node:child_process';
import { createHmac, generateKeyPairSync, randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';

export const WEBHOOK_SECRET = 'a-webhook-secret-for-tests-only';
const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const PRIVATE_KEY = keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
export const PUBLIC_KEY = keys.publicKey.export({ type: 'spki', format: 'pem' }).toString();
export const APP_ID = 4711;
export const LEDGER_SIGNING_KEY = generateKeyPairSync('ed25519')
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString();

export type AppProcess = {
  readonly url: string;
  readonly child: ChildProcess;
  readonly log: readonly LogLine[];
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<number | null>;
};
export type LogLine = Readonly<Record<string, unknown>> & { readonly msg?: string };

/** Starts the built app as a process of its own, with nothing in its environment but what is given, and waits until it is ready. */
export async function startApp(environment: Readonly<Record<string, string>>): Promise<AppProcess> {
  const child = spawn(process.execPath, [`${process.env.COUNTERSIGN_BUILD ?? 'dist'}/main.js`], {
    env: { PATH: process.env.PATH ?? '', PORT: '0', HOST: '127.0.0.1', ...environment },
  });
  const log: LogLine[] = [];
  const errors: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk.toString()));
  const url = await new Promise<string>((done, fail) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const parsed = parseLine(line);
      log.push(parsed);
      if (parsed.msg === 'countersign is ready') done(String(parsed.url));
    });
    child.once('exit', (code) =>
      fail(new Error(`the app ended with ${code}: ${errors.join('')}${JSON.stringify(log.slice(-5))}`)),
    );
  });
  return {
    url,
    child,
    log,
    stop: (signal = 'SIGTERM') =>
      new Promise((done) => {
        if (child.exitCode !== null || child.signalCode !== null) return done(child.exitCode);
        child.once('exit', (code) => done(code));
        child.kill(signal);
      }),
  };
}

/** The environment of an app that talks to `githubUrl` and keeps its data in `databaseUrl`. */
export function appEnvironment(
  databaseUrl: string,
  githubUrl: string,
  more: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  return {
    APP_ID: String(APP_ID),
    PRIVATE_KEY,
    WEBHOOK_SECRET,
    LEDGER_SIGNING_KEY,
    DATABASE_URL: databaseUrl,
    GITHUB_API_URL: githubUrl,
    LOG_LEVEL: 'debug',
    // Tests count calls and findings; those about sweeps turn them on.
    SWEEPS: 'off',
    ...more,
  };
}

function parseLine(line: string): LogLine {
  try {
    return JSON.parse(line) as LogLine;
  } catch {
    return { msg: line };
  }
}

export function sign(body: string, secret: string = WEBHOOK_SECRET): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}

/** Posts a webhook as GitHub would. `headers` replaces or, with an empty text, leaves out a header. */
export async function postWebhook(
  appUrl: string,
  event: string,
  payload: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number; readonly body: Readonly<Record<string, unknown>> }> {
  const body = typeof payload === 'string' ? payload : JSON.stringify(payload);
  const all: Record<string, string> = {
    'content-type': 'application/json',
    'x-github-event': event,
    'x-github-delivery': randomUUID(),
    'x-hub-signature-256': sign(body),
    ...headers,
  };
  const sent = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''));
  const response = await fetch(`${appUrl}/api/github/webhooks`, { method: 'POST', headers: sent, body });
  return { status: response.status, body: (await response.json()) as Readonly<Record<string, unknown>> };
}

/** Waits until `check` gives something, looking every 25 ms; says what it waited for when it never comes. */
export async function eventually<T>(
  what: string,
  check: () => Promise<T | undefined | false | null>,
  patienceMs = 15_000,
): Promise<T> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const found = await check();
    if (found !== undefined && found !== false && found !== null) return found;
    if (Date.now() > deadline) throw new Error(`waited ${patienceMs} ms in vain for ${what}`);
    await new Promise((done) => setTimeout(done, 25));
  }
}
