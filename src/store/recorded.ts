import type { Decision } from '../decision/decision.ts';
import type { RecordedDecision } from '../decision/replay.ts';
import type { Session } from './database.ts';
import type { PolicyBlobs } from './policies.ts';

/** A recorded decision, and the policy that it was reached under. */
export type Recorded = RecordedDecision & {
  readonly repositoryId: number;
  readonly decision: Decision;
  readonly policy: PolicyBlobs;
};

/** `from` is included, `to` is not. */
export type Period = { readonly from: Date | null; readonly to: Date | null };

const PAGE = 100;

type Read = <T>(work: (session: Session) => Promise<T>) => Promise<T>;

/** Recorded decisions of a period, oldest first, a page at a time, so that any number of them takes no more memory than a page. */
export async function* recordedDecisions(read: Read, { from, to }: Period): AsyncGenerator<Recorded> {
  let after = 0;
  for (;;) {
    const page = await read((session) =>
      readRows(session, 'and d.decision_id > $3 order by d.decision_id', [from, to, after]),
    );
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    after = last.id;
  }
}

/** The last decision of a period about each pull request, newest first, of all repositories or of one. */
export async function* lastDecisions(
  read: Read,
  { from, to }: Period,
  repositoryId: number | null,
): AsyncGenerator<Recorded> {
  let below = Number.MAX_SAFE_INTEGER;
  for (;;) {
    const page = await read((session) => readRows(session, LAST_OF_EACH, [from, to, below, repositoryId]));
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    below = last.id;
  }
}

const LAST_OF_EACH = `and d.decision_id < $3 and ($4::bigint is null or d.repository_id = $4)
  and not exists (select from countersign.decisions n
    where n.tenant_id = d.tenant_id and n.repository_id = d.repository_id and n.pull_number = d.pull_number and n.decision_id > d.decision_id
      and ($2::timestamptz is null or n.decided_at < $2))
  order by d.decision_id desc`;

async function readRows(session: Session, which: string, values: readonly unknown[]): Promise<readonly Recorded[]> {
  const { rows } = await session.query<Recorded>(
    `select d.decision_id::float8 as id, d.repository_id::float8 as "repositoryId", l.entry::jsonb#>>'{repository,name}' as repository,
            d.pull_number as pull, to_char(d.decided_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, d.state, d.digest,
            l.entry::jsonb#>>'{details,facts}' as "factsDigest", l.entry::jsonb#>>'{details,engine}' as engine,
            l.entry::jsonb#>'{details,policy}' as policy, d.facts, d.decision
       from countersign.decisions d
       join countersign.ledger l on l.tenant_id = d.tenant_id and l.entry_id = d.ledger_entry_id
      where d.tenant_id = countersign.tenant()
        and ($1::timestamptz is null or d.decided_at >= $1) and ($2::timestamptz is null or d.decided_at < $2)
        ${which} limit ${PAGE}`,
    [...values],
  );
  return rows;
}

export async function countDecisions(session: Session, { from, to }: Period): Promise<number> {
  const { rows } = await session.query<{ readonly count: number }>(
    `select count(*)::int as count from countersign.decisions
      where tenant_id = countersign.tenant() and ($1::timestamptz is null or decided_at >= $1) and ($2::timestamptz is null or decided_at < $2)`,
    [from, to],
  );
  return rows[0]?.count ?? 0;
}

export async function countDecidedPulls(session: Session, { from, to }: Period): Promise<number> {
  const { rows } = await session.query<{ readonly count: number }>(
    `select count(distinct (repository_id, pull_number))::int as count from countersign.decisions
      where tenant_id = countersign.tenant() and ($1::timestamptz is null or decided_at >= $1) and ($2::timestamptz is null or decided_at < $2)`,
    [from, to],
  );
  return rows[0]?.count ?? 0;
}
