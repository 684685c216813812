import { z } from 'zod';
import type { ChangedFile, Texts } from '../follow-up/reverts.ts';
import type { Installation } from './client.ts';

type Place = { readonly owner: string; readonly repository: string; readonly pull: number };

const Files = z.array(
  z.object({
    filename: z.string(),
    previous_filename: z.string().optional(),
    status: z.string(),
    sha: z.string().nullish(),
    patch: z.string().optional(),
  }),
);
const Pull = z.object({ title: z.string(), body: z.string().nullish() });
const Commits = z.array(z.object({ sha: z.string(), commit: z.object({ message: z.string() }) }));

/** A hundred files a page: a change of more than these is compared with nothing. */
const MOST_PAGES = 10;

/** The files of a pull request with their patches, as REST lists them; null where there are too many. */
export async function readPatches(installation: Installation, at: Place): Promise<readonly ChangedFile[] | null> {
  const files: ChangedFile[] = [];
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const parameters = { owner: at.owner, repo: at.repository, pull_number: at.pull, per_page: 100, page };
    const route = 'GET /repos/{owner}/{repo}/pulls/{pull_number}/files';
    const read = Files.parse(await installation.read(route, parameters, 'facts'));
    files.push(
      ...read.map((file) => ({
        path: file.filename,
        previousPath: file.previous_filename ?? null,
        status: file.status,
        blob: file.sha ?? null,
        patch: file.patch ?? null,
      })),
    );
    if (read.length < 100) return files;
  }
  return null;
}

/** What a pull request says, in its title, its body and the messages of its first hundred commits. */
export async function readTexts(installation: Installation, { owner, repository, pull }: Place): Promise<Texts> {
  const parameters = { owner, repo: repository, pull_number: pull };
  const { title, body } = Pull.parse(
    await installation.read('GET /repos/{owner}/{repo}/pulls/{pull_number}', parameters, 'facts'),
  );
  const messages = (await readCommits(installation, { owner, repository, pull })).map(({ message }) => message);
  return { title, body: body ?? '', messages };
}

export async function readCommits(
  installation: Installation,
  { owner, repository, pull }: Place,
): Promise<readonly { readonly sha: string; readonly message: string }[]> {
  const parameters = { owner, repo: repository, pull_number: pull, per_page: 100 };
  const route = 'GET /repos/{owner}/{repo}/pulls/{pull_number}/commits';
  return Commits.parse(await installation.read(route, parameters, 'facts')).map(({ sha, commit }) => ({
    sha,
    message: commit.message,
  }));
}
