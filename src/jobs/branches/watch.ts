import { type JudgedUpdate, judgeUpdates } from '../../coverage/judge.ts';
import { type BranchUpdate, isNoCommit, noCommit } from '../../coverage/update.ts';
import { findingOf } from '../../findings/of-update.ts';
import { readUpdates } from '../../github/activity.ts';
import type { Installation } from '../../github/client.ts';
import { type Range, readRange } from '../../github/compare.ts';
import { accountOfSender } from '../../github/sender.ts';
import { atLeastAsStrict, gateEnvironment } from '../../policy/gate.ts';
import {
  type Adoption,
  listAdoptions,
  loadAdoption,
  permitCommits,
  permittedAmong,
  saveUpdate,
} from '../../store/branches.ts';
import { type Session, transact } from '../../store/database.ts';
import { knowledgeOf } from '../../store/knowledge.ts';
import { groupsAmong } from '../../store/merge-groups.ts';
import { mergesAmong } from '../../store/merges.ts';
import { enqueue } from '../../store/queue.ts';
import type { Deps } from '../deps.ts';
import { openFinding } from '../findings/open.ts';
import { type Pushed, type RepositoryLocator, watchBranchJob } from '../job.ts';
import { lastValidPolicy } from '../policy-in-force.ts';
import { withLock } from '../with-lock.ts';
import { adopt } from './adopt.ts';
import { findMerges } from './find-merges.ts';

const BUSY_MS = 200;
/** GitHub may tell of a push before its record of activity does: how often, and how soon, it is asked again. */
const MOST_TRIES = 6;
const FIRST_WAIT_MS = 1_000;
/** How long a merge may be known by its commit alone before it counts as one that nobody permitted. */
const PATIENCE_MS = 600_000;
/** From when on the delivery of a merge counts as late. */
const LATE_MS = 5_000;
/** More commits than this at once are not judged one by one. */
const MOST_COMMITS = 2_000;

/**
 * Looks at what has come to a governed branch since it was looked at last, and judges each update once: what a permitting decision covers
 * may be deployed, everything else is a finding. Branches that belong to no environment of the policy cost no call.
 */
export async function watchBranch(deps: Deps, pushed: Pushed): Promise<void> {
  const { locator, ref } = pushed;
  const lock = `branch:${locator.repositoryId}:${ref}`;
  const seen = await withLock(deps.database, lock, BUSY_MS, (session) => watchLocked(deps, session, pushed));
  const tries = pushed.tries ?? 0;
  if (seen || tries >= MOST_TRIES) return;
  await enqueue(deps.database, watchBranchJob({ ...pushed, tries: tries + 1 }), FIRST_WAIT_MS * 2 ** tries);
}

/**
 * Says whether what the delivery told of has been seen and judged. At first the branch is only adopted: the delivery of the merge that made
 * the push comes at the same moment, and others may follow.
 */
async function watchLocked(deps: Deps, session: Session, pushed: Pushed): Promise<boolean> {
  const { locator, ref } = pushed;
  const environment = await environmentOf(session, locator, ref);
  if (environment === undefined) return true;
  const adoption = await adopted(deps, session, pushed);
  if (adoption === null) return true;
  if (pushed.tries === undefined) return false;
  const outcome = await judgeNew(deps, session, locator, adoption, environment);
  return !outcome.waiting && (outcome.head === pushed.after || outcome.seen.includes(pushed.after));
}

/** The environment that a branch stands for, under the policy that was last valid; undefined where none claims it. */
async function environmentOf(session: Session, locator: RepositoryLocator, ref: string): Promise<string | undefined> {
  const effective = await lastValidPolicy(knowledgeOf(session, locator.tenant), locator.repositoryId);
  return effective === undefined ? undefined : gateEnvironment(effective, ref);
}

/** The branch as it is watched, from now on if need be; null where it is gone, or out of sight. */
async function adopted(
  deps: Deps,
  session: Session,
  { locator, ref, before, after }: Pushed,
): Promise<Adoption | null> {
  const load = () => transact(session, locator.tenant, (within) => loadAdoption(within, locator.repositoryId, ref));
  const known = await load();
  if (known !== null) return known;
  await adopt(deps, locator, { ref, before, after });
  return load();
}

type Outcome = { readonly head: string; readonly seen: readonly string[]; readonly waiting: boolean };

/** Judges what is new on an adopted branch. `waiting`: a merge is not yet known by its pull request. */
export async function judgeNew(
  deps: Deps,
  session: Session,
  locator: RepositoryLocator,
  adoption: Adoption,
  environment: string,
): Promise<Outcome> {
  const installation = deps.github.installation(locator.tenant, locator.installation);
  const { ref } = adoption;
  const isKnown = (update: BranchUpdate) =>
    adoption.lastActivity === null ? update.after === adoption.head : update.id <= adoption.lastActivity;
  const { updates, complete } = await readUpdates(installation, { ...locator, ref }, isKnown, 'facts');
  const newest = updates.at(-1);
  if (newest === undefined) return { head: adoption.head, seen: [], waiting: false };
  const bases = [adoption.head, await elsewhere(session, locator, ref)].filter((sha) => !isNoCommit(sha));
  const range = complete ? await newCommits(installation, locator, bases, updates) : null;
  if (range === null || range.commits.length < range.total) {
    await giveUp(deps, session, locator, { ref, environment, newest });
    return { head: newest.after, seen: [newest.after], waiting: false };
  }
  const judged = await judgeThem(deps, session, locator, { ref, environment }, updates, range);
  const waitsAt = judged.findIndex((one) => one.verdict.kind === 'unknown' && isRecent(deps, one));
  const ready = waitsAt === -1 ? judged : judged.slice(0, waitsAt);
  await keep(deps, session, locator, { ref, environment }, ready);
  const missing = waitsAt === -1 ? undefined : judged[waitsAt];
  if (missing !== undefined && !isFresh(deps, missing)) await findMerges(deps, session, locator, missing.update.after);
  return {
    head: ready.at(-1)?.update.after ?? adoption.head,
    seen: ready.map(({ update }) => update.after),
    waiting: missing !== undefined,
  };
}

function isRecent(deps: Deps, { update }: JudgedUpdate): boolean {
  return deps.now() - Date.parse(update.at) < PATIENCE_MS;
}

/** The delivery that tells of a merge comes with that of its push, and only late or lost ones are worth a question. */
function isFresh(deps: Deps, { update }: JudgedUpdate): boolean {
  return deps.now() - Date.parse(update.at) < LATE_MS;
}

/**
 * Where a branch that has a baseline is: what it holds has been judged there, so that a branch which is new, or whose old commits GitHub
 * has forgotten, is compared with it.
 */
async function elsewhere(session: Session, { tenant, repositoryId }: RepositoryLocator, ref: string): Promise<string> {
  const adoptions = await transact(session, tenant, (within) => listAdoptions(within, repositoryId));
  return adoptions.find((other) => other.ref !== ref && !isNoCommit(other.sha))?.head ?? noCommit;
}

/** Every commit that these updates brought, beyond the first of `bases` that GitHub knows; null where it knows none. */
async function newCommits(
  installation: Installation,
  { owner, repository }: RepositoryLocator,
  bases: readonly string[],
  updates: readonly BranchUpdate[],
): Promise<Range | null> {
  const head = updates.findLast(({ after }) => !isNoCommit(after))?.after;
  if (head === undefined) return { status: 'identical', commits: [], total: 0 };
  for (const base of bases) {
    const range = await readRange(installation, { owner, repository, base, head }, MOST_COMMITS, 'facts');
    if (range !== null) return range;
  }
  return null;
}

type Where = { readonly ref: string; readonly environment: string };

async function judgeThem(
  deps: Deps,
  session: Session,
  { tenant, repositoryId }: RepositoryLocator,
  { ref, environment }: Where,
  updates: readonly BranchUpdate[],
  { commits }: Range,
): Promise<readonly JudgedUpdate[]> {
  const shas = commits.map(({ sha }) => sha);
  const effective = await lastValidPolicy(knowledgeOf(session, tenant), repositoryId);
  deps.log.trace({ ref, commits: shas.length }, 'judging');
  return transact(session, tenant, async (within) => {
    const permitted = await permittedAmong(within, repositoryId, shas);
    const enough = permitted.filter((one) => atLeastAsStrict(effective, one.environment, environment));
    return judgeUpdates({
      updates,
      commits,
      merges: await mergesAmong(within, repositoryId, ref, shas),
      groups: await groupsAmong(within, repositoryId, shas),
      permitted: new Set(enough.map(({ sha }) => sha)),
    });
  });
}

async function keep(
  deps: Deps,
  session: Session,
  locator: RepositoryLocator,
  where: Where,
  judged: readonly JudgedUpdate[],
): Promise<void> {
  await transact(session, locator.tenant, async (within) => {
    for (const one of judged) {
      const { update, commits, verdict } = one;
      const by = update.actor === null ? null : accountOfSender(update.actor);
      const finding = findingOf(one, { ...where, by });
      await saveUpdate(within, locator.repositoryId, where.ref, update, { covered: finding === undefined, commits });
      if (finding !== undefined) await openFinding(deps, within, locator, finding);
      if (verdict.kind !== 'covered') continue;
      const permitted = { shas: commits, environment: where.environment, at: new Date(deps.now()) };
      await permitCommits(within, locator.repositoryId, { ...permitted, pull: verdict.pulls[0] ?? null });
    }
  });
}

/** What cannot be judged one by one is one finding; nothing of it is permitted. */
async function giveUp(
  deps: Deps,
  session: Session,
  locator: RepositoryLocator,
  { ref, environment, newest }: Where & { readonly newest: BranchUpdate },
): Promise<void> {
  await transact(session, locator.tenant, async (within) => {
    await openFinding(deps, within, locator, {
      kind: 'unwatched',
      key: `update:${ref}:${newest.id}`,
      environment,
      pull: null,
      head: newest.after,
      title: `More came to ${ref} while nobody looked than can be judged one by one`,
      details: { ref, after: newest.after, at: newest.at },
      by: null,
    });
    await saveUpdate(within, locator.repositoryId, ref, newest, { covered: false, commits: null });
  });
}
