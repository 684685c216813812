import { overdueText, settledText } from '../commands/reconciliation-text.ts';
import type { Reconciliation } from '../decision/reconciliation.ts';
import { epochOf, inWords } from '../decision/time.ts';
import { notice } from '../notify/notice.ts';
import type { Notify } from '../policy/policy.ts';
import { type Session, transact } from '../store/database.ts';
import { record } from '../store/ledger.ts';
import { notify } from '../store/notifications.ts';
import { enqueue } from '../store/queue.ts';
import { type StoredReconciliation, saveReconciled } from '../store/reconciliations.ts';
import type { StoredRemark } from '../store/remarks.ts';
import { addReply } from '../store/replies.ts';
import type { Deps } from './deps.ts';
import type { JudgedSpeech } from './hear.ts';
import { reconcileJob, replyJob } from './job.ts';
import { recordCommands } from './record-commands.ts';

type ToRecord = {
  readonly stored: StoredReconciliation;
  readonly issue: number;
  readonly reconciled: Reconciliation;
  readonly timezone: string;
  readonly at: string;
  readonly remarks: readonly StoredRemark[];
  readonly judged: readonly JudgedSpeech[];
  readonly channels: Notify;
};

/** Records what was said about a broken glass and what it comes to, in one transaction; says it on the issue, and sets the time to look again. */
export async function recordReconciliation(deps: Deps, session: Session, what: ToRecord): Promise<void> {
  const { stored, issue, reconciled, at, remarks, judged } = what;
  const { locator, glass } = stored;
  const onIssue = { ...locator, pull: issue };
  await transact(session, locator.tenant, async (within) => {
    const heard = { hearing: { remarks, standing: [] }, judged };
    await recordCommands(within, deps, { locator: onIssue, heard, head: glass.head, at, lookupKeys: [] });
    if (stored.state !== 'open') return;
    const { state, overdue } = reconciled;
    await saveReconciled(within, stored.id, state, overdue && state === 'open');
    if (state !== 'open') await settled(within, what);
    else if (overdue && !stored.isOverdue) await escalated(within, what, deps.github.server);
    if (state === 'open' && !overdue)
      await enqueue(
        within,
        { ...reconcileJob(locator), key: `reconcile-due:${stored.id}` },
        Date.parse(reconciled.dueAt) - deps.now(),
      );
    await enqueue(within, replyJob(onIssue));
  });
}

async function settled(session: Session, what: ToRecord): Promise<void> {
  const { stored, issue, reconciled } = what;
  const onIssue = { ...stored.locator, pull: issue };
  await addReply(session, onIssue, { kind: 'comment', body: settledText(reconciled) });
  if (reconciled.state === 'approved') await addReply(session, onIssue, { kind: 'close' });
  await writeDown(session, what, reconciled.state);
}

async function escalated(session: Session, what: ToRecord, server: string): Promise<void> {
  const { stored, issue, reconciled, timezone } = what;
  const body = overdueText(reconciled, stored.glass, timezone);
  await addReply(session, { ...stored.locator, pull: issue }, { kind: 'comment', body });
  await tellOverdue(session, what, server);
  await writeDown(session, what, 'overdue');
}

async function tellOverdue(
  session: Session,
  { stored, issue, reconciled, channels }: ToRecord,
  server: string,
): Promise<void> {
  const { locator, glass } = stored;
  const repository = `${locator.owner}/${locator.repository}`;
  const about = { repository, pull: locator.pull, url: `${server}/${repository}/issues/${issue}` };
  const open = reconciled.seats.filter(({ filledBy }) => filledBy === null);
  const told = notice('reconciliation-overdue', about, {
    key: `${repository}#${locator.pull} ${glass.id}`,
    title: `The broken glass of ${repository}#${locator.pull} is not reconciled`,
    lines: [
      `${glass.by.login} broke it for ${glass.incident}: ${glass.reason}`,
      `It was to be reconciled by ${inWords(epochOf(reconciled.dueAt))}.`,
      ...open.map(
        ({ label, candidates }) => `${label}: ${candidates.map(({ login }) => login).join(', ') || 'nobody can'}`,
      ),
    ],
  });
  const { tenant, repositoryId } = locator;
  await notify(session, { tenant, organization: locator.owner, repositoryId, head: glass.head }, [told], channels);
}

async function writeDown(
  session: Session,
  { stored, issue, reconciled, at }: ToRecord,
  outcome: string,
): Promise<void> {
  const { locator, glass } = stored;
  const { seats, rejectedBy, dueAt } = reconciled;
  await record(session, {
    version: 1,
    kind: 'reconciliation',
    at,
    tenant: locator.tenant,
    repository: { id: locator.repositoryId, name: `${locator.owner}/${locator.repository}` },
    pull: locator.pull,
    head: glass.head,
    actor: { kind: 'app' },
    deliveries: [],
    details: {
      outcome,
      glass: glass.id,
      issue,
      dueAt,
      rejectedBy,
      seats: seats.map(({ label, filledBy }) => ({ label, filledBy })),
    },
  });
}
