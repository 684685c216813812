import type { Database } from './database.ts';

/** Where the reading of GitHub's log of deliveries stands. */
export type LogReading = {
  /** Everything up to here has been read. */
  readonly until: Date | null;
  readonly top: Date | null;
  readonly cursor: string | null;
};

export async function loadReading(database: Database): Promise<LogReading> {
  const { rows } = await database.query<LogReading>(
    'select read_until as until, top, cursor from countersign.delivery_log',
  );
  return rows[0] ?? { until: null, top: null, cursor: null };
}

export async function saveReading(database: Database, { until, top, cursor }: LogReading): Promise<void> {
  await database.query('update countersign.delivery_log set read_until = $1, top = $2, cursor = $3', [
    until,
    top,
    cursor,
  ]);
}

export type MissedDelivery = {
  readonly id: number;
  readonly guid: string;
  readonly event: string;
  readonly action: string | null;
  readonly installation: number | null;
  readonly at: string;
  readonly urgency: number;
};

/** Notes deliveries that failed; those that are known keep what was done about them. */
export async function saveMissed(database: Database, missed: readonly MissedDelivery[]): Promise<void> {
  if (missed.length === 0) return;
  await database.query(
    `insert into countersign.missed_deliveries (guid, delivery_id, event, action, installation_id, delivered_at, urgency)
       select m.guid, m.id, m.event, m.action, m.installation, m.at, m.urgency
         from jsonb_to_recordset($1) as m(guid text, id bigint, event text, action text, installation bigint, at timestamptz, urgency int)
     on conflict (guid) do nothing`,
    [JSON.stringify(missed)],
  );
}

/** Those of the deliveries that the app has not processed. */
export async function unprocessed(
  database: Database,
  deliveries: readonly Pick<MissedDelivery, 'guid' | 'installation'>[],
): Promise<ReadonlySet<string>> {
  if (deliveries.length === 0) return new Set();
  const { rows } = await database.query<{ readonly guid: string }>('select countersign.unprocessed($1) as guid', [
    JSON.stringify(deliveries),
  ]);
  return new Set(rows.map(({ guid }) => guid));
}

/** Wait before a second and a third try, by the database's clock: somebody may have had to mend something first. */
const AGAIN = `interval '10 minutes' * power(3, tries - 1)`;

export type ToRepeat = Pick<MissedDelivery, 'guid' | 'id' | 'event' | 'installation'> & { readonly tries: number };

/** Deliveries to be sent again now, the most urgent first and of those the oldest, which GitHub forgets first. */
export async function nextMissed(database: Database, most: number): Promise<readonly ToRepeat[]> {
  const { rows } = await database.query<ToRepeat>(
    `select guid, delivery_id::float8 as id, event, installation_id::float8 as installation, tries from countersign.missed_deliveries
      where settled is null and (tried_at is null or tried_at < now() - ${AGAIN})
      order by urgency, delivered_at, delivery_id limit $1`,
    [most],
  );
  return rows;
}

/** What was sent again within the last `milliseconds`, and is not known to have arrived. */
export async function justTried(
  database: Database,
  milliseconds: number,
): Promise<readonly Pick<MissedDelivery, 'guid' | 'installation'>[]> {
  const { rows } = await database.query<Pick<MissedDelivery, 'guid' | 'installation'>>(
    `select guid, installation_id::float8 as installation from countersign.missed_deliveries
      where settled is null and tried_at > now() - $1::float8 * interval '1 millisecond'`,
    [milliseconds],
  );
  return rows;
}

/** Notes that GitHub has taken the order to send it again. After a kill in between it is sent twice, which is recognised. */
export async function markTried(database: Database, guid: string): Promise<void> {
  await database.query('update countersign.missed_deliveries set tries = tries + 1, tried_at = now() where guid = $1', [
    guid,
  ]);
}

export async function settleMissed(
  database: Database,
  guids: readonly string[],
  how: 'arrived' | 'gone' | 'gave-up',
): Promise<void> {
  if (guids.length === 0) return;
  await database.query('update countersign.missed_deliveries set settled = $2 where guid = any($1)', [guids, how]);
}

/** GitHub itself forgets deliveries after three days, an Enterprise Server after seven. */
export async function forgetOldMissed(database: Database): Promise<void> {
  await database.query(`delete from countersign.missed_deliveries where tried_at < now() - interval '8 days'`);
}

/** How many there are, and how many of them have been dealt with: sent at least once, or known not to need it. */
export async function countMissed(database: Database): Promise<{ readonly total: number; readonly done: number }> {
  const { rows } = await database.query<{ readonly total: number; readonly done: number }>(
    `select count(*)::int as total, count(*) filter (where settled is not null or tries > 0)::int as done
       from countersign.missed_deliveries`,
  );
  return rows[0] ?? { total: 0, done: 0 };
}
