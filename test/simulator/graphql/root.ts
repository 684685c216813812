import { maySee } from '../rest/access.ts';
import { parseNodeId, timestamp } from '../world/world.ts';
import { fail } from './connection.ts';
import { deploymentNode } from './deployments.ts';
import type { GraphqlContext } from './execute.ts';
import { actorNode, organizationNode, teamNode } from './people.ts';
import { commitNode, repositoryNode } from './repository.ts';
import { subjectOf } from './subjects.ts';

function findSubject(context: GraphqlContext, nodeId: string): object | null {
  const subject = subjectOf(context.world, nodeId);
  const repository = subject && context.world.repositories.get(subject.issue.repositoryId);
  return subject && repository && maySee(context.world, context.caller, repository) ? subject.node() : null;
}

function findNode(context: GraphqlContext, prefix: string, key: string): object | null {
  const { world, caller } = context;
  const id = Number(key);
  switch (prefix) {
    case 'U':
    case 'BOT':
      return world.accounts.has(id) ? actorNode(world, id) : null;
    case 'O': {
      const organization = world.organizations.get(id);
      return organization ? organizationNode(world, organization) : null;
    }
    case 'T': {
      const team = world.teams.get(id);
      const own = caller.kind === 'installation' && caller.installation.accountId === team?.organizationId;
      return team && own ? teamNode(world, team) : null;
    }
    case 'R': {
      const repository = world.repositories.get(id);
      return repository && maySee(world, caller, repository) ? repositoryNode(world, repository) : null;
    }
    case 'C': {
      const [repositoryId, sha = ''] = key.split(':');
      const repository = world.repositories.get(Number(repositoryId));
      return repository && maySee(world, caller, repository) && world.commits.has(sha)
        ? commitNode(world, repository, sha)
        : null;
    }
    case 'DE': {
      const deployment = world.deployments.get(id);
      const repository = deployment && world.repositories.get(deployment.repositoryId);
      return deployment && repository && maySee(world, caller, repository) ? deploymentNode(world, deployment) : null;
    }
    default:
      return null;
  }
}

function resolveNode(context: GraphqlContext, id: string): object {
  const parsed = parseNodeId(id);
  const node = parsed && (findNode(context, parsed.prefix, parsed.key) ?? findSubject(context, id));
  return node ?? fail('NOT_FOUND', `Could not resolve to a node with the global id of '${id}'`);
}

function attempt(resolve: () => object): object {
  try {
    return resolve();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function rateLimitNode(context: GraphqlContext) {
  const { limit, used, remaining, reset } = context.limits.status(context.limitKey, 'graphql');
  return {
    __typename: 'RateLimit',
    cost: context.cost,
    nodeCount: context.nodeCount,
    limit,
    used,
    remaining,
    resetAt: timestamp(reset * 1000),
  };
}

/** Query's fields. What a caller may not see is not there: NOT_FOUND beside whatever else resolved. */
export function createRoot(context: GraphqlContext): object {
  const { world, caller } = context;
  return {
    viewer: () => ({ ...actorNode(world, world.app.botId), __typename: 'User', login: `${world.app.slug}[bot]` }),
    rateLimit: () => rateLimitNode(context),
    repository: (args: { readonly owner: string; readonly name: string }) => {
      const repository = world.repositories.get(
        world.repositoryNames.get(`${args.owner}/${args.name}`.toLowerCase()) ?? -1,
      );
      if (repository && maySee(world, caller, repository)) return repositoryNode(world, repository);
      return fail('NOT_FOUND', `Could not resolve to a Repository with the name '${args.owner}/${args.name}'.`);
    },
    organization: (args: { readonly login: string }) => {
      const organization = world.organizations.get(world.logins.get(args.login.toLowerCase()) ?? -1);
      return organization
        ? organizationNode(world, organization)
        : fail('NOT_FOUND', `Could not resolve to an Organization with the login of '${args.login}'.`);
    },
    user: (args: { readonly login: string }) => {
      const account = world.accounts.get(world.logins.get(args.login.toLowerCase()) ?? -1);
      return account?.type === 'User'
        ? actorNode(world, account.id)
        : fail('NOT_FOUND', `Could not resolve to a User with the login of '${args.login}'.`);
    },
    node: (args: { readonly id: string }) => resolveNode(context, args.id),
    nodes: (args: { readonly ids: readonly string[] }) => args.ids.map((id) => attempt(() => resolveNode(context, id))),
  };
}
