import { type DocumentNode, type FragmentDefinitionNode, Kind, type SelectionSetNode, type ValueNode } from 'graphql';

type Variables = Readonly<Record<string, unknown>>;

function numberOf(value: ValueNode, variables: Variables): number {
  if (value.kind === Kind.INT) return Number(value.value);
  const given = value.kind === Kind.VARIABLE ? variables[value.name.value] : undefined;
  return typeof given === 'number' ? given : 0;
}

export interface Measure {
  readonly cost: number;
  readonly nodes: number;
  /** How many fields of Mutation it runs. */
  readonly mutations: number;
}

function mutationsIn(document: DocumentNode): number {
  const operations = document.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  const mutating = operations.filter((definition) => definition.operation === 'mutation');
  return mutating.reduce((sum, definition) => sum + definition.selectionSet.selections.length, 0);
}

/**
 * docs, "Rate limits for the GraphQL API": the requests needed to fill every connection once, as if each parent were there
 * in full, divided by 100; at least one point. Nodes likewise: no query may ask for more than 500,000.
 */
export function measure(document: DocumentNode, variables: Variables): Measure {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  let requests = 0;
  let nodes = 0;

  function walk(set: SelectionSetNode | undefined, parents: number): void {
    for (const selection of set?.selections ?? []) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) walk(fragments.get(selection.name.value)?.selectionSet, parents);
      else if (selection.kind === Kind.INLINE_FRAGMENT) walk(selection.selectionSet, parents);
      else {
        const size = selection.arguments?.find(
          (argument) => argument.name.value === 'first' || argument.name.value === 'last',
        );
        const count = size ? numberOf(size.value, variables) : 0;
        if (count > 0) {
          requests += parents;
          nodes += parents * count;
        }
        walk(selection.selectionSet, count > 0 ? parents * count : parents);
      }
    }
  }

  for (const definition of document.definitions)
    if (definition.kind === Kind.OPERATION_DEFINITION) walk(definition.selectionSet, 1);
  return { cost: Math.max(1, Math.round(requests / 100)), nodes, mutations: mutationsIn(document) };
}
