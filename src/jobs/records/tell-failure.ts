import { epochOf, inWords } from '../../decision/time.ts';
import type { Failure } from '../../follow-up/record.ts';
import { notice, placeOf } from '../../notify/notice.ts';
import type { Notify } from '../../policy/policy.ts';
import type { Session } from '../../store/database.ts';
import { notify } from '../../store/notifications.ts';
import type { StoredRecord } from '../../store/records.ts';
import type { Deps } from '../deps.ts';

export type Failed = { readonly stored: StoredRecord; readonly failure: Failure; readonly cycle: number };

/** Has the channels told that a merged change has failed: those of the event, and those that `on-failure` names. Each once for a failure. */
export async function tellFailure(
  session: Session,
  deps: Deps,
  { stored, failure, cycle }: Failed,
  policy: Notify | undefined,
): Promise<void> {
  if (policy === undefined) return;
  const { locator, duties, title, head } = stored;
  const named = failure.duty === null ? duties : duties.slice(failure.duty, failure.duty + 1);
  const channels = named.flatMap(({ onFailure }) => onFailure.notify);
  const repository = `${locator.owner}/${locator.repository}`;
  const url = `${deps.github.server}/${repository}/pull/${locator.pull}`;
  const about = { repository, pull: locator.pull, url };
  const told = notice('verification-failed', about, {
    key: `${placeOf(about)} ${cycle} ${failure.code} ${whatOf(failure)}`,
    title: `${placeOf(about)} has failed after the merge`,
    lines: [title, failure.message, `Failed ${inWords(epochOf(failure.at))}.`],
  });
  const on = [...policy.on, ...(channels.length === 0 ? [] : [{ event: 'verification-failed' as const, channels }])];
  const { tenant, repositoryId } = locator;
  await notify(session, { tenant, organization: locator.owner, repositoryId, head }, [told], { ...policy, on });
}

/** What it is told once for. Keys are kept and recorded for good, so that they name nobody: a report is known by its instant. */
function whatOf({ code, subject, at }: Failure): string {
  return code === 'reported' ? at : subject;
}
