import type { Session } from './database.ts';

/** Whether GitHub has confirmed that the installation belongs to the tenant, and it has not been removed since. */
export async function isConfirmed(session: Session, installationId: number): Promise<boolean> {
  const { rowCount } = await session.query(
    'select from countersign.installations where tenant_id = countersign.tenant() and installation_id = $1 and removed_at is null',
    [installationId],
  );
  return rowCount === 1;
}

export async function confirmInstallation(session: Session, installationId: number, login: string): Promise<void> {
  await session.query(
    `insert into countersign.installations (tenant_id, installation_id, account_login) values (countersign.tenant(), $1, $2)
     on conflict (tenant_id, installation_id) do update set account_login = excluded.account_login, removed_at = null, seen_at = now()`,
    [installationId, login],
  );
}

export async function markRemoved(session: Session, installationId: number): Promise<void> {
  await session.query(
    'update countersign.installations set removed_at = now() where tenant_id = countersign.tenant() and installation_id = $1',
    [installationId],
  );
}
