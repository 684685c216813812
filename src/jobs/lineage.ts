import type { Decision, PolicyInForce } from '../decision/decision.ts';
import type { Facts } from '../decision/facts.ts';
import type { History, Lineage } from '../decision/history.ts';
import { okOf } from '../decision/subject.ts';
import { gateEnvironment } from '../policy/gate.ts';
import { type Content, findKin, type Kin, type PullKey, permitContents, saveContents } from '../store/contents.ts';
import type { Session } from '../store/database.ts';
import { latestDecision } from '../store/decisions.ts';

/** Stands for branches that no environment claims. */
const UNCLASSIFIED = '';

/**
 * Facts with what the pull request inherits from recorded proposals whose content it carries. Whoever has the content later inherits
 * everything. Whoever had it first inherits no people: else anybody could copy a commit, name its approvers as initiators of the copy, and
 * so take them out of the original.
 */
export async function withLineage(session: Session, key: PullKey, policy: PolicyInForce, facts: Facts): Promise<Facts> {
  const kin = await findKin(session, key, contentsOf(facts, facts.history), environmentOf(policy, facts.pull.base));
  return { ...facts, history: { ...facts.history, lineage: kin.flatMap(inherited) } };
}

function inherited({ proposal, history, earlier }: Kin): readonly Lineage[] {
  const { governed, contributors, rejections } = history;
  return governed === null ? [] : [{ proposal, governed, contributors: earlier ? contributors : [], rejections }];
}

function environmentOf(policy: PolicyInForce, base: string): string {
  const effective =
    policy.kind === 'valid' ? policy.effective : policy.kind === 'invalid' ? policy.lastValid : undefined;
  return (effective === undefined ? undefined : gateEnvironment(effective, base)) ?? UNCLASSIFIED;
}

/** What a pull request consists of, as far as it is known: its commits, and the fingerprints that were computed of its heads. */
function contentsOf({ pull, commits, lookups }: Facts, { fingerprints }: History): readonly Content[] {
  const head = pull.headSha;
  const listed = okOf(lookups.commits?.[head]) ?? commits;
  const shas = new Set([...listed.items.map(({ sha }) => sha), head]);
  return [
    ...fingerprints.map((known): Content => ({ kind: 'fingerprint', value: known.fingerprint, head: known.head })),
    ...[...shas].map((value): Content => ({ kind: 'commit', value, head })),
  ];
}

/** Keeps what a governed proposal consists of, so that it is known when it comes again under another name. */
export async function recordContents(session: Session, key: PullKey, facts: Facts, after: History): Promise<void> {
  if (after.governed !== null) await saveContents(session, key, contentsOf(facts, after));
}

/** After a merge under a permitting decision, what was merged has been permitted for that environment. */
export async function settleContents(session: Session, key: PullKey, headSha: string): Promise<void> {
  const decided = await latestDecision(session, key.repositoryId, key.pull);
  if (decided === null || !permits(decided.decision, headSha)) return;
  await permitContents(session, key, headSha, decided.decision.environment ?? UNCLASSIFIED);
}

/** Whether what was decided last let this head pass. */
export function permits({ head, state }: Decision, headSha: string): boolean {
  return head === headSha && ['approved', 'overridden', 'ungoverned'].includes(state);
}
