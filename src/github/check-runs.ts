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
      ...bodyOf(content),
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

const REEVALUATE = {
  label: 'Re-evaluate',
  description: 'Look at the pull request again now',
  identifier: 'reevaluate',
} as const;

/** An unfinished run takes no conclusion; a finished one needs it. Actions are shown on finished runs only. */
function bodyOf(content: CheckContent): Readonly<Record<string, unknown>> {
  const output = { title: content.title.slice(0, LONGEST_TITLE), summary: content.summary.slice(0, LONGEST_TEXT) };
  if (content.status === 'in_progress') return { status: 'in_progress', output };
  return {
    status: 'completed',
    conclusion: content.conclusion,
    output,
    actions: content.conclusion === 'success' ? [] : [REEVALUATE],
  };
}
