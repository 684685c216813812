import { z } from 'zod';
import { AppError } from '../errors.ts';
import type { Installation, Purpose } from './client.ts';
import type { Place } from './lookup-pieces.ts';

/** A file as a commit has it; `text` is undefined where GitHub shows none, or not all of it. */
export type FileAt = { readonly oid: string; readonly text: string | undefined };

const Found = z.object({ oid: z.string(), text: z.string().nullish(), isTruncated: z.boolean().optional() }).nullable();
const Answer = z.object({
  repository: z.object({ commit: z.object({ oid: z.string() }).nullable() }).catchall(Found),
});

/**
 * Reads files as a commit has them, in one query; null where it has none. Asked of the base repository, which knows the commits of every
 * pull request, those from forks too. A commit that it does not know is trouble, and not a commit without files.
 */
export async function readFilesAt(
  installation: Installation,
  place: Place,
  commit: string,
  paths: readonly string[],
  purpose: Purpose,
): Promise<ReadonlyMap<string, FileAt | null>> {
  const fields = paths.map(
    (_, index) => `f${index}: object(expression: $e${index}) { oid ... on Blob { text isTruncated } }`,
  );
  const types = paths.map((_, index) => `, $e${index}: String!`).join('');
  const text = `query CountersignFilesAt($owner: String!, $name: String!, $commit: GitObjectID!${types}) {
    repository(owner: $owner, name: $name) { commit: object(oid: $commit) { oid } ${fields.join(' ')} }
  }`;
  const expressions = Object.fromEntries(paths.map((path, index) => [`e${index}`, `${commit}:${path}`]));
  const variables = { owner: place.owner, name: place.repository, commit, ...expressions };
  const { data, errors } = await installation.query(text, variables, purpose);
  const parsed = Answer.safeParse(data);
  if (!parsed.success || errors.length > 0 || parsed.data.repository.commit === null)
    throw new AppError('github-unexpected', `GitHub did not give the files of ${commit.slice(0, 10)}.`, {
      retryable: true,
    });
  const { repository } = parsed.data;
  return new Map(paths.map((path, index) => [path, fileOf(repository[`f${index}`] ?? null)]));
}

function fileOf(found: z.infer<typeof Found>): FileAt | null {
  if (found === null) return null;
  const whole = found.isTruncated === false && typeof found.text === 'string';
  return { oid: found.oid, text: whole ? (found.text ?? undefined) : undefined };
}

const Compared = z.object({ merge_base_commit: z.object({ sha: z.string() }) });

/** The commit that a pull request's changes are counted from; null when it has no history in common with its base. */
export async function mergeBaseOf(installation: Installation, place: Place, purpose: Purpose): Promise<string | null> {
  const basehead = `${place.baseSha}...${place.headSha}`;
  const parameters = { owner: place.owner, repo: place.repository, basehead, per_page: 1 };
  try {
    const data = await installation.read('GET /repos/{owner}/{repo}/compare/{basehead}', parameters, purpose);
    const parsed = Compared.safeParse(data);
    return parsed.success ? parsed.data.merge_base_commit.sha : null;
  } catch (error) {
    if (error instanceof AppError && error.code === 'github-not-found') return null;
    throw error;
  }
}
