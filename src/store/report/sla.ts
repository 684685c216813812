import { decided, instantLiteral, listAt, type Period, percent, pulls } from './sql.ts';

/**
 * `spans`: each time that a stage had to be complete by, with what came of it. A stage that was never complete has missed its time if the
 * ledger says so (`sla-breached`): nobody is late while the proposal waits for its author.
 */
function spans(period: Period): string {
  const [from, to] = [instantLiteral(period.from), instantLiteral(period.to)];
  return `with ${decided(period, [`${listAt("d.decision->'plan'")} as plan`])}, ${pulls(period)}, stages as (
  select d.repository_id, d.pull_number, d.n, d.next_at, s.place, s.stage->>'name' as stage, (s.stage->>'complete')::boolean as complete,
         (s.stage->>'dueAt')::timestamptz as due_at,
         (select max((seat#>>'{filledBy,at}')::timestamptz) from jsonb_array_elements(${listAt("s.stage->'seats'")}) as seat) as filled_at
    from decided d cross join lateral jsonb_array_elements(d.plan) with ordinality as s(stage, place)
), timed as (
  select repository_id, pull_number, stage, due_at, min(place) as place, max(n) as last from stages where due_at is not null
   group by repository_id, pull_number, stage, due_at
), breaches as (
  select distinct repository_id, pull_number, entry::jsonb#>>'{details,stage}' as stage, (entry::jsonb#>>'{details,dueAt}')::timestamptz as due_at
    from countersign.ledger where tenant_id = countersign.tenant() and kind = 'sla-breached' and (entry::jsonb->>'at')::timestamptz < ${to}
), judged as (
  select t.*, next.filled_at, p.open and d.next_at is null as is_open, (next.complete and next.filled_at is not null) is true as complete, b.due_at is not null as breached,
         coalesce(d.next_at, case when p.open then ${to} else p.closed_at end, d.decided_at) as left_at
    from timed t
    join pulls p using (repository_id, pull_number)
    join decided d on d.repository_id = t.repository_id and d.pull_number = t.pull_number and d.n = t.last
    left join stages next on next.repository_id = t.repository_id and next.pull_number = t.pull_number and next.n = t.last + 1
     and next.stage = t.stage
    left join breaches b on b.repository_id = t.repository_id and b.pull_number = t.pull_number and b.stage = t.stage and b.due_at = t.due_at
), spans as (
  select *, case when complete and filled_at <= due_at then 'met' when complete or breached then 'missed'
                 when is_open then 'running' else 'ended' end as outcome
    from judged where case when complete then filled_at when breached then greatest(due_at, left_at) else left_at end >= ${from}
)`;
}

export function slaAttainment(period: Period): string {
  const met = "count(*) filter (where outcome = 'met')";
  const missed = "count(*) filter (where outcome = 'missed')";
  return `${spans(period)}
select grouping(stage) = 1 as is_total, case when grouping(stage) = 1 then 'all stages' else stage end as stage, ${met}::int as met, ${missed}::int as missed,
       ${percent(met, `(${met} + ${missed})`)} as attainment,
       count(*) filter (where outcome = 'missed' and is_open)::int as overdue,
       count(*) filter (where outcome = 'running')::int as running, count(*) filter (where outcome = 'ended')::int as ended
  from spans group by grouping sets ((stage), ()) having count(*) > 0 order by grouping(stage) desc, min(place), stage`;
}
