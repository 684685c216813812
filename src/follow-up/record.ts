import * as z from 'zod';

/** What a merged change is followed by: plain data, instants in UTC as ISO 8601. */

const Within = z.object({ amount: z.int().min(0), unit: z.enum(['m', 'h', 'd', 'w']) });

/** One matching entry of the policy's `after-merge`, kept as it was at the merge. */
export const Duty = z.object({
  /** Deployment environments of GitHub that the change must reach, and in which time; null where none is named. */
  apply: z.object({ deployments: z.array(z.string()), within: Within }).nullable(),
  /** File names of workflows that must succeed on what was deployed, and in which time. */
  verify: z.object({ workflows: z.array(z.string()), within: Within }).nullable(),
  onFailure: z.object({ issue: z.boolean(), notify: z.array(z.string()) }),
});
export type Duty = z.output<typeof Duty>;

export type StatusSeen = { readonly state: string; readonly at: string };

export type DeploymentSeen = {
  readonly id: number;
  readonly environment: string;
  readonly sha: string;
  /** Those of the commits in question that its commit contains. */
  readonly holds: readonly string[];
  readonly statuses: readonly StatusSeen[];
};

/** A run that has ended. Each attempt is a run of its own. */
export type RunSeen = {
  readonly id: number;
  readonly attempt: number;
  /** `.github/workflows/smoke.yml` */
  readonly workflow: string;
  readonly sha: string;
  readonly holds: readonly string[];
  readonly startedAt: string;
  readonly completedAt: string;
  readonly conclusion: string;
};

/** A pull request, merged later, that undoes the change. */
export type RevertSeen = { readonly pull: number; readonly commit: string; readonly mergedAt: string };

/** Somebody who may has said that it has failed. */
export type Report = { readonly by: string; readonly reason: string; readonly at: string };

/** Everything that a record is judged on; the order of no list matters. */
export type RecordFacts = {
  readonly now: string;
  readonly mergedAt: string;
  /** The merged commit. */
  readonly commit: string;
  readonly duties: readonly Duty[];
  readonly deployments: readonly DeploymentSeen[];
  readonly runs: readonly RunSeen[];
  readonly reverts: readonly RevertSeen[];
  readonly reports: readonly Report[];
  /** When it was signed again after a failure. */
  readonly reopenings: readonly string[];
};

export const recordStates = ['merged', 'applying', 'verifying', 'failed', 'closed', 'rolled-back'] as const;
export type RecordState = (typeof recordStates)[number];

export const Failure = z.object({
  code: z.enum(['deployment-failed', 'not-applied', 'verification-failed', 'not-verified', 'reported']),
  at: z.string(),
  /** The environment or the workflow; whoever has said so. */
  subject: z.string(),
  /** The number of the deployment or run; null where there is none. */
  number: z.number().nullable(),
  /** Plain text, which people may have written a part of. */
  message: z.string(),
  /** Which of the duties; null where somebody has said so. */
  duty: z.number().nullable(),
});
export type Failure = z.output<typeof Failure>;

export type Applied = {
  readonly environment: string;
  readonly deployment: number;
  readonly sha: string;
  readonly at: number;
};
export type Verified = { readonly workflow: string; readonly run: number; readonly at: number };
