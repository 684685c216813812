import { z } from 'zod';
import type { AsApp } from './as-app.ts';
import type { Installation, Purpose } from './client.ts';

const Installations = z.array(
  z.object({
    id: z.number(),
    suspended_at: z.string().nullish(),
    account: z.object({ id: z.number(), login: z.string().optional(), slug: z.string().optional() }).nullable(),
  }),
);

export type FoundInstallation = { readonly id: number; readonly tenant: number; readonly login: string };

/** Every installation of the App that is not suspended. */
export async function readInstallations(app: AsApp): Promise<readonly FoundInstallation[]> {
  const found: FoundInstallation[] = [];
  let asked: Readonly<Record<string, unknown>> | undefined = { per_page: 100 };
  while (asked !== undefined) {
    const { data, next } = await app.readPage('GET /app/installations', asked);
    for (const { id, account, suspended_at: suspended } of Installations.parse(data))
      if (account !== null && !suspended)
        found.push({ id, tenant: account.id, login: account.login ?? account.slug ?? '' });
    asked = next;
  }
  return found;
}

export type SeenRepository = {
  readonly id: number;
  readonly owner: string;
  readonly name: string;
  readonly archived: boolean;
};

const Repositories = z.object({
  total_count: z.number(),
  repositories: z.array(
    z.object({
      id: z.number(),
      name: z.string(),
      archived: z.boolean().default(false),
      owner: z.object({ login: z.string() }),
    }),
  ),
});

/** One page of the repositories that an installation was given; pages are numbered from 1. */
export async function readRepositories(
  installation: Installation,
  page: number,
  purpose: Purpose,
): Promise<{ readonly total: number; readonly repositories: readonly SeenRepository[]; readonly isLast: boolean }> {
  const { data, next } = await installation.readPage(
    'GET /installation/repositories',
    { per_page: 100, page },
    purpose,
  );
  const { total_count: total, repositories } = Repositories.parse(data);
  return {
    total,
    repositories: repositories.map(({ id, name, archived, owner }) => ({ id, name, archived, owner: owner.login })),
    isLast: next === undefined,
  };
}
