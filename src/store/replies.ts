import type { PullLocator } from '../jobs/job.ts';
import type { Session } from './database.ts';

/** What is to be said in answer to commands: the outbox of reactions and comments. */
export type Reply =
  | { readonly kind: 'reaction'; readonly nodeId: string }
  | { readonly kind: 'comment'; readonly body: string }
  /** Opens an issue. */
  | { readonly kind: 'issue'; readonly title: string; readonly body: string }
  /** Closes an issue of ours. */
  | { readonly kind: 'close' };

export type StoredReply = Reply & {
  readonly id: number;
  /** An earlier attempt may have had its effect. */
  readonly attemptedAt: string | null;
};

/** With `once`, what has been said under that name in the tenant is not said again. Says whether it is new. */
export async function addReply(
  session: Session,
  at: PullLocator,
  reply: Reply,
  once: string | null = null,
): Promise<boolean> {
  const { rowCount } = await session.query(
    `insert into countersign.replies (tenant_id, repository_id, number, installation_id, owner, repository, kind, node_id, title, body, once)
     values (countersign.tenant(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
     on conflict (tenant_id, once) do nothing`,
    [
      at.repositoryId,
      at.pull,
      at.installation,
      at.owner,
      at.repository,
      reply.kind,
      reply.kind === 'reaction' ? reply.nodeId : null,
      reply.kind === 'issue' ? reply.title : null,
      'body' in reply ? reply.body : null,
      once,
    ],
  );
  return rowCount === 1;
}

type Row = {
  readonly id: number;
  readonly kind: Reply['kind'];
  readonly nodeId: string | null;
  readonly title: string | null;
  readonly body: string | null;
  readonly attemptedAt: string | null;
};

/** What is still to be said on a pull request or issue, oldest first. */
export async function openReplies(
  session: Session,
  repositoryId: number,
  number: number,
): Promise<readonly StoredReply[]> {
  const { rows } = await session.query<Row>(
    `select reply_id::float8 as id, kind, node_id as "nodeId", title, body,
            to_char(attempted_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as "attemptedAt"
       from countersign.replies
      where tenant_id = countersign.tenant() and repository_id = $1 and number = $2 and settled_at is null
      order by reply_id`,
    [repositoryId, number],
  );
  return rows.map(replyOf);
}

function replyOf({ id, kind, nodeId, title, body, attemptedAt }: Row): StoredReply {
  const known = { id, attemptedAt };
  switch (kind) {
    case 'reaction':
      return { ...known, kind, nodeId: nodeId ?? '' };
    case 'comment':
      return { ...known, kind, body: body ?? '' };
    case 'issue':
      return { ...known, kind, title: title ?? '', body: body ?? '' };
    case 'close':
      return { ...known, kind };
  }
}

export async function markReplying(session: Session, ids: readonly number[], at: Date): Promise<void> {
  await session.query(
    `update countersign.replies set attempted_at = coalesce(attempted_at, $2)
      where tenant_id = countersign.tenant() and reply_id = any($1::bigint[])`,
    [ids, at],
  );
}

/** Said, or given up with a reason. */
export async function settleReplies(
  session: Session,
  ids: readonly number[],
  gaveUp: string | null = null,
): Promise<void> {
  await session.query(
    `update countersign.replies set settled_at = now(), gave_up = $2
      where tenant_id = countersign.tenant() and reply_id = any($1::bigint[])`,
    [ids, gaveUp],
  );
}
