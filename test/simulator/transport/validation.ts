import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';

/** Something the simulator or its client said that GitHub's published descriptions do not allow. */
export interface Violation {
  readonly where: 'request' | 'response' | 'webhook';
  readonly what: string;
  readonly problem: string;
}

interface Operation {
  readonly query: readonly { readonly name: string; readonly schema: object }[];
  readonly body?: object;
  readonly responses: Readonly<Record<string, object | null>>;
}

interface Slice {
  readonly operations: Readonly<Record<string, Operation>>;
  readonly webhooks: Readonly<Record<string, object>>;
  readonly components: { readonly schemas: Hooks['definitions'] };
}

export interface Validator {
  readonly violations: Violation[];
  request(operation: string, body: unknown): boolean;
  response(operation: string, status: number, body: unknown): void;
  webhook(event: string, payload: unknown): void;
}

function createAjv(): Ajv {
  const ajv = new Ajv({ strict: false, allErrors: false, allowUnionTypes: true });
  formats.default(ajv);
  // GitHub's own addresses of machines have brackets: `49699333+dependabot[bot]@users.noreply.github.com`.
  ajv.addFormat('email', /^[^\s@]+@[^\s@]+$/);
  return ajv;
}

function readSlice(): Slice {
  const slice: Slice = JSON.parse(readFileSync(new URL('../openapi-slice.json', import.meta.url), 'utf8'));
  admit(slice.components.schemas['deployment-status']?.properties?.state, 'waiting');
  return slice;
}

function describe(check: ValidateFunction): string {
  const errors = check.errors ?? [];
  return errors
    .map((error) => `${error.instancePath || '/'} ${error.message} ${JSON.stringify(error.params)}`)
    .join('; ');
}

function escapePointer(key: string): string {
  return encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'));
}

interface Hooks {
  readonly definitions: Record<string, { properties?: Record<string, unknown> }>;
}

/** Adds what GitHub says and this description's list of states does not have yet. */
function admit(schema: unknown, state: string): void {
  const list = (schema as { readonly enum?: string[] } | undefined)?.enum;
  if (list && !list.includes(state)) list.push(state);
}

/** The published webhook schemas lag behind in their lists of permissions and events: those two are left open. */
function readHooks(): Hooks {
  const path = createRequire(import.meta.url).resolve('@octokit/webhooks-schemas/schema.json');
  const hooks: Hooks = JSON.parse(readFileSync(path, 'utf8'));
  for (const name of ['installation', 'app']) {
    const properties = hooks.definitions[name]?.properties;
    if (properties) Object.assign(properties, { permissions: { type: 'object' }, events: { type: 'array' } });
  }
  Object.assign(hooks.definitions, { 'webhook-events': { type: 'array' } });
  // GraphQL, the webhooks and their published examples know runs and deployments that wait.
  admit(hooks.definitions['deployment-workflow-run']?.properties?.status, 'waiting');
  return hooks;
}

let shared: ReturnType<typeof createCompiler> | null = null;

/** Compiles each schema once in the process, when it is first needed. */
function createCompiler() {
  const ajv = createAjv();
  const slice = readSlice();
  ajv.addSchema({ $id: 'api', ...slice });
  const hooks = readHooks();
  const webhookAjv = createAjv();
  webhookAjv.addFormat('uri-template', true);
  webhookAjv.addSchema({ $id: 'webhooks', ...hooks });
  const cache = new Map<string, ValidateFunction>();
  const compile = (key: string, from: Ajv, ref: string) => {
    const check = cache.get(key) ?? from.compile({ $ref: ref });
    cache.set(key, check);
    return check;
  };
  return {
    slice,
    rest: (ref: string) => compile(ref, ajv, `api#${ref}`),
    webhook: (ref: string) => compile(ref, webhookAjv, `webhooks#${ref}`),
    hooks,
  };
}

/** Checks what goes over the wire against the OpenAPI slice and the webhook schemas; compiled lazily, nothing if off. */
export function createValidator(): Validator {
  const violations: Violation[] = [];
  shared ??= createCompiler();
  const compiler = shared;
  const definitions = Object.keys(compiler.hooks.definitions);
  const report = (where: Violation['where'], what: string, problem: string) => {
    violations.push({ where, what, problem });
  };
  return {
    violations,
    request(operation, body) {
      if (!compiler.slice.operations[operation]?.body) return true;
      const check = compiler.rest(`/operations/${escapePointer(operation)}/body`);
      if (check(body ?? null) || check(body ?? {})) return true;
      report('request', operation, describe(check));
      return false;
    },
    response(operation, status, body) {
      const known = compiler.slice.operations[operation];
      if (!known) return report('response', operation, 'not in the OpenAPI slice');
      if (!(status in known.responses))
        return status < 400 ? report('response', operation, `status ${status} is not described`) : undefined;
      if (!known.responses[status]) return;
      const check = compiler.rest(`/operations/${escapePointer(operation)}/responses/${status}`);
      if (!check(body)) report('response', `${operation} ${status}`, describe(check));
    },
    webhook(event, payload) {
      const action = (payload as { readonly action?: unknown }).action;
      const name = `${event}$${typeof action === 'string' ? action : 'event'}`;
      if (name in compiler.slice.webhooks) {
        const check = compiler.rest(`/webhooks/${escapePointer(name)}`);
        if (!check(payload)) report('webhook', name, describe(check));
        return;
      }
      if (!definitions.includes(name)) return report('webhook', name, 'no published schema');
      const check = compiler.webhook(`/definitions/${name}`);
      if (!check(payload)) report('webhook', name, describe(check));
    },
  };
}
