import type { z } from 'zod';
import { PushEvent } from '../github/events.ts';
import { accessReviewJob } from '../jobs/access-review/job.ts';
import { fanOutJob, type Job, watchBranchJob } from '../jobs/job.ts';
import type { Context, Effect, PushSighting } from '../route.ts';

/** A head that somebody pushed. */
export function pushOf(
  pull: number | null,
  ref: string | null,
  head: string,
  before: string | null,
  sender: { readonly id: number; readonly login: string; readonly type: string },
): PushSighting {
  return { pull, ref, head, before, pusherId: sender.id, pusherLogin: sender.login, pusherKind: sender.type };
}

const REPOSITORY_POLICY = '.github/countersign.yml';
const ORGANIZATION_POLICY = 'countersign.yml';

export function onPush(payload: unknown, context: Context): Effect | z.ZodError {
  const parsed = PushEvent.safeParse(payload);
  if (!parsed.success) return parsed.error;
  const push = parsed.data;
  if (push.deleted || !push.ref.startsWith('refs/heads/')) return { reason: 'not the head of a branch' };
  const branch = push.ref.slice('refs/heads/'.length);
  const pushes = push.sender ? [pushOf(null, branch, push.after, push.before, push.sender)] : [];
  return { pushes, jobs: [...watched(branch, push, context), ...concernedBy(branch, push, context)] };
}

/** The queue makes branches of its own for what it tests; what it merges comes to the base branch. */
const QUEUE_BRANCH = 'gh-readonly-queue/';

function watched(ref: string, { before, after }: PushEvent, { locator }: Context): readonly Job[] {
  const place = locator(0);
  if (place === undefined || ref.startsWith(QUEUE_BRANCH)) return [];
  const { pull: _pull, ...repository } = place;
  return [watchBranchJob({ locator: repository, ref, before, after })];
}

/** Policy files and CODEOWNERS count as they are on the default branch. */
function concernedBy(branch: string, push: PushEvent, { tenant, envelope, app, locator }: Context): readonly Job[] {
  if (envelope.repository === null || envelope.repository === undefined || branch !== push.repository.default_branch)
    return [];
  const touched = (file: string): boolean =>
    push.forced ||
    push.commits.length === 0 ||
    push.commits.some((c) => [...c.added, ...c.modified, ...c.removed].includes(file));
  const place = locator(0);
  const reviews = place === undefined ? [] : [accessReviewJob(place)];
  if (envelope.repository.name === app.policyRepository && touched(ORGANIZATION_POLICY)) {
    return [fanOutJob({ tenant, scope: 'tenant' }), ...reviews];
  }
  if (
    touched(REPOSITORY_POLICY) ||
    touched('CODEOWNERS') ||
    touched('.github/CODEOWNERS') ||
    touched('docs/CODEOWNERS')
  ) {
    const scope = fanOutJob({ tenant, scope: 'repository', repositoryId: envelope.repository.id });
    return touched(REPOSITORY_POLICY) ? [scope, ...reviews] : [scope];
  }
  return [];
}
