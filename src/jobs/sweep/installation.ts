import { AppError } from '../../errors.ts';
import { readRepositories, type SeenRepository } from '../../github/installations.ts';
import { type Session, transact } from '../../store/database.ts';
import { openQuestions } from '../../store/gate.ts';
import { forgetLookupsBefore } from '../../store/lookups.ts';
import { finishPart } from '../../store/outages.ts';
import { enqueue } from '../../store/queue.ts';
import {
  beginSweep,
  finishSweep,
  loadSweep,
  nothingFound,
  type Phase,
  phases,
  type Sweep,
  type SweepCounts,
  saveSweep,
} from '../../store/sweeps.ts';
import { countUnanswered, successfulPulls } from '../../store/swept-pulls.ts';
import type { Deps } from '../deps.ts';
import { evaluateJob, gateJob, PRIORITY, type RepositoryLocator, type SweepPart } from '../job.ts';
import { sweepBranches } from './branches.ts';
import { tellIfCaughtUp } from './caught-up.ts';
import { sweepPulls } from './pulls.ts';

type Part = Extract<SweepPart, { readonly what: 'installation' }>;

/** How often it is looked whether what a sweep has asked for has been done, and how long before it ends without. */
const SETTLING_MS = 2_000;
const PATIENCE_MS = 20 * 60_000;

/**
 * Goes through an installation from where it was left: first what may rest on people who have left, then the open pull requests of every
 * repository, then their branches and rules. Every repository that is done is written down, so that a kill or a spent budget repeats one
 * at most.
 */
export async function sweepInstallation(
  deps: Deps,
  session: Session,
  part: Part,
  isOver: () => boolean,
): Promise<'done' | 'more'> {
  const { tenant, installation } = part;
  if (part.begin) await transact(session, tenant, (within) => beginSweep(within, installation, null));
  for (;;) {
    const sweep = await transact(session, tenant, (within) => loadSweep(within, installation));
    if (sweep === null) return 'done';
    show(deps, sweep);
    const phase = sweep.phase;
    if (phase === 'people') await beginWithPeople(deps, session, part, sweep);
    else if (phase === 'settling') return settle(deps, session, part, sweep);
    else if ((await goThrough(deps, session, part, sweep, isOver)) === 'more') return 'more';
    if (isOver()) return 'more';
  }
}

function show(deps: Deps, { done, total, tookMs }: Sweep): void {
  deps.metrics.sweeps.set({ sweep: 'installation', what: 'done' }, done);
  deps.metrics.sweeps.set({ sweep: 'installation', what: 'total' }, total);
  deps.metrics.sweeps.set({ sweep: 'installation', what: 'started' }, (Date.now() - tookMs) / 1000);
}

/** After an outage whatever shows a success is evaluated at once, on answers that are no older: somebody may have left (T15). */
async function beginWithPeople(deps: Deps, session: Session, { tenant, installation }: Part, sweep: Sweep) {
  await transact(session, tenant, async (within) => {
    if (sweep.outage !== null) {
      await forgetLookupsBefore(within, new Date(deps.now()));
      for (const pull of await successfulPulls(within, installation))
        await enqueue(within, evaluateJob({ ...pull, tenant, installation }, PRIORITY.people));
    }
    const questions = await openQuestions(within, tenant);
    for (const { id } of questions) await enqueue(within, gateJob({ tenant, question: id }));
    const counts = { ...sweep.counts, questions: questions.length };
    await saveSweep(within, installation, { ...sweep, phase: 'pulls', counts });
  });
}

/** One page of repositories after the other. */
async function goThrough(
  deps: Deps,
  session: Session,
  { tenant, installation }: Part,
  sweep: Sweep,
  isOver: () => boolean,
): Promise<'done' | 'more'> {
  const reader = deps.github.installation(tenant, installation);
  const { total, repositories, isLast } = await readRepositories(reader, sweep.page, 'sweep');
  let current: Sweep = { ...sweep, total: 2 * total };
  for (const repository of repositories.slice(sweep.doneOfPage)) {
    const locator = {
      tenant,
      installation,
      repositoryId: repository.id,
      owner: repository.owner,
      repository: repository.name,
    };
    const found = await sweepRepository(deps, session, locator, repository, current);
    const counts = added(current.counts, found);
    current = { ...current, doneOfPage: current.doneOfPage + 1, done: current.done + 1, counts };
    await transact(session, tenant, (within) => saveSweep(within, installation, current));
    show(deps, current);
    if (isOver()) return 'more';
  }
  const next = isLast
    ? { ...current, phase: after(current.phase), page: 1, doneOfPage: 0 }
    : { ...current, page: current.page + 1, doneOfPage: 0 };
  await transact(session, tenant, (within) => saveSweep(within, installation, next));
  return 'done';
}

function after(phase: Phase): Phase {
  return phases[phases.indexOf(phase) + 1] ?? 'settling';
}

/** A repository that vanished on the way, or that this installation may not read some of, keeps none of the others waiting. */
async function sweepRepository(
  deps: Deps,
  session: Session,
  locator: RepositoryLocator,
  { archived }: SeenRepository,
  sweep: Sweep,
): Promise<Partial<SweepCounts>> {
  if (archived) return {};
  try {
    if (sweep.phase === 'pulls') return { ...(await sweepPulls(deps, session, locator, sweep)), repositories: 1 };
    return await sweepBranches(deps, session, locator);
  } catch (error) {
    if (!(error instanceof AppError) || error.retryAfterMs !== undefined || error.retryable) throw error;
    const { tenant, repositoryId: repository } = locator;
    deps.log.warn(
      { tenant, repository, phase: sweep.phase, reason: error.message },
      'could not go through a repository',
    );
    return {};
  }
}

function added(counts: SweepCounts, found: Partial<SweepCounts>): SweepCounts {
  const sums = Object.entries({ ...nothingFound, ...counts }).map(([kind, count]) => [
    kind,
    count + (found[kind as keyof SweepCounts] ?? 0),
  ]);
  return Object.fromEntries(sums) as SweepCounts;
}

/** After an outage a sweep has ended when all that it asked for has been done. */
async function settle(deps: Deps, session: Session, { tenant, installation }: Part, sweep: Sweep): Promise<'done'> {
  const { outage, tookMs, counts } = sweep;
  const unanswered =
    outage === null ? 0 : await transact(session, tenant, (within) => countUnanswered(within, installation));
  if (unanswered > 0 && tookMs < PATIENCE_MS)
    throw new AppError('busy', `${unanswered} pull requests are still to be evaluated, or to show it.`, {
      retryable: true,
      retryAfterMs: SETTLING_MS,
    });
  await transact(session, tenant, (within) => finishSweep(within, installation));
  for (const [kind, count] of Object.entries(counts)) if (count > 0) deps.metrics.swept.inc({ kind }, count);
  deps.log.info(
    { tenant, installation, seconds: Math.round(tookMs / 1000), ...counts, unanswered },
    'went through an installation',
  );
  if (outage !== null) {
    await finishPart(deps.database, outage, installation, {
      pulls: counts.pulls,
      evaluated: counts.evaluated,
      unanswered,
    });
    await tellIfCaughtUp(deps);
  }
  return 'done';
}
