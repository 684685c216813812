/**
 * The texts of the report's queries. Every value is written into them, so that what is executed and what is printed for people to run is one
 * text. Values are instants, hex ids and names out of a policy; nothing that is asked for on GitHub comes near.
 */

/** The period of a report; `to` no longer belongs. ISO 8601 in UTC. */
export type Period = { readonly from: string; readonly to: string };

/** A text as PostgreSQL reads it back, whatever its settings. */
export function literal(value: string): string {
  const quoted = value.replaceAll("'", "''");
  return quoted.includes('\\') ? `e'${quoted.replaceAll('\\', '\\\\')}'` : `'${quoted}'`;
}

export function instantLiteral(at: string): string {
  return `timestamptz ${literal(at)}`;
}

/** An instant as the report shows it, in UTC whatever the session's zone. */
export function shownInstant(expression: string): string {
  return `to_char(${expression} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`;
}

/** A list out of a record; of records that have none there, which older versions of the program wrote, an empty one. */
export function listAt(expression: string): string {
  return `case when jsonb_typeof(${expression}) = 'array' then ${expression} else '[]' end`;
}

/** Hours of an interval's seconds, to the ten thousandth, which is a third of a second. */
export function hours(seconds: string): string {
  return `round((${seconds} / 3600.0)::numeric, 4)::float8`;
}

export function percent(part: string, whole: string): string {
  return `round(100.0 * ${part} / nullif(${whole}, 0), 1)::float8`;
}

/** The smallest value that is not smaller than such a share of all of them: nearest rank. */
export function quantile(share: number, expression: string): string {
  return `percentile_disc(${share}) within group (order by ${expression})`;
}

/**
 * Common table expressions: `active`, the pull requests of which something was decided in the period, or which were not over before it; and
 * `decided`, every decision on them up to its end, numbered for each pull request, with what a query needs of it.
 */
export function decided({ from, to }: Period, columns: readonly string[]): string {
  return `active as (
  select repository_id, pull_number from countersign.decisions
   where tenant_id = countersign.tenant() and decided_at >= ${instantLiteral(from)} and decided_at < ${instantLiteral(to)}
  union
  select repository_id, pull_number from countersign.pull_requests where tenant_id = countersign.tenant() and state = 'open'
  union
  select repository_id, pull_number from countersign.ledger
   where tenant_id = countersign.tenant() and kind = 'closed' and pull_number is not null
     and (entry::jsonb->>'at')::timestamptz >= ${instantLiteral(from)}
), decided as (
  select d.repository_id, d.pull_number, d.decision_id, d.decided_at, d.ledger_entry_id, d.state,
         row_number() over pull as n, lead(d.decided_at) over pull as next_at${columns.map((column) => `,\n         ${column}`).join('')}
    from countersign.decisions d join active using (repository_id, pull_number)
   where d.tenant_id = countersign.tenant() and d.decided_at < ${instantLiteral(to)}
  window pull as (partition by d.repository_id, d.pull_number order by d.decision_id)
)`;
}

/** Common table expression `pulls`: the name of each of them, whether it is open now, and when it was last closed before the end. */
export function pulls({ to }: Period): string {
  return `pulls as (
  select p.repository_id, p.pull_number, p.owner || '/' || p.repository || '#' || p.pull_number as pull,
         p.state = 'open' or exists (select from countersign.ledger l where ${CLOSED} and (l.entry::jsonb->>'at')::timestamptz >= ${instantLiteral(to)}) as open,
         (select max((l.entry::jsonb->>'at')::timestamptz) from countersign.ledger l
           where ${CLOSED} and (l.entry::jsonb->>'at')::timestamptz < ${instantLiteral(to)}) as closed_at
    from countersign.pull_requests p join active using (repository_id, pull_number) where p.tenant_id = countersign.tenant()
)`;
}

const CLOSED = `l.tenant_id = p.tenant_id and l.repository_id = p.repository_id and l.pull_number = p.pull_number and l.kind = 'closed'`;
