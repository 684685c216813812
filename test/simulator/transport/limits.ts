/** GitHub's rate limits (docs: "Rate limits for the REST API", "… for the GraphQL API"), for each installation. */
export interface LimitOptions {
  readonly enforced: boolean;
  readonly restPerHour: number;
  readonly graphqlPerHour: number;
  readonly concurrent: number;
  readonly restPointsPerMinute: number;
  readonly graphqlPointsPerMinute: number;
  readonly contentPerMinute: number;
  readonly contentPerHour: number;
  /** Whether check runs count as content is not documented. */
  readonly checkRunsAreContent: boolean;
}

export const githubLimits: LimitOptions = {
  enforced: true,
  restPerHour: 5000,
  graphqlPerHour: 5000,
  concurrent: 100,
  restPointsPerMinute: 900,
  graphqlPointsPerMinute: 2000,
  contentPerMinute: 80,
  contentPerHour: 500,
  checkRunsAreContent: true,
};

export interface LimitViolation {
  readonly key: string;
  readonly limit: 'primary' | 'concurrent' | 'points' | 'content';
  readonly operation: string;
  readonly at: number;
}

interface Window {
  startedAt: number;
  used: number;
}

interface Usage {
  readonly rest: Window;
  readonly graphql: Window;
  readonly restMinute: Window;
  readonly graphqlMinute: Window;
  readonly contentMinute: Window;
  readonly contentHour: Window;
  concurrent: number;
}

export type Verdict =
  | { readonly kind: 'passed' }
  | { readonly kind: 'primary' }
  | { readonly kind: 'secondary'; readonly retryAfter: number };

export interface Limits {
  readonly violations: LimitViolation[];
  enter(key: string, operation: string): Verdict;
  leave(key: string): void;
  spendGraphql(key: string, cost: number, mutations: number): Verdict;
  refund(key: string): void;
  headers(key: string, resource: 'core' | 'graphql'): Readonly<Record<string, string>>;
  status(
    key: string,
    resource: 'core' | 'graphql',
  ): { readonly limit: number; readonly used: number; readonly remaining: number; readonly reset: number };
  exhaust(key: string, resource: 'core' | 'graphql'): void;
}

const minute = 60_000;
const hour = 3_600_000;
const reading = /^(GET|HEAD|OPTIONS) /;
const content =
  /^(POST|PATCH|PUT) .*\/(comments|reactions|issues|requested_reviewers|issues\/comments\/\{comment_id\}|check-runs(\/\{check_run_id\})?)$/;

export function createLimits(options: LimitOptions, clock: () => number): Limits {
  const usages = new Map<string, Usage>();
  const violations: LimitViolation[] = [];

  function usageOf(key: string): Usage {
    const known = usages.get(key);
    if (known) return known;
    const window = (): Window => ({ startedAt: clock(), used: 0 });
    const fresh = { rest: window(), graphql: window(), restMinute: window(), graphqlMinute: window() };
    const usage: Usage = { ...fresh, contentMinute: window(), contentHour: window(), concurrent: 0 };
    usages.set(key, usage);
    return usage;
  }

  /** Windows are fixed, from the first call on, as the `reset` header suggests; the secondary ones are guesses at that. */
  function current(window: Window, length: number): Window {
    if (clock() - window.startedAt >= length) {
      window.startedAt = clock();
      window.used = 0;
    }
    return window;
  }

  function exceeds(window: Window, length: number, cost: number, limit: number): number | null {
    const live = current(window, length);
    if (options.enforced && live.used + cost > limit)
      return Math.max(1, Math.ceil((live.startedAt + length - clock()) / 1000));
    live.used += cost;
    return null;
  }

  function refuse(key: string, operation: string, limit: LimitViolation['limit'], retryAfter: number): Verdict {
    violations.push({ key, limit, operation, at: clock() });
    return limit === 'primary' ? { kind: 'primary' } : { kind: 'secondary', retryAfter };
  }

  function isContent(operation: string): boolean {
    return content.test(operation) && (options.checkRunsAreContent || !operation.includes('/check-runs'));
  }

  function countContent(usage: Usage, amount: number): number | null {
    if (amount === 0) return null;
    const soon = exceeds(usage.contentMinute, minute, amount, options.contentPerMinute);
    return soon ?? exceeds(usage.contentHour, hour, amount, options.contentPerHour);
  }

  function enter(key: string, operation: string): Verdict {
    const usage = usageOf(key);
    usage.concurrent += 1;
    if (options.enforced && usage.concurrent > options.concurrent) return refuse(key, operation, 'concurrent', 1);
    if (operation === 'POST /graphql' || operation === 'GET /rate_limit') return { kind: 'passed' };
    if (exceeds(usage.rest, hour, 1, options.restPerHour) !== null) return refuse(key, operation, 'primary', 0);
    const points = exceeds(usage.restMinute, minute, reading.test(operation) ? 1 : 5, options.restPointsPerMinute);
    if (points !== null) return refuse(key, operation, 'points', points);
    const created = countContent(usage, isContent(operation) ? 1 : 0);
    return created === null ? { kind: 'passed' } : refuse(key, operation, 'content', created);
  }

  /** docs: a request with mutations is five points of the secondary limit, one without is one. */
  function spendGraphql(key: string, cost: number, mutations: number): Verdict {
    const usage = usageOf(key);
    if (exceeds(usage.graphql, hour, cost, options.graphqlPerHour) !== null)
      return refuse(key, 'POST /graphql', 'primary', 0);
    const points = exceeds(usage.graphqlMinute, minute, mutations > 0 ? 5 : 1, options.graphqlPointsPerMinute);
    if (points !== null) return refuse(key, 'POST /graphql', 'points', points);
    const created = countContent(usage, mutations);
    return created === null ? { kind: 'passed' } : refuse(key, 'POST /graphql', 'content', created);
  }

  function status(key: string, resource: 'core' | 'graphql') {
    const usage = usageOf(key);
    const window = current(resource === 'core' ? usage.rest : usage.graphql, hour);
    const limit = resource === 'core' ? options.restPerHour : options.graphqlPerHour;
    const used = Math.min(window.used, limit);
    return { limit, used, remaining: limit - used, reset: Math.ceil((window.startedAt + hour) / 1000) };
  }

  return {
    violations,
    enter,
    spendGraphql,
    status,
    leave: (key) => {
      usageOf(key).concurrent -= 1;
    },
    refund: (key) => {
      const window = usageOf(key).rest;
      window.used = Math.max(0, window.used - 1);
    },
    headers: (key, resource) => {
      const { limit, used, remaining, reset } = status(key, resource);
      return {
        'x-ratelimit-limit': String(limit),
        'x-ratelimit-remaining': String(remaining),
        'x-ratelimit-used': String(used),
        'x-ratelimit-reset': String(reset),
        'x-ratelimit-resource': resource,
      };
    },
    exhaust: (key, resource) => {
      const usage = usageOf(key);
      if (resource === 'core') current(usage.rest, hour).used = options.restPerHour;
      else current(usage.graphql, hour).used = options.graphqlPerHour;
    },
  };
}
