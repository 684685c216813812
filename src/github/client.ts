import { createAppAuth } from '@octokit/auth-app';
import { Octokit } from '@octokit/core';
import { GraphqlResponseError } from '@octokit/graphql';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import type { Cost, Resource } from '../store/budget.ts';
import { type AsApp, createAsApp } from './as-app.ts';
import { classifyFailure } from './failure.ts';
import { nextPage } from './next-page.ts';

/** What a call is for. Urgent work may use more of the budget, so that it always finds some left. */
export type Purpose = 'withdrawal' | 'grant' | 'facts' | 'cosmetic' | 'answer' | 'sweep' | 'asking';
/** Up to which part of a limit, whoever has spent it, each may go on: asking people must leave room for what checks say, and so must answers. */
const SHARE: Readonly<Record<Purpose, number>> = {
  withdrawal: 1,
  grant: 0.9,
  facts: 0.8,
  cosmetic: 0.6,
  answer: 0.45,
  sweep: 0.4,
  asking: 0.35,
};

/** GitHub itself gives up on a request after 10 s; what takes longer has been lost on the way. */
const TIMEOUT_MS = 15_000;

export type GitHubOptions = {
  readonly appId: number;
  readonly privateKey: string;
  readonly apiUrl: string;
  readonly spend: (tenant: number, cost: Cost, share: number) => Promise<number>;
  readonly block: (tenant: number, resource: Resource | 'all', milliseconds: number) => Promise<void>;
  readonly onCall: (kind: Resource, outcome: string) => void;
  /** The clock that decisions rest on. Limits that GitHub names are kept by the machine's own. */
  readonly now: Clock;
  readonly log: Logger;
};

/** One entry of `errors` in a GraphQL answer; `path` says which part of `data` is null because of it. */
export type QueryError = {
  readonly type?: string | undefined;
  readonly message: string;
  readonly path: readonly (string | number)[];
};
export type QueryAnswer = { readonly data: unknown; readonly errors: readonly QueryError[] };

/** `next` are the parameters of the page after this one; undefined on the last. */
export type Page = { readonly data: unknown; readonly next: Readonly<Record<string, string>> | undefined };

/** GitHub as one installation sees it. Every method throws {@link AppError} only. */
export type Installation = {
  readonly tenant: number;
  /** When an answer was read, by the clock that decisions rest on. */
  readonly now: Clock;
  /** A GraphQL query. Partial answers are returned with their errors, for the caller to judge. */
  query(text: string, variables: Readonly<Record<string, unknown>>, purpose: Purpose): Promise<QueryAnswer>;
  /** A GraphQL mutation; counted as a write that creates content, like every other. Any error in the answer is thrown. */
  mutate(text: string, variables: Readonly<Record<string, unknown>>, purpose: Purpose): Promise<unknown>;
  /** A REST read, for example `GET /repos/{owner}/{repo}/activity`. */
  read(route: string, parameters: Readonly<Record<string, unknown>>, purpose: Purpose): Promise<unknown>;
  /** One page of a list, and what to ask for to read the next. */
  readPage(route: string, parameters: Readonly<Record<string, unknown>>, purpose: Purpose): Promise<Page>;
  /**
   * A REST write. `github-unavailable` means that it may have had its effect. GitHub does not say which writes count as creating content,
   * of which it allows 80 a minute: every one is counted, so that it is right either way.
   */
  write(route: string, parameters: Readonly<Record<string, unknown>>, purpose: Purpose): Promise<unknown>;
};

export type InstallationFound = {
  readonly id: number;
  readonly account: { readonly id: number; readonly login: string };
};

export type GitHub = {
  /** Where people see it: `https://github.com`, or an Enterprise Server's address. */
  readonly server: string;
  installation(tenant: number, installationId: number): Installation;
  readonly asApp: AsApp;
  /** The account that an installation belongs to, asked with the App's own key; null when there is no such installation. */
  ownerOf(installationId: number): Promise<InstallationFound['account'] | null>;
  /** The installation through which a repository is reached; null where it does not exist, or none includes it. */
  installationOf(owner: string, repository: string): Promise<InstallationFound | null>;
  /** The installation at an organization; null where there is none. */
  installationAt(organization: string): Promise<InstallationFound | null>;
};

type Connected = { readonly octokit: Octokit; pending: Promise<unknown> | undefined };

/** How many installations are kept at hand with their tokens. */
const KEPT = 2_000;

/** Opens the door to GitHub: one octokit for each installation, its budget in the database instead of octokit's throttle. */
export function createGitHub(options: GitHubOptions): GitHub {
  const kept = new Map<number, Connected>();
  const connect = (installationId: number): Connected => {
    const known = kept.get(installationId);
    if (known !== undefined) return known;
    const auth = { appId: options.appId, privateKey: options.privateKey, installationId };
    const fresh: Connected = { octokit: createOctokit(options, auth), pending: undefined };
    if (kept.size >= KEPT) kept.delete(kept.keys().next().value ?? installationId);
    kept.set(installationId, fresh);
    return fresh;
  };
  const app = createOctokit(options, { appId: options.appId, privateKey: options.privateKey });
  return {
    server: webAddress(options.apiUrl),
    installation: (tenant, installationId) => createInstallation(options, tenant, () => connect(installationId)),
    asApp: createAsApp(options, app),
    ownerOf: async (installationId) => {
      const parameters = { installation_id: installationId };
      const found = await askAsApp(options, app, 'GET /app/installations/{installation_id}', parameters);
      return found?.account ?? null;
    },
    installationOf: (owner, repo) => askAsApp(options, app, 'GET /repos/{owner}/{repo}/installation', { owner, repo }),
    installationAt: (org) => askAsApp(options, app, 'GET /orgs/{org}/installation', { org }),
  };
}

function createOctokit(options: GitHubOptions, auth: Readonly<Record<string, unknown>>): Octokit {
  const quiet = (message: string): void => options.log.debug({ octokit: message }, 'octokit');
  return new Octokit({
    authStrategy: createAppAuth,
    auth,
    baseUrl: options.apiUrl,
    userAgent: 'countersign',
    log: { debug: () => undefined, info: () => undefined, warn: quiet, error: quiet },
  });
}

const READ: Cost = { resource: 'rest', points: 1, createsContent: false };

function createInstallation(options: GitHubOptions, tenant: number, connect: () => Connected): Installation {
  const call = async <T>(
    cost: Cost,
    purpose: Purpose,
    send: (octokit: Octokit, signal: AbortSignal) => Promise<T>,
  ): Promise<T> => {
    const wait = await options.spend(tenant, cost, SHARE[purpose]);
    if (wait > 0) {
      options.onCall(cost.resource, 'deferred');
      throw new AppError('budget-exhausted', `The installation's budget is spent for now.`, {
        retryable: true,
        retryAfterMs: wait,
      });
    }
    const connected = connect();
    try {
      await authenticate(connected);
      const result = await send(connected.octokit, AbortSignal.timeout(TIMEOUT_MS));
      options.onCall(cost.resource, 'ok');
      return result;
    } catch (thrown) {
      const { error, pause } = classifyFailure(thrown, cost.resource, Date.now());
      options.onCall(cost.resource, error.code);
      if (pause !== undefined) await options.block(tenant, pause.resource, pause.milliseconds);
      throw error;
    }
  };
  const rest = (route: string, parameters: Readonly<Record<string, unknown>>, purpose: Purpose, cost: Cost) =>
    call(cost, purpose, (octokit, signal) => octokit.request(route, { ...parameters, request: { signal } }));
  return {
    tenant,
    now: options.now,
    query: (text, variables, purpose) =>
      call({ resource: 'graphql', points: 1, createsContent: false }, purpose, (octokit, signal) =>
        sendQuery(octokit, text, variables, signal),
      ),
    mutate: (text, variables, purpose) =>
      call({ resource: 'graphql', points: 5, createsContent: true }, purpose, (octokit, signal) =>
        octokit.graphql(text, { ...variables, request: { signal } }),
      ),
    read: async (route, parameters, purpose) => (await rest(route, parameters, purpose, READ)).data,
    readPage: async (route, parameters, purpose) => {
      const { data, headers } = await rest(route, parameters, purpose, READ);
      return { data, next: nextPage(headers.link) };
    },
    write: async (route, parameters, purpose) =>
      (await rest(route, parameters, purpose, { resource: 'rest', points: 5, createsContent: true })).data,
  };
}

/** Many calls at once for an installation whose token has expired ask for one token, not for many. */
async function authenticate(connected: Connected): Promise<void> {
  connected.pending ??= connected.octokit.auth({ type: 'installation' }).finally(() => {
    connected.pending = undefined;
  });
  await connected.pending;
}

async function sendQuery(
  octokit: Octokit,
  text: string,
  variables: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): Promise<QueryAnswer> {
  try {
    return { data: await octokit.graphql(text, { ...variables, request: { signal } }), errors: [] };
  } catch (error) {
    if (!(error instanceof GraphqlResponseError) || error.data === undefined || error.data === null) throw error;
    const errors = error.errors ?? [];
    if (errors.some((item) => item.type === 'RATE_LIMITED')) throw error;
    return {
      data: error.data,
      errors: errors.map((item) => ({ type: item.type, message: item.message, path: item.path ?? [] })),
    };
  }
}

const InstallationAnswer = z.object({
  id: z.number(),
  suspended_at: z.string().nullish(),
  account: z.object({ id: z.number(), login: z.string().optional(), slug: z.string().optional() }).nullable(),
});

/** Asks for an installation with the App's own key; null when there is none, or when it is suspended. */
async function askAsApp(
  options: GitHubOptions,
  app: Octokit,
  route: string,
  parameters: Readonly<Record<string, string | number>>,
): Promise<InstallationFound | null> {
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const { data } = await app.request(route, { ...parameters, request: { signal } });
    options.onCall('rest', 'ok');
    const parsed = InstallationAnswer.safeParse(data);
    if (!parsed.success) throw new AppError('github-unexpected', 'GitHub told of an installation in an unknown form.');
    const { id, account, suspended_at: suspended } = parsed.data;
    if (account === null || suspended) return null;
    return { id, account: { id: account.id, login: account.login ?? account.slug ?? '' } };
  } catch (thrown) {
    const { error } = classifyFailure(thrown, 'rest', Date.now());
    options.onCall('rest', error.code);
    if (error.code === 'github-not-found') return null;
    throw error;
  }
}

/** `https://api.github.com` is seen at `https://github.com`, `https://HOST/api/v3` at `https://HOST`. */
function webAddress(apiUrl: string): string {
  const { protocol, host } = new URL(apiUrl);
  return `${protocol}//${host.replace(/^api\./, '')}`;
}
