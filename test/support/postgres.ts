import { randomBytes } from 'node:crypto';
import { Client, type QueryResultRow } from 'pg';
import { inject } from 'vitest';

export type TestDatabase = {
  readonly url: string;
  /** Queries as the owner, past row-level security where the server's user is a superuser: for looking, not for testing. */
  query<Row extends QueryResultRow>(text: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  drop(): Promise<void>;
};

/** Cloning one template twice at a time fails, so the clones queue up behind this lock. */
const CLONING = 77_001;

/** A fresh, migrated database, for one test file or one test. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const { url, template } = inject('postgres');
  const name = `${template}_${randomBytes(4).toString('hex')}`;
  const admin = await connect(url);
  await admin.query('select pg_advisory_lock($1)', [CLONING]);
  try {
    await admin.query(`create database ${name} template ${template}`);
  } finally {
    await admin.end();
  }
  const own = new URL(url);
  own.pathname = `/${name}`;
  return openTestDatabase(own.href, async () => {
    const last = await connect(url);
    await last.query(`drop database if exists ${name} with (force)`);
    await last.end();
  });
}

/** A look into a database that is there already; `drop` is what becomes of it in the end. */
export async function openTestDatabase(url: string, drop: () => Promise<void>): Promise<TestDatabase> {
  const client = await connect(url);
  client.on('error', () => undefined);
  return {
    url,
    query: async (text, values = []) => (await client.query(text, [...values])).rows,
    drop: async () => {
      await client.end();
      await drop();
    },
  };
}

async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  await client.connect();
  return client;
}
