import { schema as published } from '@octokit/graphql-schema';
import {
  buildSchema,
  type DocumentNode,
  execute,
  GraphQLError,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  Kind,
  parse,
  validate,
} from 'graphql';
import type { Caller, Services } from '../rest/router.ts';
import { type Measure, measure } from './cost.ts';
import { createMutations } from './mutations.ts';
import { createRoot } from './root.ts';

export interface GraphqlRequest {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly operationName: string | null;
}

export interface GraphqlContext extends Services {
  readonly caller: Caller;
  readonly limitKey: string;
  readonly cost: number;
  readonly nodeCount: number;
}

type Prepared = { readonly document: DocumentNode } | { readonly errors: readonly GraphQLError[] };

let schema: GraphQLSchema | null = null;
const prepared = new Map<string, Prepared>();

/** GitHub's published schema, parsed once for the process. */
function loadSchema(): GraphQLSchema {
  schema ??= buildSchema(published.idl, { assumeValid: true });
  return schema;
}

/** An invalid query fails here exactly as it would there; documents are validated once and remembered. */
export function prepare(query: string): Prepared {
  const known = prepared.get(query);
  if (known) return known;
  if (prepared.size > 1000) prepared.clear();
  const result = parseAndValidate(query);
  prepared.set(query, result);
  return result;
}

function parseAndValidate(query: string): Prepared {
  try {
    const document = parse(query);
    const errors = validate(loadSchema(), document);
    return errors.length > 0 ? { errors } : { document };
  } catch (error) {
    if (error instanceof GraphQLError) return { errors: [error] };
    throw error;
  }
}

export function operationName(request: GraphqlRequest): string | null {
  if (request.operationName !== null) return request.operationName;
  const result = prepare(request.query);
  if ('errors' in result) return null;
  const operation = result.document.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  return operation?.name?.value ?? null;
}

/** Plain objects answer by property; what the simulator does not know fails loudly, never as a silent null. */
const resolveField: GraphQLFieldResolver<unknown, GraphqlContext> = (source, args, context, info) => {
  const values = source as Readonly<Record<string, unknown>>;
  const value = values[info.fieldName];
  if (value === undefined) {
    throw new GraphQLError(`The simulator does not support ${info.parentType.name}.${info.fieldName}`, {
      extensions: { type: 'UNSUPPORTED' },
    });
  }
  return typeof value === 'function' ? value.call(values, args, context, info) : value;
};

/** GitHub puts `type` beside the message, not into extensions. */
function formatError(error: GraphQLError) {
  const type = error.extensions.type;
  const { code, ...rest } = error.extensions;
  return {
    ...(typeof type === 'string' ? { type } : {}),
    ...(error.path ? { path: error.path } : {}),
    ...(error.locations ? { locations: error.locations } : {}),
    ...(typeof code === 'string' || Object.keys(rest).length > 1 ? { extensions: { code, ...rest } } : {}),
    message: error.message,
  };
}

export interface GraphqlAnswer {
  readonly data?: unknown;
  readonly errors?: readonly unknown[];
}

export function measureRequest(request: GraphqlRequest): Measure {
  const result = prepare(request.query);
  return 'errors' in result ? { cost: 1, nodes: 0, mutations: 0 } : measure(result.document, request.variables);
}

export async function executeGraphql(request: GraphqlRequest, context: GraphqlContext): Promise<GraphqlAnswer> {
  const result = prepare(request.query);
  if ('errors' in result) return { errors: result.errors.map(formatError) };
  const answer = await execute({
    schema: loadSchema(),
    document: result.document,
    rootValue: { ...createRoot(context), ...createMutations(context) },
    contextValue: context,
    variableValues: request.variables,
    operationName: request.operationName,
    fieldResolver: resolveField,
    typeResolver: (value) => (value as { readonly __typename: string }).__typename,
  });
  return { data: answer.data, ...(answer.errors ? { errors: answer.errors.map(formatError) } : {}) };
}
