import { z } from 'zod';
import { DeliveredReview } from '../decision/facts.ts';
import { History, noHistory } from '../decision/history.ts';
import type { Account } from '../decision/values.ts';
import type { StoredPush } from '../github/facts.ts';
import type { PullLocator } from '../jobs/job.ts';
import type { Session } from './database.ts';

/** What the app itself remembers of a pull request: earlier decisions, and what only deliveries told. */
export type Memory = {
  readonly history: History;
  readonly deliveredReviews: readonly DeliveredReview[];
  readonly pushes: readonly StoredPush[];
};

/** Reads the memory of a pull request. A history that does not parse is a bug and throws: nothing is decided without it. */
export async function loadMemory(session: Session, repositoryId: number, pull: number): Promise<Memory> {
  const known = await session.query<{ readonly history: unknown }>(
    'select history from countersign.pull_requests where tenant_id = countersign.tenant() and repository_id = $1 and pull_number = $2',
    [repositoryId, pull],
  );
  const reviews = await session.query(
    `select review_id::float8 as id, replace(state, '_', '-') as state, commit_sha as commit,
            to_char(submitted_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as "submittedAt"
       from countersign.review_submissions where tenant_id = countersign.tenant() and repository_id = $1 and pull_number = $2
      order by submitted_at, review_id`,
    [repositoryId, pull],
  );
  const history = known.rows[0] === undefined ? noHistory : History.parse(known.rows[0].history);
  return {
    history,
    deliveredReviews: z.array(DeliveredReview).parse(reviews.rows),
    pushes: await loadPushes(session, repositoryId, pull),
  };
}

type PushRow = {
  readonly head: string;
  readonly before: string | null;
  readonly ofPull: boolean;
  readonly id: number | null;
  readonly login: string | null;
  readonly kind: string | null;
  readonly at: string;
};

/** Pushes told by the pull request's own events, and pushes to any branch of the same commits: those may tell the pusher. */
async function loadPushes(session: Session, repositoryId: number, pull: number): Promise<readonly StoredPush[]> {
  const { rows } = await session.query<PushRow>(
    `with own as (
       select * from countersign.pushes where tenant_id = countersign.tenant() and repository_id = $1 and pull_number = $2
     ), heads as (
       select head_sha from own union select before_sha from own where before_sha is not null
       union select head_sha from countersign.pull_requests
         where tenant_id = countersign.tenant() and repository_id = $1 and pull_number = $2
     )
     select p.head_sha as head, p.before_sha as before, p.pull_number is not null as "ofPull", p.pusher_id::float8 as id,
            p.pusher_login as login, p.pusher_kind as kind, to_char(p.seen_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at
       from countersign.pushes p
      where p.tenant_id = countersign.tenant()
        and ((p.repository_id = $1 and p.pull_number = $2) or (p.pull_number is null and p.head_sha in (select head_sha from heads)))
      order by p.seen_at, p.push_id`,
    [repositoryId, pull],
  );
  return rows.map((row) => ({
    head: row.head,
    before: row.before,
    ofPull: row.ofPull,
    pusher: pusherOf(row),
    at: row.at,
  }));
}

/**
 * Pushes of any of these commits, whoever they were for: who pushed the first head of a pull request, or one of its commits while it was
 * closed, is told by nothing else.
 */
export async function pushesOf(session: Session, commits: readonly string[]): Promise<readonly StoredPush[]> {
  const { rows } = await session.query<PushRow>(
    `select head_sha as head, before_sha as before, false as "ofPull", pusher_id::float8 as id, pusher_login as login, pusher_kind as kind,
            to_char(seen_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at
       from countersign.pushes where tenant_id = countersign.tenant() and pull_number is null and head_sha = any($1)
      order by seen_at, push_id`,
    [commits],
  );
  return rows.map((row) => ({ head: row.head, before: row.before, ofPull: false, pusher: pusherOf(row), at: row.at }));
}

function pusherOf(row: PushRow): Account | null {
  if (row.id === null || row.login === null) return null;
  const kind =
    row.kind === 'Bot'
      ? 'bot'
      : row.kind === 'Organization'
        ? 'organization'
        : row.kind === 'Mannequin'
          ? 'mannequin'
          : 'user';
  return { id: row.id, login: row.login, kind };
}

export type PullState = {
  readonly locator: PullLocator;
  readonly headSha: string;
  readonly base: string;
  readonly history: History;
  readonly lookupKeys: readonly string[];
};

/** Keeps what the next evaluation must know. */
export async function savePull(session: Session, state: PullState): Promise<void> {
  const { locator } = state;
  await session.query(
    `insert into countersign.pull_requests
       (tenant_id, repository_id, pull_number, installation_id, owner, repository, head_sha, base_ref, state, history, lookup_keys)
     values (countersign.tenant(), $1, $2, $3, $4, $5, $6, $7, 'open', $8, $9)
     on conflict (tenant_id, repository_id, pull_number) do update set
       installation_id = excluded.installation_id, owner = excluded.owner, repository = excluded.repository, head_sha = excluded.head_sha,
       base_ref = excluded.base_ref, state = 'open', history = excluded.history, lookup_keys = excluded.lookup_keys, updated_at = now()`,
    [
      locator.repositoryId,
      locator.pull,
      locator.installation,
      locator.owner,
      locator.repository,
      state.headSha,
      state.base,
      JSON.stringify(state.history),
      state.lookupKeys,
    ],
  );
}

/** `open`, `closed` or `merged`, as far as the app knows; null where it knows nothing. */
export async function stateOf(session: Session, repositoryId: number, pull: number): Promise<string | null> {
  const { rows } = await session.query<{ readonly state: string }>(
    `select state from countersign.pull_requests
      where tenant_id = countersign.tenant() and repository_id = $1 and pull_number = $2`,
    [repositoryId, pull],
  );
  return rows[0]?.state ?? null;
}

export async function markClosed(
  session: Session,
  repositoryId: number,
  pull: number,
  state: 'closed' | 'merged',
): Promise<void> {
  await session.query(
    `update countersign.pull_requests set state = $3, updated_at = now()
      where tenant_id = countersign.tenant() and repository_id = $1 and pull_number = $2`,
    [repositoryId, pull, state],
  );
}

/** Which open pull requests a change concerns. */
export type OpenPulls =
  | { readonly scope: 'tenant' }
  | { readonly scope: 'governed' }
  | { readonly scope: 'repository'; readonly repositoryId: number }
  | { readonly scope: 'commit'; readonly repositoryId: number; readonly headSha: string }
  /** What rests on answers whose keys begin so, whether or not the answers are still kept. */
  | { readonly scope: 'lookups'; readonly forget: readonly string[] };

export async function listOpenPulls(
  session: Session,
  tenant: number,
  which: OpenPulls,
): Promise<readonly PullLocator[]> {
  const { rows } = await session.query<PullLocator>(
    `select $1::float8 as tenant, installation_id::float8 as installation, repository_id::float8 as "repositoryId", owner, repository,
            pull_number as pull
       from countersign.pull_requests
      where tenant_id = countersign.tenant() and state = 'open'
        and ($2::bigint is null or repository_id = $2) and ($3::text is null or head_sha = $3) 
        and (not $5 or history->>'governed' is not null)
        and ($4::text[] is null or exists (select from unnest(lookup_keys) k, unnest($4) p where starts_with(k, p)))
      order by updated_at desc`,
    [
      tenant,
      'repositoryId' in which ? which.repositoryId : null,
      which.scope === 'commit' ? which.headSha : null,
      which.scope === 'lookups' ? which.forget : null,
      which.scope === 'governed',
    ],
  );
  return rows;
}
