import { z } from 'zod';
import type { RunSighting } from '../store/deployments.ts';
import type { Installation, Purpose } from './client.ts';

/** A workflow run, as REST and the event `workflow_run` both show it. */
export const WorkflowRun = z.object({
  id: z.number().int(),
  path: z.string(),
  head_sha: z.string(),
  run_attempt: z.number().int().default(1),
  status: z.string().nullable(),
  conclusion: z.string().nullable(),
  run_started_at: z.string().nullish(),
  created_at: z.string(),
  updated_at: z.string(),
});

/** What a run that has ended comes to; undefined while it has not. */
export function endedRun(run: z.infer<typeof WorkflowRun>): RunSighting | undefined {
  if (run.status !== 'completed' || run.conclusion === null) return undefined;
  return {
    id: run.id,
    attempt: run.run_attempt,
    workflow: run.path,
    sha: run.head_sha,
    startedAt: run.run_started_at ?? run.created_at,
    completedAt: run.updated_at,
    conclusion: run.conclusion,
  };
}

/** Runs on a commit that have ended: the newest hundred, in one call. */
export async function readEndedRuns(
  installation: Installation,
  { owner, repository }: { readonly owner: string; readonly repository: string },
  sha: string,
  purpose: Purpose,
): Promise<readonly RunSighting[]> {
  const parameters = { owner, repo: repository, head_sha: sha, per_page: 100 };
  const data = await installation.read('GET /repos/{owner}/{repo}/actions/runs', parameters, purpose);
  const { workflow_runs: runs } = z.object({ workflow_runs: z.array(WorkflowRun) }).parse(data);
  return runs.flatMap((run) => endedRun(run) ?? []);
}
