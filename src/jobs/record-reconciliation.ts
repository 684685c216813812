import { namedNowText, overdueText, settledText } from '../commands/reconciliation-text.ts';
import type { Reconciliation } from '../decision/reconciliation.ts';
import type { KnownFinding } from '../findings/finding.ts';
import { headOf, pullOf } from '../findings/matter.ts';
import { noticeOfOverdue } from '../notify/findings.ts';
import { permitCommits } from '../store/branches.ts';
import { type Session, transact } from '../store/database.ts';
import { record } from '../store/ledger.ts';
import { notify } from '../store/notifications.ts';
import { enqueue } from '../store/queue.ts';
import { type StoredReconciliation, saveReconciled } from '../store/reconciliations.ts';
import type { StoredRemark } from '../store/remarks.ts';
import { addReply } from '../store/replies.ts';
import { saveRoleUses } from '../store/role-uses.ts';
import type { Deps } from './deps.ts';
import { entryHead } from './entry-head.ts';
import type { JudgedSpeech } from './hear.ts';
import { type Job, reconcileFindingJob, reconcileJob, replyJob } from './job.ts';
import type { PolicyFor } from './reconciliation-policy.ts';
import { recordCommands } from './record-commands.ts';

type Said = {
  readonly stored: StoredReconciliation;
  readonly issue: number;
  readonly timezone: string;
  readonly at: string;
  readonly remarks: readonly StoredRemark[];
  readonly judged: readonly JudgedSpeech[];
};
/** Both null where the policy names nobody who may reconcile it. */
type ToRecord = Said & { readonly reconciled: Reconciliation | null; readonly policy: PolicyFor | null };
type Judged = Said & { readonly reconciled: Reconciliation; readonly policy: PolicyFor };

/**
 * Records what was said about a broken glass or a finding and what it comes to, in one transaction; says it on the issue, and sets the time
 * to look again.
 */
export async function recordReconciliation(deps: Deps, session: Session, what: ToRecord): Promise<void> {
  const { stored, issue, at, remarks, judged, reconciled, policy } = what;
  const { locator, matter } = stored;
  const onIssue = { ...locator, pull: issue };
  await transact(session, locator.tenant, async (within) => {
    const heard = { hearing: { remarks, standing: [] }, judged };
    await recordCommands(within, deps, { locator: onIssue, heard, head: headOf(matter), at, lookupKeys: [] });
    if (stored.state !== 'open' || reconciled === null || policy === null) return;
    await bringToState(deps, within, { ...what, reconciled, policy });
    await enqueue(within, replyJob(onIssue));
  });
}

async function bringToState(deps: Deps, session: Session, what: Judged): Promise<void> {
  const { stored, issue, reconciled, policy, timezone } = what;
  const { state, overdue, dueAt } = reconciled;
  await saveReconciled(session, stored, { state, overdue: overdue && state === 'open', dueAt });
  if (policy.isNew && stored.issue !== null) {
    const body = namedNowText(reconciled, timezone);
    await addReply(session, { ...stored.locator, pull: issue }, { kind: 'comment', body });
  }
  if (state !== 'open') await settled(deps, session, what);
  else if (overdue && !stored.isOverdue) await escalated(session, what, deps.github.server);
  if (state === 'open' && !overdue) await enqueue(session, whenDue(stored), Date.parse(dueAt) - deps.now());
}

function whenDue({ id, locator, matter }: StoredReconciliation): Job {
  if (matter.kind === 'glass')
    return { ...reconcileJob({ ...locator, pull: matter.pull }), key: `reconcile-due:${id}` };
  return {
    ...reconcileFindingJob({ tenant: locator.tenant, finding: id }),
    key: `reconcile-finding-due:${locator.tenant}:${id}`,
  };
}

async function settled(deps: Deps, session: Session, what: Judged): Promise<void> {
  const { stored, issue, reconciled } = what;
  const { locator, matter } = stored;
  const onIssue = { ...locator, pull: issue };
  await addReply(session, onIssue, { kind: 'comment', body: settledText(reconciled, matter) });
  if (reconciled.state === 'approved') {
    await permit(deps, session, stored);
    await addReply(session, onIssue, { kind: 'close' });
  }
  const uses = reconciled.seats.flatMap(({ label: role, filledBy }) =>
    filledBy === null ? [] : [{ role, account: filledBy.id, what: 'reconciled', at: what.at } as const],
  );
  await saveRoleUses(session, locator, issue, uses);
  await writeDown(session, what, reconciled.state);
}

/** What came to a governed branch and was approved afterwards may be deployed, as if it had been signed before. */
async function permit(deps: Deps, session: Session, { locator, matter, id }: StoredReconciliation): Promise<void> {
  if (matter.kind === 'glass' || matter.finding.environment === null) return;
  const { commits: shas, environment, pull } = matter.finding;
  const at = new Date(deps.now());
  await permitCommits(session, locator.repositoryId, { shas, environment, pull, findingId: id, at });
}

async function escalated(session: Session, what: Judged, server: string): Promise<void> {
  const { stored, issue, reconciled, timezone, policy } = what;
  const { locator, matter } = stored;
  const body = overdueText(reconciled, matter, timezone);
  await addReply(session, { ...locator, pull: issue }, { kind: 'comment', body });
  const { tenant, owner: organization, repositoryId } = locator;
  const repository = `${organization}/${locator.repository}`;
  const about = { repository, pull: pullOf(matter), url: `${server}/${repository}/issues/${issue}` };
  const told = noticeOfOverdue(matter, reconciled, about);
  const channels = policy.effective.layers[0].policy.notify;
  await notify(session, { tenant, organization, repositoryId, head: headOf(matter) }, [told], channels);
  await writeDown(session, what, 'overdue');
}

async function writeDown(session: Session, { stored, issue, reconciled, at }: Judged, outcome: string): Promise<void> {
  const { locator, matter } = stored;
  const { seats, rejectedBy, dueAt } = reconciled;
  const about = matter.kind === 'glass' ? { glass: matter.glass.id } : { finding: stored.id, ...found(matter.finding) };
  await record(session, {
    ...entryHead(locator, at),
    kind: 'reconciliation',
    pull: pullOf(matter),
    head: headOf(matter),
    actor: { kind: 'app' },
    deliveries: [],
    details: {
      outcome,
      ...about,
      issue,
      dueAt,
      rejectedBy,
      seats: seats.map(({ label, filledBy }) => ({ label, filledBy })),
    },
  });
}

/** With every commit that an approval permits. */
function found({ kind, environment, commits }: KnownFinding): Readonly<Record<string, unknown>> {
  return { kind, environment, commits };
}
