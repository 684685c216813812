import { commentOf, noteOf } from '../../deployment/comment.ts';
import { type GateAnswer, refuse } from '../../deployment/judge.ts';
import { AppError, messageOf } from '../../errors.ts';
import { answerProtectionRule, headOfRun } from '../../github/deployments.ts';
import { type Session, transact } from '../../store/database.ts';
import { type GateQuestion, loadQuestion, saveNote, saveQuestion, settleQuestion } from '../../store/gate.ts';
import { leafOfQuestion } from '../../store/ledger.ts';
import { enqueue } from '../../store/queue.ts';
import type { Deps } from '../deps.ts';
import { gateJob, type Protection, type TaskPayloads } from '../job.ts';
import { withLock } from '../with-lock.ts';
import { reachAnswer } from './reach-answer.ts';
import { recordAnswer } from './record-answer.ts';

const BUSY_MS = 500;
/** GitHub takes no more notes on the way than this (docs.github.com, "Creating custom deployment protection rules"). */
const MOST_NOTES = 10;
/** A run waits for 30 days at most; who would have to wait longer is told so at once. */
const LONGEST_WAIT_MS = 29 * 86_400_000;
/** While only time stands in the way, how often it is looked whether something else has changed. */
const LOOK_AGAIN_MS = 3_600_000;
/** What cannot be decided for so long is refused: nobody is left without an answer. */
const UNDECIDED_MS = 6 * 3_600_000;

/** Keeps what GitHub asks about a run, and has it answered. */
export async function takeQuestion(deps: Deps, asked: Protection): Promise<void> {
  const { locator, run, environment, sha, by } = asked;
  await withLock(deps.database, `protection:${locator.repositoryId}:${run}:${environment}`, BUSY_MS, (session) =>
    transact(session, locator.tenant, async (within) => {
      const question = { locator, source: 'github', run, environment, sha, askedBy: by } as const;
      const id = await saveQuestion(within, question, new Date(deps.now()));
      await enqueue(within, gateJob({ tenant: locator.tenant, question: id }));
    }),
  );
}

/** Decides a question of GitHub's and sees to it that GitHub has the answer, or a note that says what it waits for. */
export async function answerQuestion(deps: Deps, { tenant, question: id }: TaskPayloads['gate']): Promise<void> {
  await withLock(deps.database, `gate:${tenant}:${id}`, BUSY_MS, async (session) => {
    const question = await transact(session, tenant, (within) => loadQuestion(within, tenant, id));
    if (question === null || question.isSettled || question.run === null) return;
    const answer = question.answer ?? (await decide(deps, session, question));
    if (answer !== null) await deliver(deps, session, question, answer);
  });
}

/** The answer, once it is recorded; null while it waits for time to pass. */
async function decide(deps: Deps, session: Session, question: GateQuestion): Promise<GateAnswer | null> {
  const { id, locator, environment, run } = question;
  const reached = await reach(deps, session, question);
  const { sha, answer } = reached;
  const waitsFor = waitOf(deps, question, answer);
  if (waitsFor !== null) {
    await note(deps, session, question, noteOf(answer));
    const delay = Math.min(waitsFor, LOOK_AGAIN_MS);
    await enqueue(deps.database, gateJob({ tenant: locator.tenant, question: id }), delay);
    return null;
  }
  const actor = question.askedBy ?? ({ kind: 'app' } as const);
  await transact(session, locator.tenant, (within) =>
    recordAnswer(deps, within, { id, locator, source: 'github', run, environment, sha, actor, answer }),
  );
  return answer;
}

type Reached = { readonly sha: string; readonly answer: GateAnswer };

/** What cannot be decided now is tried again, with a note that says so; after hours it is refused. */
async function reach(deps: Deps, session: Session, question: GateQuestion): Promise<Reached> {
  const { locator, environment, run } = question;
  const waited = deps.now() - Date.parse(question.askedAt);
  try {
    const installation = deps.github.installation(locator.tenant, locator.installation);
    const sha = question.sha ?? (await headOfRun(installation, locator, run ?? 0));
    if (sha === null)
      return { sha: '', answer: refuse('commit-unknown', 'Nobody could say which commit this is about.') };
    return { sha, answer: await reachAnswer(deps, session, { locator, environment, sha, askedAt: question.askedAt }) };
  } catch (error) {
    const reason = messageOf(error);
    if (waited > UNDECIDED_MS)
      return { sha: question.sha ?? '', answer: refuse('undecidable', `It could not be decided: ${reason}`) };
    deps.log.warn({ tenant: locator.tenant, question: question.id, reason }, 'cannot decide about a deployment yet');
    throw error;
  }
}

/** For how many milliseconds it is worth waiting; null where waiting helps nobody. */
function waitOf(deps: Deps, { askedAt }: GateQuestion, { until }: GateAnswer): number | null {
  if (until === null) return null;
  const end = Date.parse(until);
  return end - Date.parse(askedAt) > LONGEST_WAIT_MS ? null : Math.max(0, end - deps.now());
}

async function note(deps: Deps, session: Session, question: GateQuestion, comment: string): Promise<void> {
  const { id, locator, notes, lastNote, run, environment } = question;
  if (notes >= MOST_NOTES || lastNote === comment || run === null) return;
  const { tenant, owner, repository } = locator;
  await transact(session, tenant, (within) => saveNote(within, id, comment));
  const installation = deps.github.installation(tenant, locator.installation);
  await answerProtectionRule(installation, { owner, repository, run, environment, state: null, comment }).catch(
    (error: unknown) => {
      // A note that is lost is missed by nobody for long: the answer follows in any case.
      if (!(error instanceof AppError)) throw error;
      deps.log.info({ tenant, question: id, reason: error.message }, 'a note about a deployment was not taken');
    },
  );
}

async function deliver(deps: Deps, session: Session, question: GateQuestion, answer: GateAnswer): Promise<void> {
  const { id, locator, run, environment } = question;
  const { tenant, owner, repository } = locator;
  if (run === null) return;
  const leaf = await transact(session, tenant, (within) => leafOfQuestion(within, id));
  const state = answer.allowed ? 'approved' : 'rejected';
  const installation = deps.github.installation(tenant, locator.installation);
  const comment = commentOf(answer, leaf);
  const gaveUp = await answerProtectionRule(installation, { owner, repository, run, environment, state, comment });
  await transact(session, tenant, (within) => settleQuestion(within, id, new Date(deps.now()), gaveUp));
  const where = { tenant, repository: locator.repositoryId, run, environment, state };
  deps.log.info(
    gaveUp === null ? where : { ...where, reason: gaveUp },
    gaveUp === null ? 'answered' : 'nobody waits any more',
  );
}
