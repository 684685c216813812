import { digestOf } from '../audit/canonical.ts';
import type { Decision, PolicyInForce } from '../decision/decision.ts';
import type { Facts } from '../decision/facts.ts';
import { fingerprintOfFiles } from '../decision/fingerprint.ts';
import type { History, Lineage } from '../decision/history.ts';
import { Lookups, type Want } from '../decision/lookups.ts';
import { okOf } from '../decision/subject.ts';
import { isComplete } from '../decision/values.ts';
import { answerWants, type Place, withAnswers } from '../github/answer-wants.ts';
import type { Installation } from '../github/client.ts';
import { gateEnvironment } from '../policy/gate.ts';
import {
  type Content,
  findKin,
  findSuspects,
  type Kin,
  openKin,
  type PullKey,
  permitContents,
  type Suspect,
  saveContents,
} from '../store/contents.ts';
import type { Session } from '../store/database.ts';
import { latestDecision } from '../store/decisions.ts';
import type { Knowledge } from '../store/knowledge.ts';
import { enqueue } from '../store/queue.ts';
import { evaluateJob, type PullLocator } from './job.ts';

/** Stands for branches that no environment claims. */
const UNCLASSIFIED = '';

export type LineageReader = {
  readonly knowledge: Knowledge;
  readonly installation: Installation;
  readonly key: PullKey;
  readonly place: Place;
  readonly policy: PolicyInForce;
};

type Found = { readonly kin: readonly Kin[]; readonly suspects: readonly Suspect[] };

/**
 * Facts with what the pull request inherits from recorded proposals whose content it carries. Costs no call, unless its commits are more
 * than one query tells, or another proposal changes the same files by the same number of lines: only then its content is compared.
 */
export async function withLineage(reader: LineageReader, given: Facts): Promise<Facts> {
  const { knowledge, key } = reader;
  if (reader.policy.kind === 'none') return given;
  const environment = environmentOf(reader.policy, given.pull.base);
  const facts = isComplete(given.commits) ? given : await looked(reader, given, 'commits');
  const outline = outlineOf(facts);
  const found = await knowledge.read<Found>(
    async (within) => ({
      kin: await findKin(within, key, contentsOf(facts, facts.history), environment),
      suspects: outline === undefined ? [] : await findSuspects(within, key, outline, environment),
    }),
    { kin: [], suspects: [] },
  );
  const suspects = found.suspects.filter((suspect) => !found.kin.some((known) => isSame(known, suspect)));
  if (suspects.length === 0) return inheriting(facts, found.kin);
  const compared = await looked(reader, facts, 'files');
  for (const suspect of suspects) if (suspect.fingerprint === null) await fingerprint(reader, suspect);
  const contents = [...contentsOf(compared, compared.history), ...ownFingerprint(compared)];
  const kin = await knowledge.read((within) => findKin(within, key, contents, environment), []);
  return inheriting(compared, kin);
}

function isSame(one: PullKey, other: PullKey): boolean {
  return one.repositoryId === other.repositoryId && one.pull === other.pull;
}

/**
 * Whoever has the content later inherits everything. Whoever had it first inherits no people: else anybody could copy a commit, name its
 * approvers as initiators of the copy, and so take them out of the original.
 */
function inheriting(facts: Facts, kin: readonly Kin[]): Facts {
  const lineage = kin.flatMap(({ proposal, history, earlier }): readonly Lineage[] => {
    const { governed, contributors, rejections } = history;
    return governed === null ? [] : [{ proposal, governed, contributors: earlier ? contributors : [], rejections }];
  });
  return { ...facts, history: { ...facts.history, lineage: [...lineage] } };
}

/** Facts with the whole list of files or commits of the present head; what cannot be read is left for the decision to say. */
async function looked({ installation, place }: LineageReader, facts: Facts, kind: 'files' | 'commits'): Promise<Facts> {
  const answered = await answerWants(installation, place, [{ kind, key: place.headSha }], 'facts');
  return { ...facts, lookups: withAnswers(facts.lookups, answered) };
}

/** Reads and keeps the fingerprint of another proposal's last head, as that proposal's own base shows it. */
async function fingerprint({ knowledge, installation, place }: LineageReader, suspect: Suspect): Promise<void> {
  const there = { ...place, pull: suspect.pull, baseSha: suspect.baseSha };
  const want: Want = { kind: 'files', key: suspect.head };
  const files = okOf(
    Lookups.parse(withAnswers({}, await answerWants(installation, there, [want], 'facts'))).files?.[suspect.head],
  );
  if (files === undefined || !isComplete(files)) return;
  const content: Content = { kind: 'fingerprint', value: fingerprintOfFiles(files.items), head: suspect.head };
  await knowledge.keep((within) => saveContents(within, suspect, [content]));
}

function ownFingerprint({ pull, lookups }: Facts): readonly Content[] {
  const files = okOf(lookups.files?.[pull.headSha]);
  if (files === undefined || !isComplete(files)) return [];
  return [{ kind: 'fingerprint', value: fingerprintOfFiles(files.items), head: pull.headSha }];
}

function environmentOf(policy: PolicyInForce, base: string): string {
  const effective =
    policy.kind === 'valid' ? policy.effective : policy.kind === 'invalid' ? policy.lastValid : undefined;
  return (effective === undefined ? undefined : gateEnvironment(effective, base)) ?? UNCLASSIFIED;
}

/** What a pull request consists of, as far as it is known: its commits, and the fingerprints that were computed of its heads. */
function contentsOf(facts: Facts, { fingerprints }: History): readonly Content[] {
  const { pull, commits, lookups } = facts;
  const head = pull.headSha;
  const listed = okOf(lookups.commits?.[head]) ?? commits;
  const shas = new Set([...listed.items.map(({ sha }) => sha), head]);
  const outline = outlineOf(facts);
  return [
    ...fingerprints.map((known): Content => ({ kind: 'fingerprint', value: known.fingerprint, head: known.head })),
    ...[...shas].map((value): Content => ({ kind: 'commit', value, head })),
    ...(outline === undefined ? [] : [{ kind: 'outline', value: outline, head } as const]),
  ];
}

/** What can be seen of a change without reading it: which files, and how many lines. Undefined where not every file is listed. */
function outlineOf({ files, pull }: Facts): string | undefined {
  if (!isComplete(files) || files.items.length === 0) return undefined;
  const paths = files.items.map(({ path, status }) => `${status} ${path}`).sort();
  return digestOf({ paths, additions: pull.additions, deletions: pull.deletions });
}

/** Keeps what a governed proposal consists of, so that it is known when it comes again under another name. */
export async function recordContents(
  session: Session,
  locator: PullLocator,
  facts: Facts,
  after: History,
): Promise<void> {
  if (after.governed === null) return;
  const contents = contentsOf(facts, after);
  await saveContents(session, locator, contents);
  if (handsOn(facts.history) === handsOn(after)) return;
  for (const kin of await openKin(session, locator.tenant, locator, contents)) await enqueue(session, evaluateJob(kin));
}

/** What others with the same content must learn of: a change of it sets their evaluation off. */
function handsOn({ governed, rejections }: History): string {
  return JSON.stringify([governed?.categories, governed?.route, rejections.map(({ source, id }) => [source, id])]);
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
