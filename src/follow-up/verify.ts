import { epochOf, instantAfter, instantOf, inWords } from '../decision/time.ts';
import { isNamed } from './applied.ts';
import { earliest, type Part } from './apply.ts';
import type { Duty, Failure, RecordFacts, RunSeen, Verified } from './record.ts';

/** Conclusions that say no. What was cancelled or skipped says nothing, and the time runs on. */
const failing = new Set(['failure', 'timed_out', 'startup_failure']);

/**
 * Whether every named workflow has succeeded on what was deployed, in a run that began after it was. The first run of a workflow that says
 * yes or no decides: running it again until it passes verifies nothing.
 */
export function verifyPart(duty: Duty, index: number, from: number, now: number, facts: RecordFacts): Part<Verified> {
  const { verify } = duty;
  if (verify === null) return { done: [], at: from, failure: null, missing: [], deadline: null };
  const deadline = instantAfter(from, verify.within, undefined);
  const places = verify.workflows.map((workflow) => {
    const first = firstConclusive(workflow, duty, from, facts);
    return { workflow, run: first !== undefined && epochOf(first.completedAt) <= deadline ? first : undefined };
  });
  const done = places.flatMap(({ workflow, run }) =>
    run?.conclusion === 'success' ? [{ workflow, run: run.id, at: epochOf(run.completedAt) }] : [],
  );
  const failed = places.flatMap(({ workflow, run }) =>
    run !== undefined && run.conclusion !== 'success' ? [failedRun(workflow, run, index)] : [],
  );
  const missing = places.filter(({ run }) => run === undefined).map(({ workflow }) => workflow);
  const late = now >= deadline ? missing.map((workflow) => tooLate(workflow, deadline, index)) : [];
  const at = done.length < places.length ? null : Math.max(from, ...done.map((one) => one.at));
  return { done, at, failure: earliest([...failed, ...late]), missing, deadline };
}

function firstConclusive(workflow: string, duty: Duty, from: number, facts: RecordFacts): RunSeen | undefined {
  const isTelling = ({ conclusion }: RunSeen): boolean => conclusion === 'success' || failing.has(conclusion);
  const rank = ({ conclusion }: RunSeen): number => (conclusion === 'success' ? 1 : 0);
  return facts.runs
    .filter((run) => fileOf(run.workflow) === workflow && isTelling(run) && epochOf(run.startedAt) >= from)
    .filter((run) => isOnDeployed(run, duty, facts))
    .sort(
      (one, other) =>
        epochOf(one.completedAt) - epochOf(other.completedAt) || rank(one) - rank(other) || one.id - other.id,
    )[0];
}

/** GitHub writes `.github/workflows/smoke.yml`, sometimes with `@ref`. */
export function fileOf(workflow: string): string {
  return workflow.replace(/@.*$/, '').replace(/^.*\//, '');
}

/** On the very commit of a deployment that brought the change; where no deployment is asked for, on any commit that holds it. */
function isOnDeployed({ sha, holds }: RunSeen, { apply }: Duty, { deployments, commit }: RecordFacts): boolean {
  if (apply === null) return holds.includes(commit);
  const named = apply.deployments.map(isNamed);
  return deployments.some(
    (deployment) =>
      deployment.sha === sha &&
      deployment.holds.includes(commit) &&
      deployment.statuses.some(({ state }) => state === 'success') &&
      named.some((isThere) => isThere(deployment)),
  );
}

function failedRun(workflow: string, { id, conclusion, completedAt }: RunSeen, duty: number): Failure {
  const message = `Run ${id} of ${workflow} ended with ${conclusion}.`;
  return {
    code: 'verification-failed',
    at: instantOf(epochOf(completedAt)),
    subject: workflow,
    number: id,
    message,
    duty,
  };
}

function tooLate(workflow: string, deadline: number, duty: number): Failure {
  const message = `No run of ${workflow} on what was deployed had succeeded by ${inWords(deadline)}.`;
  return { code: 'not-verified', at: instantOf(deadline), subject: workflow, number: null, message, duty };
}
