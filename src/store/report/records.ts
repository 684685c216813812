import { instantLiteral, type Period } from './sql.ts';

/** What an older version of the program may not have recorded, and the other queries then find nothing in. */
const READ = ['plan', 'approvals', 'rejections', 'classification', 'content'];

export function records(period: Period): string {
  const lacks = READ.map((key) => `not d.decision ? '${key}'`).join(' or ');
  return `select coalesce(l.entry::jsonb#>>'{details,engine}', '(not known)') as engine, count(*)::int as decisions,
       count(distinct (d.repository_id, d.pull_number))::int as pulls, count(*) filter (where ${lacks})::int as lacking
  from countersign.decisions d join countersign.ledger l on l.tenant_id = d.tenant_id and l.entry_id = d.ledger_entry_id
 where d.tenant_id = countersign.tenant() and d.decided_at >= ${instantLiteral(period.from)} and d.decided_at < ${instantLiteral(period.to)}
 group by 1 order by decisions desc, 1`;
}
