import type { Decision } from '../decision/decision.ts';
import { Facts } from '../decision/facts.ts';
import type { Session } from './database.ts';

export type StoredDecision = {
  readonly pull: number;
  /** The base branch that it was decided for. */
  readonly base: string;
  readonly decision: Decision;
  readonly digest: string;
  /** The ledger entry that holds it: newer decisions have larger numbers. */
  readonly entryId: string;
  readonly leaf: string;
};

/** Writes down a decision and returns its number; its ledger entry is there already, in the same transaction. */
export async function saveDecision(
  session: Session,
  row: { readonly repositoryId: number; readonly facts: unknown } & StoredDecision,
): Promise<string> {
  const { decision } = row;
  const { rows } = await session.query<{ readonly id: string }>(
    `insert into countersign.decisions
       (tenant_id, repository_id, pull_number, head_sha, check_name, state, digest, decision, facts, ledger_entry_id, decided_at)
     values (countersign.tenant(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
     returning decision_id::text as id`,
    [
      row.repositoryId,
      row.pull,
      decision.head,
      decision.check ?? '',
      decision.state,
      row.digest,
      JSON.stringify(decision),
      JSON.stringify(row.facts),
      row.entryId,
      decision.at,
    ],
  );
  const id = rows[0]?.id;
  if (id === undefined) throw new Error('the store did not say which decision it keeps');
  return id;
}

const COLUMNS = `d.pull_number as pull, d.facts->'pull'->>'base' as base, d.decision, d.digest, d.ledger_entry_id::text as "entryId",
  (select encode(l.leaf_hash, 'hex') from countersign.ledger l where l.tenant_id = d.tenant_id and l.entry_id = d.ledger_entry_id) as leaf`;

export async function latestDecision(
  session: Session,
  repositoryId: number,
  pull: number,
): Promise<StoredDecision | null> {
  const { rows } = await session.query<StoredDecision>(
    `select ${COLUMNS} from countersign.decisions d
      where d.tenant_id = countersign.tenant() and d.repository_id = $1 and d.pull_number = $2 order by d.decision_id desc limit 1`,
    [repositoryId, pull],
  );
  return rows[0] ?? null;
}

/** Whether the pull request was a draft when that decision on it was reached. */
export async function wasDraft(
  session: Session,
  repositoryId: number,
  { pull, entryId }: Pick<StoredDecision, 'pull' | 'entryId'>,
): Promise<boolean> {
  const { rows } = await session.query<{ readonly draft: boolean | null }>(
    `select (facts->'pull'->>'draft')::boolean as draft from countersign.decisions
      where tenant_id = countersign.tenant() and repository_id = $1 and pull_number = $2 and ledger_entry_id = $3`,
    [repositoryId, pull, entryId],
  );
  return rows[0]?.draft ?? false;
}

/** The latest decision of every open pull request whose head is `headSha`: a check belongs to a commit, not to a pull request. */
export async function decisionsOnCommit(
  session: Session,
  repositoryId: number,
  headSha: string,
): Promise<readonly StoredDecision[]> {
  const { rows } = await session.query<StoredDecision>(
    `select ${COLUMNS} from countersign.pull_requests p
       cross join lateral (select * from countersign.decisions d
         where d.tenant_id = p.tenant_id and d.repository_id = p.repository_id and d.pull_number = p.pull_number
         order by d.decision_id desc limit 1) d
      where p.tenant_id = countersign.tenant() and p.repository_id = $1 and p.head_sha = $2 and p.state = 'open' and d.head_sha = $2
      order by p.pull_number`,
    [repositoryId, headSha],
  );
  return rows;
}

/**
 * The ledger entry of the newest decision about a commit, also of a pull request that is closed or has moved on since, or of a merge
 * queue's group that has ended: what its checks show never goes back behind it.
 */
export async function newestEntry(session: Session, repositoryId: number, headSha: string): Promise<string> {
  const { rows } = await session.query<{ readonly id: string }>(
    `select coalesce(max(ledger_entry_id), 0)::text as id from (
       select ledger_entry_id from countersign.decisions
         where tenant_id = countersign.tenant() and repository_id = $1 and head_sha = $2
       union all
       select ledger_entry_id from countersign.merge_groups
         where tenant_id = countersign.tenant() and repository_id = $1 and head_sha = $2) entries`,
    [repositoryId, headSha],
  );
  return rows[0]?.id ?? '0';
}

/** The facts of the last decision about a pull request; null when there never was one. */
export async function latestFacts(session: Session, repositoryId: number, pull: number): Promise<Facts | null> {
  const { rows } = await session.query<{ readonly facts: unknown }>(
    `select facts from countersign.decisions
      where tenant_id = countersign.tenant() and repository_id = $1 and pull_number = $2 order by decision_id desc limit 1`,
    [repositoryId, pull],
  );
  return rows[0] === undefined ? null : Facts.parse(rows[0].facts);
}
