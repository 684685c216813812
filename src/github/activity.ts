import { z } from 'zod';
import type { BranchUpdate, UpdateKind } from '../coverage/update.ts';
import type { Installation, Purpose } from './client.ts';

const KINDS: Readonly<Record<string, UpdateKind>> = {
  pr_merge: 'pull-request',
  merge_queue_merge: 'merge-queue',
  push: 'push',
  force_push: 'force-push',
  branch_creation: 'creation',
  branch_deletion: 'deletion',
};

const Activity = z.array(
  z.object({
    id: z.number(),
    before: z.string(),
    after: z.string(),
    timestamp: z.string(),
    activity_type: z.string(),
    actor: z.object({ id: z.number(), login: z.string(), type: z.string() }).nullish(),
  }),
);

const PER_PAGE = 100;
/** A branch that was not looked at for longer has had more updates than anybody can answer for one by one. */
const MOST_PAGES = 10;

export type BranchPlace = { readonly owner: string; readonly repository: string; readonly ref: string };

/**
 * Updates of a branch that are newer than `isKnown` says, oldest first, from GitHub's record of a repository's activity: the one place
 * that tells a merge made by GitHub from a push (documented activity types: push, force_push, branch_creation, branch_deletion, pr_merge,
 * merge_queue_merge). An unknown type counts as a push. `complete` is false when there were too many to read.
 */
export async function readUpdates(
  installation: Installation,
  { owner, repository, ref }: BranchPlace,
  isKnown: (update: BranchUpdate) => boolean,
  purpose: Purpose,
): Promise<{ readonly updates: readonly BranchUpdate[]; readonly complete: boolean }> {
  const found: BranchUpdate[] = [];
  let asked: Readonly<Record<string, unknown>> = { ref: `refs/heads/${ref}`, per_page: PER_PAGE, direction: 'desc' };
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const parameters = { ...asked, owner, repo: repository };
    const { data, next } = await installation.readPage('GET /repos/{owner}/{repo}/activity', parameters, purpose);
    for (const update of Activity.parse(data).map(updateOf)) {
      if (isKnown(update)) return { updates: found.reverse(), complete: true };
      found.push(update);
    }
    if (next === undefined) return { updates: found.reverse(), complete: true };
    asked = next;
  }
  return { updates: found.reverse(), complete: false };
}

function updateOf(item: z.infer<typeof Activity>[number]): BranchUpdate {
  const { id, before, after, timestamp, activity_type: type, actor } = item;
  return {
    id,
    before,
    after,
    at: new Date(timestamp).toISOString(),
    kind: KINDS[type] ?? 'push',
    actor: actor ? { id: actor.id, login: actor.login, kind: actor.type } : null,
  };
}
