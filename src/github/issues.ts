import { z } from 'zod';
import type { Installation } from './client.ts';
import type { Thread } from './comments.ts';
import { orNull } from './or-null.ts';

const Issue = z.object({
  number: z.number(),
  title: z.string(),
  state: z.string(),
  body: z.string().nullish(),
  performed_via_github_app: z.object({ id: z.number() }).nullish(),
});

type Place = Pick<Thread, 'owner' | 'repository'>;

/** Opens an issue and returns its number. */
export async function openIssue(
  installation: Installation,
  { owner, repository }: Place,
  issue: { readonly title: string; readonly body: string },
): Promise<number> {
  const route = 'POST /repos/{owner}/{repo}/issues';
  return Issue.parse(await installation.write(route, { owner, repo: repository, ...issue }, 'grant')).number;
}

/** The issue of ours that holds `marker`, among those touched since; null when there is none. */
export async function findIssue(
  installation: Installation,
  { owner, repository }: Place,
  { appId, marker, since }: { readonly appId: number; readonly marker: string; readonly since: string },
): Promise<number | null> {
  for (let page = 1; page <= 30; page += 1) {
    const parameters = { owner, repo: repository, state: 'all', since, per_page: 100, page };
    const found = z
      .array(Issue)
      .parse(await installation.read('GET /repos/{owner}/{repo}/issues', parameters, 'grant'));
    const ours = found.find(
      ({ body, performed_via_github_app: app }) => app?.id === appId && body?.includes(marker) === true,
    );
    if (ours !== undefined) return ours.number;
    if (found.length < 100) return null;
  }
  return null;
}

export type SeenIssue = { readonly title: string; readonly body: string; readonly state: 'open' | 'closed' };

/** An issue as it is now; null where it was deleted, or moved elsewhere. */
export async function readIssue(
  installation: Installation,
  { owner, repository, number }: Thread,
): Promise<SeenIssue | null> {
  const parameters = { owner, repo: repository, issue_number: number };
  const data = await orNull(installation.read('GET /repos/{owner}/{repo}/issues/{issue_number}', parameters, 'facts'));
  if (data === null) return null;
  const { number: found, title, body, state } = Issue.parse(data);
  if (found !== number) return null;
  return { title, body: body ?? '', state: state === 'closed' ? 'closed' : 'open' };
}

/** Puts an issue of ours back to what it was. */
export async function restoreIssue(
  installation: Installation,
  { owner, repository, number }: Thread,
  to: Partial<SeenIssue>,
): Promise<void> {
  const route = 'PATCH /repos/{owner}/{repo}/issues/{issue_number}';
  await installation.write(route, { owner, repo: repository, issue_number: number, ...to }, 'answer');
}

export async function closeIssue(installation: Installation, { owner, repository, number }: Thread): Promise<void> {
  await installation.write(
    'PATCH /repos/{owner}/{repo}/issues/{issue_number}',
    { owner, repo: repository, issue_number: number, state: 'closed', state_reason: 'completed' },
    'cosmetic',
  );
}
