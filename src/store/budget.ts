import type { Database } from './database.ts';

/** GitHub counts REST requests and GraphQL points apart. `all` stands for both, as secondary limits do. */
export type Resource = 'rest' | 'graphql';

/** What one call costs under GitHub's documented limits. */
export type Cost = {
  readonly resource: Resource;
  /** Points of the secondary limit: a REST read 1, a REST write 5, a GraphQL query 1. */
  readonly points: number;
  /** Whether it creates content, of which 80 a minute and 500 an hour are allowed. */
  readonly createsContent: boolean;
};

/**
 * Takes one call's worth out of a tenant's budget, which all processes share. `share` is the part of each limit open to this kind of
 * work. Returns 0, or for how many milliseconds to wait because nothing was taken.
 */
export async function spend(database: Database, tenant: number, cost: Cost, share: number): Promise<number> {
  const { rows } = await database.query<{ readonly wait: number }>({
    name: 'spend',
    text: 'select countersign.spend($1, $2, $3, $4, $5) as wait',
    values: [tenant, cost.resource, cost.points, cost.createsContent ? 1 : 0, share],
  });
  return rows[0]?.wait ?? 60_000;
}

/** Holds back all calls of a tenant to a resource for a time, because GitHub asked for it. */
export async function block(
  database: Database,
  tenant: number,
  resource: Resource | 'all',
  milliseconds: number,
): Promise<void> {
  await database.query('select countersign.block($1, $2, $3)', [tenant, resource, Math.ceil(milliseconds)]);
}
