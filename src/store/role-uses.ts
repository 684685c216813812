import { z } from 'zod';
import { Use } from '../access-review/line.ts';
import type { Known } from '../access-review/review.ts';
import type { RoleUse } from '../access-review/uses.ts';
import { Account } from '../decision/values.ts';
import type { RepositoryLocator } from '../jobs/job.ts';
import type { Session } from './database.ts';

/** Keeps what was done by roles on a pull request or issue; `number` is 0 where it was on neither. The newest time counts. */
export async function saveRoleUses(
  session: Session,
  { repositoryId, owner, repository }: Pick<RepositoryLocator, 'repositoryId' | 'owner' | 'repository'>,
  number: number,
  uses: readonly RoleUse[],
): Promise<void> {
  if (uses.length === 0) return;
  await session.query({
    name: 'save-role-uses',
    text: `insert into countersign.role_uses (tenant_id, role, account_id, what, repository_id, number, repository, used_at)
       select countersign.tenant(), u.role, u.account, u.what, $1, $2, $3, u.at
         from jsonb_to_recordset($4) as u(role text, account bigint, what text, at timestamptz)
        order by u.role, u.account, u.what
     on conflict (tenant_id, role, account_id, what, repository_id, number) do update
       set used_at = excluded.used_at, repository = excluded.repository
       where role_uses.what <> 'proposed' and role_uses.used_at < excluded.used_at`,
    values: [repositoryId, number, `${owner}/${repository}`, JSON.stringify(uses)],
  });
}

const UseRow = z.object({
  role: z.string(),
  account: z.number(),
  what: z.enum([...Use.shape.what.options, 'proposed']),
  at: z.string(),
  where: z.string(),
  count: z.number(),
});
const DelegationRow = z.object({
  role: z.string().nullable(),
  from: Account,
  to: Account,
  until: z.string(),
  where: z.string(),
});

/** All that is on record of what people did by their roles, and who has handed a seat to whom, as of an instant. */
export async function loadKnown(session: Session, at: Date): Promise<Known> {
  const { rows } = await session.query(
    `select role, account_id::float8 as account, what, count, at, "where" from (
       select role, account_id, what, to_char(used_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as at,
              repository || case when number = 0 then '' else '#' || number end as "where",
              (count(*) over (partition by role, account_id, what = 'proposed'))::int as count,
              row_number() over (partition by role, account_id, what = 'proposed' order by used_at desc, number desc) as place
         from countersign.role_uses where tenant_id = countersign.tenant()) newest
      where place = 1`,
  );
  const uses = z.array(UseRow).parse(rows);
  const { rows: delegated } = await session.query(
    `select c.intervention->>'role' as role, c.said_by as "from", c.intervention->'to' as to, c.intervention->>'until' as until,
            p.owner || '/' || p.repository || '#' || c.number as "where"
       from countersign.commands c
       join countersign.pull_requests p
         on p.tenant_id = c.tenant_id and p.repository_id = c.repository_id and p.pull_number = c.number and p.state = 'open'
      where c.tenant_id = countersign.tenant() and c.outcome = 'taken' and c.word = 'delegate'
        and (c.intervention->>'until')::timestamptz > $1
        and not exists (
          select from countersign.commands w
            where w.tenant_id = c.tenant_id and w.repository_id = c.repository_id and w.number = c.number
              and w.outcome = 'taken' and w.word = 'withdraw' and w.command_id > c.command_id
              and coalesce(w.intervention->>'whose', w.said_by->>'id') = c.said_by->>'id')
      order by c.command_id`,
    [at],
  );
  return {
    uses: uses.flatMap(({ what, role, account, count, at, where }) =>
      what === 'proposed' ? [] : [{ role, account, count, last: { what, at, where } }],
    ),
    proposals: uses.flatMap(({ what, role, account, count, at, where }) =>
      what === 'proposed' ? [{ role, account, count, at, where }] : [],
    ),
    delegations: z.array(DelegationRow).parse(delegated),
  };
}
