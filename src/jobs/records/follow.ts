import { type FollowUp, followUp } from '../../follow-up/follow-up.ts';
import { type Session, transact } from '../../store/database.ts';
import { loadRecord, openRecords, type StoredRecord } from '../../store/records.ts';
import type { Deps } from '../deps.ts';
import type { TaskPayloads } from '../job.ts';
import { withLock } from '../with-lock.ts';
import { gatherRecords, readAgain } from './gather.ts';
import { recordFollowUp } from './record-follow-up.ts';

const BUSY_MS = 200;

/**
 * Looks what has become of merged changes, and writes down what is new: of every open record of a repository when something was told, of
 * one when its time has come. Before time alone makes a failure, GitHub is asked for what events may have failed to tell.
 */
export async function followUpRecords(deps: Deps, { locator, record }: TaskPayloads['follow-up']): Promise<void> {
  const { tenant, repositoryId } = locator;
  await withLock(deps.database, `records:${repositoryId}`, BUSY_MS, async (session) => {
    const records = await transact(session, tenant, async (within) => {
      if (record === null) return openRecords(within, tenant, repositoryId);
      const one = await loadRecord(within, tenant, record);
      return one === null ? [] : [one];
    });
    if (records.length === 0) return;
    const known = await gatherRecords(deps, session, locator, records);
    for (const one of records) {
      const facts = known.get(one.id);
      if (facts === undefined) continue;
      const followed = followUp(facts);
      await recordFollowUp(deps, session, one, mustAsk(one, followed) ? await askAgain(deps, session, one) : followed);
    }
  });
}

/** Whether time alone says that it has failed, and nobody has asked yet whether something was missed. */
function mustAsk({ standing }: StoredRecord, { failure }: FollowUp): boolean {
  const isOverdue = failure?.code === 'not-applied' || failure?.code === 'not-verified';
  return isOverdue && standing.failure?.at !== failure.at;
}

/** What was missed may lead to further time that has run out: what was read once is read no second time. */
async function askAgain(deps: Deps, session: Session, record: StoredRecord): Promise<FollowUp> {
  await readAgain(deps, session, record);
  const facts = (await gatherRecords(deps, session, record.locator, [record])).get(record.id);
  if (facts === undefined) throw new Error(`record ${record.id} was not judged`);
  return followUp(facts);
}
