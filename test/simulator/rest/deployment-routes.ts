import {
  deploymentShape,
  deploymentStatusShape,
  environmentShape,
  protectionRuleShape,
} from '../shapes/deployments.ts';
import type { Deployment, Environment } from '../world/deployment-types.ts';
import { answerGate, deploymentOfRun, deploymentsOf } from '../world/deployments.ts';
import { environmentsOf, findEnvironment } from '../world/environments.ts';
import { found } from '../world/world.ts';
import { repositoryIn, writableRepositoryIn } from './access.ts';
import { bodyOf, optionalOneOf, optionalText, requiredText } from './body.ts';
import { type Context, numberParam, ok, paged, param, type Reply, type Route } from './router.ts';
import { runIn } from './run-routes.ts';

function listEnvironments(context: Context): Reply {
  const environments = environmentsOf(context.world, repositoryIn(context));
  return paged(
    context,
    environments,
    (environment) => environmentShape(context.world, environment),
    (page) => ({ total_count: environments.length, environments: page }),
  );
}

function environmentIn(context: Context): Environment {
  return found(findEnvironment(context.world, repositoryIn(context), param(context, 'environment_name')));
}

function listRules(context: Context): Reply {
  const rules = environmentIn(context).rules.map((rule) => protectionRuleShape(context.world, rule));
  return ok({ total_count: rules.length, custom_deployment_protection_rules: rules });
}

/** docs: each filter's default is "none", which stands for no filter. The newest come first. */
function listDeployments(context: Context): Reply {
  const wanted = (['sha', 'ref', 'task', 'environment'] as const).flatMap((key) => {
    const value = context.query.get(key);
    return value === null || value === 'none' ? [] : [[key, value] as const];
  });
  const deployments = deploymentsOf(context.world, repositoryIn(context)).filter((deployment) =>
    wanted.every(([key, value]) => deployment[key] === value),
  );
  return paged(context, deployments, (deployment) => deploymentShape(context.world, deployment));
}

function deploymentIn(context: Context): Deployment {
  const deployment = found(context.world.deployments.get(numberParam(context, 'deployment_id')));
  return found(deployment.repositoryId === repositoryIn(context).id ? deployment : undefined);
}

function listStatuses(context: Context): Reply {
  const deployment = deploymentIn(context);
  return paged(context, deployment.statuses.toReversed(), (status) =>
    deploymentStatusShape(context.world, deployment, status),
  );
}

/** With a state it answers for the app's own rule; without, the comment is a note of progress and has to be there. */
function review(context: Context): Reply {
  writableRepositoryIn(context);
  const body = bodyOf(context.body);
  const state = optionalOneOf(body, 'state', ['approved', 'rejected'] as const) ?? null;
  const environment = requiredText(body, 'environment_name');
  const comment = state === null ? requiredText(body, 'comment') : (optionalText(body, 'comment') ?? '');
  const deployment = deploymentOfRun(context.world, runIn(context), environment);
  answerGate(context.world, deployment, context.world.app.id, { state, comment });
  return { status: 204 };
}

const repo = '/repos/{owner}/{repo}';
const environmentPath = `${repo}/environments/{environment_name}`;

export const deploymentRoutes: readonly Route[] = [
  { operation: `GET ${repo}/environments`, access: 'actions:read', handle: listEnvironments },
  {
    operation: `GET ${environmentPath}`,
    access: 'actions:read',
    handle: (context) => ok(environmentShape(context.world, environmentIn(context))),
  },
  { operation: `GET ${environmentPath}/deployment_protection_rules`, access: 'actions:read', handle: listRules },
  { operation: `GET ${repo}/deployments`, access: 'deployments:read', handle: listDeployments },
  {
    operation: `GET ${repo}/deployments/{deployment_id}`,
    access: 'deployments:read',
    handle: (context) => ok(deploymentShape(context.world, deploymentIn(context))),
  },
  { operation: `GET ${repo}/deployments/{deployment_id}/statuses`, access: 'deployments:read', handle: listStatuses },
  {
    operation: `POST ${repo}/actions/runs/{run_id}/deployment_protection_rule`,
    access: 'deployments:write',
    handle: review,
  },
];
