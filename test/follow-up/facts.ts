import { instantOf } from '../../src/decision/time.ts';
import type { DeploymentSeen, Duty, RecordFacts, RunSeen } from '../../src/follow-up/record.ts';

/** The merge, and what comes after it, in minutes. */
const MERGED = Date.UTC(2026, 10, 23, 9);
export const at = (minutes: number): string => instantOf(MERGED + minutes * 60_000);

export const COMMIT = 'c'.repeat(40);
export const REVERT = 'e'.repeat(40);

/** Deployed to production within two hours, verified within one. */
export const DUTY: Duty = {
  apply: { deployments: ['production'], within: { amount: 2, unit: 'h' } },
  verify: { workflows: ['smoke.yml'], within: { amount: 1, unit: 'h' } },
  onFailure: { issue: true, notify: ['oncall'] },
};

let serial = 0;

export function deployment(state: string, minutes: number, more: Partial<DeploymentSeen> = {}): DeploymentSeen {
  serial += 1;
  return {
    id: serial,
    environment: 'production',
    sha: 'd'.repeat(40),
    holds: [COMMIT],
    statuses: [{ state, at: at(minutes) }],
    ...more,
  };
}

export function run(conclusion: string, from: number, to: number, more: Partial<RunSeen> = {}): RunSeen {
  serial += 1;
  return {
    id: serial,
    attempt: 1,
    workflow: '.github/workflows/smoke.yml',
    sha: 'd'.repeat(40),
    holds: [COMMIT],
    startedAt: at(from),
    completedAt: at(to),
    conclusion,
    ...more,
  };
}

export function facts(now: number, more: Partial<RecordFacts> = {}): RecordFacts {
  return {
    now: at(now),
    mergedAt: at(0),
    commit: COMMIT,
    duties: [DUTY],
    deployments: [],
    runs: [],
    reverts: [],
    reports: [],
    reopenings: [],
    ...more,
  };
}
