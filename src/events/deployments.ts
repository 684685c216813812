import { z } from 'zod';
import { endedRun, WorkflowRun } from '../github/runs.ts';
import { accountOfSender } from '../github/sender.ts';
import { deploymentSeenJob, type Job, protectionJob, runSeenJob } from '../jobs/job.ts';
import type { Context, Effect } from '../route.ts';

/** Everything in it is optional in the published schema. */
const ProtectionRuleEvent = z.object({
  environment: z.string().optional(),
  deployment_callback_url: z.string().optional(),
  deployment: z.object({ sha: z.string().optional(), environment: z.string().optional() }).nullish(),
  sender: z.object({ id: z.number().int(), login: z.string(), type: z.string().default('User') }).nullish(),
});

/** Only the number is taken from the address: where answers go is not for a payload to say. */
const RUN = /\/actions\/runs\/(\d{1,15})\/deployment_protection_rule\/?$/;

/** GitHub asks whether a workflow run may deploy to an environment that this app protects. */
export function onProtectionRule(payload: unknown, context: Context): Effect | z.ZodError {
  const parsed = ProtectionRuleEvent.safeParse(payload);
  if (!parsed.success) return parsed.error;
  const { environment, deployment_callback_url: url, deployment, sender } = parsed.data;
  const run = RUN.exec(url ?? '')?.[1];
  const name = environment ?? deployment?.environment;
  const place = context.locator(0);
  if (run === undefined || name === undefined || place === undefined)
    return { reason: 'names no run or no environment that could be answered' };
  const { pull: _pull, ...locator } = place;
  const by = sender ? accountOfSender({ ...sender, kind: sender.type }) : null;
  return { jobs: [protectionJob({ locator, run: Number(run), environment: name, sha: deployment?.sha ?? null, by })] };
}

const DeploymentEvent = z.object({
  deployment: z.object({
    id: z.number().int(),
    sha: z.string(),
    environment: z.string(),
    created_at: z.string(),
  }),
  deployment_status: z
    .object({ state: z.string(), created_at: z.string(), environment: z.string().nullish() })
    .nullish(),
});

/** A deployment was made, or something was said of one. */
export function onDeployment(payload: unknown, context: Context): Effect | z.ZodError {
  const parsed = DeploymentEvent.safeParse(payload);
  if (!parsed.success) return parsed.error;
  const { deployment, deployment_status: status } = parsed.data;
  const place = context.locator(0);
  if (place === undefined) return { reason: 'no repository' };
  const { pull: _pull, ...locator } = place;
  const seen = {
    id: deployment.id,
    environment: status?.environment ?? deployment.environment,
    sha: deployment.sha,
    createdAt: deployment.created_at,
    statuses: status ? [{ state: status.state, at: status.created_at }] : [],
  };
  return { jobs: [deploymentSeenJob({ locator, deployment: seen })] };
}

/** A run that has ended may verify what was deployed; one of another form is of no use. */
export function runSeen(payload: unknown, context: Context): readonly Job[] {
  const parsed = z.object({ action: z.literal('completed'), workflow_run: WorkflowRun }).safeParse(payload);
  const run = parsed.success ? endedRun(parsed.data.workflow_run) : undefined;
  const place = context.locator(0);
  if (run === undefined || place === undefined) return [];
  const { pull: _pull, ...locator } = place;
  return [runSeenJob({ locator, run })];
}
