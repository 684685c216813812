import type { Session } from './database.ts';

/** The blobs that a policy in force is made of; null where there is no such file. */
export type PolicyBlobs = { readonly organization: string | null; readonly repository: string | null };

export async function loadPolicyTexts(session: Session, oids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (oids.length === 0) return new Map();
  const { rows } = await session.query<{ readonly oid: string; readonly text: string }>(
    'select blob_oid as oid, text from countersign.policy_sources where tenant_id = countersign.tenant() and blob_oid = any($1)',
    [oids],
  );
  return new Map(rows.map((row) => [row.oid, row.text]));
}

export async function savePolicyText(session: Session, oid: string, file: string, text: string): Promise<void> {
  await session.query(
    `insert into countersign.policy_sources (tenant_id, blob_oid, file, text) values (countersign.tenant(), $1, $2, $3)
     on conflict do nothing`,
    [oid, file, text],
  );
}

/** The policy that was last valid for a repository, by its blobs. */
export async function loadLastValid(session: Session, repositoryId: number): Promise<PolicyBlobs | null> {
  const { rows } = await session.query<PolicyBlobs>(
    `select organization_oid as organization, repository_oid as repository from countersign.valid_policies
      where tenant_id = countersign.tenant() and repository_id = $1`,
    [repositoryId],
  );
  return rows[0] ?? null;
}

export async function saveLastValid(session: Session, repositoryId: number, blobs: PolicyBlobs): Promise<void> {
  await session.query(
    `insert into countersign.valid_policies (tenant_id, repository_id, organization_oid, repository_oid)
       values (countersign.tenant(), $1, $2, $3)
     on conflict (tenant_id, repository_id) do update
       set organization_oid = excluded.organization_oid, repository_oid = excluded.repository_oid, valid_at = now()
       where (valid_policies.organization_oid, valid_policies.repository_oid)
         is distinct from (excluded.organization_oid, excluded.repository_oid)`,
    [repositoryId, blobs.organization, blobs.repository],
  );
}
