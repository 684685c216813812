import { digestOf } from '../../audit/canonical.ts';
import { checkName } from '../../decision/gate.ts';
import { type GroupVerdict, type JudgedMember, mayMerge, sentenceOf, wordOf } from '../../decision/merge-group.ts';
import { POLICY_CHECK } from '../../decision/policy-gate.ts';
import { gateEnvironment } from '../../policy/gate.ts';
import { type Session, transact } from '../../store/database.ts';
import { knowledgeOf } from '../../store/knowledge.ts';
import { record } from '../../store/ledger.ts';
import { lockForTransaction } from '../../store/locks.ts';
import { loadGroup, type StoredGroup, saveOutcome } from '../../store/merge-groups.ts';
import { otherChecks } from '../../store/publications.ts';
import type { Deps } from '../deps.ts';
import { desireOne } from '../desire.ts';
import type { MergeGroup } from '../job.ts';
import { lastValidPolicy } from '../policy-in-force.ts';
import { groupHead } from './entry.ts';

export type Judged = { readonly members: readonly JudgedMember[]; readonly verdict: GroupVerdict };

/** Judges a group by what is on record, within the transaction that records the outcome. */
export type Judge = (within: Session) => Promise<Judged>;

/**
 * Records what a group comes to and, in the same transaction, what its commit must show: the ledger entry first, so that nothing is
 * published that is not in it. An outcome that says nothing new adds nothing to the ledger. A group that has ended shows nothing.
 */
export async function recordGroup(deps: Deps, session: Session, group: MergeGroup, judge: Judge): Promise<void> {
  const { locator, headSha } = group;
  const { tenant, repositoryId } = locator;
  const fallback = await nameOfBase(session, group);
  await transact(session, tenant, async (within) => {
    await lockForTransaction(within, `commit:${repositoryId}:${headSha}`);
    const stored = await loadGroup(within, repositoryId, headSha);
    if (stored === null || stored.destroyed !== null) return;
    const judged = await judge(within);
    const { verdict } = judged;
    const checks = namesFor(judged, fallback);
    const others = await otherChecks(within, repositoryId, headSha, [...checks, POLICY_CHECK]);
    const entry = await append(deps, within, stored, detailsOf(group, judged, [...checks, ...others]));
    const content = {
      status: 'completed',
      conclusion: verdict.outcome,
      title: verdict.title,
      summary: `${verdict.summary}\n\n---\nledger entry ${entry.leaf}`,
    } as const;
    for (const name of checks) await desireOne(within, locator, headSha, name, content, entry.entryId);
    for (const name of others) await desireOne(within, locator, headSha, name, renamed(checks), entry.entryId);
    const { outcome, title } = verdict;
    deps.log.info(
      { tenant, repository: repositoryId, group: headSha, outcome, title, checks },
      'decided about a group',
    );
  });
}

/** Nobody's decision names a check: then it is the one that the base branch's policy asks for, so that it says what is wrong. */
function namesFor({ members, verdict: { checks } }: Judged, fallback: string): readonly string[] {
  const isKnown = members.length > 0 && members.every(({ standing }) => standing.kind === 'decided');
  return checks.length > 0 || isKnown ? checks : [fallback];
}

async function nameOfBase(session: Session, { locator, baseRef }: MergeGroup): Promise<string> {
  const effective = await lastValidPolicy(knowledgeOf(session, locator.tenant), locator.repositoryId);
  return checkName(effective === undefined ? undefined : gateEnvironment(effective, baseRef));
}

/** A check of a name that no pull request of the group has any more must not stand as a success. */
function renamed(checks: readonly string[]) {
  return {
    status: 'completed',
    conclusion: 'failure',
    title: 'No pull request of this group has this check any more',
    summary: `The policy names its checks otherwise now: ${checks.map((name) => `\`${name}\``).join(', ') || 'it names none'}.`,
  } as const;
}

function detailsOf(group: MergeGroup, { members, verdict }: Judged, checks: readonly string[]) {
  return {
    event: 'decided',
    headRef: group.headRef,
    base: group.baseRef,
    baseSha: group.baseSha,
    outcome: verdict.outcome,
    title: verdict.title,
    checks,
    pulls: members.map(({ pull, head, standing }) => ({
      pull,
      head,
      state: wordOf(standing),
      permitted: mayMerge(standing),
      message: sentenceOf(standing),
      decision: standing.kind === 'decided' ? standing.leaf : null,
    })),
  };
}

async function append(
  deps: Deps,
  session: Session,
  { group, decided }: StoredGroup,
  details: ReturnType<typeof detailsOf>,
): Promise<{ readonly entryId: string; readonly leaf: string }> {
  const digest = digestOf(details);
  if (decided?.digest === digest) return decided;
  const actor = { kind: 'app' } as const;
  const { id, leaf } = await record(session, { ...groupHead(deps, group, actor), details });
  const { outcome } = details;
  await saveOutcome(session, group.locator.repositoryId, group.headSha, { outcome, digest, entryId: id });
  return { entryId: id, leaf };
}
