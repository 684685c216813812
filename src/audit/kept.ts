import { readCheckpoint } from './checkpoint.ts';
import type { Header } from './export-lines.ts';
import type { VerifierKey } from './note.ts';
import { type Frontier, type Hash, rootOf } from './tree.ts';

/** A signed checkpoint that somebody has kept, and where it was found. */
export type Kept = { readonly name: string; readonly note: string };

/** What a kept checkpoint says of an export. `agrees` false: `problem` is a sentence that says why not, or why it cannot be said. */
export type Compared = {
  readonly name: string;
  readonly size: number | null;
  readonly agrees: boolean;
  readonly problem: string | null;
};

export type Comparison = {
  /** Compares what is to be compared at this size. */
  readonly at: (frontier: Frontier) => void;
  /** The largest size up to which a signed checkpoint has been found to agree. */
  readonly agreedUpTo: () => number;
  readonly result: () => readonly Compared[];
};

type Waiting = { readonly kept: Kept; readonly root: Hash };

/** Compares an export with checkpoints that were kept elsewhere: an earlier tree must be the beginning of the later one. */
export function createComparison(
  kept: readonly Kept[],
  header: Header,
  size: number,
  keys: readonly VerifierKey[],
): Comparison {
  const waiting = new Map<number, readonly Waiting[]>();
  const results: Compared[] = [];
  let agreed = header.start;
  for (const one of kept) {
    const read = readCheckpoint(one.note, keys, header.origin);
    const problem = read.ok
      ? cannotCompare(one, read.checkpoint.size, header, size)
      : `The checkpoint in ${one.name} cannot be relied on: ${read.problem}.`;
    if (!read.ok || problem !== undefined)
      results.push({
        name: one.name,
        size: read.ok ? read.checkpoint.size : null,
        agrees: false,
        problem: problem ?? null,
      });
    else {
      const { size: at, root } = read.checkpoint;
      waiting.set(at, [...(waiting.get(at) ?? []), { kept: one, root }]);
    }
  }
  return {
    at: (frontier) => {
      const due = waiting.get(frontier.size);
      if (due === undefined) return;
      waiting.delete(frontier.size);
      const root = rootOf(frontier);
      const compared = due.map((one) => compare(one, frontier.size, root, agreed));
      results.push(...compared);
      if (compared.every(({ agrees }) => agrees)) agreed = frontier.size;
    },
    agreedUpTo: () => agreed,
    result: () => results,
  };
}

function cannotCompare({ name }: Kept, at: number, { start, end }: Header, size: number): string | undefined {
  const what = `The checkpoint in ${name}, of ${at} entries, cannot be compared`;
  if (at < start)
    return `${what}: the export begins later, at index ${start}, and knows what was before by its hashes only.`;
  if (at > size) return `${what}: it is newer than the export, whose own checkpoint has ${size} entries.`;
  if (at > end && at !== size)
    return `${what}: the export's entries end before index ${end}, and it knows what comes after by its hashes only.`;
  return undefined;
}

function compare({ kept, root }: Waiting, size: number, found: Hash, agreed: number): Compared {
  const { name } = kept;
  if (found.equals(root)) return { name, size, agrees: true, problem: null };
  return {
    name,
    size,
    agrees: false,
    problem: `The first ${size} entries are not those that the checkpoint in ${name} was signed over: ${somewhere(agreed, size)}.`,
  };
}

/** Where the difference must be, as far as it can be said. */
export function somewhere(from: number, to: number): string {
  return `an entry from index ${from} to ${Math.max(from, to - 1)} was changed, dropped, inserted or moved, or a hash in line 1 is not the tree's`;
}
