import { judgeClosed } from '../commands/judge-closed.ts';
import { heard, speechesOf } from '../commands/speech.ts';
import type { RollBack } from '../decision/roll-back.ts';
import type { Session } from '../store/database.ts';
import { latestDecision } from '../store/decisions.ts';
import { reconcilingOn } from '../store/reconciliations.ts';
import { recordOf } from '../store/records.ts';
import { openRemarks } from '../store/remarks.ts';
import type { Deps } from './deps.ts';
import type { JudgedSpeech } from './hear.ts';
import type { PullLocator } from './job.ts';
import { recordCommands } from './record-commands.ts';
import { recordRollBack } from './record-roll-back.ts';

export type Closed = {
  readonly merged: boolean;
  readonly headSha: string;
  readonly rollBack: RollBack | null;
};

/** Settles what was said on a pull request that is merged or closed, within the transaction of `session`. */
export async function hearClosed(
  deps: Deps,
  session: Session,
  locator: PullLocator,
  { merged, headSha, rollBack }: Closed,
): Promise<void> {
  const remarks = await openRemarks(session, locator.repositoryId, locator.pull);
  if (remarks.length === 0) return;
  const reconciling = await reconcilingOn(session, locator.repositoryId, locator.pull);
  const decision = (await latestDecision(session, locator.repositoryId, locator.pull))?.decision ?? null;
  const place = {
    timezone: 'UTC',
    repository: `${locator.owner}/${locator.repository}`,
    server: deps.github.server,
  };
  const mayRollBack: RollBack['may'] = (account) => rollBack?.may(account) === true;
  const standing = (await recordOf(session, locator))?.standing ?? null;
  const circumstances = { merged, reconciling, decision, mayRollBack, standing };
  const judged = remarks.flatMap((remark) =>
    speechesOf({ ...remark, head: remark.head ?? headSha }, place)
      .filter(({ id }) => !remark.settled.includes(id))
      .map((speech): JudgedSpeech => {
        // Nobody is looked up: whom a command names matters no more.
        const made = heard(speech, () => speech.by);
        return { speech, remark, heard: made, outcome: judgeClosed(speech, made, circumstances) };
      }),
  );
  const at = new Date(deps.now()).toISOString();
  await recordCommands(session, deps, {
    locator,
    heard: { hearing: { remarks, standing: [] }, judged },
    head: headSha,
    at,
    lookupKeys: [],
  });
  if (rollBack === null) return;
  for (const one of judged)
    if (one.speech.word === 'rollback' && one.outcome.kind === 'taken')
      await recordRollBack(deps, session, locator, one, rollBack, headSha);
}
