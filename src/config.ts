import { z } from 'zod';
import type { Signers } from './audit/note.ts';
import { type Destinations, readDestinations } from './notify/destinations.ts';
import { readPrivateKey } from './private-key.ts';
import { readRetention } from './retention.ts';
import { readSigningKeys } from './signing-key.ts';

/** Webhook secrets that anybody would try first. Probot falls back to `development` when none is set. */
const WELL_KNOWN_SECRETS = new Set([
  'development',
  'secret',
  'webhook-secret',
  'webhooksecret',
  'changeme',
  'change-me',
  'password',
  'test',
]);
const SHORTEST_SECRET = 16;

const port = z.coerce
  .number({ error: 'PORT must be a number between 0 and 65535, for example 3000.' })
  .int('PORT must be a whole number between 0 and 65535, for example 3000.')
  .min(0, 'PORT must be between 0 and 65535.')
  .max(65_535, 'PORT must be between 0 and 65535.');

const Environment = z.object({
  NODE_ENV: z.string().optional(),
  APP_ID: z.coerce
    .number({ error: 'APP_ID must be the number shown on the settings page of the GitHub App.' })
    .int('APP_ID must be the whole number shown on the settings page of the GitHub App.')
    .positive('APP_ID must be the positive number shown on the settings page of the GitHub App.')
    .optional(),
  PRIVATE_KEY: z.string().optional(),
  PRIVATE_KEY_PATH: z.string().optional(),
  WEBHOOK_SECRET: z.string().optional(),
  GITHUB_API_URL: z.string().default('https://api.github.com'),
  DATABASE_URL: z.string().optional(),
  MIGRATION_DATABASE_URL: z.string().optional(),
  DATA_DIR: z.string().default('.countersign'),
  CLOCK_OFFSET_FILE: z.string().optional(),
  HOST: z.string().default('localhost'),
  PORT: port.default(3000),
  POLICY_REPOSITORY: z
    .string()
    .regex(/^[A-Za-z0-9._-]+$/, 'POLICY_REPOSITORY must be the bare name of a repository, for example .github.')
    .default('.github'),
  RUN: z.enum(['web', 'worker', 'both'], { error: 'RUN must be web, worker or both.' }).default('both'),
  CONCURRENCY: z.coerce
    .number({ error: 'CONCURRENCY must be a number between 1 and 64.' })
    .int('CONCURRENCY must be a whole number.')
    .min(1, 'CONCURRENCY must be at least 1.')
    .max(64, 'CONCURRENCY must be at most 64: GitHub allows 100 calls at once for an installation.')
    .default(24),
  GITHUB_RATE_LIMITS: z.enum(['on', 'off'], { error: 'GITHUB_RATE_LIMITS must be on or off.' }).default('on'),
  LEDGER_SIGNING_KEY: z.string().optional(),
  LEDGER_NAME: z
    .string()
    .regex(/^[^\s+]+$/, 'LEDGER_NAME must have no spaces and no plus, for example countersign.acme.example.')
    .optional(),
  SWEEPS: z.enum(['on', 'off'], { error: 'SWEEPS must be on or off.' }).default('on'),
  PAYLOAD_RETENTION: z.string().default('90d'),
  OIDC_ISSUER: z.string().optional(),
  OIDC_AUDIENCE: z.string().default('countersign'),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
      error: 'LOG_LEVEL must be one of fatal, error, warn, info, debug, trace, silent.',
    })
    .default('info'),
});
type Environment = z.infer<typeof Environment>;

/** What the program needs to know of its surroundings. Parsed once; trusted inside. */
export type Config = {
  readonly production: boolean;
  readonly app: { readonly id: number; readonly privateKey: string; readonly webhookSecret: string };
  readonly githubApiUrl: string;
  /** Whether to keep to GitHub's documented limits. An Enterprise Server has none unless its administrator sets them. */
  readonly keepToLimits: boolean;
  readonly database: DatabaseConfig;
  /** A file with the milliseconds that are added to the machine's clock. For tests only. */
  readonly clockOffsetFile: string | undefined;
  readonly host: string;
  readonly port: number;
  readonly policyRepository: string;
  readonly run: 'web' | 'worker' | 'both';
  /** Jobs that one process works on at the same time. */
  readonly concurrency: number;
  readonly logLevel: Environment['LOG_LEVEL'];
  /** Whether what nobody told of is looked for. Off, only what is delivered is acted on. */
  readonly sweeps: boolean;
  /** For how long raw payloads are kept, in milliseconds; null for ever. */
  readonly payloadRetentionMs: number | null;
  /** What checkpoints of the ledger are signed with. */
  /** The newest first; all of them sign. */
  readonly signers: Signers;
  /** Whose tokens pipelines may show, and for which audience. */
  readonly oidc: { readonly issuer: string; readonly audience: string };
  readonly destinations: Destinations;
};

export type DatabaseConfig =
  | { readonly kind: 'server'; readonly url: string; readonly migrationUrl: string }
  | { readonly kind: 'embedded'; readonly folder: string };

export type ConfigResult =
  | { readonly kind: 'ready'; readonly config: Config }
  /** No credentials at all: the set-up page is to create the GitHub App. */
  | { readonly kind: 'setup'; readonly host: string; readonly port: number }
  | { readonly kind: 'refused'; readonly problems: readonly string[] };

/**
 * Reads the configuration out of environment variables; blank ones count as absent.
 * Returns every problem as one sentence that names the variable and what would be right.
 */
export function readConfig(variables: Readonly<Record<string, string | undefined>>): ConfigResult {
  const given = givenOf(variables);
  const parsed = Environment.safeParse(given);
  if (!parsed.success) return { kind: 'refused', problems: parsed.error.issues.map((issue) => issue.message) };
  const env = parsed.data;
  const production = env.NODE_ENV === 'production';
  if (!production && hasNoCredentials(env)) return { kind: 'setup', host: env.HOST, port: env.PORT };

  const problems: string[] = [];
  const app = readApp(env, problems);
  const githubApiUrl = readApiUrl(env.GITHUB_API_URL, problems);
  if (env.GITHUB_RATE_LIMITS === 'off' && githubApiUrl === 'https://api.github.com') {
    problems.push(
      'GITHUB_RATE_LIMITS is off, and github.com has limits: turn it off for an Enterprise Server without limits only.',
    );
  }
  const clockOffsetFile = readClockOffsetFile(env, production, problems);
  const database = readDatabase(env, production, problems);
  const signers = readSigningKeys(
    {
      text: env.LEDGER_SIGNING_KEY,
      folder: production ? undefined : env.DATA_DIR,
      name: env.LEDGER_NAME ?? `countersign-app-${env.APP_ID ?? 0}`,
    },
    problems,
  );
  const payloadRetentionMs = readRetention(env.PAYLOAD_RETENTION, problems);
  const oidc = { issuer: readIssuer(env, problems), audience: env.OIDC_AUDIENCE };
  const destinations = readDestinations(given, problems);
  if (problems.length > 0 || app === undefined || database === undefined || signers === undefined)
    return { kind: 'refused', problems };
  return {
    kind: 'ready',
    config: {
      production,
      app,
      githubApiUrl,
      keepToLimits: env.GITHUB_RATE_LIMITS === 'on',
      database,
      clockOffsetFile,
      host: env.HOST,
      port: env.PORT,
      policyRepository: env.POLICY_REPOSITORY,
      run: env.RUN,
      concurrency: env.CONCURRENCY,
      logLevel: env.LOG_LEVEL,
      sweeps: env.SWEEPS === 'on',
      payloadRetentionMs,
      signers,
      oidc,
      destinations,
    },
  };
}

/** What is needed to ask GitHub as the App, without being the app that answers webhooks. */
export type GitHubConfig = Pick<Config, 'githubApiUrl' | 'policyRepository'> & {
  readonly appId: number;
  readonly privateKey: string;
};

/** The part of the configuration that a command needs to read from GitHub, or one sentence for each thing that is wrong. */
export function readGitHubConfig(
  variables: Readonly<Record<string, string | undefined>>,
): { readonly ok: true; readonly config: GitHubConfig } | { readonly ok: false; readonly problems: readonly string[] } {
  const parsed = Environment.safeParse(givenOf(variables));
  if (!parsed.success) return { ok: false, problems: parsed.error.issues.map((issue) => issue.message) };
  const env = parsed.data;
  const problems: string[] = [];
  const identity = readIdentity(env, problems);
  const githubApiUrl = readApiUrl(env.GITHUB_API_URL, problems);
  if (problems.length > 0 || identity === undefined) return { ok: false, problems };
  const { id: appId, privateKey } = identity;
  return { ok: true, config: { appId, privateKey, githubApiUrl, policyRepository: env.POLICY_REPOSITORY } };
}

/** Blank variables count as absent. */
function givenOf(variables: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(variables).flatMap(([name, value = '']) => (value.trim() === '' ? [] : [[name, value]])),
  );
}

function hasNoCredentials({ APP_ID, PRIVATE_KEY, PRIVATE_KEY_PATH, WEBHOOK_SECRET }: Environment): boolean {
  return [APP_ID, PRIVATE_KEY, PRIVATE_KEY_PATH, WEBHOOK_SECRET].every((given) => given === undefined);
}

function readIdentity(env: Environment, problems: string[]): Omit<Config['app'], 'webhookSecret'> | undefined {
  if (env.APP_ID === undefined) {
    problems.push('APP_ID is missing: set it to the number shown on the settings page of the GitHub App.');
  }
  const privateKey = readPrivateKey(env, problems);
  return env.APP_ID === undefined || privateKey === undefined ? undefined : { id: env.APP_ID, privateKey };
}

function readApp(env: Environment, problems: string[]): Config['app'] | undefined {
  const identity = readIdentity(env, problems);
  const secret = env.WEBHOOK_SECRET;
  if (secret === undefined) {
    problems.push("WEBHOOK_SECRET is missing: set it to the secret entered in the GitHub App's webhook settings.");
  } else if (WELL_KNOWN_SECRETS.has(secret.toLowerCase())) {
    problems.push(
      `WEBHOOK_SECRET is "${secret}", a value that anybody would try: set a random one, here and in the GitHub App.`,
    );
  } else if (secret.length < SHORTEST_SECRET) {
    problems.push(
      `WEBHOOK_SECRET has ${secret.length} characters: set a random one of at least ${SHORTEST_SECRET}, here and in the GitHub App.`,
    );
  }
  return identity === undefined || secret === undefined ? undefined : { ...identity, webhookSecret: secret };
}

function readApiUrl(text: string, problems: string[]): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null) {
    problems.push(
      `GITHUB_API_URL is "${text}", which is not a URL: expected for example https://api.github.com or https://ghe.acme.example/api/v3.`,
    );
    return text;
  }
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isThisMachine(url))) {
    problems.push(
      'GITHUB_API_URL must begin with https:// (http:// is accepted for this machine only), since tokens are sent to it.',
    );
  }
  return text.replace(/\/+$/, '');
}

/** GitHub Actions' issuer: one for github.com, and `https://HOST/_services/token` for each Enterprise Server. */
function readIssuer({ OIDC_ISSUER: given, GITHUB_API_URL: apiUrl }: Environment, problems: string[]): string {
  if (given === undefined) {
    const host = URL.canParse(apiUrl) ? new URL(apiUrl) : undefined;
    return host === undefined || host.hostname === 'api.github.com'
      ? 'https://token.actions.githubusercontent.com'
      : `${host.origin}/_services/token`;
  }
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url === undefined || (url.protocol !== 'https:' && !(url.protocol === 'http:' && isThisMachine(url)))) {
    problems.push(
      `OIDC_ISSUER is "${given}": expected the https:// address that GitHub Actions signs tokens as, for example https://token.actions.githubusercontent.com.`,
    );
  }
  return given.replace(/\/+$/, '');
}

function isThisMachine(url: URL): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
}

/** Whoever moves the clock opens windows and outlives freezes, so nothing but a simulated GitHub may be decided about with it. */
function readClockOffsetFile(env: Environment, production: boolean, problems: string[]): string | undefined {
  const url = URL.canParse(env.GITHUB_API_URL) ? new URL(env.GITHUB_API_URL) : undefined;
  const forTests = !production && url !== undefined && isThisMachine(url);
  if (env.CLOCK_OFFSET_FILE !== undefined && !forTests) {
    problems.push(
      'CLOCK_OFFSET_FILE moves the clock and is for tests only: it is refused in production, and unless GITHUB_API_URL is on this machine.',
    );
  }
  return env.CLOCK_OFFSET_FILE;
}

function readDatabase(env: Environment, production: boolean, problems: string[]): DatabaseConfig | undefined {
  if (env.DATABASE_URL === undefined) {
    if (!production) return { kind: 'embedded', folder: env.DATA_DIR };
    problems.push(
      'DATABASE_URL is missing: in production set it to a PostgreSQL 15 or newer, for example postgres://countersign@db/countersign.',
    );
    return undefined;
  }
  for (const [name, value] of [
    ['DATABASE_URL', env.DATABASE_URL],
    ['MIGRATION_DATABASE_URL', env.MIGRATION_DATABASE_URL],
  ] as const) {
    if (value !== undefined && !/^postgres(ql)?:\/\//.test(value)) {
      problems.push(`${name} must begin with postgres://, for example postgres://countersign@db/countersign.`);
    }
  }
  return { kind: 'server', url: env.DATABASE_URL, migrationUrl: env.MIGRATION_DATABASE_URL ?? env.DATABASE_URL };
}
