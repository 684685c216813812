import { instantAfter, instantOf, inWords } from '../decision/time.ts';
import { appliedFrom, isNamed, toldOf } from './applied.ts';
import type { Applied, Duty, Failure, RecordFacts } from './record.ts';

/** A part of a duty, as far as it has come. Instants are milliseconds since 1970. */
export type Part<Done> = {
  readonly done: readonly Done[];
  /** When all of it was done; null while it is not. */
  readonly at: number | null;
  readonly failure: Failure | null;
  /** What is still missing: names of environments or workflows. */
  readonly missing: readonly string[];
  /** When its time runs out. */
  readonly deadline: number | null;
};

const failing = new Set(['failure', 'error']);

/**
 * Whether the merged commit has reached every environment in time. A deployment of it that fails is a failure at once, since people on
 * call must know then and not when the time is up; one that succeeds within the time mends that. What comes too late mends nothing.
 */
export function applyPart(
  { apply }: Duty,
  index: number,
  start: number,
  now: number,
  facts: RecordFacts,
): Part<Applied> {
  if (apply === null) return { done: [], at: start, failure: null, missing: [], deadline: null };
  const deadline = instantAfter(start, apply.within, undefined);
  const places = apply.deployments.map((environment) => {
    const applied = appliedFrom(start, { commit: facts.commit, environment }, facts.deployments);
    return { environment, applied: applied !== undefined && applied.at <= deadline ? applied : undefined };
  });
  const done = places.flatMap(({ applied }) => applied ?? []);
  const missing = places.filter(({ applied }) => applied === undefined).map(({ environment }) => environment);
  const failures = missing.flatMap((environment) => [
    ...failedThere(environment, start, facts).map((failure) => ({ ...failure, duty: index })),
    ...(now >= deadline ? [tooLate(environment, deadline, index)] : []),
  ]);
  const at = missing.length > 0 ? null : Math.max(start, ...done.map((one) => one.at));
  return { done, at, failure: earliest(failures), missing, deadline };
}

function failedThere(environment: string, start: number, { deployments, commit }: RecordFacts): readonly Failure[] {
  const first = toldOf(deployments, environment).find(
    ({ state, at, deployment }) => failing.has(state) && at >= start && deployment.holds.includes(commit),
  );
  if (first === undefined) return [];
  const { id } = first.deployment;
  const message = `Deployment ${id} to ${environment} failed.`;
  const at = instantOf(first.at);
  return [{ code: 'deployment-failed', at, subject: environment, number: id, message, duty: null }];
}

function tooLate(environment: string, deadline: number, duty: number): Failure {
  const message = `It did not reach ${environment} by ${inWords(deadline)}.`;
  return { code: 'not-applied', at: instantOf(deadline), subject: environment, number: null, message, duty };
}

/** The first thing that went wrong; of several at one instant always the same. */
export function earliest(failures: readonly Failure[]): Failure | null {
  const key = ({ at, code, subject }: Failure): string => `${at.padEnd(30)} ${code} ${subject}`;
  return [...failures].sort((one, other) => (key(one) < key(other) ? -1 : 1))[0] ?? null;
}

/** Whether any deployment of the commit to these environments is known, whatever has become of it. */
export function hasBegun({ apply }: Duty, { deployments, commit }: RecordFacts): boolean {
  const named = (apply?.deployments ?? []).map(isNamed);
  return deployments.some(
    (deployment) => deployment.holds.includes(commit) && named.some((isThere) => isThere(deployment)),
  );
}
