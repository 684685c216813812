import { digestOf } from '../audit/canonical.ts';
import type { Decision } from '../decision/decision.ts';
import { breachesOf } from '../decision/reminder.ts';
import { epochOf } from '../decision/time.ts';
import { AppError } from '../errors.ts';
import { hasCommented, type Thread, writeComment } from '../github/comments.ts';
import { type Session, transact } from '../store/database.ts';
import { latestDecision } from '../store/decisions.ts';
import { markReminding, type OpenReminder, openReminders, settleReminder } from '../store/reminders.ts';
import type { Deps } from './deps.ts';
import type { PullLocator } from './job.ts';
import { withLock } from './with-lock.ts';

/** How soon to come back when another worker reminds the same people. */
const BUSY_MS = 500;
/** GitHub's clock may be behind ours by less than that. */
const SKEW_MS = 60_000;

/**
 * Writes the reminders of a pull request that nobody has overtaken by approving: one comment for each time that a stage
 * became overdue. A comment whose answer was lost is looked for before it is written again.
 */
export async function remind(deps: Deps, locator: PullLocator): Promise<void> {
  const lock = `remind:${locator.repositoryId}:${locator.pull}`;
  await withLock(deps.database, lock, BUSY_MS, async (session) => {
    const { reminders, decision } = await transact(session, locator.tenant, async (within) => ({
      reminders: await openReminders(within, locator),
      decision: (await latestDecision(within, locator.repositoryId, locator.pull))?.decision,
    }));
    for (const reminder of reminders) {
      if (decision !== undefined && stillHolds(reminder, decision)) await send(deps, session, locator, reminder);
      else await settle(session, locator, reminder, 'overtaken');
    }
  });
}

function stillHolds({ stage, dueAt }: OpenReminder, decision: Decision): boolean {
  const overdue = breachesOf(decision, { draft: false });
  return overdue.some((breach) => breach.stage === stage && epochOf(breach.dueAt) === epochOf(dueAt));
}

async function send(deps: Deps, session: Session, locator: PullLocator, reminder: OpenReminder): Promise<void> {
  try {
    await sendOnce(deps, session, locator, reminder);
    await settle(session, locator, reminder, null);
  } catch (error) {
    if (!(error instanceof AppError) || error.retryable) throw error;
    await settle(session, locator, reminder, error.message);
    const where = { tenant: locator.tenant, repository: locator.repositoryId, pull: locator.pull };
    deps.log.warn({ ...where, reason: error.message }, 'could not remind people');
  }
}

async function sendOnce(deps: Deps, session: Session, locator: PullLocator, reminder: OpenReminder): Promise<void> {
  const installation = deps.github.installation(locator.tenant, locator.installation);
  const thread: Thread = { owner: locator.owner, repository: locator.repository, number: locator.pull };
  const { stage, dueAt, body, attemptedAt } = reminder;
  const marker = `<!-- countersign:reminder:${digestOf([stage, dueAt]).slice(0, 32)} -->`;
  if (attemptedAt !== null) {
    const since = new Date(Date.parse(attemptedAt) - SKEW_MS).toISOString();
    if (await hasCommented(installation, thread, { appId: deps.appId, marker, since })) return;
  }
  const at = new Date(deps.now());
  await transact(session, locator.tenant, (within) => markReminding(within, locator, reminder, at));
  await writeComment(installation, thread, `${body}\n\n${marker}`);
}

async function settle(session: Session, locator: PullLocator, reminder: OpenReminder, why: string | null) {
  await transact(session, locator.tenant, (within) => settleReminder(within, locator, reminder, why));
}
