import type { Database } from './database.ts';

/** Says that the app is there to take webhooks, and returns when it last was, or null where it never was. */
export async function beat(database: Database, at: Date): Promise<Date | null> {
  const { rows } = await database.query<{ readonly at: Date | null }>(
    `with before as (select at from countersign.heartbeat for update), beaten as (
       insert into countersign.heartbeat (at) values ($1)
       on conflict (singleton) do update set at = greatest(heartbeat.at, excluded.at))
     select max(at) as at from before`,
    [at],
  );
  return rows[0]?.at ?? null;
}

export async function noticeOutage(database: Database, began: Date, ended: Date): Promise<void> {
  await database.query('insert into countersign.outages (began_at, ended_at) values ($1, $2)', [began, ended]);
}

/** The newest outage that has not been caught up with; going through everything once makes up for the earlier ones too. */
export async function openOutage(
  database: Database,
): Promise<{ readonly id: number; readonly isPlanned: boolean } | null> {
  const { rows } = await database.query<{ readonly id: number; readonly isPlanned: boolean }>(
    `select outage_id as id, planned_at is not null as "isPlanned" from countersign.outages
      where caught_up_at is null order by outage_id desc limit 1`,
  );
  return rows[0] ?? null;
}

export async function planOutage(database: Database, outage: number, installations: readonly number[]): Promise<void> {
  await database.query(
    `insert into countersign.outage_parts (outage_id, installation_id)
       select $1, i.id from unnest($2::bigint[]) as i(id) on conflict do nothing`,
    [outage, installations],
  );
  await database.query('update countersign.outages set planned_at = now() where outage_id = $1', [outage]);
}

export type PartOfOutage = {
  readonly pulls: number;
  readonly evaluated: number;
  readonly unanswered: number;
};

export async function finishPart(
  database: Database,
  outage: number,
  installation: number,
  { pulls, evaluated, unanswered }: PartOfOutage,
): Promise<void> {
  await database.query(
    `update countersign.outage_parts set done_at = now(), pulls = $3, evaluated = $4, unanswered = $5
      where outage_id = $1 and installation_id = $2`,
    [outage, installation, pulls, evaluated, unanswered],
  );
}

/** Deliveries were sent again, and perhaps there are no more to be. */
export async function countRepeated(database: Database, repeated: number, isLast: boolean): Promise<void> {
  await database.query(
    `update countersign.outages set repeated = repeated + $1, repeated_at = case when $2 then coalesce(repeated_at, now()) end
      where caught_up_at is null`,
    [repeated, isLast],
  );
}

export type CaughtUp = PartOfOutage & {
  readonly began: Date;
  readonly ended: Date;
  readonly repeated: number;
  /** How long it took to make up for it, by the database's clock. */
  readonly tookMs: number;
};

/** The outages that all is done about now; each is told of to one caller only. */
export async function catchUp(database: Database): Promise<readonly CaughtUp[]> {
  const { rows } = await database.query<CaughtUp>(
    `with done as (
       update countersign.outages o set caught_up_at = now()
        where caught_up_at is null and repeated_at is not null
          and exists (select from countersign.outages n where n.outage_id >= o.outage_id and n.planned_at is not null
            and not exists (select from countersign.outage_parts p where p.outage_id = n.outage_id and p.done_at is null))
       returning *)
     select began_at as began, ended_at as ended, repeated, extract(epoch from now() - noticed_at)::float8 * 1000 as "tookMs",
            coalesce(sum(p.pulls), 0)::int as pulls, coalesce(sum(p.evaluated), 0)::int as evaluated,
            coalesce(sum(p.unanswered), 0)::int as unanswered
       from done d left join countersign.outage_parts p on p.outage_id = d.outage_id
      group by d.outage_id, began_at, ended_at, repeated, noticed_at order by d.outage_id`,
  );
  return rows;
}
