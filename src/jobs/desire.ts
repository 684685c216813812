import { digestOf } from '../audit/canonical.ts';
import type { Decision } from '../decision/decision.ts';
import { POLICY_CHECK, type PolicyGate } from '../decision/policy-gate.ts';
import { renderCheck } from '../decision/render.ts';
import { strictest } from '../decision/strictest.ts';
import type { Session } from '../store/database.ts';
import { newestEntry, type StoredDecision } from '../store/decisions.ts';
import { type CheckContent, desire, loadPublication, otherChecks, type Urgency } from '../store/publications.ts';
import { enqueue } from '../store/queue.ts';
import { PRIORITY, type PublicationKey, type PullLocator, publishJob, type RepositoryLocator } from './job.ts';
import { decideGroupOnCommit } from './merge-queue/again.ts';

const PRIORITY_OF: Readonly<Record<Exclude<Urgency, 'none'>, number>> = {
  withdrawal: PRIORITY.withdrawal,
  grant: PRIORITY.grant,
  cosmetic: PRIORITY.cosmetic,
};

/**
 * Works out what every check of ours on a commit must show, from the latest decisions of all open pull requests that have it as their
 * head: for one check name the strictest. A check that none of them has any more is taken back. On the commit of a merge queue's group the
 * group's own decision stands, which takes them into account.
 */
export async function desireChecks(
  session: Session,
  onCommit: readonly StoredDecision[],
  locator: PullLocator,
  decision: Decision,
): Promise<void> {
  if (await decideGroupOnCommit(session, { ...locator, headSha: decision.head })) return;
  const version = await newestEntry(session, locator.repositoryId, decision.head);
  const names = [...new Set(onCommit.flatMap((stored) => stored.decision.checks))].sort();
  for (const name of names) {
    const concerned = onCommit.filter((stored) => stored.decision.checks.includes(name));
    const shown = pick(concerned);
    const content = contentOf(shown, concerned.length);
    await desireOne(session, locator, decision.head, name, content, version);
  }
  for (const name of await otherChecks(session, locator.repositoryId, decision.head, [...names, POLICY_CHECK])) {
    await desireOne(session, locator, decision.head, name, withdrawn(name), version);
  }
}

/**
 * What the check of the policy itself must show. Where no policy file is touched there is none; one that is there from before, when the
 * pull request had another base, says so, unless another pull request has the commit as its head too.
 */
export async function desirePolicyGate(
  session: Session,
  locator: PullLocator,
  headSha: string,
  gate: PolicyGate | null,
  sharing: number,
): Promise<void> {
  const version = await newestEntry(session, locator.repositoryId, headSha);
  if (gate !== null) {
    await desireOne(session, locator, headSha, POLICY_CHECK, { status: 'completed', ...gate }, version);
    return;
  }
  if (sharing > 1) return;
  const key = { tenant: locator.tenant, repositoryId: locator.repositoryId, headSha, checkName: POLICY_CHECK };
  if ((await loadPublication(session, key)) !== null)
    await desireOne(session, locator, headSha, POLICY_CHECK, untouched, version);
}

const untouched: CheckContent = {
  status: 'completed',
  conclusion: 'success',
  title: 'No policy file is touched any more',
  summary: 'Compared with its present base branch, this pull request leaves every policy file as it is.',
};

function pick(concerned: readonly StoredDecision[]): StoredDecision {
  const first = concerned[0];
  if (first === undefined) throw new Error('a check without a decision');
  const held = strictest(concerned.map((stored) => stored.decision));
  return concerned.find((stored) => stored.decision === held) ?? first;
}

function contentOf(shown: StoredDecision, sharing: number): CheckContent {
  const { decision } = shown;
  const others =
    sharing > 1
      ? `\n\n${sharing} open pull requests have this commit as their head; the strictest decision, that of #${shown.pull}, holds for all of them.`
      : '';
  return {
    status: decision.gate.status,
    conclusion: decision.gate.status === 'completed' ? decision.gate.conclusion : null,
    title: decision.title,
    summary: renderCheck(decision, { leaf: shown.leaf }) + others,
  };
}

function withdrawn(name: string): CheckContent {
  return {
    status: 'completed',
    conclusion: 'failure',
    title: 'No pull request with this commit changes this environment any more',
    summary: `The pull request that \`${name}\` was about has another base branch now; the check of that branch's environment decides.`,
  };
}

/** Puts into the outbox what one check on one commit must show, as of the ledger entry `version`. */
export async function desireOne(
  session: Session,
  locator: RepositoryLocator,
  headSha: string,
  name: string,
  content: CheckContent,
  version: string,
): Promise<void> {
  const key: PublicationKey = { tenant: locator.tenant, repositoryId: locator.repositoryId, headSha, checkName: name };
  const { installation, owner, repository } = locator;
  const urgency = await desire(session, key, {
    installation,
    owner,
    repository,
    content,
    digest: digestOf(content),
    version,
  });
  if (urgency !== 'none') await enqueue(session, publishJob(key, PRIORITY_OF[urgency]));
}
