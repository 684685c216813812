import { z } from 'zod';
import { accountOfSender } from '../github/sender.ts';
import { endGroupJob, type MergeGroup, mergeGroupJob } from '../jobs/job.ts';
import type { Context, Effect } from '../route.ts';

const MergeGroupEvent = z.object({
  action: z.string(),
  /** `merged`, `invalidated` or `dequeued`, where the group is destroyed. */
  reason: z.string().nullish(),
  merge_group: z.object({ head_sha: z.string(), head_ref: z.string(), base_sha: z.string(), base_ref: z.string() }),
  sender: z.object({ id: z.number().int(), login: z.string(), type: z.string().default('User') }).nullish(),
});

/** The merge queue asks for checks on what it is about to merge, or says that it no longer is. */
export function onMergeGroup(payload: unknown, context: Context): Effect | z.ZodError {
  const parsed = MergeGroupEvent.safeParse(payload);
  if (!parsed.success) return parsed.error;
  const { action, reason, merge_group: told, sender } = parsed.data;
  const place = context.locator(0);
  if (place === undefined) return { reason: 'no repository' };
  const { pull: _pull, ...locator } = place;
  const group: MergeGroup = {
    locator,
    headSha: told.head_sha,
    headRef: branchOf(told.head_ref),
    baseSha: told.base_sha,
    baseRef: branchOf(told.base_ref),
  };
  if (action === 'checks_requested') return { jobs: [mergeGroupJob({ group })] };
  if (action !== 'destroyed') return { reason: `${action} asks nothing of this app` };
  const by = sender ? accountOfSender({ ...sender, kind: sender.type }) : null;
  return { jobs: [endGroupJob({ group, reason: reason ?? 'unknown', by })] };
}

function branchOf(ref: string): string {
  return ref.replace(/^refs\/heads\//, '');
}
