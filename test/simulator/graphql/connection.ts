import { GraphQLError, type GraphQLResolveInfo } from 'graphql';

export interface PageArgs {
  readonly first?: number | null;
  readonly last?: number | null;
  readonly after?: string | null;
  readonly before?: string | null;
}

export function fail(type: string, message: string): never {
  throw new GraphQLError(message, { extensions: { type } });
}

function positionOf(cursor: string): number {
  const position = Number(Buffer.from(cursor, 'base64').toString().replace('cursor:', ''));
  return Number.isInteger(position)
    ? position
    : fail('INVALID_CURSOR_ARGUMENTS', `\`${cursor}\` does not appear to be a valid cursor.`);
}

function cursorAt(position: number): string {
  return Buffer.from(`cursor:${position}`).toString('base64');
}

function checkSize(args: PageArgs, name: string): void {
  const { first, last } = args;
  if (typeof first !== 'number' && typeof last !== 'number') {
    fail(
      'MISSING_PAGINATION_BOUNDARIES',
      `You must provide a \`first\` or \`last\` value to properly paginate the \`${name}\` connection.`,
    );
  }
  for (const [key, value] of [
    ['first', first],
    ['last', last],
  ] as const) {
    if (typeof value !== 'number') continue;
    if (value > 100)
      fail(
        'EXCESSIVE_PAGINATION',
        `Requesting ${value} records on the \`${name}\` connection exceeds the \`${key}\` limit of 100 records.`,
      );
    if (value < 0) fail('INVALID_PAGINATION', `\`${key}\` on the \`${name}\` connection cannot be less than zero.`);
  }
}

/** A page of a list, as every connection of GitHub's answers: `first` or `last` is required and at most 100. */
export function connection<T>(
  items: readonly T[],
  args: PageArgs,
  info: GraphQLResolveInfo,
  node: (item: T) => unknown,
  extra: Readonly<Record<string, unknown>> = {},
) {
  checkSize(args, info.fieldName);
  let start = args.after ? positionOf(args.after) : 0;
  let end = args.before ? positionOf(args.before) - 1 : items.length;
  if (typeof args.first === 'number') end = Math.min(end, start + args.first);
  else if (typeof args.last === 'number') start = Math.max(start, end - args.last);
  const page = items.slice(start, end);
  return {
    totalCount: items.length,
    pageInfo: {
      hasNextPage: end < items.length,
      hasPreviousPage: start > 0,
      startCursor: page.length > 0 ? cursorAt(start + 1) : null,
      endCursor: page.length > 0 ? cursorAt(start + page.length) : null,
    },
    nodes: () => page.map(node),
    edges: () => page.map((item, index) => ({ cursor: cursorAt(start + index + 1), node: node(item) })),
    ...extra,
  };
}
