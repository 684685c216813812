import type { EntryHead } from '../audit/entry.ts';
import type { Decision } from '../decision/decision.ts';
import type { Facts } from '../decision/facts.ts';
import { type Breach, breachesOf, reminderText } from '../decision/reminder.ts';
import type { Account } from '../decision/values.ts';
import type { Session } from '../store/database.ts';
import { record } from '../store/ledger.ts';
import { enqueue } from '../store/queue.ts';
import { addReminder } from '../store/reminders.ts';
import { type PullLocator, remindJob } from './job.ts';

type Decided = { readonly locator: PullLocator; readonly decision: Decision; readonly facts: Facts };

/** Within the transaction that records a decision: each stage that is overdue, once for each time that it became so. */
export async function recordBreaches(session: Session, { locator, decision, facts }: Decided): Promise<void> {
  for (const breach of breachesOf(decision, facts.pull)) {
    const { content, question } = decision;
    const { stage, dueAt } = breach;
    const reminder = { stage, dueAt, body: reminderText(breach) };
    if (!(await addReminder(session, locator, reminder, { content, question }))) continue;
    await recordBreach(session, headOf(locator, decision), breach, { content, question });
    await enqueue(session, remindJob(locator));
  }
}

async function recordBreach(
  session: Session,
  head: EntryHead,
  { stage, openedAt, dueAt, seats, members, backups }: Breach,
  about: Pick<Decision, 'content' | 'question'>,
): Promise<void> {
  const missed = { stage, openedAt, dueAt, seats, members: members.map(named), ...about };
  await record(session, { ...head, kind: 'sla-breached', details: missed });
  if (backups.length === 0) return;
  const activated = { stage, seats, backups: backups.map(named), ...about };
  await record(session, { ...head, kind: 'backups-activated', details: activated });
}

function named({ id, login }: Account) {
  return { id, login };
}

function headOf({ tenant, repositoryId, owner, repository, pull }: PullLocator, { at, head }: Decision): EntryHead {
  const where = { tenant, repository: { id: repositoryId, name: `${owner}/${repository}` }, pull, head };
  return { version: 1, at, ...where, actor: { kind: 'timer' }, deliveries: [] };
}
