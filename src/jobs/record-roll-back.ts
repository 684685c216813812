import { escaped } from '../decision/escape.ts';
import type { RollBack } from '../decision/roll-back.ts';
import type { Session } from '../store/database.ts';
import { record } from '../store/ledger.ts';
import { enqueue } from '../store/queue.ts';
import { recordOf, saveAct } from '../store/records.ts';
import { addReply } from '../store/replies.ts';
import type { Deps } from './deps.ts';
import { entryHead } from './entry-head.ts';
import type { JudgedSpeech } from './hear.ts';
import { type PullLocator, recordDueJob } from './job.ts';

/** As many people as are called by name. */
const MOST_MENTIONS = 15;

/** Writes down that a merged change has failed, and has its record looked at, which calls its owners: once for each failure. */
export async function recordRollBack(
  deps: Deps,
  session: Session,
  locator: PullLocator,
  { speech, remark }: JudgedSpeech,
  { owners }: RollBack,
  headSha: string,
): Promise<void> {
  if (!speech.read.ok || speech.read.command.word !== 'rollback') return;
  const { reason } = speech.read.command;
  const kept = await recordOf(session, locator);
  if (kept === null) await callOwners(session, locator, speech.by.login, reason, owners, headSha);
  else {
    const report = { key: `${speech.id}`, at: speech.at, details: { by: speech.by.login, reason } };
    await saveAct(session, kept.id, { kind: 'report', ...report });
    // At once, also where it waits for its time to run out.
    await enqueue(session, recordDueJob(locator, kept.id), 0);
  }
  await record(session, {
    ...entryHead(locator, new Date(deps.now()).toISOString()),
    kind: 'failure-reported',
    pull: locator.pull,
    head: headSha,
    actor: speech.by,
    deliveries: [remark.guid],
    details: { reason, command: speech.id, owners: owners.map(({ id, login }) => ({ id, login })) },
  });
}

/** Where no decision let the change pass there is no record of it to fail, and its owners are called all the same. */
async function callOwners(
  session: Session,
  locator: PullLocator,
  login: string,
  reason: string,
  owners: RollBack['owners'],
  headSha: string,
): Promise<void> {
  const called = owners.slice(0, MOST_MENTIONS).map(({ login }) => `@${login}`);
  const body = [
    `**${escaped(login)}** says that #${locator.pull}, which is merged, has failed:`,
    '',
    `> ${escaped(reason, 2_000)}`,
    '',
    `${called.length === 0 ? 'Its owners' : called.join(', ')}: revert it, or propose another change. Either goes its usual way; if it cannot wait, the glass can be broken.`,
    '',
    `- Merged head: ${headSha}`,
  ].join('\n');
  await addReply(session, locator, { kind: 'issue', title: `#${locator.pull} has failed after the merge`, body });
}
