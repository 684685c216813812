import type { Backtested } from '../decision/past.ts';
import type { Session } from './database.ts';

/** What a proposed policy would have decided, as it was worked out; null where it was not yet. `key` names the policies. */
export async function loadBacktest(session: Session, repositoryId: number, key: string): Promise<Backtested | null> {
  const { rows } = await session.query<{ readonly result: Backtested }>(
    'select result from countersign.backtests where tenant_id = countersign.tenant() and repository_id = $1 and key = $2',
    [repositoryId, key],
  );
  return rows[0]?.result ?? null;
}

export async function saveBacktest(
  session: Session,
  repositoryId: number,
  key: string,
  result: Backtested,
): Promise<void> {
  await session.query(
    `insert into countersign.backtests (tenant_id, repository_id, key, result) values (countersign.tenant(), $1, $2, $3)
     on conflict (tenant_id, repository_id, key) do nothing`,
    [repositoryId, key, JSON.stringify(result)],
  );
}
