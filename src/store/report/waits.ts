import type { BusinessHours } from '../../reports/business-hours.ts';
import { MOST_LISTED } from '../../reports/model.ts';
import type { PolicyBlobs } from '../policies.ts';
import { decided, hours, instantLiteral, listAt, literal, type Period, pulls, quantile, shownInstant } from './sql.ts';

/** Policies by the blobs that decisions name, each with the calendar that is its business hours; null where it has none. */
export type PolicyHours = { readonly blobs: PolicyBlobs; readonly calendar: BusinessHours | null };

export type WaitsInput = { readonly period: Period; readonly policies: readonly PolicyHours[] };

/** The policies under which the pull requests of a period were decided, and since when there are decisions on them. */
export function policiesQuery(period: Period): string {
  return `with ${decided(period, [])}
select l.entry::jsonb#>>'{details,policy,organization}' as organization, l.entry::jsonb#>>'{details,policy,repository}' as repository,
       ${shownInstant('min(d.decided_at)')} as since
  from decided d join countersign.ledger l on l.tenant_id = countersign.tenant() and l.entry_id = d.ledger_entry_id
 group by 1, 2 order by 1, 2`;
}

/** `calendars` and `policies` as tables of values: the only thing that the database is told besides the period. */
function calendarTables(policies: readonly PolicyHours[]): string {
  const distinct = [...new Set(policies.flatMap(({ calendar }) => calendar ?? []))];
  const calendars = distinct.map(
    ({ name, timezone, open }, index) =>
      `(${index + 1}, ${literal(name)}, ${literal(timezone)}, ${multirangeOf(open)})`,
  );
  const rows = policies.flatMap(({ blobs, calendar }) =>
    calendar === null
      ? []
      : [`(${textOrNull(blobs.organization)}, ${textOrNull(blobs.repository)}, ${distinct.indexOf(calendar) + 1})`],
  );
  const none = (columns: string) => `select ${columns} where false`;
  return `calendars (calendar, name, timezone, open) as (
  ${calendars.length === 0 ? none("0, '', '', tstzmultirange '{}'") : `values ${calendars.join(',\n    ')}`}
), policies (organization, repository, calendar) as (
  ${rows.length === 0 ? none('null::text, null::text, 0') : `values ${rows.join(',\n    ')}`}
)`;
}

function textOrNull(value: string | null): string {
  return value === null ? 'null::text' : literal(value);
}

/**
 * `seats`: each seat of each decision. `waits`: a seat of an open stage that nobody had filled, of a proposal that waited for people, for as
 * long as the content was the same.
 */
export function waitsOf(period: Period): string {
  return `${decided(period, [
    "d.decision->>'content' as content",
    "coalesce((d.facts#>>'{pull,draft}')::boolean, false) as draft",
    `${listAt("d.decision->'plan'")} as plan`,
  ])}, ${pulls(period)}, seats as (
  select d.repository_id, d.pull_number, d.n, d.decided_at, d.next_at, d.ledger_entry_id, d.content, d.draft, s.place,
         s.stage->>'name' as stage, seat->>'id' as seat, seat->>'label' as role,
         d.state in ('waiting', 'unfillable') and (s.stage->>'open')::boolean and seat#>>'{filledBy,at}' is null as waits,
         (seat#>>'{filledBy,at}')::timestamptz as filled_at, seat#>>'{filledBy,approval}' as approval,
         (seat#>>'{filledBy,account,id}')::bigint as account_id, seat#>>'{filledBy,account,login}' as login
    from decided d
   cross join lateral jsonb_array_elements(d.plan) with ordinality as s(stage, place)
   cross join lateral jsonb_array_elements(${listAt("s.stage->'seats'")}) as seat
), begun as (
  select *, waits and (lag(waits) over w and lag(n) over w = n - 1 and lag(content) over w = content) is not true as begins
    from seats window w as (partition by repository_id, pull_number, stage, seat order by n)
), waits as (
  select repository_id, pull_number, stage, seat, max(role) as role, min(place) as place, content, min(decided_at) as found_at, max(n) as last,
         min(ledger_entry_id) as entry_id, bool_and(draft) as draft
    from (select *, count(*) filter (where begins) over (partition by repository_id, pull_number, stage, seat order by n) as wait
            from begun where waits) numbered
   group by repository_id, pull_number, stage, seat, wait, content
), asked as materialized (
  select w.*, greatest(w.found_at, r.first_at) as asked_at
    from waits w
   cross join lateral (select min(requested_at) as first_at from countersign.review_requests r
     where r.tenant_id = countersign.tenant() and r.repository_id = w.repository_id and r.pull_number = w.pull_number
       and r.stage = w.stage and r.content = w.content and r.requested_at < ${instantLiteral(period.to)}) r
   where not w.draft or r.first_at is not null
), ended as materialized (
  select a.*, p.pull,
         case when s.filled_at is not null and s.content = a.content then 'filled'
              when next.content <> a.content then 'superseded'
              when next.n is not null or not p.open then 'ended' else 'waiting' end as outcome,
         case when s.filled_at is not null and s.content = a.content then greatest(s.filled_at, a.asked_at)
              else coalesce(next.decided_at, case when p.open then ${instantLiteral(period.to)} else p.closed_at end, a.asked_at) end as ended_at
    from asked a
    join pulls p using (repository_id, pull_number)
    left join decided next on next.repository_id = a.repository_id and next.pull_number = a.pull_number and next.n = a.last + 1
    left join seats s on s.repository_id = a.repository_id and s.pull_number = a.pull_number and s.n = a.last + 1
     and s.stage = a.stage and s.seat = a.seat
)`;
}

/** Seconds that a span has in common with a multirange of open hours. */
export function secondsWithin(open: string, begin: string, end: string): string {
  return `coalesce((select sum(extract(epoch from upper(r) - lower(r))) from unnest(${open} * tstzmultirange(tstzrange(${begin}, ${end}))) as r), 0)`;
}

/** Open hours as PostgreSQL reads them. */
export function multirangeOf(open: BusinessHours['open']): string {
  return `tstzmultirange ${literal(`{${open.map(({ from, to }) => `[${from},${to})`).join(',')}}`)}`;
}

/** `measured`: waits that were not over before the period, with the hours of the calendar that each was asked under. */
function measured({ period, policies }: WaitsInput): string {
  return `with ${calendarTables(policies)}, ${waitsOf(period)}, measured as materialized (
  select e.*, c.name as calendar, c.timezone, extract(epoch from e.ended_at - e.asked_at) as elapsed,
         case when c.open is null then extract(epoch from e.ended_at - e.asked_at)
              else ${secondsWithin('c.open', 'e.asked_at', 'greatest(e.asked_at, e.ended_at)')} end as business
    from ended e
    join countersign.ledger l on l.tenant_id = countersign.tenant() and l.entry_id = e.entry_id
    left join policies y on y.organization is not distinct from l.entry::jsonb#>>'{details,policy,organization}'
     and y.repository is not distinct from l.entry::jsonb#>>'{details,policy,repository}'
    left join calendars c on c.calendar = y.calendar
   where e.ended_at >= ${instantLiteral(period.from)}
)`;
}

const FILLED = "filter (where outcome = 'filled')";

export function waitingTimes(input: WaitsInput): string {
  return `${measured(input)}
select grouping(stage) = 1 as is_total, case when grouping(stage) = 1 then 'all stages' else stage end as stage, case when grouping(role) = 1 then 'all roles' else role end as role,
       count(*) ${FILLED}::int as filled,
       ${hours(`${quantile(0.5, 'business')} ${FILLED}`)} as p50, ${hours(`${quantile(0.9, 'business')} ${FILLED}`)} as p90,
       ${hours(`${quantile(0.5, 'elapsed')} ${FILLED}`)} as elapsed_p50, ${hours(`${quantile(0.9, 'elapsed')} ${FILLED}`)} as elapsed_p90,
       count(*) filter (where outcome = 'waiting')::int as waiting,
       ${hours("max(business) filter (where outcome = 'waiting')")} as longest_waiting,
       count(*) filter (where outcome = 'superseded')::int as superseded, count(*) filter (where outcome = 'ended')::int as ended
  from measured
 group by grouping sets ((stage, role), ()) having count(*) > 0
 order by grouping(stage) desc, min(place), stage, role`;
}

export function waitingNow(input: WaitsInput): string {
  return `${measured(input)}
select pull, stage, role, ${shownInstant('asked_at')} as since, ${hours('business')} as business, ${hours('elapsed')} as elapsed
  from measured where outcome = 'waiting' order by asked_at, pull, stage, seat limit ${MOST_LISTED}`;
}

export function waitingCalendars(input: WaitsInput): string {
  return `${measured(input)}
select coalesce(calendar, 'none: all hours count') as calendar, coalesce(timezone, '') as timezone, count(*)::int as waits
  from measured group by 1, 2 order by 3 desc, 1, 2`;
}
