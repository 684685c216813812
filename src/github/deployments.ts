import { z } from 'zod';
import { AppError } from '../errors.ts';
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

/** Answers a custom deployment protection rule, or says how it stands. Longer comments are cut, and say so. */
export async function answerProtectionRule(installation: Installation, answer: ProtectionAnswer): Promise<void> {
  const { owner, repository, run, environment, state, comment } = answer;
  await installation.write(
    `POST ${RUN_ROUTE}`,
    {
      owner,
      repo: repository,
      run_id: run,
      environment_name: environment,
      comment: cut(comment),
      ...(state === null ? {} : { state }),
    },
    state === 'rejected' ? 'withdrawal' : 'grant',
  );
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
