import type { FollowUp } from '../../follow-up/follow-up.ts';
import { storyOf } from '../../follow-up/story.ts';
import { type Standing, standingLine } from '../../follow-up/words.ts';
import { type Session, transact } from '../../store/database.ts';
import { knowledgeOf } from '../../store/knowledge.ts';
import { record } from '../../store/ledger.ts';
import { enqueue } from '../../store/queue.ts';
import { changesOf, loadRecord, type StoredRecord, saveChange, saveStanding } from '../../store/records.ts';
import { addReply } from '../../store/replies.ts';
import type { Deps } from '../deps.ts';
import { entryHead } from '../entry-head.ts';
import { escalateJob, recordDueJob, replyJob } from '../job.ts';
import { effectiveOf } from '../policy-in-force.ts';
import { tellFailure } from './tell-failure.ts';

/**
 * Writes down what a merged change has come to, in one transaction: what the ledger does not say yet, how it stands, whom to tell and to
 * call, and when to look again.
 */
export async function recordFollowUp(deps: Deps, session: Session, stored: StoredRecord, followed: FollowUp) {
  const { id, locator } = stored;
  const effective = await effectiveOf(knowledgeOf(session, locator.tenant), stored.policy);
  await transact(session, locator.tenant, async (within) => {
    const present = (await loadRecord(within, locator.tenant, id)) ?? stored;
    const known = await changesOf(within, id);
    for (const change of storyOf(followed)) {
      if (known.has(change.key)) continue;
      const { key, kind, at, details } = change;
      const entry = await record(within, {
        ...entryHead(locator, new Date(deps.now()).toISOString()),
        kind,
        pull: locator.pull,
        head: present.head,
        actor: { kind: 'app' },
        deliveries: [],
        details: { ...details, since: at },
      });
      await saveChange(within, id, key, entry.id);
      deps.log.info(
        { tenant: locator.tenant, repository: locator.repositoryId, pull: locator.pull, change: key },
        'followed up a merge',
      );
    }
    const standing = standingOf(present, followed);
    await saveStanding(within, id, standing, followed.state === 'failed' ? followed.since : null);
    if (followed.state === 'failed') await callFor(within, deps, present, followed, effective?.layers[0].policy.notify);
    else if (standing.state !== present.standing.state) await sayOnIssue(within, present, standing, followed);
    if (followed.again !== null)
      await enqueue(within, recordDueJob(locator, id), Date.parse(followed.again) - deps.now());
  });
}

function standingOf({ issue, issueCycle }: StoredRecord, followed: FollowUp): Standing {
  const { state, since, failure, awaited, again, cycle, revertedBy } = followed;
  const isCalled = issue !== null && issueCycle === cycle;
  return {
    state: state === 'failed' && isCalled ? 'escalated' : state,
    since,
    failure,
    awaited: [...awaited],
    again,
    issue: isCalled ? issue : null,
    revertedBy,
  };
}

async function callFor(
  session: Session,
  deps: Deps,
  stored: StoredRecord,
  followed: FollowUp,
  channels: Parameters<typeof tellFailure>[3],
): Promise<void> {
  const { failure, cycle } = followed;
  if (failure === null) return;
  await tellFailure(session, deps, { stored, failure, cycle }, channels);
  const isAsked = failure.code === 'reported' || stored.duties[failure.duty ?? 0]?.onFailure.issue === true;
  if (isAsked && stored.issueCycle !== cycle)
    await enqueue(session, escalateJob({ tenant: stored.locator.tenant, record: stored.id }));
}

/** Those who were called are told what has become of it. */
async function sayOnIssue(
  session: Session,
  { id, locator, issue }: StoredRecord,
  standing: Standing,
  { cycle }: FollowUp,
) {
  if (issue === null) return;
  const onIssue = { ...locator, pull: issue };
  const once = `record:${id}:${cycle}:${standing.state}`;
  const body = `#${locator.pull}: ${standingLine(standing)}`;
  const isNew = await addReply(session, onIssue, { kind: 'comment', body }, once);
  const isOver = standing.state === 'closed' || standing.state === 'rolled-back';
  if (isNew && isOver) await addReply(session, onIssue, { kind: 'close' });
  if (isNew) await enqueue(session, replyJob(onIssue));
}
