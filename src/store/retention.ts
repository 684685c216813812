import type { Database, Session } from './database.ts';

/**
 * What goes when its time is over: raw payloads, words that have had their effect, answers that can be read again. What the ledger refers
 * to, and what decisions, proofs, replays and unfinished work rest on, is not among it; what a row is recognised by stays, so that nothing
 * is taken or told twice.
 */
export const PURGED = [
  'deliveries',
  'remarks',
  'commands',
  'replies',
  'reminders',
  'notifications',
  'lookups',
  'backtests',
  'deployments',
  'runs',
  'gate-refusals',
  'budgets',
] as const;
export type Purged = (typeof PURGED)[number];

/** Columns are written by the clock of the database, which is asked itself, or by that of the app, which gives the instant. */
const BY_DATABASE = "now() - $1::float8 * interval '1 millisecond'";
const BY_APP = '$1::timestamptz';

type Step = { readonly clock: 'database' | 'app'; readonly text: string };

/** Rows of a table that are due, the oldest first, without waiting for anybody who holds one. */
function due(table: string, key: string, where: string, oldest: string): string {
  return `(${key}) in (select ${key} from countersign.${table} where tenant_id = countersign.tenant() and ${where}
    order by ${oldest} limit $2 for update skip locked)`;
}

function emptied(table: string, key: string, set: string, still: string, since: string): Step {
  const where = `${still} and ${since} < ${BY_DATABASE}`;
  return {
    clock: 'database',
    text: `update countersign.${table} set ${set} where tenant_id = countersign.tenant() and ${due(table, key, where, since)}`,
  };
}

function deleted(table: string, key: string, since: string, clock: Step['clock'], where = 'true'): Step {
  const old = `${since} < ${clock === 'app' ? BY_APP : BY_DATABASE} and ${where}`;
  return {
    clock,
    text: `delete from countersign.${table} where tenant_id = countersign.tenant() and ${due(table, key, old, since)}`,
  };
}

/** No record of the repository can ever rest on it: they are followed from their merge on, and opened again long after it. */
function beforeAnyRecord(table: string, at: string): string {
  return `not exists (select from countersign.records r
    where r.tenant_id = countersign.tenant() and r.repository_id = ${table}.repository_id and r.merged_at <= ${table}.${at})`;
}

const STEPS: Readonly<Record<Purged, readonly Step[]>> = {
  deliveries: [
    emptied(
      'deliveries',
      'delivery_id',
      'payload = null, sender = null',
      'payload is not null and processed_at is not null',
      'received_at',
    ),
  ],
  remarks: [emptied('remarks', 'remark_id', "body = ''", "body <> ''", 'settled_at')],
  commands: [emptied('commands', 'command_id', "text = ''", "text <> ''", 'settled_at')],
  replies: [emptied('replies', 'reply_id', 'title = null, body = null', 'body is not null', 'settled_at')],
  reminders: [
    emptied('reminders', 'repository_id, pull_number, stage, due_at', "body = ''", "body <> ''", 'settled_at'),
  ],
  notifications: [
    emptied(
      'notifications',
      'notification_id',
      "notice = '{}', last_error = null",
      "notice <> '{}'",
      'coalesce(delivered_at, gave_up_at)',
    ),
  ],
  lookups: [deleted('lookups', 'key', 'fetched_at', 'app')],
  backtests: [deleted('backtests', 'repository_id, key', 'made_at', 'database')],
  deployments: [
    deleted(
      'deployment_statuses',
      'repository_id, deployment_id, state, at',
      'at',
      'app',
      `exists (select from countersign.deployments d
         where d.tenant_id = countersign.tenant() and d.repository_id = deployment_statuses.repository_id
           and d.deployment_id = deployment_statuses.deployment_id and d.created_at < ${BY_APP} and ${beforeAnyRecord('d', 'created_at')})`,
    ),
    deleted(
      'deployments',
      'repository_id, deployment_id',
      'created_at',
      'app',
      `${beforeAnyRecord('deployments', 'created_at')} and not exists (select from countersign.deployment_statuses s
         where s.tenant_id = countersign.tenant() and s.repository_id = deployments.repository_id
           and s.deployment_id = deployments.deployment_id)`,
    ),
  ],
  runs: [
    deleted(
      'workflow_runs',
      'repository_id, run_id, attempt',
      'started_at',
      'app',
      beforeAnyRecord('workflow_runs', 'started_at'),
    ),
  ],
  'gate-refusals': [deleted('gate_refusals', 'day, reason, claimed', 'last_at', 'app')],
  budgets: [deleted('spending', 'slice', 'slice', 'database'), deleted('blocks', 'resource', 'until', 'database')],
};

/**
 * Purges at most `most` rows of each table of one kind, within the transaction of `session`. `now` is the app's clock. Returns how many
 * rows there were.
 */
export async function purge(
  session: Session,
  what: Purged,
  { olderThanMs, now, most }: { readonly olderThanMs: number; readonly now: number; readonly most: number },
): Promise<number> {
  let rows = 0;
  for (const { clock, text } of STEPS[what]) {
    const bound = clock === 'app' ? new Date(now - olderThanMs) : olderThanMs;
    rows += (await session.query(text, [bound, most])).rowCount ?? 0;
  }
  return rows;
}

/** Organizations whose rows may be due after `after`, and none (0), by their numbers. */
export async function tenantsToPurge(database: Database, after: number): Promise<readonly number[]> {
  const { rows } = await database.query<{ readonly tenant: number }>(
    'select t::float8 as tenant from countersign.tenants_to_purge() as t where t > $1 order by 1',
    [after],
  );
  return rows.map(({ tenant }) => tenant);
}
