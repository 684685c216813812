import { History } from '../decision/history.ts';
import type { PullLocator } from '../jobs/job.ts';
import type { Session } from './database.ts';

/** A piece of what a proposal consists of, and the head that has it. An outline is what two equal contents have in common at least. */
export type Content = {
  readonly kind: 'commit' | 'fingerprint' | 'outline';
  readonly value: string;
  readonly head: string;
};

export type PullKey = { readonly repositoryId: number; readonly pull: number };

/** A recorded proposal with content in common. `earlier` says that it had some of it first. */
export type Kin = PullKey & { readonly proposal: string; readonly history: History; readonly earlier: boolean };

/** Keeps what a governed proposal consists of; what is known of it already only learns the newest head that has it. */
export async function saveContents(session: Session, key: PullKey, contents: readonly Content[]): Promise<void> {
  if (contents.length === 0) return;
  await session.query(
    `insert into countersign.proposal_contents as c (tenant_id, kind, value, repository_id, pull_number, head_sha)
       select distinct on (1, 2, 3) countersign.tenant(), n.kind, n.value, $1::bigint, $2::integer, n.head
         from unnest($3::text[], $4::text[], $5::text[]) with ordinality as n(kind, value, head, place)
        order by 1, 2, 3, n.place desc
     on conflict (tenant_id, kind, value, repository_id, pull_number) do update set head_sha = excluded.head_sha
       where c.head_sha <> excluded.head_sha`,
    [
      key.repositoryId,
      key.pull,
      contents.map(({ kind }) => kind),
      contents.map(({ value }) => value),
      contents.map(({ head }) => head),
    ],
  );
}

/**
 * Other recorded proposals that share content which this environment has not been permitted. A commit is the same wherever it is; the same
 * fingerprint in another repository is only the same fix, as one that a machine proposes everywhere, and not the same proposal.
 */
export async function findKin(
  session: Session,
  key: PullKey,
  contents: readonly Content[],
  environment: string,
): Promise<readonly Kin[]> {
  const { rows } = await session.query<Omit<Kin, 'history'> & { readonly history: unknown }>(
    `select p.repository_id::float8 as "repositoryId", p.pull_number as pull,
            p.owner || '/' || p.repository || '#' || p.pull_number as proposal, p.history,
            bool_or(c.first_seen <= coalesce(own.first_seen, 'infinity')) as earlier
       from countersign.proposal_contents c
       join countersign.pull_requests p
         on p.tenant_id = c.tenant_id and p.repository_id = c.repository_id and p.pull_number = c.pull_number
       left join countersign.proposal_contents own
         on own.tenant_id = c.tenant_id and own.kind = c.kind and own.value = c.value and own.repository_id = $1 and own.pull_number = $2
      where c.tenant_id = countersign.tenant()
        and ((c.kind = 'commit' and c.value = any($3)) or (c.kind = 'fingerprint' and c.value = any($4) and c.repository_id = $1))
        and (c.repository_id, c.pull_number) <> ($1, $2) and not (c.permitted_for @> array[$5])
      group by p.tenant_id, p.repository_id, p.pull_number
      order by p.repository_id, p.pull_number`,
    [key.repositoryId, key.pull, valuesOf(contents, 'commit'), valuesOf(contents, 'fingerprint'), environment],
  );
  return rows.map((row) => ({ ...row, history: History.parse(row.history) }));
}

/** A recorded proposal of the repository whose outline is the same, so that its content may be. */
export type Suspect = PullKey & {
  readonly head: string;
  readonly baseSha: string;
  readonly fingerprint: string | null;
};

/** As many as are looked at: an outline of more than a line or two is hardly ever shared by chance. */
const MOST_SUSPECTS = 20;

/** Recorded proposals that look alike from outside, newest first, with their fingerprints where those are known. */
export async function findSuspects(
  session: Session,
  key: PullKey,
  outline: string,
  environment: string,
): Promise<readonly Suspect[]> {
  const { rows } = await session.query<Suspect>(
    `select c.repository_id::float8 as "repositoryId", c.pull_number as pull, c.head_sha as head, d.base as "baseSha",
            (select min(f.value) from countersign.proposal_contents f
              where f.tenant_id = c.tenant_id and f.repository_id = c.repository_id and f.pull_number = c.pull_number
                and f.kind = 'fingerprint' and f.head_sha = c.head_sha) as fingerprint
       from countersign.proposal_contents c
       cross join lateral (select facts->'pull'->>'baseSha' as base from countersign.decisions d
         where d.tenant_id = c.tenant_id and d.repository_id = c.repository_id and d.pull_number = c.pull_number and d.head_sha = c.head_sha
         order by d.decision_id desc limit 1) d
      where c.tenant_id = countersign.tenant() and c.kind = 'outline' and c.value = $3 and c.repository_id = $1 and c.pull_number <> $2
        and not (c.permitted_for @> array[$4])
      order by c.pull_number desc limit ${MOST_SUSPECTS}`,
    [key.repositoryId, key.pull, outline, environment],
  );
  return rows;
}

/** Open pull requests that have content in common, recorded or seen as their head. */
export async function openKin(
  session: Session,
  tenant: number,
  key: PullKey,
  contents: readonly Content[],
): Promise<readonly PullLocator[]> {
  const { rows } = await session.query<PullLocator>(
    `select $1::float8 as tenant, p.installation_id::float8 as installation, p.repository_id::float8 as "repositoryId", p.owner,
            p.repository, p.pull_number as pull
       from countersign.pull_requests p
      where p.tenant_id = countersign.tenant() and p.state = 'open' and (p.repository_id, p.pull_number) <> ($2, $3)
        and ((p.repository_id = $2 and p.head_sha = any($4)) or (p.repository_id, p.pull_number) in (
          select c.repository_id, c.pull_number from countersign.proposal_contents c
           where c.tenant_id = countersign.tenant()
             and ((c.kind = 'commit' and c.value = any($4)) or (c.kind = 'fingerprint' and c.value = any($5) and c.repository_id = $2))))`,
    [tenant, key.repositoryId, key.pull, valuesOf(contents, 'commit'), valuesOf(contents, 'fingerprint')],
  );
  return rows;
}

function valuesOf(contents: readonly Content[], wanted: Content['kind']): readonly string[] {
  return contents.filter(({ kind }) => kind === wanted).map(({ value }) => value);
}

/** Notes that the content of a head came into an environment under a permitting decision: from now on it is nobody's unfinished business. */
export async function permitContents(session: Session, key: PullKey, head: string, environment: string): Promise<void> {
  await session.query(
    `update countersign.proposal_contents c set permitted_for = c.permitted_for || $4::text
       from countersign.proposal_contents m
      where m.tenant_id = countersign.tenant() and m.repository_id = $1 and m.pull_number = $2 and m.head_sha = $3
        and c.tenant_id = m.tenant_id and c.kind = m.kind and c.value = m.value
        and (c.kind = 'commit' or c.repository_id = m.repository_id) and (c.kind <> 'outline' or c.pull_number = m.pull_number)
        and not (c.permitted_for @> array[$4::text])`,
    [key.repositoryId, key.pull, head, environment],
  );
}
