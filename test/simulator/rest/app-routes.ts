import { appShape } from '../shapes/checks.ts';
import { installationShape } from '../shapes/people.ts';
import { repositoryShape } from '../shapes/repository.ts';
import { covers, createToken, installationRepositories, tokenShape } from '../world/installations.ts';
import { accountByLogin } from '../world/people.ts';
import { repositoryByName } from '../world/repositories.ts';
import type { Installation } from '../world/types.ts';
import { found, Refusal, type World } from '../world/world.ts';
import { bodyOf, numbersIn, objectIn, textsIn } from './body.ts';
import { type Context, numberParam, ok, paged, param, type Route } from './router.ts';

function liveInstallations(world: World): readonly Installation[] {
  return [...world.installations.values()].filter((installation) => installation.removedAt === null);
}

function installationIn(context: Context): Installation {
  const installation = found(context.world.installations.get(numberParam(context, 'installation_id')));
  if (installation.removedAt !== null) throw new Refusal(404, 'Not Found');
  return installation;
}

function narrowedRepositories(context: Context, installation: Installation): readonly number[] | undefined {
  const body = bodyOf(context.body);
  const owner = context.world.accounts.get(installation.accountId)?.login;
  const named = textsIn(body, 'repositories').map((name) =>
    context.world.repositoryNames.get(`${owner}/${name}`.toLowerCase()),
  );
  const ids = [...(numbersIn(body, 'repository_ids') ?? []), ...named.map((id) => id ?? -1)];
  if (ids.length === 0) return undefined;
  for (const id of ids) {
    const repository = context.world.repositories.get(id);
    if (!repository || !covers(installation, repository)) {
      throw new Refusal(
        422,
        'There is at least one repository that does not exist or is not accessible to the parent installation.',
      );
    }
  }
  return ids;
}

function narrowedPermissions(context: Context): Readonly<Record<string, string>> | undefined {
  const wanted = objectIn(bodyOf(context.body), 'permissions');
  if (!wanted) return undefined;
  const granted = context.world.app.permissions;
  const entries = Object.entries(wanted).map(([name, level]) => [name, String(level)] as const);
  const excess = entries.some(([name, level]) => granted[name] !== 'write' && granted[name] !== level);
  if (excess) throw new Refusal(422, 'The permissions requested are not granted to this installation.');
  return Object.fromEntries([['metadata', 'read'], ...entries]);
}

function issueToken(context: Context) {
  const installation = installationIn(context);
  if (installation.suspendedAt !== null) throw new Refusal(403, 'This installation has been suspended');
  const repositoryIds = narrowedRepositories(context, installation);
  const permissions = narrowedPermissions(context);
  const token = createToken(context.world, installation, context.tokenLifetimeMs, {
    ...(repositoryIds ? { repositoryIds } : {}),
    ...(permissions ? { permissions } : {}),
  });
  return { status: 201, body: tokenShape(token, installation.selection) };
}

function rateLimit(context: Context) {
  const core = context.limits.status(context.limitKey, 'core');
  const resources = {
    core,
    graphql: context.limits.status(context.limitKey, 'graphql'),
    search: { ...core, limit: 30, used: 0, remaining: 30 },
  };
  return ok({ resources, rate: core });
}

function listRepositories(context: Context) {
  if (context.caller.kind !== 'installation') throw new Refusal(403, 'Resource not accessible by integration');
  const { installation, token } = context.caller;
  const all = installationRepositories(context.world, installation);
  const visible = all.filter((repository) => token.repositoryIds?.has(repository.id) !== false);
  return paged(
    context,
    visible,
    (repository) => repositoryShape(context.world, repository),
    (repositories) => ({ total_count: visible.length, repository_selection: installation.selection, repositories }),
  );
}

function installationOf(context: Context, accountId: number) {
  return ok(installationShape(context.world, found(context.world.installationByAccount.get(accountId))));
}

export const appRoutes: readonly Route[] = [
  {
    operation: 'GET /app',
    access: 'app',
    handle: ({ world }) => ok({ ...appShape(world, world.app), installations_count: liveInstallations(world).length }),
  },
  {
    operation: 'GET /app/installations',
    access: 'app',
    handle: (context) =>
      paged(context, liveInstallations(context.world), (each) => installationShape(context.world, each)),
  },
  {
    operation: 'GET /app/installations/{installation_id}',
    access: 'app',
    handle: (context) => ok(installationShape(context.world, installationIn(context))),
  },
  { operation: 'POST /app/installations/{installation_id}/access_tokens', access: 'app', handle: issueToken },
  {
    operation: 'GET /orgs/{org}/installation',
    access: 'app',
    handle: (context) => installationOf(context, accountByLogin(context.world, param(context, 'org')).id),
  },
  {
    operation: 'GET /repos/{owner}/{repo}/installation',
    access: 'app',
    handle: (context) => {
      const repository = repositoryByName(context.world, `${param(context, 'owner')}/${param(context, 'repo')}`);
      const installation = context.world.installationByAccount.get(repository.ownerId);
      if (!installation || !covers(installation, repository)) throw new Refusal(404, 'Not Found');
      return installationOf(context, repository.ownerId);
    },
  },
  { operation: 'GET /installation/repositories', access: 'metadata:read', handle: listRepositories },
  { operation: 'GET /rate_limit', access: 'metadata:read', handle: rateLimit },
];
