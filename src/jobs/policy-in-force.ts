import { z } from 'zod';
import type { PolicyInForce } from '../decision/decision.ts';
import { AppError } from '../errors.ts';
import type { Installation } from '../github/client.ts';
import type { PolicyHolder } from '../github/pull-query.ts';
import { type LoadResult, loadPolicy, type PolicyText } from '../policy/load.ts';
import { renderProblem } from '../policy/problem.ts';
import type { Session } from '../store/database.ts';
import type { Knowledge } from '../store/knowledge.ts';
import { loadLastValid, loadPolicyTexts, type PolicyBlobs, saveLastValid, savePolicyText } from '../store/policies.ts';

export const ORGANIZATION_FILE = 'countersign.yml';
export const REPOSITORY_FILE = '.github/countersign.yml';

export type InForce = {
  readonly policy: PolicyInForce;
  readonly blobs: PolicyBlobs;
  /** The text of the organization's policy; undefined where there is none. */
  readonly organizationText: () => Promise<string | undefined>;
  /** Paths in the repository itself at which a policy in force is read. */
  readonly paths: readonly string[];
  /** Whether an organization's policy is in force here, or was: without one nothing may pass then. */
  readonly organizationExpected: boolean;
};

/** A repository, and the organization's policy repository, each with the id of its policy file. */
export type PolicyHolders = { readonly repository: PolicyHolder; readonly policyRepository: PolicyHolder | null };
type Source = { readonly file: string; readonly owner: string; readonly repository: string; readonly oid: string };

/**
 * The policy that governs a repository now: the organization's from its policy repository, and the repository's own, each from the default
 * branch, whatever the pull request says. The ids come with the facts; a text is read from GitHub only when its id is new.
 */
export async function policyInForce(
  knowledge: Knowledge,
  installation: Installation,
  answer: PolicyHolders,
): Promise<InForce> {
  const { repository, policyRepository } = answer;
  const { organization, own } = sourcesOf(answer);
  const blobs = { organization: organization?.oid ?? null, repository: own?.oid ?? null };
  const isPolicyRepository = policyRepository?.databaseId === repository.databaseId;
  const paths = isPolicyRepository ? [ORGANIZATION_FILE, REPOSITORY_FILE] : [REPOSITORY_FILE];
  const organizationExpected =
    organization !== undefined || (await hadOrganizationPolicy(knowledge, repository.databaseId));
  const organizationText = async () =>
    textOf(organization, await readTexts(knowledge, installation, [organization]))?.text;
  const where = { blobs, paths, organizationExpected, organizationText };
  if (organization === undefined && organizationExpected)
    return { policy: await vanished(knowledge, repository), ...where };
  if (organization === undefined && own === undefined) return { policy: { kind: 'none' }, ...where };
  const loaded = await load(knowledge, installation, organization, own);
  return { policy: await inForce(knowledge, repository.databaseId, loaded), ...where };
}

/** What would be in force if these texts stood where the organization's and the repository's own policy stand; undefined is as it is. */
export async function policySupposed(
  knowledge: Knowledge,
  installation: Installation,
  answer: PolicyHolders,
  supposed: { readonly organization: PolicyText | undefined; readonly repository: PolicyText | undefined },
): Promise<LoadResult> {
  const { organization, own } = sourcesOf(answer);
  const missing = [supposed.organization ? undefined : organization, supposed.repository ? undefined : own];
  const texts = await readTexts(knowledge, installation, missing);
  return loadPolicy({
    organization: supposed.organization ?? textOf(organization, texts),
    repository: supposed.repository ?? textOf(own, texts),
  });
}

function sourcesOf({ repository, policyRepository }: PolicyHolders) {
  const foreign =
    policyRepository !== null && policyRepository.owner.login.toLowerCase() !== repository.owner.login.toLowerCase();
  return {
    organization: foreign ? undefined : sourceOf(policyRepository, ORGANIZATION_FILE),
    own: sourceOf(repository, REPOSITORY_FILE),
  };
}

function sourceOf(holder: Pick<PolicyHolder, 'name' | 'owner' | 'policy'> | null, file: string): Source | undefined {
  if (holder === null || holder.policy === null) return undefined;
  return { file, owner: holder.owner.login, repository: holder.name, oid: holder.policy.oid };
}

/** Policies by the ids of their blobs: the same bytes are parsed once. */
const parsed = new Map<string, LoadResult>();
const KEPT = 500;

async function load(
  knowledge: Knowledge,
  installation: Installation,
  organization: Source | undefined,
  repository: Source | undefined,
): Promise<LoadResult> {
  const key = `${installation.tenant}:${organization?.oid ?? ''}:${repository?.oid ?? ''}`;
  const known = parsed.get(key);
  if (known !== undefined) return known;
  const texts = await readTexts(knowledge, installation, [organization, repository]);
  const result = loadPolicy({ organization: textOf(organization, texts), repository: textOf(repository, texts) });
  if (parsed.size >= KEPT) parsed.delete(parsed.keys().next().value ?? '');
  parsed.set(key, result);
  return result;
}

function textOf(source: Source | undefined, texts: ReadonlyMap<string, string>) {
  return source === undefined ? undefined : { file: source.file, text: texts.get(source.oid) ?? '' };
}

async function readTexts(
  knowledge: Knowledge,
  installation: Installation,
  wanted: readonly (Source | undefined)[],
): Promise<ReadonlyMap<string, string>> {
  const sources = wanted.filter((source) => source !== undefined);
  const oids = sources.map((source) => source.oid);
  const texts = new Map(await knowledge.read((within) => loadPolicyTexts(within, oids), new Map()));
  for (const source of sources) {
    if (texts.has(source.oid)) continue;
    const text = await readBlob(installation, source);
    await knowledge.keep((within) => savePolicyText(within, source.oid, source.file, text));
    texts.set(source.oid, text);
  }
  return texts;
}

const BlobAnswer = z.object({
  repository: z.object({ object: z.object({ text: z.string().nullish(), isTruncated: z.boolean() }).nullable() }),
});
const BLOB_QUERY = `query CountersignPolicy($owner: String!, $name: String!, $oid: GitObjectID!) {
  repository(owner: $owner, name: $name) { object(oid: $oid) { ... on Blob { text isTruncated } } }
}`;

/** Nothing that a policy can be, and, unlike a NUL, something that the database can keep. */
export const UNREADABLE = '\ufffd';

/** A blob that GitHub cuts short, or shows no text of, is larger or stranger than any policy: it reads as one that is invalid. */
async function readBlob(installation: Installation, source: Source): Promise<string> {
  const variables = { owner: source.owner, name: source.repository, oid: source.oid };
  const { data, errors } = await installation.query(BLOB_QUERY, variables, 'facts');
  const answer = BlobAnswer.safeParse(data);
  if (!answer.success || errors.length > 0)
    throw new AppError('github-unexpected', `GitHub did not give ${source.file}.`, { retryable: true });
  const blob = answer.data.repository.object;
  return blob === null || blob.isTruncated || typeof blob.text !== 'string' ? UNREADABLE : blob.text;
}

async function inForce(knowledge: Knowledge, repositoryId: number, loaded: LoadResult): Promise<PolicyInForce> {
  if (loaded.ok) return { kind: 'valid', effective: loaded.effective };
  const lastValid = await lastValidPolicy(knowledge, repositoryId);
  return { kind: 'invalid', problems: loaded.errors.map(renderProblem), sources: [], lastValid };
}

async function hadOrganizationPolicy(knowledge: Knowledge, repositoryId: number): Promise<boolean> {
  const last = await knowledge.read((within) => loadLastValid(within, repositoryId), null);
  return (last?.organization ?? null) !== null;
}

/**
 * An organization policy that was in force and cannot be found any more may have been deleted, or only be out of the app's sight. Taking
 * the repository's own policy in its place could loosen everything, so it counts as invalid until it is back.
 */
async function vanished(knowledge: Knowledge, repository: PolicyHolder): Promise<PolicyInForce> {
  const sentence =
    `${ORGANIZATION_FILE}: the organization's policy was in force and can no longer be read in ${repository.owner.login}'s policy ` +
    'repository; give the app access to it again, or put a policy there (`version: 1` alone asks for nothing)';
  return {
    kind: 'invalid',
    problems: [sentence],
    sources: [],
    lastValid: await lastValidPolicy(knowledge, repository.databaseId),
  };
}

/** The policy that was last valid for a repository, if there ever was one. */
export async function lastValidPolicy(knowledge: Knowledge, repositoryId: number) {
  const last = await knowledge.read((within) => loadLastValid(within, repositoryId), null);
  return last === null ? undefined : effectiveOf(knowledge, last);
}

/** The policy of these blobs, as it was when it was in force; undefined where its texts are no longer kept. */
export async function effectiveOf(knowledge: Knowledge, blobs: PolicyBlobs) {
  return reload(blobs, await loadBlobs(knowledge, blobs));
}

function loadBlobs(knowledge: Knowledge, blobs: PolicyBlobs): Promise<ReadonlyMap<string, string>> {
  const oids = [blobs.organization, blobs.repository].filter((oid) => oid !== null);
  return knowledge.read((within) => loadPolicyTexts(within, oids), new Map());
}

function reload(blobs: PolicyBlobs, texts: ReadonlyMap<string, string>) {
  const known = (oid: string | null, file: string) => {
    const text = oid === null ? undefined : texts.get(oid);
    return text === undefined ? undefined : { file, text };
  };
  const organization = known(blobs.organization, ORGANIZATION_FILE);
  const repository = known(blobs.repository, REPOSITORY_FILE);
  if (organization === undefined && repository === undefined) return undefined;
  const result = loadPolicy({ organization, repository });
  return result.ok ? result.effective : undefined;
}

/** Remembers a valid policy as the last one, within the transaction that records the decision made under it. */
export async function rememberValid(session: Session, repositoryId: number, { policy, blobs }: InForce): Promise<void> {
  if (policy.kind === 'valid') await saveLastValid(session, repositoryId, blobs);
}
