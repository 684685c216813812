import { setTimeout as wait } from 'node:timers/promises';
import type { GroupMember } from '../../decision/group-members.ts';
import { type JudgedMember, judgeGroup, type Standing } from '../../decision/merge-group.ts';
import { AppError } from '../../errors.ts';
import type { Session } from '../../store/database.ts';
import { decisionsOnCommit, latestDecision } from '../../store/decisions.ts';
import { mergeOf } from '../../store/merges.ts';
import { stateOf } from '../../store/pulls.ts';
import type { Deps } from '../deps.ts';
import { type Evaluated, evaluateLocked } from '../evaluate.ts';
import type { MergeGroup, PullLocator } from '../job.ts';
import { holding, pullLock } from '../with-lock.ts';
import type { Judge } from './record-group.ts';

/** How often, and how soon, a pull request is tried again that another worker evaluates, before the whole group is put off. */
const MOST_WAITS = 40;
const BUSY_MS = 50;

/**
 * Evaluates every pull request of a group again, each under its own lock, with people read now and not some minutes ago, and records each
 * as usual. What it returns then judges the group by what is on record, in the transaction that records the group: somebody may have
 * changed their mind about the first while the last was being read.
 */
export async function evaluateMembers(
  deps: Deps,
  session: Session,
  group: MergeGroup,
  members: readonly [GroupMember, ...GroupMember[]],
): Promise<Judge> {
  const how = { believedFrom: deps.now(), group: group.headSha };
  const evaluated = new Map<number, Evaluated>();
  for (const { pull } of members) {
    const locator: PullLocator = { ...group.locator, pull };
    evaluated.set(pull, await patiently(session, locator, () => evaluateLocked(deps, session, locator, how)));
  }
  return async (within) => {
    const [first, ...rest] = members;
    const judged: [JudgedMember, ...JudgedMember[]] = [await judgedOf(within, group, first, evaluated.get(first.pull))];
    for (const member of rest) judged.push(await judgedOf(within, group, member, evaluated.get(member.pull)));
    judged.push(...(await sharing(within, group)));
    return { members: judged, verdict: judgeGroup(judged) };
  };
}

async function patiently<T>(session: Session, locator: PullLocator, work: () => Promise<T>): Promise<T> {
  for (let waits = 0; ; waits += 1) {
    try {
      return await holding(session, pullLock(locator), BUSY_MS, work);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'busy' || waits >= MOST_WAITS) throw error;
      await wait(BUSY_MS);
    }
  }
}

async function judgedOf(
  session: Session,
  group: MergeGroup,
  member: GroupMember,
  evaluated: Evaluated | undefined,
): Promise<JudgedMember> {
  return { ...member, standing: await standingOf(session, group, member, evaluated) };
}

async function standingOf(
  session: Session,
  { locator: { repositoryId }, baseRef }: MergeGroup,
  { pull, head }: GroupMember,
  evaluated: Evaluated | undefined,
): Promise<Standing> {
  if (evaluated === undefined) return absent('It was not looked at');
  if (evaluated.kind === 'unreachable') return absent(`It cannot be reached: ${evaluated.reason}`);
  const state = await stateOf(session, repositoryId, pull);
  if (state === 'merged') {
    const merge = await mergeOf(session, repositoryId, pull);
    const isPermitted = merge?.permitted === true && merge.head === head;
    return isPermitted ? { kind: 'merged' } : absent('It was merged without a decision that permits it');
  }
  if (evaluated.kind === 'closed' || state === 'closed') return absent('It is closed');
  const decided = await latestDecision(session, repositoryId, pull);
  if (decided === null) return absent('There is no decision about it');
  if (decided.decision.head !== head) return absent('Its head is no longer the one that is in the queue');
  if (decided.base !== baseRef) return absent(`It was decided for another base than ${baseRef}`);
  return { kind: 'decided', decision: decided.decision, leaf: decided.leaf };
}

function absent(why: string): Standing {
  return { kind: 'absent', why };
}

/** Open pull requests that somebody made of the group's own commit: for one commit there is one check, and the strictest holds (T14). */
async function sharing(session: Session, { locator, headSha }: MergeGroup): Promise<readonly JudgedMember[]> {
  const decisions = await decisionsOnCommit(session, locator.repositoryId, headSha);
  return decisions
    .filter(({ decision }) => decision.checks.length > 0)
    .map(({ pull, decision, leaf }) => ({ pull, head: headSha, standing: { kind: 'decided', decision, leaf } }));
}
