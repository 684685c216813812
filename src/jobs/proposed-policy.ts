import type { Facts } from '../decision/facts.ts';
import type { ProposedPolicy } from '../decision/listed.ts';
import type { Backtested, Past } from '../decision/past.ts';
import { type PolicyGate, type PolicyGateInput, policyGate } from '../decision/policy-gate.ts';
import { okOf } from '../decision/subject.ts';
import { isComplete } from '../decision/values.ts';
import type { Place } from '../github/answer-wants.ts';
import type { Installation } from '../github/client.ts';
import { type FileAt, mergeBaseOf, readFilesAt } from '../github/policy-files.ts';
import type { EffectivePolicy } from '../policy/compose.ts';
import { renderProblem } from '../policy/problem.ts';
import { changeBetween, loadProposed, type Proposed } from '../policy/proposed.ts';
import type { Proposal as PolicyTrial } from './backtest/try-policy.ts';
import { type InForce, ORGANIZATION_FILE, REPOSITORY_FILE, UNREADABLE } from './policy-in-force.ts';

/** The policy files as a pull request would have them, and what they would come to. */
export type Proposal = {
  readonly answer: ProposedPolicy;
  readonly touched: PolicyGateInput['touched'];
  readonly proposed: Proposed;
  /** The policy files that would be in force, by path; null where there would be none. Without what this pull request cannot change. */
  readonly files: ReadonlyMap<string, FileAt | null>;
};

/** A proposed policy that can be tried on what is on record, with the texts that this takes. */
export type Trial = {
  readonly proposal: PolicyTrial;
  readonly texts: readonly { readonly oid: string; readonly file: string; readonly text: string }[];
};

export type ProposalReader = {
  readonly installation: Installation;
  readonly place: Place;
  readonly force: InForce;
  readonly facts: Facts;
};

/** Reads what a pull request makes of the policy files. Costs one call, or three where its files are too many to be listed. */
export async function readProposal(reader: ProposalReader): Promise<Proposal> {
  const { installation, place, force } = reader;
  const head = await readFilesAt(installation, place, place.headSha, force.paths, 'facts');
  const touched = await touchedFiles(reader, head);
  if (touched.length === 0)
    return {
      answer: { kind: 'untouched' },
      touched,
      proposed: { ok: true, after: undefined, warnings: [] },
      files: head,
    };
  const proposed = await load(reader, head);
  const answer: ProposedPolicy = proposed.ok
    ? { kind: 'valid' }
    : { kind: 'invalid', problems: proposed.errors.map(renderProblem) };
  return { answer, touched, proposed, files: head };
}

/** The check of the policy itself, and what must be tried before it can say all that it has to say. */
export type GateOfPolicy = { readonly gate: PolicyGate; readonly trial: Trial | null };

/** What is known of what a proposed policy would have decided; null where it was not tried yet. */
export type TriedBefore = (proposal: PolicyTrial) => Promise<Backtested | null>;

/**
 * The check of the policy itself, or null where no policy file is touched. Nothing is asked of GitHub when the list of files tells;
 * and one that is cut short, or has a renamed file without its old name, does not.
 */
export async function gateOfPolicy(
  { facts, force, defaultBranch }: { readonly facts: Facts; readonly force: InForce; readonly defaultBranch: string },
  read: () => Promise<Proposal>,
  triedBefore: TriedBefore,
): Promise<GateOfPolicy | null> {
  const listing = okOf(facts.lookups.files?.[facts.pull.headSha]) ?? facts.files;
  if (!lists(listing.items, force.paths) && isWhole(facts, force)) return null;
  const proposal = await read();
  const { touched, proposed } = proposal;
  if (touched.length === 0) return null;
  const { policy } = force;
  const before = policy.kind === 'valid' ? policy.effective : policy.kind === 'invalid' ? policy.lastValid : undefined;
  const isWorthATrial = facts.pull.base === defaultBranch && changesWhatHolds(before, proposed);
  const trial = isWorthATrial ? trialOf(proposal, force) : null;
  const known = trial === null ? null : await triedBefore(trial.proposal);
  const past: Past = known !== null ? { kind: 'known', ...known } : { kind: trial === null ? 'none' : 'pending' };
  const { visibility } = facts.repository;
  const gate = policyGate({ touched, proposed, before, base: facts.pull.base, defaultBranch, past, visibility });
  return { gate, trial: known === null ? trial : null };
}

function changesWhatHolds(before: EffectivePolicy | undefined, proposed: Proposed): boolean {
  if (!proposed.ok || proposed.after === undefined) return false;
  const { added, removed } = changeBetween(before, proposed.after);
  return added.length + removed.length > 0;
}

function trialOf({ files }: Proposal, { blobs, policy }: InForce): Trial {
  const blobOf = (path: string, inForce: string | null): string | null => {
    const file = files.get(path);
    return file === undefined ? inForce : (file?.oid ?? null);
  };
  const proposed = {
    organization: blobOf(ORGANIZATION_FILE, blobs.organization),
    repository: blobOf(REPOSITORY_FILE, blobs.repository),
  };
  const texts = [...files].flatMap(([file, at]) =>
    at?.text === undefined ? [] : [{ oid: at.oid, file, text: at.text }],
  );
  return { proposal: { proposed, inForce: blobs, isValid: policy.kind === 'valid' }, texts };
}

function lists(items: Facts['files']['items'], paths: readonly string[]): boolean {
  return items.some(({ path, previousPath = path }) => paths.includes(path) || paths.includes(previousPath));
}

/** Whether the lists at hand name every path, old and new, at which there could be a policy file. */
function isWhole({ files, lookups, pull }: Facts, force: InForce): boolean {
  const listing = okOf(lookups.files?.[pull.headSha]) ?? files;
  if (!isComplete(listing) || listing.items.length < files.total) return false;
  const canGo = force.paths.some((path) => oidInForce(path, force) !== null);
  return (
    !canGo || listing.items.every(({ status, previousPath }) => status !== 'renamed' || previousPath !== undefined)
  );
}

async function touchedFiles(
  { installation, place, force, facts }: ProposalReader,
  head: ReadonlyMap<string, FileAt | null>,
): Promise<PolicyGateInput['touched']> {
  const named = force.paths.filter((path) => lists(facts.files.items, [path]));
  const differing = force.paths.filter((path) => (head.get(path)?.oid ?? null) !== oidInForce(path, force));
  const doubtful = differing.filter((path) => !named.includes(path));
  const changed = isWhole(facts, force) ? named : [...named, ...(await sinceMergeBase(doubtful))];
  return changed.map((path) => ({ path, what: whatHappens(oidInForce(path, force), head.get(path)?.oid ?? null) }));

  async function sinceMergeBase(paths: readonly string[]): Promise<readonly string[]> {
    if (paths.length === 0) return [];
    const base = await mergeBaseOf(installation, place, 'facts');
    if (base === null) return paths;
    const then = await readFilesAt(installation, place, base, paths, 'facts');
    return paths.filter((path) => then.get(path)?.oid !== head.get(path)?.oid);
  }
}

function whatHappens(before: string | null, after: string | null): 'added' | 'changed' | 'removed' {
  if (after === null) return 'removed';
  return before === null ? 'added' : 'changed';
}

/** In the policy repository the organization's file is the proposal's too; anywhere else it is the one in force. */
async function load({ force }: ProposalReader, head: ReadonlyMap<string, FileAt | null>): Promise<Proposed> {
  const at = (path: string): string | undefined => {
    const file = head.get(path) ?? null;
    return file === null ? undefined : (file.text ?? UNREADABLE);
  };
  const organization = force.paths.includes(ORGANIZATION_FILE) ? at(ORGANIZATION_FILE) : await force.organizationText();
  const textOf = (file: string, text: string | undefined) => (text === undefined ? undefined : { file, text });
  return loadProposed(
    { organization: textOf(ORGANIZATION_FILE, organization), repository: textOf(REPOSITORY_FILE, at(REPOSITORY_FILE)) },
    force.organizationExpected ? { file: ORGANIZATION_FILE } : undefined,
  );
}

function oidInForce(path: string, { blobs }: InForce): string | null {
  return path === ORGANIZATION_FILE ? blobs.organization : blobs.repository;
}
