import { existsSync } from 'node:fs';
import { AppError, messageOf } from '../errors.ts';
import { type Database, openDatabase } from '../store/database.ts';
import { CannotRun } from './command.ts';

/** Works on the database of DATABASE_URL, and lets go of it; says in a sentence why that cannot be done. */
export async function withDatabase<Result>(work: (database: Database) => Promise<Result>): Promise<Result> {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const url = process.env.DATABASE_URL ?? '';
  if (!/^postgres(ql)?:\/\//.test(url))
    throw new CannotRun('DATABASE_URL is missing: set it to the database of the app, postgres://….');
  const database = openDatabase(url, 1, () => undefined);
  try {
    return await work(database);
  } catch (error) {
    if (error instanceof CannotRun || isGitHubs(error)) throw error;
    throw new CannotRun(reasonOf(error));
  } finally {
    await database.end();
  }
}

function isGitHubs(error: unknown): boolean {
  return error instanceof AppError && error.code !== 'database-unavailable';
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  // 22023: the app's role does not exist. 42P01, 3F000: the queue's tables do not.
  if (['22023', '42P01', '3F000', '42501'].includes(code))
    return `The database is not one that the app has migrated, or this login may not work as the app does: ${messageOf(error)}.`;
  return `The database cannot be worked with: ${messageOf(error)}.`;
}
