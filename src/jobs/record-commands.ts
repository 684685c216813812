import type { Session } from '../store/database.ts';
import { record } from '../store/ledger.ts';
import { forgetLookups } from '../store/lookups.ts';
import { enqueue } from '../store/queue.ts';
import { type StoredRemark, saveCommand, settleRemarks } from '../store/remarks.ts';
import { addReply } from '../store/replies.ts';
import type { Deps } from './deps.ts';
import { entryHead } from './entry-head.ts';
import { type Hearing, type JudgedSpeech, replyTo } from './hear.ts';
import { evaluateJob, fanOutJob, type PullLocator, replyJob } from './job.ts';

export type JudgedHearing = {
  readonly hearing: Pick<Hearing, 'remarks' | 'standing'>;
  readonly judged: readonly JudgedSpeech[];
};

type ToRecord = {
  readonly locator: PullLocator;
  readonly heard: JudgedHearing;
  readonly head: string;
  /** The instant of the decision, or of whatever judged it. */
  readonly at: string;
  readonly lookupKeys: readonly string[];
};

/**
 * Records every command, refused ones too, with what is to be said about it: a thumb where all of a remark was taken and nothing needs
 * saying, a comment where a sentence does.
 */
export async function recordCommands(session: Session, deps: Deps, what: ToRecord): Promise<void> {
  const { hearing, judged } = what.heard;
  for (const one of judged) await recordOne(session, what, one);
  for (const remark of hearing.remarks) await answerRemark(session, what, remark);
  await settleRemarks(
    session,
    hearing.remarks.map(({ id }) => id),
  );
  if (isTaken(judged, 'recheck')) await recheck(session, what);
  if (changesAbsences(what.heard))
    await enqueue(session, fanOutJob({ tenant: what.locator.tenant, scope: 'governed' }));
  for (const { speech, outcome } of judged)
    deps.log.info(
      { command: speech.word, outcome: outcome.kind, by: speech.by.id, pull: what.locator.pull },
      'heard a command',
    );
}

async function recordOne(session: Session, { locator, head, at }: ToRecord, one: JudgedSpeech): Promise<void> {
  const { speech, remark, heard, outcome } = one;
  const reason = outcome.kind === 'refused' ? outcome.reason : null;
  const intervention = heard.kind === 'intervention' ? heard.intervention : null;
  await saveCommand(session, {
    id: speech.id,
    remark: remark.id,
    repositoryId: locator.repositoryId,
    number: locator.pull,
    word: speech.word,
    text: speech.text,
    by: speech.by,
    at: speech.at,
    outcome: outcome.kind,
    code: reason?.code ?? null,
    intervention,
    statement: one.statement ?? null,
  });
  await record(session, {
    ...entryHead(locator, at),
    kind: 'command',
    pull: locator.pull,
    head: speech.head ?? head,
    actor: speech.by,
    deliveries: [remark.guid],
    details: {
      command: speech.word,
      text: speech.text,
      saidAt: speech.at,
      outcome: outcome.kind,
      reason,
      intervention,
    },
  });
}

async function answerRemark(session: Session, { locator, heard }: ToRecord, remark: StoredRemark): Promise<void> {
  const mine = heard.judged.filter((one) => one.remark.id === remark.id);
  if (mine.length === 0) return;
  const bodies = [...new Set(mine.flatMap((one) => replyTo(one) ?? []))];
  for (const body of bodies) await addReply(session, locator, { kind: 'comment', body });
  if (mine.every(({ outcome }) => outcome.kind === 'taken'))
    await addReply(session, locator, { kind: 'reaction', nodeId: remark.nodeId });
  await enqueue(session, replyJob(locator));
}

function isTaken(judged: readonly JudgedSpeech[], word: JudgedSpeech['speech']['word']): boolean {
  return judged.some(({ speech, outcome }) => speech.word === word && outcome.kind === 'taken');
}

/** Backups of somebody who is away are active in every proposal, and until nobody says otherwise. */
function changesAbsences({ hearing, judged }: JudgedHearing): boolean {
  if (isTaken(judged, 'away')) return true;
  const isAway = (id: number) => hearing.standing.some(({ kind, by }) => kind === 'away' && by.id === id);
  return judged.some(
    ({ speech, outcome }) => outcome.kind === 'taken' && speech.word === 'withdraw' && isAway(speech.by.id),
  );
}

/** What the decision rested on is forgotten, and everything is read again. */
async function recheck(session: Session, { locator, lookupKeys }: ToRecord): Promise<void> {
  if (lookupKeys.length > 0) await forgetLookups(session, lookupKeys);
  await enqueue(session, evaluateJob(locator));
}
