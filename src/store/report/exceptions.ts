import { MOST_LISTED } from '../../reports/model.ts';
import { hours, instantLiteral, type Period, percent, quantile, shownInstant } from './sql.ts';

/** `settled`: how each broken glass and finding came to its end, as the ledger has it, the first time. `late`: those that were overdue. */
function settled({ to }: Period): string {
  const said = `select entry_id, kind, (entry::jsonb->>'at')::timestamptz as at, entry, entry::jsonb->'details' as details
      from countersign.ledger where tenant_id = countersign.tenant() and kind in ('reconciliation', 'finding-mended')
       and (entry::jsonb->>'at')::timestamptz < ${instantLiteral(to)}`;
  return `with said as (
  ${said}
), endings as (
  select case when kind = 'finding-mended' then 'finding' when details ? 'glass' then 'glass' else 'finding' end as matter,
         (case when kind = 'finding-mended' then details->>'number' else coalesce(details->>'glass', details->>'finding') end)::bigint as id,
         case when kind = 'finding-mended' then 'mended' else details->>'outcome' end as outcome, at, entry, entry_id
    from said
), settled as (
  select distinct on (matter, id) matter, id, outcome, at, entry from endings where outcome <> 'overdue' order by matter, id, entry_id
), late as (
  select distinct matter, id from endings where outcome = 'overdue'
)`;
}

/** `glasses`: every broken glass that was open at some time in the period. */
function glasses(period: Period): string {
  return `${settled(period)}, glasses as (
  select r.owner || '/' || r.repository || '#' || r.pull_number as pull, r.glass#>>'{by,login}' as person, r.glass->>'incident' as incident,
         r.opened_at, r.due_at, s.at as settled_at, coalesce(s.outcome, 'open') as outcome, r.issue_number,
         l.id is not null or s.at > r.due_at or (s.at is null and r.due_at < ${instantLiteral(period.to)}) as late,
         extract(epoch from coalesce(s.at, ${instantLiteral(period.to)}) - r.opened_at) as seconds,
         (select string_agg(seat->>'label' || ': ' || coalesce(seat#>>'{filledBy,login}', 'nobody'), '; ')
            from jsonb_array_elements(countersign.opened(r.tenant_id, s.entry)::jsonb#>'{details,seats}') as seat) as by_whom
    from countersign.reconciliations r
    left join settled s on s.matter = 'glass' and s.id = r.command_id
    left join late l on l.matter = 'glass' and l.id = r.command_id
   where r.tenant_id = countersign.tenant() and r.opened_at < ${instantLiteral(period.to)}
     and (s.at is null or s.at >= ${instantLiteral(period.from)})
)`;
}

export function brokenGlass(period: Period): string {
  return `${glasses(period)}
select case when outcome = 'approved' then 'reconciled: approved' when outcome = 'rejected' then 'reconciled: rejected' else 'not reconciled yet' end
         as outcome,
       count(*)::int as glasses, count(*) filter (where opened_at >= ${instantLiteral(period.from)})::int as broken,
       count(*) filter (where late)::int as late, ${hours(quantile(0.5, 'seconds'))} as p50, ${hours(quantile(0.9, 'seconds'))} as p90
  from glasses group by 1 order by glasses desc, 1`;
}

export function brokenGlassListed(period: Period): string {
  return `${glasses(period)}
select pull, person, incident, ${shownInstant('opened_at')} as broken_at, outcome, by_whom, ${shownInstant('settled_at')} as settled_at,
       ${hours('seconds')} as open_for, late
  from glasses order by glasses.opened_at desc, pull limit ${MOST_LISTED}`;
}

/** `found`: every finding that was open at some time in the period. */
function found(period: Period): string {
  return `${settled(period)}, found as (
  select f.owner || '/' || f.repository as repository, f.kind, f.title, f.by->>'login' as person, f.found_at, f.issue_number, s.at as settled_at,
         coalesce(s.outcome, 'open') as outcome, l.id is not null as late, f.finding_id,
         extract(epoch from coalesce(s.at, ${instantLiteral(period.to)}) - f.found_at) as seconds
    from countersign.findings f
    left join settled s on s.matter = 'finding' and s.id = f.finding_id
    left join late l on l.matter = 'finding' and l.id = f.finding_id
   where f.tenant_id = countersign.tenant() and f.found_at < ${instantLiteral(period.to)}
     and (s.at is null or s.at >= ${instantLiteral(period.from)})
)`;
}

const SETTLED = "filter (where outcome <> 'open')";

export function findings(period: Period): string {
  const count = (outcome: string) => `count(*) filter (where outcome = '${outcome}')::int`;
  return `${found(period)}
select grouping(kind) = 1 as is_total, case when grouping(kind) = 1 then 'all kinds' else kind end as kind, count(*)::int as findings,
       count(*) filter (where found_at >= ${instantLiteral(period.from)})::int as found, ${count('open')} as open, ${count('mended')} as mended,
       ${count('approved')} as approved, ${count('rejected')} as rejected, count(*) filter (where late)::int as late,
       ${percent(`count(*) ${SETTLED}`, 'count(*)')} as share_settled,
       ${hours(`${quantile(0.5, 'seconds')} ${SETTLED}`)} as p50, ${hours(`${quantile(0.9, 'seconds')} ${SETTLED}`)} as p90
  from found group by grouping sets ((kind), ()) having count(*) > 0 order by grouping(kind) desc, findings desc, kind`;
}

export function findingsOpenListed(period: Period): string {
  return `${found(period)}
select repository, kind, left(title, 300) as title, person, ${shownInstant('found_at')} as found_at, ${hours('seconds')} as open_for, late,
       case when issue_number is not null then '#' || issue_number end as issue
  from found where outcome = 'open' order by found.found_at, finding_id limit ${MOST_LISTED}`;
}
