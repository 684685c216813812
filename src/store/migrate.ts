import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runMigrations } from 'graphile-worker';
import { Client } from 'pg';
import { AppError, messageOf } from '../errors.ts';
import { APP_ROLE } from './database.ts';

/** One lock for all processes that start at the same time; the number is arbitrary and ours. */
const MIGRATION_LOCK = 1_129_270_610;
const OLDEST_POSTGRES = 150_000;

/**
 * Brings the database up to date as its owner: the queue's schema, then `migrations/NNNN_*.sql` in order, each in a transaction of its own,
 * then the grants. Returns the names of the migrations that were applied. A migration that has changed since it was applied is refused.
 */
export async function migrate(ownerUrl: string, folder: string): Promise<readonly string[]> {
  const client = new Client({
    connectionString: ownerUrl,
    connectionTimeoutMillis: 10_000,
    application_name: 'countersign-migrate',
  });
  try {
    await client.connect();
  } catch (error) {
    throw new AppError('database-unavailable', `The database cannot be reached: ${messageOf(error)}`, {
      retryable: true,
      cause: error,
    });
  }
  client.on('error', () => undefined);
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await refuseOldPostgres(client);
    await ensureRole(client);
    await runMigrations({ connectionString: ownerUrl, preset: { worker: { crontabFile: '' } } });
    const applied = await applyPending(client, folder);
    await client.query(readFileSync(join(folder, 'grants.sql'), 'utf8'));
    return applied;
  } finally {
    await client.end();
  }
}

async function refuseOldPostgres(client: Client): Promise<void> {
  const { rows } = await client.query<{ readonly version: number; readonly shown: string }>(
    "select current_setting('server_version_num')::int as version, current_setting('server_version') as shown",
  );
  const version = rows[0];
  if (version !== undefined && version.version < OLDEST_POSTGRES) {
    throw new AppError('configuration', `PostgreSQL 15 or newer is needed, and the server is ${version.shown}.`);
  }
}

/** Roles belong to the whole server, so two databases of it may be migrated at the same time. */
async function ensureRole(client: Client): Promise<void> {
  await client.query(`do $$ begin
    if not exists (select from pg_roles where rolname = '${APP_ROLE}') then create role ${APP_ROLE} nologin; end if;
    exception when duplicate_object or unique_violation then null;
  end $$`);
  await client.query(`do $$ begin
    if not pg_has_role(current_user, '${APP_ROLE}', 'member') then execute 'grant ${APP_ROLE} to current_user'; end if;
  end $$`);
}

async function applyPending(client: Client, folder: string): Promise<readonly string[]> {
  await client.query('create schema if not exists countersign');
  await client.query(`create table if not exists countersign.migrations
    (name text primary key, sha256 text not null, applied_at timestamptz not null default now())`);
  const { rows } = await client.query<{ readonly name: string; readonly sha256: string }>(
    'select name, sha256 from countersign.migrations',
  );
  const known = new Map(rows.map((row) => [row.name, row.sha256]));
  const applied: string[] = [];
  for (const name of readdirSync(folder)
    .filter((file) => /^\d{4}_.+\.sql$/.test(file))
    .sort()) {
    const text = readFileSync(join(folder, name), 'utf8');
    const sha256 = createHash('sha256').update(text).digest('hex');
    const before = known.get(name);
    if (before === sha256) continue;
    if (before !== undefined) {
      throw new AppError(
        'configuration',
        `The migration ${name} has changed since it was applied: migrations only go forward, so add a new one.`,
      );
    }
    await applyOne(client, name, text, sha256);
    applied.push(name);
  }
  return applied;
}

async function applyOne(client: Client, name: string, text: string, sha256: string): Promise<void> {
  await client.query('begin');
  try {
    await client.query(text);
    await client.query('insert into countersign.migrations (name, sha256) values ($1, $2)', [name, sha256]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw new AppError('configuration', `The migration ${name} failed: ${messageOf(error)}`, { cause: error });
  }
}
