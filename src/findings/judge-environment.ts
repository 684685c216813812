import type { Finding } from './finding.ts';

/** An environment that GitHub deploys to, and the apps that it asks before a deployment. */
export type DeploymentEnvironment = {
  readonly name: string;
  readonly apps: readonly number[];
  /** Null where GitHub does not say. */
  readonly administratorsPass: boolean | null;
};

export function environmentKey(name: string): string {
  return `environment-unprotected:${name.toLowerCase()}:`;
}

/** What a deployment environment that does not ask this app is to be called; undefined where it does. */
export function environmentFinding(
  { name, apps, administratorsPass }: DeploymentEnvironment,
  where: { readonly appId: number; readonly environment: string; readonly head: string; readonly by: Finding['by'] },
): Finding | undefined {
  if (apps.includes(where.appId)) return undefined;
  return {
    kind: 'environment-unprotected',
    key: environmentKey(name),
    environment: where.environment,
    pull: null,
    head: where.head,
    title: `Deployments to ${name} ask this app nothing`,
    details: { deployment: name, administratorsPass },
    by: where.by,
  };
}
