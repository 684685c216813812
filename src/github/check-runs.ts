import { z } from 'zod';
import type { CheckContent } from '../store/publications.ts';
import type { Installation, Purpose } from './client.ts';

/** A check run of ours, as GitHub shows it. */
export type ShownCheck = {
  readonly id: number;
  readonly conclusion: string | null;
  readonly title: string | null;
  readonly summary: string | null;
};

export type CheckAddress = {
  readonly owner: string;
  readonly repository: string;
  readonly headSha: string;
  readonly name: string;
};

/** GitHub's limits (docs: REST, Check runs). The title has none that is documented; longer ones are cut on its pages. */
const LONGEST_TEXT = 65_535;
const LONGEST_TITLE = 255;
/** For one request (docs: REST, Create a check run). */
export const MOST_ANNOTATIONS = 50;

const CheckRun = z.object({
  id: z.number(),
  conclusion: z.string().nullable(),
  external_id: z.string().nullish(),
  app: z.object({ id: z.number() }).nullish(),
  output: z.object({ title: z.string().nullish(), summary: z.string().nullish() }).nullish(),
});

/** Creates a check run on a commit and returns its id. `externalId` recognises it if the answer is lost. */
export async function createCheck(
  installation: Installation,
  address: CheckAddress,
  content: CheckContent,
  externalId: string,
  purpose: Purpose,
): Promise<number> {
  const data = await installation.write(
    'POST /repos/{owner}/{repo}/check-runs',
    {
      owner: address.owner,
      repo: address.repository,
      name: address.name,
      head_sha: address.headSha,
      external_id: externalId,
      ...bodyOf(content, content.annotations?.slice(0, MOST_ANNOTATIONS)),
    },
    purpose,
  );
  return CheckRun.parse(data).id;
}

export async function updateCheck(
  installation: Installation,
  address: CheckAddress,
  id: number,
  content: CheckContent,
  purpose: Purpose,
): Promise<void> {
  await installation.write(
    'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}',
    { owner: address.owner, repo: address.repository, check_run_id: id, ...bodyOf(content) },
    purpose,
  );
}

/**
 * Adds those annotations of a run that it does not show yet, as many at a time as GitHub takes. It takes none back: those of an earlier
 * look stay, and what holds is in the summary.
 */
export async function annotateCheck(
  installation: Installation,
  address: CheckAddress,
  id: number,
  content: CheckContent,
  purpose: Purpose,
): Promise<void> {
  const run = { owner: address.owner, repo: address.repository, check_run_id: id };
  const shown = new Set<string>();
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const parameters = { ...run, per_page: 100, page };
    const route = 'GET /repos/{owner}/{repo}/check-runs/{check_run_id}/annotations';
    const found = z.array(ShownAnnotation).parse(await installation.read(route, parameters, purpose));
    for (const annotation of found) shown.add(keyOf(annotation));
    if (found.length < 100) break;
  }
  const missing = (content.annotations ?? []).filter((annotation) => !shown.has(keyOf(annotation)));
  for (let start = 0; start < missing.length; start += MOST_ANNOTATIONS) {
    const output = { ...outputOf(content), annotations: missing.slice(start, start + MOST_ANNOTATIONS) };
    await installation.write('PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}', { ...run, output }, purpose);
  }
}

/** As many pages of a hundred as there can be annotations of ours, several times over. */
const MOST_PAGES = 10;
const ShownAnnotation = z.object({ path: z.string(), start_line: z.number(), message: z.string().nullable() });

function keyOf({ path, start_line, message }: z.infer<typeof ShownAnnotation>): string {
  return JSON.stringify([path, start_line, message]);
}

/** Finds our own check run on a commit by its external id: the newest, should there be several. */
export async function findCheck(
  installation: Installation,
  address: CheckAddress,
  appId: number,
  externalId: string,
  purpose: Purpose,
): Promise<ShownCheck | null> {
  const data = await installation.read(
    'GET /repos/{owner}/{repo}/commits/{ref}/check-runs',
    {
      owner: address.owner,
      repo: address.repository,
      ref: address.headSha,
      check_name: address.name,
      app_id: appId,
      filter: 'all',
      per_page: 100,
    },
    purpose,
  );
  const runs = z.object({ check_runs: z.array(CheckRun) }).parse(data).check_runs;
  const ours = runs
    .filter((run) => run.external_id === externalId && run.app?.id === appId)
    .sort((a, b) => b.id - a.id)[0];
  if (ours === undefined) return null;
  return {
    id: ours.id,
    conclusion: ours.conclusion,
    title: ours.output?.title ?? null,
    summary: ours.output?.summary ?? null,
  };
}

/** The number of the newest check run of a name on a commit, whoever made it; null where there is none. */
export async function newestCheck(
  installation: Installation,
  { owner, repository: repo, headSha: ref, name }: CheckAddress,
  purpose: Purpose,
): Promise<number | null> {
  const parameters = { owner, repo, ref, check_name: name, filter: 'latest', per_page: 100 };
  const data = await installation.read('GET /repos/{owner}/{repo}/commits/{ref}/check-runs', parameters, purpose);
  const runs = z.object({ check_runs: z.array(z.object({ id: z.number() })) }).parse(data).check_runs;
  return runs.length === 0 ? null : Math.max(...runs.map(({ id }) => id));
}

const REEVALUATE = {
  label: 'Re-evaluate',
  description: 'Look at the pull request again now',
  identifier: 'reevaluate',
} as const;

/** An unfinished run takes no conclusion; a finished one needs it. Actions are shown on finished runs only. */
function bodyOf(content: CheckContent, annotations?: CheckContent['annotations']): Readonly<Record<string, unknown>> {
  const output = { ...outputOf(content), ...(annotations === undefined ? {} : { annotations }) };
  if (content.status === 'in_progress') return { status: 'in_progress', output };
  return {
    status: 'completed',
    conclusion: content.conclusion,
    output,
    actions: content.conclusion === 'success' ? [] : [REEVALUATE],
  };
}

function outputOf({ title, summary }: CheckContent) {
  return { title: title.slice(0, LONGEST_TITLE), summary: summary.slice(0, LONGEST_TEXT) };
}
