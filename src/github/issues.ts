import { z } from 'zod';
import type { Installation } from './client.ts';
import type { Thread } from './comments.ts';

const Issue = z.object({
  number: z.number(),
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

export async function closeIssue(installation: Installation, { owner, repository, number }: Thread): Promise<void> {
  await installation.write(
    'PATCH /repos/{owner}/{repo}/issues/{issue_number}',
    { owner, repo: repository, issue_number: number, state: 'closed', state_reason: 'completed' },
    'cosmetic',
  );
}
