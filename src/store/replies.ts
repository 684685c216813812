import type { PullLocator } from '../jobs/job.ts';
import type { Session } from './database.ts';

/** What is to be said in answer to commands: the outbox of reactions and comments. */
export type Reply =
  | { readonly kind: 'reaction'; readonly nodeId: string }
  | { readonly kind: 'comment'; readonly body: string }
  /** Closes an issue of ours. */
  | { readonly kind: 'close' };

export type StoredReply = Reply & {
  readonly id: number;
  /** An earlier attempt may have had its effect. */
  readonly attemptedAt: string | null;
};

export async function addReply(session: Session, at: PullLocator, reply: Reply): Promise<void> {
  await session.query(
    `insert into countersign.replies (tenant_id, repository_id, number, installation_id, owner, repository, kind, node_id, body)
     values (countersign.tenant(), $1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      at.repositoryId,
      at.pull,
      at.installation,
      at.owner,
      at.repository,
      reply.kind,
      reply.kind === 'reaction' ? reply.nodeId : null,
      reply.kind === 'comment' ? reply.body : null,
    ],
  );
}

type Row = {
  readonly id: number;
  readonly kind: Reply['kind'];
  readonly nodeId: string | null;
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
    `select reply_id::float8 as id, kind, node_id as "nodeId", body,
            to_char(attempted_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as "attemptedAt"
       from countersign.replies
      where tenant_id = countersign.tenant() and repository_id = $1 and number = $2 and settled_at is null
      order by reply_id`,
    [repositoryId, number],
  );
  return rows.map(replyOf);
}

function replyOf({ id, kind, nodeId, body, attemptedAt }: Row): StoredReply {
  if (kind === 'reaction') return { id, attemptedAt, kind, nodeId: nodeId ?? '' };
  return kind === 'comment' ? { id, attemptedAt, kind, body: body ?? '' } : { id, attemptedAt, kind };
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
