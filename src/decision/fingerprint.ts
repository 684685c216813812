import { digestOf } from './digest.ts';
import type { FileDetail } from './lookups.ts';
import type { Reader } from './reader.ts';
import { isComplete } from './values.ts';

/**
 * The content of a change, whatever commits it is cut into: every changed path with its old path, status, head blob and
 * patch. It survives a clean rebase, and nothing else; an edit hidden in a merge commit changes a blob (T05).
 */
export function fingerprintOf(head: string, reader: Reader): string | undefined {
  const known = reader.facts.history.fingerprints.find((entry) => entry.head === head);
  if (known !== undefined) return known.fingerprint;
  const files = reader.read('files', head);
  return files !== undefined && isComplete(files) ? fingerprintOfFiles(files.items) : undefined;
}

export function fingerprintOfFiles(files: readonly FileDetail[]): string {
  const lines = files.map(({ path, previousPath, status, blob, patch }) => [
    path,
    previousPath ?? null,
    status,
    blob,
    patch,
  ]);
  return digestOf(lines.sort(([one], [other]) => ((one ?? '') < (other ?? '') ? -1 : 1)));
}
