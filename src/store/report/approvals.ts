import { MOST_LISTED } from '../../reports/model.ts';
import { decided, instantLiteral, listAt, type Period, pulls, shownInstant } from './sql.ts';

/**
 * `stops`: each time that an approval, which had counted in the decision before, did not count any more, within the period. `given`: each
 * approval that was given in the period, and why it did not count if it never did.
 */
function judged(period: Period): string {
  const [from, to] = [instantLiteral(period.from), instantLiteral(period.to)];
  return `with ${decided(period, [`${listAt("d.decision->'approvals'")} as approvals`])}, ${pulls(period)}, judged as (
  select d.repository_id, d.pull_number, d.n, d.decided_at, a->>'id' as approval, (a->>'counts')::boolean as counts,
         coalesce(a#>>'{reasons,0,code}', '(not known)') as reason, a#>>'{by,login}' as person, (a#>>'{by,id}')::bigint as account_id,
         (a->>'at')::timestamptz as given_at
    from decided d cross join lateral jsonb_array_elements(d.approvals) as a
), turned as (
  select *, lag(counts) over (partition by repository_id, pull_number, approval order by n) as counted,
         coalesce(max(n) filter (where counts) over (partition by repository_id, pull_number, account_id) > n, false) as again
    from judged
), stops as (
  select t.*, p.pull
    from turned t join pulls p using (repository_id, pull_number)
   where t.counted and not t.counts and t.decided_at >= ${from} and t.decided_at < ${to}
), given as (
  select repository_id, pull_number, approval, bool_or(counts) as counted, (array_agg(reason order by n desc))[1] as reason
    from judged where given_at >= ${from} and given_at < ${to} group by repository_id, pull_number, approval
)`;
}

const APPROVALS = 'count(distinct (repository_id, pull_number, approval))';

export function approvals(period: Period): string {
  return `${judged(period)}
select (select count(*)::int from given) as given, (select count(*)::int from given where counted) as counted,
       ${APPROVALS} filter (where reason = 'stale-commit')::int as stopped_by_push,
       ${APPROVALS} filter (where reason <> 'stale-commit')::int as stopped_otherwise,
       ${APPROVALS} filter (where reason = 'stale-commit' and again)::int as given_again,
       (select count(*)::int from given where not counted) as never
  from stops having count(*) > 0 or exists (select from given)`;
}

export function approvalsNotCounting(period: Period): string {
  return `${judged(period)}, "both" as (
  select reason, repository_id, pull_number, approval, true as had_counted from stops
  union all
  select reason, repository_id, pull_number, approval, false from given where not counted
)
select reason, ${APPROVALS} filter (where had_counted)::int as stopped, ${APPROVALS} filter (where not had_counted)::int as never,
       count(distinct (repository_id, pull_number))::int as pulls
  from "both" group by reason order by stopped desc, never desc, reason`;
}

export function approvalsStoppedListed(period: Period): string {
  return `${judged(period)}
select pull, person, ${shownInstant('given_at')} as given_at, ${shownInstant('decided_at')} as stopped_at, again
  from stops where reason = 'stale-commit' order by stops.decided_at desc, pull, approval limit ${MOST_LISTED}`;
}
