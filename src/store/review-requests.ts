import type { Asked, Wish } from '../decision/asked.ts';
import type { AskedBefore, Outcome } from '../decision/asking.ts';
import type { PullLocator } from '../jobs/job.ts';
import type { Session } from './database.ts';

type Key = Pick<PullLocator, 'repositoryId' | 'pull'>;

/** Keeps whom a pull request needs now. Returns whether that is something else than before; needing nobody is nothing new at first. */
export async function saveWish(session: Session, key: Key, wish: Wish, digest: string): Promise<boolean> {
  const needed = wish.ask.length > 0 || wish.open.length > 0;
  const { rowCount } = await session.query(
    `insert into countersign.review_wishes as w (tenant_id, repository_id, pull_number, wish, digest)
       select countersign.tenant(), $1, $2, $3, $4
        where $5 or exists (select from countersign.review_wishes
          where tenant_id = countersign.tenant() and repository_id = $1 and pull_number = $2)
     on conflict (tenant_id, repository_id, pull_number) do update set wish = excluded.wish, digest = excluded.digest, updated_at = now()
       where w.digest <> excluded.digest`,
    [key.repositoryId, key.pull, JSON.stringify(wish), digest, needed],
  );
  return rowCount === 1;
}

export type Asking = { readonly wish: Wish; readonly before: readonly AskedBefore[] };

/** Whom an open pull request needs, and who was asked so far; null when it is closed, or never needed anybody. */
export async function loadAsking(session: Session, key: Key): Promise<Asking | null> {
  const wishes = await session.query<{ readonly wish: Wish }>(
    `select w.wish from countersign.review_wishes w join countersign.pull_requests p using (tenant_id, repository_id, pull_number)
      where w.tenant_id = countersign.tenant() and w.repository_id = $1 and w.pull_number = $2 and p.state = 'open'`,
    [key.repositoryId, key.pull],
  );
  const wish = wishes.rows[0]?.wish;
  if (wish === undefined) return null;
  const { rows } = await session.query<AskedBefore>(
    `select account_id::float8 as "accountId", login, stage, content, outcome,
            to_char(requested_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "requestedAt"
       from countersign.review_requests
      where tenant_id = countersign.tenant() and repository_id = $1 and pull_number = $2 order by account_id`,
    [key.repositoryId, key.pull],
  );
  return { wish, before: rows };
}

/** Writes down what becomes of asking these people, for the stage that each is asked for. */
export async function saveRequests(
  session: Session,
  key: Key,
  content: string,
  asked: readonly Asked[],
  outcome: Outcome,
  at: Date,
): Promise<void> {
  await session.query(
    `insert into countersign.review_requests (tenant_id, repository_id, pull_number, account_id, login, stage, content, outcome, requested_at)
       select countersign.tenant(), $1::bigint, $2::integer, n.id, n.login, n.stage, $3::text, $4::text, $5::timestamptz
         from unnest($6::bigint[], $7::text[], $8::text[]) as n(id, login, stage) order by n.id
     on conflict (tenant_id, repository_id, pull_number, account_id, stage, content) do update set
       login = excluded.login, outcome = excluded.outcome, requested_at = excluded.requested_at, withdrawn_at = null`,
    [
      key.repositoryId,
      key.pull,
      content,
      outcome,
      at,
      asked.map(({ account }) => account.id),
      asked.map(({ account }) => account.login),
      asked.map(({ stage }) => stage),
    ],
  );
}

/** What has become of the requests of ours to these people, for whatever they were made. */
export async function endRequests(
  session: Session,
  key: Key,
  accountIds: readonly number[],
  outcome: 'withdrawn' | 'gone',
  at: Date,
): Promise<void> {
  if (accountIds.length === 0) return;
  await session.query(
    `update countersign.review_requests set outcome = $4, withdrawn_at = $5
      where tenant_id = countersign.tenant() and repository_id = $1 and pull_number = $2 and account_id = any($3::bigint[])
        and outcome in ('asking', 'asked')`,
    [key.repositoryId, key.pull, accountIds, outcome, at],
  );
}
