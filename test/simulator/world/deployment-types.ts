/** Deployments and the environments they go to: plain data, changed only by the functions in this folder. */

export interface Environment {
  readonly id: number;
  readonly repositoryId: number;
  readonly name: string;
  rules: readonly CustomRule[];
  canAdminsBypass: boolean;
  readonly createdAt: string;
  updatedAt: string;
}

/** A custom deployment protection rule: an app that has to agree. */
export interface CustomRule {
  readonly id: number;
  readonly appId: number;
}

export const deploymentStates = [
  'error',
  'failure',
  'inactive',
  'in_progress',
  'queued',
  'pending',
  'success',
  'waiting',
] as const;
export type DeploymentState = (typeof deploymentStates)[number];

export interface DeploymentStatus {
  readonly id: number;
  readonly state: DeploymentState;
  readonly creatorId: number;
  readonly description: string;
  readonly createdAt: string;
}

/** What one app says about one deployment. */
export interface Gate {
  readonly ruleId: number;
  readonly appId: number;
  state: 'waiting' | 'approved' | 'rejected' | 'bypassed';
  readonly comments: { readonly at: string; readonly state: string | null; readonly comment: string }[];
}

export interface Deployment {
  readonly id: number;
  readonly repositoryId: number;
  readonly environment: string;
  readonly sha: string;
  /** As it was named; it stays when the branch is deleted. */
  readonly ref: string;
  readonly task: string;
  readonly description: string | null;
  readonly creatorId: number;
  readonly transient: boolean;
  /** Null without GitHub Actions. */
  readonly runId: number | null;
  readonly createdAt: string;
  updatedAt: string;
  readonly statuses: DeploymentStatus[];
  readonly gates: readonly Gate[];
}
