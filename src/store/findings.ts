import type { Finding } from '../findings/finding.ts';
import type { RepositoryLocator } from '../jobs/job.ts';
import type { Session } from './database.ts';

/** Whether it has been found before; the rest of it may have changed since. */
export async function isFound(session: Session, repositoryId: number, key: string): Promise<boolean> {
  const { rowCount } = await session.query(
    `select from countersign.findings where tenant_id = countersign.tenant() and repository_id = $1 and dedupe_key = $2`,
    [repositoryId, key],
  );
  return (rowCount ?? 0) > 0;
}

/** Keeps a finding, whose ledger entry is there already in the same transaction, and returns its number. */
export async function saveFinding(
  session: Session,
  locator: RepositoryLocator,
  finding: Finding,
  { entryId, at }: { readonly entryId: string; readonly at: Date },
): Promise<number> {
  const { rows } = await session.query<{ readonly id: number }>(
    `insert into countersign.findings
       (tenant_id, repository_id, installation_id, owner, repository, kind, dedupe_key, environment, pull_number, head_sha, title,
        details, by, found_at, ledger_entry_id)
     values (countersign.tenant(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
     returning finding_id::float8 as id`,
    [
      locator.repositoryId,
      locator.installation,
      locator.owner,
      locator.repository,
      finding.kind,
      finding.key,
      finding.environment,
      finding.pull,
      finding.head,
      finding.title,
      JSON.stringify(finding.details),
      finding.by === null ? null : JSON.stringify(finding.by),
      at,
      entryId,
    ],
  );
  const id = rows[0]?.id;
  if (id === undefined) throw new Error('the store did not say which finding it keeps');
  return id;
}

/** What is known of commits that nothing permits: the title of the finding that names them. */
export async function findingsOn(
  session: Session,
  repositoryId: number,
  shas: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (shas.length === 0) return new Map();
  const { rows } = await session.query<{ readonly sha: string; readonly title: string }>(
    `select s.sha, max(f.title) as title
       from unnest($2::text[]) as s(sha)
       join countersign.findings f on f.tenant_id = countersign.tenant() and f.repository_id = $1 and f.details->'commits' ? s.sha
      group by s.sha`,
    [repositoryId, shas],
  );
  return new Map(rows.map(({ sha, title }) => [sha, title]));
}
