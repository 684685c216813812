import type { GraphQLResolveInfo } from 'graphql';
import { deploymentStatusShape } from '../shapes/deployments.ts';
import { repositoryById } from '../shapes/repository.ts';
import type { Deployment, DeploymentStatus } from '../world/deployment-types.ts';
import { deploymentsOf, standing } from '../world/deployments.ts';
import type { Repository } from '../world/types.ts';
import { nodeId, type World } from '../world/world.ts';
import { connection, type PageArgs } from './connection.ts';
import { optionalActor } from './people.ts';
import { commitNode, refNode, repositoryNode } from './repository.ts';

interface DeploymentsArgs extends PageArgs {
  readonly environments?: readonly string[] | null;
  readonly orderBy?: { readonly field: 'CREATED_AT'; readonly direction: 'ASC' | 'DESC' } | null;
}

/** The schema's default is the oldest first. */
export function deploymentsField(world: World, repository: Repository) {
  return (args: DeploymentsArgs, _: unknown, info: GraphQLResolveInfo) => {
    const newestFirst = deploymentsOf(world, repository).filter(
      (deployment) => !args.environments || args.environments.includes(deployment.environment),
    );
    const ordered = args.orderBy?.direction === 'DESC' ? newestFirst : newestFirst.toReversed();
    return connection(ordered, args, info, (deployment) => deploymentNode(world, deployment));
  };
}

function statusNode(world: World, deployment: Deployment, status: DeploymentStatus) {
  const { node_id, log_url } = deploymentStatusShape(world, deployment, status);
  return {
    __typename: 'DeploymentStatus',
    id: node_id,
    state: status.state.toUpperCase(),
    createdAt: status.createdAt,
    updatedAt: status.createdAt,
    description: status.description,
    environment: deployment.environment,
    environmentUrl: null,
    logUrl: log_url,
    creator: optionalActor(world, status.creatorId),
    deployment: () => deploymentNode(world, deployment),
  };
}

export function deploymentNode(world: World, deployment: Deployment): object {
  const repository = repositoryById(world, deployment.repositoryId);
  const latest = deployment.statuses.at(-1);
  return {
    __typename: 'Deployment',
    id: nodeId('DE', deployment.id),
    databaseId: deployment.id,
    commitOid: deployment.sha,
    commit: () => commitNode(world, repository, deployment.sha),
    environment: deployment.environment,
    originalEnvironment: deployment.environment,
    latestEnvironment: deployment.environment,
    state: standing(world, deployment),
    latestStatus: () => (latest ? statusNode(world, deployment, latest) : null),
    statuses: (args: PageArgs, _: unknown, info: GraphQLResolveInfo) =>
      connection(deployment.statuses.toReversed(), args, info, (status) => statusNode(world, deployment, status)),
    createdAt: deployment.createdAt,
    updatedAt: deployment.updatedAt,
    task: deployment.task,
    description: deployment.description,
    payload: '{}',
    // Null once the branch is deleted, and for what was deployed by its SHA.
    ref: () => refNode(world, repository, deployment.ref),
    creator: optionalActor(world, deployment.creatorId),
    repository: () => repositoryNode(world, repository),
  };
}
