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

const PAGE = 200;

/** Recorded decisions of a period, oldest first, a page at a time, so that any number of them takes no more memory than a page. */
export async function* recordedDecisions(
  read: <T>(work: (session: Session) => Promise<T>) => Promise<T>,
  { from, to }: Period,
  only: 'all' | 'last-of-each-pull',
): AsyncGenerator<Recorded> {
  let after = 0;
  for (;;) {
    const page = await read((session) => readPage(session, { from, to }, only, after));
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    after = last.id;
  }
}

async function readPage(
  session: Session,
  { from, to }: Period,
  only: 'all' | 'last-of-each-pull',
  after: number,
): Promise<readonly Recorded[]> {
  const isLast = `not exists (select from countersign.decisions n
    where n.tenant_id = d.tenant_id and n.repository_id = d.repository_id and n.pull_number = d.pull_number and n.decision_id > d.decision_id
      and ($2::timestamptz is null or n.decided_at < $2))`;
  const { rows } = await session.query<Recorded>(
    `select d.decision_id::float8 as id, d.repository_id::float8 as "repositoryId", l.entry::jsonb#>>'{repository,name}' as repository,
            d.pull_number as pull, to_char(d.decided_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, d.state, d.digest,
            l.entry::jsonb#>>'{details,facts}' as "factsDigest", l.entry::jsonb#>>'{details,engine}' as engine,
            l.entry::jsonb#>'{details,policy}' as policy, d.facts, d.decision
       from countersign.decisions d
       join countersign.ledger l on l.tenant_id = d.tenant_id and l.entry_id = d.ledger_entry_id
      where d.tenant_id = countersign.tenant() and d.decision_id > $3
        and ($1::timestamptz is null or d.decided_at >= $1) and ($2::timestamptz is null or d.decided_at < $2)
        ${only === 'all' ? '' : `and ${isLast}`}
      order by d.decision_id limit ${PAGE}`,
    [from, to, after],
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
