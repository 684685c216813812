import * as z from 'zod';
import { PolicyFile } from './schema.ts';

export type JsonSchema = {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly propertyNames?: JsonSchema & { readonly enum?: readonly string[] };
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
};

let made: JsonSchema | undefined;

/** The JSON Schema (draft 2020-12) of a policy file, for editors. It knows structure; names that refer to others it cannot check. */
export function jsonSchema(): JsonSchema {
  made ??= {
    title: 'Countersign policy',
    ...z.toJSONSchema(PolicyFile, { io: 'input' }),
  } as JsonSchema;
  return made;
}

/** The keys that the language knows at a path of a policy file; none where names are free. */
export function keysAt(path: readonly PropertyKey[]): readonly string[] {
  const root = jsonSchema();
  let here: readonly JsonSchema[] = flatten([root], root);
  for (const step of path)
    here = flatten(
      here.flatMap((schema) => below(schema, step)),
      root,
    );
  return here.flatMap(({ properties, propertyNames }) => [
    ...Object.keys(properties ?? {}),
    ...(propertyNames?.enum ?? []),
  ]);
}

function below({ properties, additionalProperties, items }: JsonSchema, step: PropertyKey): readonly JsonSchema[] {
  if (typeof step === 'number') return items === undefined ? [] : [items];
  const property = Object.hasOwn(properties ?? {}, step) ? properties?.[String(step)] : undefined;
  if (property !== undefined) return [property];
  return typeof additionalProperties === 'object' ? [additionalProperties] : [];
}

/** What references and alternatives stand for. */
function flatten(schemas: readonly JsonSchema[], root: JsonSchema): readonly JsonSchema[] {
  return schemas.flatMap((schema): readonly JsonSchema[] => {
    const target = schema.$ref === undefined ? undefined : root.$defs?.[schema.$ref.replace('#/$defs/', '')];
    const parts = [
      ...(target === undefined ? [] : [target]),
      ...(schema.anyOf ?? []),
      ...(schema.oneOf ?? []),
      ...(schema.allOf ?? []),
    ];
    return [schema, ...flatten(parts, root)];
  });
}
