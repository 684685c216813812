import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import type { TestProject } from 'vitest/node';
import { startEmbedded } from '../../src/store/embedded.ts';
import { migrate } from '../../src/store/migrate.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A PostgreSQL server, and in it a migrated database to clone. */
    readonly postgres: { readonly url: string; readonly template: string };
  }
}

/**
 * A real PostgreSQL for all tests: the server of DATABASE_URL if that is set, one of our own otherwise. And the app, built as
 * it is shipped, into a folder of this run's own, so that runs beside each other do not pull it away from under each other.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const build = `dist-test-${process.pid}`;
  execFileSync('npx', ['tsc', '-p', 'tsconfig.build.json', '--outDir', build], { stdio: 'inherit' });
  process.env.COUNTERSIGN_BUILD = build;
  const given = process.env.DATABASE_URL;
  const folder = mkdtempSync(join(tmpdir(), 'countersign-test-'));
  const server = given === undefined || given === '' ? await startEmbedded(folder) : undefined;
  const url = server?.url ?? given ?? '';
  process.stdout.write(`PostgreSQL for tests: ${server === undefined ? 'the server of DATABASE_URL' : 'embedded'}\n`);
  const template = `countersign_template_${process.pid}`;
  await onServer(url, (client) => client.query(`create database ${template}`));
  await migrate(withDatabase(url, template), 'migrations');
  project.provide('postgres', { url, template });
  return async () => {
    await onServer(url, async (client) => {
      const { rows } = await client.query<{ readonly datname: string }>(
        'select datname from pg_database where datname like $1',
        [`${template}%`],
      );
      for (const { datname } of rows) await client.query(`drop database if exists ${datname} with (force)`);
    });
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
    rmSync(build, { recursive: true, force: true });
  };
}

export function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}

async function onServer(url: string, work: (client: Client) => Promise<unknown>): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
