import type { KeyObject } from 'node:crypto';
import type { Deliveries } from '../transport/deliveries.ts';
import type { Limits } from '../transport/limits.ts';
import type { AccessToken, Account, Installation } from '../world/types.ts';
import { found, Refusal, type World } from '../world/world.ts';

export type Caller =
  | { readonly kind: 'app' }
  | { readonly kind: 'installation'; readonly installation: Installation; readonly token: AccessToken }
  /** A person, by a token of their own. */
  | { readonly kind: 'user'; readonly account: Account };

export interface Services {
  readonly world: World;
  readonly deliveries: Deliveries;
  readonly limits: Limits;
  readonly appKey: KeyObject;
  readonly tokenLifetimeMs: number;
}

export interface Context extends Services {
  readonly caller: Caller;
  readonly limitKey: string;
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: unknown;
}

export interface Reply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Route {
  /** As in the OpenAPI description: `GET /repos/{owner}/{repo}`. */
  readonly operation: string;
  /** `app` for a JSON web token of the app, otherwise a permission such as `checks:write`. */
  readonly access: 'app' | `${string}:${'read' | 'write'}`;
  readonly handle: (context: Context) => Reply;
}

interface CompiledRoute extends Route {
  readonly method: string;
  readonly pattern: RegExp;
  readonly names: readonly string[];
}

/** `{path}`, `{ref}` of git refs, and branches may hold slashes. */
const greedy = new Set(['path', 'branch', 'basehead']);

function compile(route: Route): CompiledRoute {
  const [method = '', template = ''] = route.operation.split(' ');
  const names: string[] = [];
  const source = template.replace(/\{(\w+)\}/g, (_, name: string) => {
    names.push(name);
    const slashes = greedy.has(name) || template.includes('/git/ref/{ref}');
    return slashes && !['owner', 'repo'].includes(name) ? '(.+)' : '([^/]+)';
  });
  return { ...route, method, names, pattern: new RegExp(`^${source}$`) };
}

export type Router = (
  method: string,
  path: string,
) => { readonly route: Route; readonly params: Readonly<Record<string, string>> } | null;

export function createRouter(routes: readonly Route[]): Router {
  const byMethod = new Map<string, CompiledRoute[]>();
  for (const route of routes.map(compile)) byMethod.set(route.method, [...(byMethod.get(route.method) ?? []), route]);
  return (method, path) => {
    for (const route of byMethod.get(method) ?? []) {
      const match = route.pattern.exec(path);
      if (!match) continue;
      const params = route.names.map((name, index) => [name, decodeURIComponent(match[index + 1] ?? '')] as const);
      return { route, params: Object.fromEntries(params) };
    }
    return null;
  };
}

export function ok(body: unknown, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status: 200, body, headers };
}

export function param(context: Context, name: string): string {
  return found(context.params[name]);
}

export function numberParam(context: Context, name: string): number {
  const value = Number(param(context, name));
  if (!Number.isSafeInteger(value)) throw new Refusal(404, 'Not Found');
  return value;
}

function pageNumber(text: string | null, fallback: number, most: number): number {
  const value = Number(text ?? fallback);
  return Number.isInteger(value) && value > 0 ? Math.min(value, most) : fallback;
}

/** GitHub's pages: 30 each, 100 at most, with the neighbours in the Link header and nothing else to tell the end. */
export function paged<T>(
  context: Context,
  items: readonly T[],
  shape: (item: T) => unknown,
  wrap: (page: unknown[]) => unknown = (page) => page,
): Reply {
  const size = pageNumber(context.query.get('per_page'), 30, 100);
  const page = pageNumber(context.query.get('page'), 1, Number.MAX_SAFE_INTEGER);
  const last = Math.max(1, Math.ceil(items.length / size));
  const link = (number: number, rel: string) => {
    const query = new URLSearchParams(context.query);
    query.set('page', String(number));
    return `<${context.world.apiUrl}${context.path}?${query}>; rel="${rel}"`;
  };
  const links = [
    ...(page > 1 ? [link(page - 1, 'prev')] : []),
    ...(page < last ? [link(page + 1, 'next'), link(last, 'last')] : []),
    ...(page > 1 ? [link(1, 'first')] : []),
  ];
  const shown = items.slice((page - 1) * size, page * size).map(shape);
  return ok(wrap(shown), links.length > 0 ? { link: links.join(', ') } : {});
}
