import { z } from 'zod';
import { AppError } from '../errors.ts';
import type { DeploymentEnvironment } from '../findings/judge-environment.ts';
import type { RepositoryPlace } from './branches.ts';
import type { Installation, Page, Purpose } from './client.ts';

const Environments = z.object({
  environments: z.array(z.object({ name: z.string(), can_admins_bypass: z.boolean().nullish() })).default([]),
});
const Rules = z.object({
  custom_deployment_protection_rules: z
    .array(z.object({ enabled: z.boolean(), app: z.object({ id: z.number() }) }))
    .default([]),
});

const MOST_PAGES = 5;

/** The deployment environments of a repository for which `isMeant`, with the apps that are asked before a deployment. */
export async function readEnvironments(
  installation: Installation,
  { owner, repository }: RepositoryPlace,
  isMeant: (name: string) => boolean,
  purpose: Purpose,
): Promise<readonly DeploymentEnvironment[]> {
  const where = { owner, repo: repository };
  const found: DeploymentEnvironment[] = [];
  let asked: Readonly<Record<string, unknown>> | undefined = { per_page: 100 };
  for (let page = 0; page < MOST_PAGES && asked !== undefined; page += 1) {
    const parameters: Readonly<Record<string, unknown>> = { ...asked, ...where };
    const answer: Page | null = await orNothing(() =>
      installation.readPage('GET /repos/{owner}/{repo}/environments', parameters, purpose),
    );
    if (answer === null) return found;
    for (const { name, can_admins_bypass: pass } of Environments.parse(answer.data).environments) {
      if (!isMeant(name)) continue;
      const route = 'GET /repos/{owner}/{repo}/environments/{environment_name}/deployment_protection_rules';
      const rules = await orNothing(() => installation.read(route, { ...where, environment_name: name }, purpose));
      const asks = rules === null ? [] : Rules.parse(rules).custom_deployment_protection_rules;
      found.push({
        name,
        apps: asks.filter(({ enabled }) => enabled).map(({ app }) => app.id),
        administratorsPass: pass ?? null,
      });
    }
    asked = answer.next;
  }
  return found;
}

/** Where environments, or rules of one's own for them, are not to be had, GitHub knows of none. */
async function orNothing<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof AppError && error.code === 'github-not-found') return null;
    throw error;
  }
}
