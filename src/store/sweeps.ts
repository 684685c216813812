import { z } from 'zod';
import type { Session } from './database.ts';

/** What a way through an installation's repositories has come upon. */
export type SweepCounts = z.infer<typeof SweepCounts>;
const count = z.number().int().default(0);
const SweepCounts = z.object({
  repositories: count,
  pulls: count,
  evaluated: count,
  checks: count,
  foreign: count,
  adopted: count,
  moved: count,
  drifted: count,
  questions: count,
});
export const nothingFound: SweepCounts = SweepCounts.parse({});

export const phases = ['people', 'pulls', 'branches', 'settling'] as const;
export type Phase = (typeof phases)[number];

export type Sweep = {
  readonly outage: number | null;
  readonly phase: Phase;
  readonly page: number;
  readonly doneOfPage: number;
  readonly done: number;
  readonly total: number;
  readonly counts: SweepCounts;
  /** For how long it has been under way, by the database's clock. */
  readonly tookMs: number;
};

type Row = Omit<Sweep, 'counts'> & { readonly counts: unknown };

/** The sweep of an installation that is under way; null where none is. */
export async function loadSweep(session: Session, installation: number): Promise<Sweep | null> {
  const { rows } = await session.query<Row>(
    `select outage_id as outage, phase, page, done_of_page as "doneOfPage", done, total, counts,
            extract(epoch from now() - started_at)::float8 * 1000 as "tookMs"
       from countersign.sweeps where tenant_id = countersign.tenant() and installation_id = $1 and finished_at is null`,
    [installation],
  );
  const [row] = rows;
  return row === undefined ? null : { ...row, counts: SweepCounts.parse(row.counts) };
}

/**
 * Begins a sweep. One that is under way goes on as it is, unless there was an outage that it does not know of: whatever it has seen was
 * seen before the end of that.
 */
export async function beginSweep(session: Session, installation: number, outage: number | null): Promise<void> {
  await session.query(
    `insert into countersign.sweeps as s (tenant_id, installation_id, outage_id) values (countersign.tenant(), $1, $2)
     on conflict (tenant_id, installation_id) do update set
       outage_id = excluded.outage_id, started_at = clock_timestamp(), phase = 'people', page = 1, done_of_page = 0, done = 0, total = 0,
       counts = '{}', finished_at = null
       where s.finished_at is not null or (excluded.outage_id is not null and s.outage_id is distinct from excluded.outage_id)`,
    [installation, outage],
  );
}

export async function saveSweep(session: Session, installation: number, sweep: Sweep): Promise<void> {
  await session.query(
    `update countersign.sweeps set phase = $2, page = $3, done_of_page = $4, done = $5, total = $6, counts = $7
      where tenant_id = countersign.tenant() and installation_id = $1`,
    [installation, sweep.phase, sweep.page, sweep.doneOfPage, sweep.done, sweep.total, JSON.stringify(sweep.counts)],
  );
}

export async function finishSweep(session: Session, installation: number): Promise<void> {
  await session.query(
    'update countersign.sweeps set finished_at = now() where tenant_id = countersign.tenant() and installation_id = $1',
    [installation],
  );
}
