import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Pool } from 'pg';
import { connect, type Session } from '../../src/store/database.ts';
import type { TestDatabase } from './postgres.ts';
import { rowsOf } from './tenants.ts';

/** Statements that the app has sent, as `statements.mjs` has written them down, and what they come to when they are sent again. */

type Encoded =
  | { readonly plain: unknown }
  | { readonly date: string }
  | { readonly bytes: string }
  | { readonly list: readonly Encoded[] };

export type Statement = {
  readonly text: string;
  readonly values: readonly Encoded[];
  /** The tenant of the session that it was sent in; null where it had none. */
  readonly tenant: number | null;
  /** The functions of the store that it came from, as `pulls.loadMemory`. */
  readonly by: readonly string[];
};

/** What has an app, or the command line, write its statements into a file. */
export function recording(file: string): Readonly<Record<string, string>> {
  const recorder = fileURLToPath(new URL('./statements.mjs', import.meta.url));
  return { NODE_OPTIONS: `--import=${recorder}`, STATEMENTS_FILE: file };
}

/** Of one text, as many sets of parameters are sent again. */
const MOST = 4;

export function readStatements(file: string): { readonly all: readonly Statement[]; readonly functions: Set<string> } {
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
  const read = lines.map((line) => JSON.parse(line) as Statement);
  const kept = new Map<string, Map<string, Statement>>();
  for (const statement of read) {
    const own = kept.get(statement.text) ?? new Map<string, Statement>();
    if (own.size < MOST) own.set(JSON.stringify([statement.values, statement.tenant]), statement);
    kept.set(statement.text, own);
  }
  return {
    all: [...kept.values()].flatMap((own) => [...own.values()]),
    functions: new Set(read.flatMap(({ by }) => by)),
  };
}

/** Every function that the store exports and that is given a session or the database, as `pulls.loadMemory`. */
export function storeFunctions(): readonly string[] {
  const folder = new URL('../../src/store/', import.meta.url);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  return files.flatMap((file) => {
    const text = readFileSync(new URL(file, folder), 'utf8');
    const declared = [...text.matchAll(/^export (?:async )?function\*? ?(\w+)(.*?)\)(?:: | \{)/gms)];
    const asking = declared.filter(([, , parameters = '']) => /\b(Session|Database)\b/.test(parameters));
    return asking.map(([, name]) => `${file.slice(0, -'.ts'.length)}.${name}`);
  });
}

export type Outcome = {
  readonly error: string | null;
  readonly count: number | null;
  readonly rows: readonly unknown[];
};

/** Sends one as the app's role would for `tenant`, looks at another tenant's rows in the same transaction, and undoes it. */
export async function sendAgain(
  pool: Pool,
  statement: Statement,
  tenant: number | null,
  beside?: number,
): Promise<{ readonly outcome: Outcome; readonly rowsBeside: unknown }> {
  return undone(pool, tenant, beside, async (session) => {
    const { rows, rowCount } = await session.query(statement.text, statement.values.map(decoded));
    const sorted = /order by/i.test(statement.text) ? rows : rows.toSorted(byText);
    return { error: null, count: rowCount, rows: sorted };
  });
}

/** As {@link sendAgain}, for a call of the store's own functions. */
export async function undone(
  pool: Pool,
  tenant: number | null,
  beside: number | undefined,
  work: (session: Session) => Promise<Outcome>,
): Promise<{ readonly outcome: Outcome; readonly rowsBeside: unknown }> {
  const session = await connect(pool);
  try {
    await session.query(
      `begin; savepoint before${tenant === null ? '' : `; set local countersign.tenant = '${tenant}'`}`,
    );
    const outcome = await work(session).catch(async (error: unknown): Promise<Outcome> => {
      await session.query('rollback to savepoint before');
      return { error: codeOf(error), count: null, rows: [] };
    });
    if (beside === undefined) return { outcome, rowsBeside: null };
    await session.query('set local role none');
    const query: TestDatabase['query'] = async (text, values = []) => (await session.query(text, [...values])).rows;
    return { outcome, rowsBeside: await rowsOf({ query }, beside) };
  } finally {
    await session.query('rollback');
    session.release();
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

function byText(a: unknown, b: unknown): number {
  const [first, second] = [JSON.stringify(a), JSON.stringify(b)];
  return first < second ? -1 : first > second ? 1 : 0;
}

function decoded(value: Encoded): unknown {
  if ('date' in value) return new Date(value.date);
  if ('bytes' in value) return Buffer.from(value.bytes, 'base64');
  return 'list' in value ? value.list.map(decoded) : value.plain;
}

/** An outcome as text, without what differs between two outcomes of the same moment: clocks, numbers and names that are drawn. */
export function steady(outcome: Outcome, again: Outcome, shown: Outcome): string {
  return JSON.stringify(masked(plain(outcome), plain(again), plain(shown)));
}

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

function masked(one: unknown, other: unknown, shown: unknown): unknown {
  if (Array.isArray(one) && Array.isArray(other) && Array.isArray(shown))
    return shown.map((item, at) => masked(one[at], other[at], item));
  if (isObject(one) && isObject(other) && isObject(shown))
    return Object.fromEntries(Object.entries(shown).map(([key, item]) => [key, masked(one[key], other[key], item)]));
  return JSON.stringify(one) === JSON.stringify(other) ? shown : '(differs from one moment to the next)';
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
