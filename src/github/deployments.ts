import { z } from 'zod';
import { AppError, messageOf } from '../errors.ts';
import type { DeploymentSighting } from '../store/deployments.ts';
import type { Installation, Purpose } from './client.ts';

/** A deployment that has succeeded at some time, in one environment. */
export type Deployed = {
  readonly id: number;
  readonly sha: string;
  readonly createdAt: string;
  readonly active: boolean;
};

const QUERY = /* GraphQL */ `
query CountersignDeployments($owner: String!, $name: String!, $environment: String!) {
  repository(owner: $owner, name: $name) {
    deployments(first: 50, environments: [$environment], orderBy: { field: CREATED_AT, direction: DESC }) {
      nodes { databaseId commitOid state createdAt }
    }
  }
}`;

const Answer = z.object({
  repository: z.object({
    deployments: z.object({
      nodes: z
        .array(
          z
            .object({
              databaseId: z.number().nullish(),
              commitOid: z.string(),
              state: z.string().nullish(),
              createdAt: z.string(),
            })
            .nullable(),
        )
        .nullable(),
    }),
  }),
});

/** `ACTIVE` runs now; `INACTIVE` did, until another one took its place. Everything else never got there. */
const SUCCEEDED = new Set(['ACTIVE', 'INACTIVE']);

/** What an environment runs and has run, newest first: one query. */
export async function readDeployed(
  installation: Installation,
  { owner, repository }: { readonly owner: string; readonly repository: string },
  environment: string,
  purpose: Purpose,
): Promise<readonly Deployed[]> {
  const { data, errors } = await installation.query(QUERY, { owner, name: repository, environment }, purpose);
  const parsed = Answer.safeParse(data);
  if (!parsed.success || errors.length > 0)
    throw new AppError(
      'github-unexpected',
      `GitHub did not tell what runs in ${environment}: ${errors[0]?.message ?? 'it answered in an unknown form'}`,
      { retryable: true },
    );
  return (parsed.data.repository.deployments.nodes ?? []).flatMap((node) =>
    node === null || !SUCCEEDED.has(node.state ?? '')
      ? []
      : [{ id: node.databaseId ?? 0, sha: node.commitOid, createdAt: node.createdAt, active: node.state === 'ACTIVE' }],
  );
}

const RUN_ROUTE = '/repos/{owner}/{repo}/actions/runs/{run_id}/deployment_protection_rule';
/** As long as a comment may be (docs.github.com, "Review custom deployment protection rules for a workflow run"). */
const LONGEST_COMMENT = 1_024;

export type ProtectionAnswer = {
  readonly owner: string;
  readonly repository: string;
  readonly run: number;
  readonly environment: string;
  /** Null is a note on the way. */
  readonly state: 'approved' | 'rejected' | null;
  readonly comment: string;
};

/**
 * Answers a custom deployment protection rule, or says how it stands. Longer comments are cut, and say so. Gives null, or why nobody waits
 * for it any more: the run is gone (404), or has been answered or let through (422). A permission that is missing is trouble, and thrown.
 */
export async function answerProtectionRule(
  installation: Installation,
  answer: ProtectionAnswer,
): Promise<string | null> {
  const { owner, repository, run, environment, state, comment } = answer;
  const stated = state === null ? {} : { state };
  const body = { environment_name: environment, comment: cut(comment), ...stated };
  try {
    const parameters = { owner, repo: repository, run_id: run, ...body };
    await installation.write(`POST ${RUN_ROUTE}`, parameters, state === 'rejected' ? 'withdrawal' : 'grant');
    return null;
  } catch (error) {
    if (isTooLate(error)) return messageOf(error);
    throw error;
  }
}

function isTooLate(error: unknown): boolean {
  if (!(error instanceof AppError)) return false;
  if (error.code === 'github-not-found') return true;
  const { cause } = error;
  return error.code === 'github-refused' && cause instanceof Error && 'status' in cause && cause.status === 422;
}

function cut(text: string): string {
  const ending = ' […]';
  return text.length <= LONGEST_COMMENT ? text : `${text.slice(0, LONGEST_COMMENT - ending.length)}${ending}`;
}

const Run = z.object({ head_sha: z.string() });

/** The commit that a workflow run is about; null where the repository has no such run. */
export async function headOfRun(
  installation: Installation,
  { owner, repository }: { readonly owner: string; readonly repository: string },
  run: number,
): Promise<string | null> {
  try {
    const parameters = { owner, repo: repository, run_id: run };
    return Run.parse(await installation.read('GET /repos/{owner}/{repo}/actions/runs/{run_id}', parameters, 'facts'))
      .head_sha;
  } catch (error) {
    if (error instanceof AppError && error.code === 'github-not-found') return null;
    throw error;
  }
}

const STATUSES_QUERY = /* GraphQL */ `
query CountersignDeploymentStatuses($owner: String!, $name: String!, $environment: String!) {
  repository(owner: $owner, name: $name) {
    deployments(first: 50, environments: [$environment], orderBy: { field: CREATED_AT, direction: DESC }) {
      nodes { databaseId commitOid createdAt statuses(first: 20) { nodes { state createdAt } } }
    }
  }
}`;

const Statuses = z.object({
  nodes: z.array(z.object({ state: z.string(), createdAt: z.string() }).nullable()).nullable(),
});
const StatusesAnswer = z.object({
  repository: z.object({
    deployments: z.object({
      nodes: z
        .array(
          z
            .object({
              databaseId: z.number().nullish(),
              commitOid: z.string(),
              createdAt: z.string(),
              statuses: Statuses.nullish(),
            })
            .nullable(),
        )
        .nullable(),
    }),
  }),
});

/** The newest 50 deployments to an environment, with the newest 20 things that were said of each: one query. */
export async function readDeployments(
  installation: Installation,
  { owner, repository }: { readonly owner: string; readonly repository: string },
  environment: string,
  purpose: Purpose,
): Promise<readonly DeploymentSighting[]> {
  const { data, errors } = await installation.query(STATUSES_QUERY, { owner, name: repository, environment }, purpose);
  const parsed = StatusesAnswer.safeParse(data);
  if (!parsed.success || errors.length > 0)
    throw new AppError('github-unexpected', `GitHub did not tell what was deployed to ${environment}.`, {
      retryable: true,
    });
  return (parsed.data.repository.deployments.nodes ?? []).flatMap((node) => {
    if (node === null || typeof node.databaseId !== 'number') return [];
    const statuses = (node.statuses?.nodes ?? []).flatMap((status) =>
      status === null ? [] : [{ state: status.state.toLowerCase(), at: status.createdAt }],
    );
    return [{ id: node.databaseId, environment, sha: node.commitOid, createdAt: node.createdAt, statuses }];
  });
}
