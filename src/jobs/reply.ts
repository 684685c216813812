import { AppError } from '../errors.ts';
import type { Installation } from '../github/client.ts';
import { hasCommented, longestComment, react, type Thread, writeComment } from '../github/comments.ts';
import { closeIssue, findIssue, openIssue } from '../github/issues.ts';
import { type Session, transact } from '../store/database.ts';
import { enqueue } from '../store/queue.ts';
import { addReply, markReplying, openReplies, type StoredReply, settleReplies } from '../store/replies.ts';
import type { Deps } from './deps.ts';
import { type PullLocator, replyJob } from './job.ts';
import { sinceAttempt } from './since-attempt.ts';
import { withLock } from './with-lock.ts';

const BUSY_MS = 500;

/**
 * Says what waits to be said on a pull request or issue: each reaction, and all comments in one, so that a burst of commands costs no burst
 * of comments. A comment whose answer was lost is looked for before it is written again.
 */
export async function reply(deps: Deps, locator: PullLocator): Promise<void> {
  const lock = `reply:${locator.repositoryId}:${locator.pull}`;
  await withLock(deps.database, lock, BUSY_MS, async (session) => {
    const waiting = await transact(session, locator.tenant, (within) =>
      openReplies(within, locator.repositoryId, locator.pull),
    );
    const installation = deps.github.installation(locator.tenant, locator.installation);
    const say: Saying = { deps, session, locator, installation };
    const comments = waiting.filter(isComment);
    if (comments.length > 0) await sayTogether(say, comments);
    for (const one of waiting) {
      if (one.kind === 'reaction') await attempt(say, [one], () => react(installation, one.nodeId));
      if (one.kind === 'issue') await attempt(say, [one], () => openOnce(say, one));
      if (one.kind === 'close') await attempt(say, [one], () => closeIssue(installation, threadOf(locator)));
    }
  });
}

function threadOf({ owner, repository, pull }: PullLocator): Thread {
  return { owner, repository, number: pull };
}

type Saying = {
  readonly deps: Deps;
  readonly session: Session;
  readonly locator: PullLocator;
  readonly installation: Installation;
};
type Comment = StoredReply & { readonly kind: 'comment' };

function isComment(reply: StoredReply): reply is Comment {
  return reply.kind === 'comment';
}

async function sayTogether(say: Saying, waiting: readonly Comment[]): Promise<void> {
  const { deps, session, locator, installation } = say;
  const attempted = waiting.filter(({ attemptedAt }) => attemptedAt !== null);
  // What was attempted together is looked for together, by the marker of its last reply.
  for (const batch of [attempted, waiting.filter(({ attemptedAt }) => attemptedAt === null)]) {
    for (const part of inComments(batch)) {
      const thread = threadOf(locator);
      const marker = `<!-- countersign:replies:${part.map(({ id }) => id).join(',')} -->`;
      const since = sinceAttempt(part[0]?.attemptedAt ?? null);
      await attempt(say, part, async () => {
        if (since !== null && (await hasCommented(installation, thread, { appId: deps.appId, marker, since }))) return;
        await transact(session, locator.tenant, (within) =>
          markReplying(
            within,
            part.map(({ id }) => id),
            new Date(deps.now()),
          ),
        );
        await writeComment(installation, thread, `${part.map(({ body }) => body).join('\n\n---\n\n')}\n\n${marker}`);
      });
    }
  }
}

/** An issue is opened once: one whose answer was lost is looked for before it is opened again. */
async function openOnce(
  { deps, session, locator, installation }: Saying,
  { id, title, body, attemptedAt }: StoredReply & { readonly kind: 'issue' },
): Promise<void> {
  const marker = `<!-- countersign:issue:${id} -->`;
  const place = threadOf(locator);
  const since = sinceAttempt(attemptedAt);
  if (since !== null && (await findIssue(installation, place, { appId: deps.appId, marker, since })) !== null) return;
  await transact(session, locator.tenant, (within) => markReplying(within, [id], new Date(deps.now())));
  const number = await openIssue(installation, place, { title, body: `${body}\n\n${marker}` });
  await transact(session, locator.tenant, (within) =>
    addReply(within, locator, { kind: 'comment', body: `Its owners are called on #${number}.` }),
  );
  await enqueue(deps.database, replyJob(locator));
}

/** As many replies to a comment as fit. */
function inComments(replies: readonly Comment[]): readonly (readonly Comment[])[] {
  const parts: Comment[][] = [];
  let room = 0;
  for (const one of replies) {
    const length = one.body.length + 20;
    if (parts.length === 0 || length > room) {
      parts.push([]);
      room = longestComment - 2_000;
    }
    parts.at(-1)?.push(one);
    room -= length;
  }
  return parts;
}

/** What GitHub refuses for good (a deleted comment, a locked conversation) is given up and noted; everything else is tried again. */
async function attempt(
  { deps, session, locator }: Saying,
  replies: readonly StoredReply[],
  work: () => Promise<void>,
): Promise<void> {
  const ids = replies.map(({ id }) => id);
  const settle = (why: string | null) => transact(session, locator.tenant, (within) => settleReplies(within, ids, why));
  try {
    await work();
    await settle(null);
  } catch (error) {
    if (!(error instanceof AppError) || error.retryable) throw error;
    await settle(error.message);
    deps.log.warn(
      { tenant: locator.tenant, repository: locator.repositoryId, reason: error.message },
      'could not answer',
    );
  }
}
