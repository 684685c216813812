import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { FileDetail } from '../decision/lookups.ts';
import type { Listing } from '../decision/values.ts';
import { AppError } from '../errors.ts';
import type { Installation, Purpose } from './client.ts';
import { readModes } from './file-modes.ts';
import type { Place } from './lookup-pieces.ts';
import { orNull } from './or-null.ts';

const PER_PAGE = 100;
/** GitHub lists at most 3,000 files of a pull request (docs: List pull requests files). */
const MOST_FILE_PAGES = 30;

const RestFile = z.object({
  filename: z.string(),
  previous_filename: z.string().optional(),
  status: z.enum(['added', 'modified', 'removed', 'renamed', 'copied', 'changed', 'unchanged']),
  sha: z.string().nullish(),
  patch: z.string().optional(),
});

/** GitHub lists at most 300 files of a comparison (docs: Compare two commits). */
const MOST_COMPARED = 300;

type Listed = { readonly items: readonly Omit<FileDetail, 'mode'>[]; readonly total: number };

/** The files that a head changes, with modes; without where the list is cut short, since nothing can rest on it then. */
export async function readFiles(
  installation: Installation,
  place: Place,
  head: string,
  purpose: Purpose,
): Promise<Listing<FileDetail>> {
  const { items, total } = await listed(installation, place, head, purpose);
  if (items.length < total) return { items, total };
  const paths = items.filter(({ status }) => status !== 'removed').map(({ path }) => path);
  const modes = await readModes(installation, place, head, paths, purpose);
  return { items: items.map((item) => ({ ...item, mode: modes.get(item.path) ?? null })), total };
}

/**
 * The files that a head changes, as REST lists them. A comparison names the commit, so nothing can be pushed in between; the list of the pull request is
 * always that of its present head, so it serves large changes only, and only when the head is still the same afterwards.
 */
async function listed(installation: Installation, place: Place, head: string, purpose: Purpose): Promise<Listed> {
  const { headSha } = place;
  if (head !== headSha) return (await orNull(compareFiles(installation, place, head, purpose))) ?? unknownFiles;
  if (place.changedFiles < MOST_COMPARED) return compareFiles(installation, place, head, purpose);
  const items = await listFiles(installation, place, purpose);
  const parameters = { owner: place.owner, repo: place.repository, pull_number: place.pull };
  const now = PullHead.parse(
    await installation.read('GET /repos/{owner}/{repo}/pulls/{pull_number}', parameters, purpose),
  );
  if (now.head.sha !== head)
    throw new AppError('github-unexpected', 'The pull request got a new head while it was read.', { retryable: true });
  return { items, total: Math.max(items.length, place.changedFiles) };
}

/** A head that GitHub does not keep any more: reads as truncated, so that nothing is concluded from it. */
const unknownFiles: Listed = { items: [], total: 1 };
const PullHead = z.object({ head: z.object({ sha: z.string() }) });

async function compareFiles(installation: Installation, place: Place, head: string, purpose: Purpose): Promise<Listed> {
  const parameters = { owner: place.owner, repo: place.repository, basehead: `${place.baseSha}...${head}` };
  const data = await installation.read('GET /repos/{owner}/{repo}/compare/{basehead}', parameters, purpose);
  const { files } = z.object({ files: z.array(RestFile) }).parse(data);
  const least = head === place.headSha ? place.changedFiles : 0;
  const total = Math.max(files.length < MOST_COMPARED ? files.length : files.length + 1, least);
  return { items: files.map(fileDetail), total };
}

async function listFiles(installation: Installation, place: Place, purpose: Purpose): Promise<Listed['items']> {
  const items: Listed['items'][number][] = [];
  for (let page = 1; page <= MOST_FILE_PAGES; page += 1) {
    const data = await installation.read(
      'GET /repos/{owner}/{repo}/pulls/{pull_number}/files',
      { owner: place.owner, repo: place.repository, pull_number: place.pull, per_page: PER_PAGE, page },
      purpose,
    );
    const files = z.array(RestFile).parse(data);
    items.push(...files.map(fileDetail));
    if (files.length < PER_PAGE) break;
  }
  return items;
}

function fileDetail(file: z.infer<typeof RestFile>): Listed['items'][number] {
  return {
    path: file.filename,
    status: file.status,
    ...(file.previous_filename === undefined ? {} : { previousPath: file.previous_filename }),
    blob: file.sha ?? null,
    patch: file.patch === undefined ? null : createHash('sha256').update(file.patch).digest('hex'),
  };
}
