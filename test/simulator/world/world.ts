import { createHash } from 'node:crypto';
import type { Deployment, Environment } from './deployment-types.ts';
import type {
  AccessToken,
  Account,
  AppRecord,
  CheckRun,
  CheckSuite,
  Commit,
  Installation,
  IssueComment,
  Organization,
  PullRequest,
  Repository,
  Team,
  WorkflowRun,
} from './types.ts';

/** A refusal as GitHub would give it: thrown by world functions, answered by the HTTP layer, returned by control routes. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly errors?: readonly unknown[],
  ) {
    super(message);
  }
}

export type Emit = (event: {
  readonly name: string;
  readonly action: string | null;
  readonly accountId: number;
  readonly repository?: Repository;
  readonly senderId: number;
  readonly body: () => Record<string, unknown>;
}) => void;

/** What may concern a merge queue: a branch moved, a check answered, a pull request was changed, rules or time did. */
export type Notice =
  | { readonly kind: 'moved'; readonly repository: Repository; readonly branch: string }
  | { readonly kind: 'checked'; readonly repository: Repository; readonly sha: string }
  | { readonly kind: 'pull'; readonly pull: PullRequest; readonly actorId: number }
  | { readonly kind: 'rules' };

export interface World {
  readonly clock: () => number;
  /** What tokens and limits run on. */
  readonly machineClock: () => number;
  /** Base of API addresses in answers. */
  apiUrl: string;
  /** Base of the addresses people open. */
  readonly webUrl: string;
  readonly movesReviewCommits: boolean;
  app: AppRecord;
  readonly appsById: Map<number, AppRecord>;
  readonly appsBySlug: Map<string, AppRecord>;
  readonly accounts: Map<number, Account>;
  readonly logins: Map<string, number>;
  readonly emails: Map<string, number>;
  readonly organizations: Map<number, Organization>;
  readonly teams: Map<number, Team>;
  readonly installations: Map<number, Installation>;
  readonly installationByAccount: Map<number, Installation>;
  readonly tokens: Map<string, AccessToken>;
  /** Tokens of people, to the account they stand for. */
  readonly userTokens: Map<string, number>;
  readonly repositories: Map<number, Repository>;
  readonly repositoryNames: Map<string, number>;
  readonly blobs: Map<string, Buffer>;
  readonly commits: Map<string, Commit>;
  /** Which repository networks hold a commit: `network:sha`. */
  readonly networkCommits: Set<string>;
  readonly pulls: Map<number, PullRequest>;
  readonly comments: Map<
    number,
    { readonly comment: IssueComment; readonly repositoryId: number; readonly number: number }
  >;
  readonly checkRuns: Map<number, CheckRun>;
  readonly suites: Map<number, CheckSuite>;
  readonly workflowRuns: Map<number, WorkflowRun>;
  readonly deployments: Map<number, Deployment>;
  /** By repository, in the order made. */
  readonly environments: Map<number, Environment[]>;
  emit: Emit;
  notice: (what: Notice) => void;
  nextId: number;
}

export interface WorldOptions {
  readonly clock: () => number;
  readonly machineClock: () => number;
  readonly webUrl: string;
  readonly movesReviewCommits: boolean;
  readonly firstId: number;
}

const noApp: AppRecord = {
  id: 0,
  slug: '',
  name: '',
  owner: 0,
  botId: 0,
  permissions: {},
  events: [],
  createdAt: '1970-01-01T00:00:00Z',
};

export function createWorld(options: WorldOptions): World {
  return {
    clock: options.clock,
    machineClock: options.machineClock,
    apiUrl: '',
    webUrl: options.webUrl,
    movesReviewCommits: options.movesReviewCommits,
    app: noApp,
    appsById: new Map(),
    appsBySlug: new Map(),
    accounts: new Map(),
    logins: new Map(),
    emails: new Map(),
    organizations: new Map(),
    teams: new Map(),
    installations: new Map(),
    installationByAccount: new Map(),
    tokens: new Map(),
    userTokens: new Map(),
    repositories: new Map(),
    repositoryNames: new Map(),
    blobs: new Map(),
    commits: new Map(),
    networkCommits: new Set(),
    pulls: new Map(),
    comments: new Map(),
    checkRuns: new Map(),
    suites: new Map(),
    workflowRuns: new Map(),
    deployments: new Map(),
    environments: new Map(),
    emit: () => {},
    notice: () => {},
    nextId: options.firstId,
  };
}

export function takeId(world: World): number {
  world.nextId += 1;
  return world.nextId;
}

/** GitHub's timestamps carry whole seconds. */
export function timestamp(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

/** A time a client wrote, as GitHub gives it back: UTC and whole seconds. */
export function wholeSeconds(text: string): string {
  const milliseconds = Date.parse(text);
  if (Number.isNaN(milliseconds)) throw new Refusal(422, `Invalid request.\n\n${text} is not a valid date-time.`);
  return timestamp(milliseconds);
}

export function now(world: World): string {
  return timestamp(world.clock());
}

export function sha1(content: string | Buffer): string {
  return createHash('sha1').update(content).digest('hex');
}

/** Node ids are opaque to clients; here they hold a prefix for the kind and the key within it. */
export function nodeId(prefix: string, key: number | string): string {
  return `${prefix}_${Buffer.from(`kg:${key}`).toString('base64url')}`;
}

export function parseNodeId(id: string): { readonly prefix: string; readonly key: string } | null {
  const cut = id.indexOf('_');
  const text = cut < 0 ? '' : Buffer.from(id.slice(cut + 1), 'base64url').toString();
  return text.startsWith('kg:') ? { prefix: id.slice(0, cut), key: text.slice(3) } : null;
}

export function found<T>(value: T | undefined | null, what = 'Not Found'): T {
  if (value === undefined || value === null) throw new Refusal(404, what);
  return value;
}
