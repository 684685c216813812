import { epochOf, instantOf } from '../decision/time.ts';
import { reachedAll } from './applied.ts';
import { applyPart, earliest, hasBegun, type Part } from './apply.ts';
import type { Applied, Failure, RecordFacts, RecordState, Verified } from './record.ts';
import { verifyPart } from './verify.ts';

/** How far a merged change has come. */
export type FollowUp = {
  readonly state: RecordState;
  /** Since when it is in that state, as far as the facts tell. */
  readonly since: string;
  /** 1 from the merge on, and one more each time that it was signed again after a failure. */
  readonly cycle: number;
  /** When the present cycle began: from then on times run. */
  readonly start: string;
  /** Why it has failed; null in every other state. */
  readonly failure: Failure | null;
  /** What is awaited next, in plain words. */
  readonly awaited: readonly string[];
  /** When to look again even if nothing happens. */
  readonly again: string | null;
  readonly applied: readonly Applied[];
  readonly verified: readonly Verified[];
  /** The revert that undid it. */
  readonly revertedBy: number | null;
};

type Progress = {
  readonly applied: Part<Applied>;
  readonly verified: Part<Verified> | null;
  readonly begun: boolean;
};

/**
 * What has become of a merged change: a pure function of what was seen, whatever the order it was seen in. Time alone makes failures and
 * never mends one.
 */
export function followUp(facts: RecordFacts): FollowUp {
  const now = epochOf(facts.now);
  const cycles = [facts.mergedAt, ...facts.reopenings].map(epochOf).sort((one, other) => one - other);
  const start = cycles.at(-1) ?? epochOf(facts.mergedAt);
  const progress = facts.duties.map((duty, index): Progress => {
    const applied = applyPart(duty, index, start, now, facts);
    const verified = applied.at === null ? null : verifyPart(duty, index, applied.at, now, facts);
    return { applied, verified, begun: hasBegun(duty, facts) };
  });
  const base = {
    cycle: cycles.length,
    start: instantOf(start),
    applied: progress.flatMap(({ applied }) => applied.done),
    verified: progress.flatMap(({ verified }) => verified?.done ?? []),
    awaited: [],
    again: null,
    failure: null,
    revertedBy: null,
  };
  const failure = earliest([...reported(facts, start), ...progress.flatMap(failuresOf)]);
  const closedAt = failure === null ? doneAt(progress, start) : null;
  const revert = undone(facts);
  if (revert !== undefined && (closedAt === null || revert.at <= closedAt))
    return { ...base, state: 'rolled-back', since: instantOf(revert.at), revertedBy: revert.pull };
  if (failure !== null) return { ...base, state: 'failed', since: failure.at, failure };
  if (closedAt !== null) return { ...base, state: 'closed', since: instantOf(closedAt) };
  return { ...base, ...underWay(progress, start) };
}

function failuresOf({ applied, verified }: Progress): readonly Failure[] {
  return [applied.failure, verified?.failure ?? null].filter((failure) => failure !== null);
}

/** What somebody said before it was signed again is answered by that. */
function reported({ reports }: RecordFacts, start: number): readonly Failure[] {
  return reports
    .filter(({ at }) => epochOf(at) >= start)
    .map(({ by, reason, at }) => ({
      code: 'reported',
      at: instantOf(epochOf(at)),
      subject: by,
      number: null,
      message: `${by} says that it has failed: ${reason}`,
      duty: null,
    }));
}

function doneAt(progress: readonly Progress[], start: number): number | null {
  const ends = progress.map(({ verified }) => verified?.at ?? null);
  return ends.some((end) => end === null) ? null : Math.max(start, ...ends.map((end) => end ?? start));
}

/** A revert has undone the change once it runs wherever the change was to run; where that is nowhere, once it is merged. */
function undone(facts: RecordFacts): { readonly at: number; readonly pull: number } | undefined {
  const environments = [...new Set(facts.duties.flatMap(({ apply }) => apply?.deployments ?? []))];
  return facts.reverts
    .flatMap(({ pull, commit, mergedAt }) => {
      const at = reachedAll(epochOf(mergedAt), commit, environments, facts.deployments);
      return at === undefined ? [] : [{ at, pull }];
    })
    .sort((one, other) => one.at - other.at || one.pull - other.pull)[0];
}

function underWay(progress: readonly Progress[], start: number) {
  const applying = progress.filter(({ applied }) => applied.at === null);
  const deadlines = progress.flatMap(({ applied, verified }) =>
    applied.at === null ? (applied.deadline ?? []) : verified?.at === null ? (verified.deadline ?? []) : [],
  );
  const awaited = progress.flatMap(({ applied, verified }) => [
    ...applied.missing.map((environment) => `a successful deployment to ${environment}`),
    ...(verified?.missing ?? []).map((workflow) => `a successful run of ${workflow} on what was deployed`),
  ]);
  const again = deadlines.length === 0 ? null : instantOf(Math.min(...deadlines));
  if (applying.length > 0) {
    const state = progress.some(({ begun }) => begun) ? ('applying' as const) : ('merged' as const);
    return { state, since: instantOf(start), awaited: [...new Set(awaited)], again };
  }
  const since = instantOf(Math.max(start, ...progress.map(({ applied }) => applied.at ?? start)));
  return { state: 'verifying' as const, since, awaited: [...new Set(awaited)], again };
}
