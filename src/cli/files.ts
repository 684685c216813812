import { readFileSync } from 'node:fs';
import { type LoadResult, loadPolicy } from '../policy/load.ts';
import { CannotRun } from './command.ts';

/** A file's text; `-` is standard input. */
export function readText(path: string): string {
  try {
    return readFileSync(path === '-' ? 0 : path, 'utf8');
  } catch (error) {
    throw new CannotRun(`${path} cannot be read: ${reasonOf(error)}.`);
  }
}

export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const known: Readonly<Record<string, string>> = {
    ENOENT: 'there is no such file or folder',
    EISDIR: 'it is a folder',
    EACCES: 'permission is denied',
    ENOTDIR: 'a part of the path is not a folder',
  };
  return known[code] ?? (error instanceof Error ? error.message : String(error));
}

/** Loads the policy that two files make, either of which may be missing. */
export function loadFiles(organization: string | undefined, repository: string | undefined): LoadResult {
  return loadPolicy({
    ...(organization === undefined ? {} : { organization: { file: organization, text: readText(organization) } }),
    ...(repository === undefined ? {} : { repository: { file: repository, text: readText(repository) } }),
  });
}
