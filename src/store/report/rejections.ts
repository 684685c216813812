import { MOST_LISTED } from '../../reports/model.ts';
import { decided, instantLiteral, listAt, type Period, pulls, shownInstant } from './sql.ts';

/** `rejections`: each that was given in the period, as the first decision that knew of it has it, and whether it stood at the end. */
function rejections(period: Period): string {
  return `with ${decided(period, [
    `${listAt("d.decision->'rejections'")} as rejections`,
    "coalesce(d.facts#>>'{pull,author,login}', '(not known)') as proposer",
    `${listAt("d.decision#>'{classification,proposal,categories}'")} as categories`,
    `${listAt("d.decision#>'{classification,systems}'")} as systems`,
  ])}, ${pulls(period)}, standing as (
  select distinct d.repository_id, d.pull_number, r->>'source' as source, r->>'id' as id
    from decided d cross join lateral jsonb_array_elements(d.rejections) as r where d.next_at is null
), rejections as (
  select distinct on (r->>'source', r->>'id')
         p.pull, d.proposer, d.categories, d.systems, r->>'code' as reason, r#>>'{by,login}' as person, r->>'stage' as stage,
         (r->>'at')::timestamptz as at, case when r#>>'{by,login}' = 'erased-' || (r#>>'{by,id}') then '(erased)' else r->>'rationale' end as rationale,
         p.open and s.id is not null as standing
    from decided d join pulls p using (repository_id, pull_number)
   cross join lateral jsonb_array_elements(d.rejections) as r
    left join standing s on s.repository_id = d.repository_id and s.pull_number = d.pull_number and s.source = r->>'source' and s.id = r->>'id'
   where (r->>'at')::timestamptz >= ${instantLiteral(period.from)} and (r->>'at')::timestamptz < ${instantLiteral(period.to)}
   order by r->>'source', r->>'id', d.decision_id
)`;
}

export function rejectionReasons(period: Period): string {
  return `${rejections(period)}
select reason, count(*)::int as rejections, count(distinct pull)::int as pulls, count(*) filter (where standing)::int as standing
  from rejections group by reason order by rejections desc, reason`;
}

/** By what `value` gives for each of them, the most first. */
function grouped(period: Period, name: string, value: string, more = ''): string {
  return `${rejections(period)}
select ${value} as ${name}, reason, count(*)::int as rejections, count(distinct pull)::int as pulls
  from rejections ${more}group by 1, 2 order by sum(count(*)) over (partition by ${value}) desc, 1, rejections desc, reason`;
}

export function rejectionsByCategory(period: Period): string {
  const each = 'left join lateral jsonb_array_elements(categories) as c on true ';
  return grouped(period, 'category', "coalesce(c->>'name', '(none)')", each);
}

export function rejectionsByProposer(period: Period): string {
  return grouped(period, 'proposer', 'proposer');
}

export function rejectionsBySystem(period: Period): string {
  const each = 'left join lateral jsonb_array_elements(systems) as s on true ';
  return grouped(period, 'system', "coalesce(s->>'name', '(none)')", each);
}

export function rejectionsListed(period: Period): string {
  return `${rejections(period)}
select pull, reason, stage, person, ${shownInstant('at')} as at, standing, left(rationale, 300) as rationale
  from rejections order by rejections.at desc, pull, person limit ${MOST_LISTED}`;
}
