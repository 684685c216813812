import { digestOf } from './digest.ts';
import type { FileDetail } from './lookups.ts';
import type { Reader } from './reader.ts';
import { isComplete } from './values.ts';

/**
 * The content of a change, whatever commits it is cut into: every changed path with its old path, status, head blob, patch
 * and mode. It survives a clean rebase, and nothing else; an edit hidden in a merge commit changes a blob (T05), and a
 * file that becomes a link or a submodule changes its mode, whatever its blob (T24).
 */
export function fingerprintOf(head: string, reader: Reader): string | undefined {
  const known = reader.facts.history.fingerprints.find((entry) => entry.head === head);
  if (known !== undefined) return known.fingerprint;
  const files = reader.read('files', head);
  return files !== undefined && isComplete(files) ? fingerprintOfFiles(files.items) : undefined;
}

export function fingerprintOfFiles(files: readonly FileDetail[]): string {
  const lines = files.map(({ path, previousPath, status, blob, patch, mode }) => [
    path,
    previousPath ?? null,
    status,
    blob,
    patch,
    // Facts recorded before modes were read keep the digest that was recorded with them.
    ...(mode === undefined ? [] : [mode]),
  ]);
  return digestOf(lines.sort(([one], [other]) => ((one ?? '') < (other ?? '') ? -1 : 1)));
}
