import { issueBody, issueTitle } from '../../follow-up/words.ts';
import { findIssue, openIssue } from '../../github/issues.ts';
import { type Session, transact } from '../../store/database.ts';
import { latestFacts } from '../../store/decisions.ts';
import { knowledgeOf } from '../../store/knowledge.ts';
import { record } from '../../store/ledger.ts';
import { enqueue } from '../../store/queue.ts';
import {
  actsOn,
  loadRecord,
  markRecordIssue,
  type StoredRecord,
  saveRecordIssue,
  saveStanding,
} from '../../store/records.ts';
import { addReply } from '../../store/replies.ts';
import { belongs } from '../belongs.ts';
import type { Deps } from '../deps.ts';
import { entryHead } from '../entry-head.ts';
import { replyJob, type TaskPayloads } from '../job.ts';
import { effectiveOf } from '../policy-in-force.ts';
import { peopleFor } from '../roll-back.ts';
import { sinceAttempt } from '../since-attempt.ts';
import { withLock } from '../with-lock.ts';

const BUSY_MS = 500;

/** Opens the issue that calls the owners of a change that has failed: one for each time, looked for before it is opened again. */
export async function escalate(deps: Deps, { tenant, record: id }: TaskPayloads['escalate']): Promise<void> {
  await withLock(deps.database, `record:${tenant}:${id}`, BUSY_MS, async (session) => {
    const { stored, cycle } = await transact(session, tenant, async (within) => ({
      stored: await loadRecord(within, tenant, id),
      cycle: 1 + (await actsOn(within, id)).filter(({ kind }) => kind === 'reopening').length,
    }));
    if (stored === null || stored.standing.failure === null || stored.issueCycle === cycle) return;
    if (stored.standing.state !== 'failed' || !(await belongs(deps, session, stored.locator))) return;
    const owners = await ownersOf(deps, session, stored);
    const issue = await ensureIssue(deps, session, stored, cycle, owners);
    await transact(session, tenant, (within) => recordIssue(deps, within, stored, { cycle, issue, owners }));
  });
}

type Owners = Awaited<ReturnType<typeof ownersOf>>;

/** Owners of the systems that it touches, or else the people of its plan, as they are now. */
async function ownersOf(deps: Deps, session: Session, { locator, policy }: StoredRecord) {
  const facts = await transact(session, locator.tenant, (within) =>
    latestFacts(within, locator.repositoryId, locator.pull),
  );
  const effective = await effectiveOf(knowledgeOf(session, locator.tenant), policy);
  if (facts === null || effective === undefined) return [];
  return (await peopleFor(deps, locator, { effective, facts, speakers: [] })).owners;
}

async function ensureIssue(
  deps: Deps,
  session: Session,
  stored: StoredRecord,
  cycle: number,
  owners: Owners,
): Promise<number> {
  const { id, locator, standing, title, head, commit, issueAttemptedAt } = stored;
  const { tenant, owner, repository, pull } = locator;
  if (standing.failure === null) throw new Error('nothing has failed');
  const installation = deps.github.installation(tenant, locator.installation);
  const marker = `<!-- countersign:record:${id}:${cycle} -->`;
  const since = sinceAttempt(issueAttemptedAt);
  const known = since === null ? null : await findIssue(installation, locator, { appId: deps.appId, marker, since });
  if (known !== null) return known;
  await transact(session, tenant, (within) => markRecordIssue(within, id, new Date(deps.now())));
  const url = `${deps.github.server}/${owner}/${repository}`;
  const body = issueBody({ pull, title, head, commit, url }, standing.failure, owners);
  return openIssue(installation, locator, { title: issueTitle({ pull }), body: `${body}\n\n${marker}` });
}

async function recordIssue(
  deps: Deps,
  session: Session,
  { id, locator, head }: StoredRecord,
  { cycle, issue, owners }: { readonly cycle: number; readonly issue: number; readonly owners: Owners },
): Promise<void> {
  await saveRecordIssue(session, id, issue, cycle);
  const present = await loadRecord(session, locator.tenant, id);
  if (present?.standing.state === 'failed')
    await saveStanding(session, id, { ...present.standing, state: 'escalated', issue }, present.failedAt);
  await record(session, {
    ...entryHead(locator, new Date(deps.now()).toISOString()),
    kind: 'escalated',
    pull: locator.pull,
    head,
    actor: { kind: 'app' },
    deliveries: [],
    details: { issue, cycle, owners: owners.map(({ id: owner, login }) => ({ id: owner, login })) },
  });
  await addReply(session, locator, { kind: 'comment', body: `Its owners are called on #${issue}.` });
  await enqueue(session, replyJob(locator));
}
