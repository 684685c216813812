import { MOST_LISTED, RUBBER_STAMP_SECONDS } from '../../reports/model.ts';
import { instantLiteral, type Period, percent, quantile, shownInstant } from './sql.ts';
import { waitsOf } from './waits.ts';

const BUCKETS = `buckets (place, bucket, since, below) as (values
  (1, 'before anybody was asked', null, null), (2, 'under 10 s', 0, 10), (3, '10 to 30 s', 10, 30), (4, '30 to 60 s', 30, 60),
  (5, '1 to 5 min', 60, 300), (6, '5 to 30 min', 300, 1800), (7, '30 min to 2 h', 1800, 7200), (8, '2 to 8 h', 7200, 28800),
  (9, '8 to 24 h', 28800, 86400), (10, '24 h and more', 86400, null))`;

/** `stamped`: each approval that came to fill a seat in the period, with the seconds since its giver was asked; null if nobody was. */
function stamped(period: Period): string {
  return `with ${waitsOf(period)}, filling as (
  select distinct on (s.repository_id, s.pull_number, s.approval) s.*, e.asked_at
    from seats s
    left join ended e on e.repository_id = s.repository_id and e.pull_number = s.pull_number and e.stage = s.stage and e.seat = s.seat
     and e.last + 1 = s.n and e.outcome = 'filled'
   where s.approval is not null order by s.repository_id, s.pull_number, s.approval, s.n, e.asked_at, s.stage, s.seat
), stamped as (
  select f.*, p.pull, round(extract(epoch from greatest(interval '0', f.filled_at - greatest(f.asked_at, r.own_at))))::int as seconds
    from filling f join pulls p using (repository_id, pull_number)
   cross join lateral (select max(requested_at) as own_at from countersign.review_requests r
     where f.asked_at is not null and r.tenant_id = countersign.tenant() and r.repository_id = f.repository_id
       and r.pull_number = f.pull_number and r.account_id = f.account_id and r.stage = f.stage and r.content = f.content
       and r.requested_at <= f.filled_at) r
   where f.filled_at >= ${instantLiteral(period.from)} and f.filled_at < ${instantLiteral(period.to)}
), timed as (
  select *, case when asked_at is not null then seconds end as after, asked_at is null or seconds < ${RUBBER_STAMP_SECONDS} as rubber from stamped
)`;
}

export function askedToApproved(period: Period): string {
  return `${stamped(period)}, ${BUCKETS}
select b.bucket as span, count(t.approval)::int as approvals, ${percent('count(t.approval)', '(select count(*) from timed)')} as share
  from buckets b
  left join timed t on case when t.after is null then b.place = 1 else t.after >= b.since and (b.below is null or t.after < b.below) end
 where exists (select from timed) group by b.place, b.bucket order by b.place`;
}

export function askedToApprovedByPerson(period: Period): string {
  return `${stamped(period)}
select max(login) as person, count(*)::int as approvals, count(*) filter (where rubber)::int as rubber,
       ${percent('count(*) filter (where rubber)', 'count(*)')} as share, min(after) as fastest, ${quantile(0.5, 'after')} as p50
  from timed group by account_id order by rubber desc, approvals desc, person`;
}

export function rubberStampsListed(period: Period): string {
  return `${stamped(period)}
select pull, stage, role, login as person, ${shownInstant('filled_at')} as approved_at, after as seconds
  from timed where rubber order by filled_at desc, pull, approval limit ${MOST_LISTED}`;
}
