import type { Facts } from '../../decision/facts.ts';
import { okOf } from '../../decision/subject.ts';
import { dutiesOf } from '../../follow-up/duties.ts';
import { followUp } from '../../follow-up/follow-up.ts';
import type { Session } from '../../store/database.ts';
import { latestFacts, type StoredDecision } from '../../store/decisions.ts';
import type { Knowledge } from '../../store/knowledge.ts';
import { record } from '../../store/ledger.ts';
import { loadLastValid } from '../../store/policies.ts';
import { enqueue } from '../../store/queue.ts';
import { insertRecord, openRecords, saveChange } from '../../store/records.ts';
import type { Deps } from '../deps.ts';
import { entryHead } from '../entry-head.ts';
import { type Closing, findRevertJob, followUpJob, type PullLocator, recordDueJob } from '../job.ts';
import { effectiveOf } from '../policy-in-force.ts';

export type Merging = {
  readonly closing: Closing;
  /** The merge instant. */
  readonly at: string;
  /** The decision that let it pass; null where none did. */
  readonly decided: StoredDecision | null;
};

/**
 * Opens the record of a merge, within the transaction that writes the merge down, and has it looked at whether the merge undoes an earlier
 * one. A change that no decision let pass has no record: it is a finding.
 */
export async function beginFollowing(
  deps: Deps,
  session: Session,
  locator: PullLocator,
  { closing, at, decided }: Merging,
): Promise<void> {
  const others = await openRecords(session, locator.tenant, locator.repositoryId);
  const commit = closing.mergeCommit ?? closing.headSha;
  if (others.length > 0) await enqueue(session, findRevertJob({ locator, commit, mergedAt: at }));
  if (decided === null || decided.decision.state === 'ungoverned') return;
  const facts = await latestFacts(session, locator.repositoryId, locator.pull);
  const policy = await loadLastValid(session, locator.repositoryId);
  if (facts === null || policy === null) return;
  const effective = await effectiveOf(knowledgeIn(session), policy);
  const duties = effective === undefined ? [] : dutiesOf(effective, facts);
  const seen = { deployments: [], runs: [], reverts: [], reports: [], reopenings: [] };
  const now = new Date(deps.now()).toISOString();
  const { state, since, awaited, again } = followUp({ now, mergedAt: at, commit, duties, ...seen });
  // Whatever time has run out by now is called a failure only after GitHub was asked.
  const standing = { state: state === 'failed' ? ('merged' as const) : state, since, awaited, again };
  const id = await insertRecord(session, {
    locator,
    title: facts.pull.title,
    base: closing.base,
    head: closing.headSha,
    commit,
    mergedAt: at,
    policy,
    duties: [...duties],
    paths: [...pathsOf(facts)],
    standing: { ...standing, awaited: [...awaited], failure: null, issue: null, revertedBy: null },
  });
  if (id === undefined || duties.length === 0) return;
  await writeDown(session, locator, closing, { id, at, commit, duties, decision: decided.leaf });
  await enqueue(session, followUpJob(locator));
  if (again !== null) await enqueue(session, recordDueJob(locator, id), Date.parse(again) - deps.now());
}

/** What is known, read in the transaction that is under way. */
function knowledgeIn(session: Session): Knowledge {
  return { read: (work) => work(session), keep: (work) => work(session) };
}

/** Every path that the change touches, as far as the decision needed to know. */
function pathsOf({ files, lookups, pull }: Facts): readonly string[] {
  const { items } = okOf(lookups.files?.[pull.headSha]) ?? files;
  return [...new Set(items.flatMap(({ path, previousPath }) => [path, ...(previousPath ? [previousPath] : [])]))];
}

async function writeDown(
  session: Session,
  locator: PullLocator,
  { headSha, by }: Closing,
  opened: {
    readonly id: number;
    readonly at: string;
    readonly commit: string;
    readonly duties: readonly unknown[];
    readonly decision: string;
  },
): Promise<void> {
  const { id, at, ...details } = opened;
  const entry = await record(session, {
    ...entryHead(locator, at),
    kind: 'record-opened',
    pull: locator.pull,
    head: headSha,
    actor: by ?? { kind: 'app' },
    deliveries: [],
    details,
  });
  await saveChange(session, id, 'opened', entry.id);
}
