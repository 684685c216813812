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

export type PolicyState = 'valid' | 'invalid' | 'none';

/** Notes what is in force in a repository. Gives what was before where that was something else; null where nothing has changed. */
export async function noticePolicy(
  session: Session,
  repositoryId: number,
  state: PolicyState,
  { organization, repository }: PolicyBlobs,
): Promise<(PolicyBlobs & { readonly state: PolicyState }) | null> {
  const { rows } = await session.query<PolicyBlobs & { readonly state: PolicyState }>(
    `with before as materialized (
       select organization_oid, repository_oid, state from countersign.policies_in_force
        where tenant_id = countersign.tenant() and repository_id = $1),
     noted as (
       insert into countersign.policies_in_force as p (tenant_id, repository_id, organization_oid, repository_oid, state)
         values (countersign.tenant(), $1, $2, $3, $4)
       on conflict (tenant_id, repository_id) do update
         set organization_oid = excluded.organization_oid, repository_oid = excluded.repository_oid, state = excluded.state, since = now()
         where (p.organization_oid, p.repository_oid, p.state)
           is distinct from (excluded.organization_oid, excluded.repository_oid, excluded.state)
       returning 1)
     select b.organization_oid as organization, b.repository_oid as repository, coalesce(b.state, 'none') as state
       from noted left join before b on true`,
    [repositoryId, organization, repository, state],
  );
  const before = rows[0];
  if (before === undefined) return null;
  return before.state === 'none' && state === 'none' ? null : before;
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
