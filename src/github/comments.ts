import { z } from 'zod';
import type { Installation } from './client.ts';

/** A pull request or issue. */
export type Thread = { readonly owner: string; readonly repository: string; readonly number: number };

/** GitHub's limit for the body of a comment. */
export const longestComment = 65_536;

const REACT = /* GraphQL */ `
mutation CountersignReact($subject: ID!) {
  addReaction(input: { subjectId: $subject, content: THUMBS_UP }) { reaction { content } }
}
`;

/** Puts a thumb up on a comment or a review. GitHub keeps one of an account, so doing it twice is doing it once. */
export async function react(installation: Installation, nodeId: string): Promise<void> {
  await installation.mutate(REACT, { subject: nodeId }, 'answer');
}

const Comment = z.object({
  id: z.number(),
  body: z.string().nullish(),
  performed_via_github_app: z.object({ id: z.number() }).nullish(),
});

export async function writeComment(
  installation: Installation,
  { owner, repository, number }: Thread,
  body: string,
): Promise<void> {
  await installation.write(
    'POST /repos/{owner}/{repo}/issues/{issue_number}/comments',
    { owner, repo: repository, issue_number: number, body },
    'answer',
  );
}

/** Whether a comment of ours that holds `marker` has been there since. A marker in anybody else's comment is not ours (T29). */
export async function hasCommented(
  installation: Installation,
  { owner, repository, number }: Thread,
  { appId, marker, since }: { readonly appId: number; readonly marker: string; readonly since: string },
): Promise<boolean> {
  for (let page = 1; page <= 30; page += 1) {
    const found = z
      .array(Comment)
      .parse(
        await installation.read(
          'GET /repos/{owner}/{repo}/issues/{issue_number}/comments',
          { owner, repo: repository, issue_number: number, since, per_page: 100, page },
          'answer',
        ),
      );
    const isOurs = ({ body, performed_via_github_app: app }: z.infer<typeof Comment>) =>
      app?.id === appId && body?.includes(marker) === true;
    if (found.some(isOurs)) return true;
    if (found.length < 100) return false;
  }
  return false;
}
