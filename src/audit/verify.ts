import { type Checkpoint, readCheckpoint } from './checkpoint.ts';
import type { EntryLine, Header } from './export-lines.ts';
import { type Compared, type Comparison, createComparison, type Kept, somewhere } from './kept.ts';
import type { VerifierKey } from './note.ts';
import { frontierAt, joined, placesBefore, placesBetween } from './range.ts';
import { checkEntry, isWrong, type RawLine, readHeader, readLine, textOf } from './read-line.ts';
import { appended, type Frontier, leafHashOf, rootOf } from './tree.ts';

export type VerifyOptions = {
  /** Whose signature is believed. What an export says of keys is not. */
  readonly keys: readonly VerifierKey[];
  /** The log that it must be of, if the caller knows. */
  readonly origin?: string;
  readonly kept: readonly Kept[];
};

export type Verdict = {
  readonly ok: boolean;
  /** What is wrong and where, one sentence each. */
  readonly problems: readonly string[];
  readonly origin: string | null;
  readonly tenant: number | null;
  readonly start: number | null;
  readonly end: number | null;
  /** The export's own checkpoint, once its signature holds. */
  readonly size: number | null;
  readonly root: string | null;
  readonly entries: number;
  readonly opened: number;
  readonly erased: number;
  readonly checkpoints: readonly Compared[];
};

type Reading = {
  line: number;
  header: Header | undefined;
  checkpoint: Checkpoint | undefined;
  comparison: Comparison | undefined;
  frontier: Frontier;
  entries: number;
  opened: number;
  erased: number;
  isOver: boolean;
};

/**
 * Verifies an export, line by line and in constant memory: every entry's form and place, what is opened of it, and that all of them, between
 * the hashes of what lies left and right of them, come to the root that was signed; and to the roots of checkpoints kept elsewhere.
 */
export function verifyExport(lines: Iterable<RawLine>, options: VerifyOptions): Verdict {
  const reading: Reading = {
    line: 0,
    header: undefined,
    checkpoint: undefined,
    comparison: undefined,
    frontier: { size: 0, hashes: [] },
    entries: 0,
    opened: 0,
    erased: 0,
    isOver: false,
  };
  for (const raw of lines) {
    reading.line += 1;
    const problem = take(reading, raw, options);
    if (problem !== undefined) return verdictOf(reading, [problem]);
  }
  if (reading.line === 0) return verdictOf(reading, ['The file is empty.']);
  if (!reading.isOver)
    return verdictOf(reading, [`The export is cut off after line ${reading.line}: its last line is missing.`]);
  return verdictOf(reading, finish(reading));
}

function take(reading: Reading, raw: RawLine, options: VerifyOptions): string | undefined {
  const { line } = reading;
  if (line === 1 && raw.bytes[0] === 0x1f && raw.bytes[1] === 0x8b)
    return 'The file is compressed with gzip: unpack it first, with gunzip.';
  const text = textOf(raw);
  if (typeof text !== 'string') return `Line ${line} ${text.problem}.`;
  if (reading.header === undefined) return begin(reading, text, options);
  if (reading.isOver) return `Line ${line} comes after the end of the export.`;
  const value = readLine(text);
  if (isWrong(value)) return `Line ${line} ${value.problem}.`;
  return 'end' in value ? takeEnd(reading, reading.header, value.entries) : takeEntry(reading, reading.header, value);
}

function begin(reading: Reading, text: string, { keys, origin, kept }: VerifyOptions): string | undefined {
  const header = readHeader(text);
  if (isWrong(header)) return `Line 1 ${header.problem}.`;
  const { start, end, tenant, left, right } = header;
  if (origin !== undefined && header.origin !== origin)
    return `The export is of the log "${header.origin}", and not of "${origin}".`;
  const read = readCheckpoint(header.checkpoint, keys, header.origin);
  if (!read.ok) return `The checkpoint in line 1 cannot be relied on: ${read.problem}.`;
  if (!header.origin.endsWith(`/${tenant}`))
    return `The export is of the organization ${tenant}, and its checkpoint of the log "${header.origin}".`;
  const { checkpoint } = read;
  if (start > end || end > checkpoint.size)
    return `Line 1 names the range from ${start} to before ${end}, which is none of a checkpoint of ${checkpoint.size} entries.`;
  const expected = [placesBefore(start).length, placesBetween(end, checkpoint.size).length];
  if (left.length !== expected[0] || right.length !== expected[1])
    return `Line 1 gives ${left.length} and ${right.length} hashes of what lies left and right of its range, and there must be ${expected[0]} and ${expected[1]}.`;
  reading.header = header;
  reading.checkpoint = checkpoint;
  reading.frontier = frontierAt(
    start,
    left.map((hash) => Buffer.from(hash, 'base64')),
  );
  reading.comparison = createComparison(kept, header, checkpoint.size, keys);
  reading.comparison.at(reading.frontier);
  return undefined;
}

function takeEntry(reading: Reading, header: Header, line: EntryLine): string | undefined {
  const { index } = line;
  const due = header.start + reading.entries;
  if (due >= header.end)
    return `Line ${reading.line} has one entry more than line 1 announces, up to index ${header.end - 1}.`;
  if (index !== due)
    return `Line ${reading.line} has the entry of index ${index} where ${due} must follow: entries were dropped, inserted or moved.`;
  const shown = checkEntry(line, header.tenant);
  if (isWrong(shown)) return `The entry of index ${index}, in line ${reading.line}, ${shown.problem}.`;
  reading.frontier = appended(reading.frontier, leafHashOf(line.entry));
  reading.entries += 1;
  reading.opened += shown.opened;
  reading.erased += shown.erased;
  reading.comparison?.at(reading.frontier);
  return undefined;
}

function takeEnd(reading: Reading, { start, end }: Header, entries: number): string | undefined {
  reading.isOver = true;
  const missing = end - start - reading.entries;
  if (missing > 0)
    return `Line ${reading.line} ends the export before index ${start + reading.entries}, and line 1 announces entries up to index ${end - 1}: ${missing} are missing.`;
  if (entries !== reading.entries)
    return `Line ${reading.line} says that there are ${entries} entries, and there are ${reading.entries}.`;
  return undefined;
}

function finish(reading: Reading): readonly string[] {
  const { header, checkpoint, comparison } = reading;
  if (header === undefined || checkpoint === undefined || comparison === undefined) return [];
  const places = placesBetween(header.end, checkpoint.size);
  const hashes = header.right.map((hash) => Buffer.from(hash, 'base64'));
  let whole = reading.frontier;
  for (const [at, hash] of hashes.entries()) whole = joined(whole, places[at]?.level ?? 0, hash);
  if (hashes.length > 0) comparison.at(whole);
  const isRoot = rootOf(whole).equals(checkpoint.root);
  const own = `The entries do not come to the root that was signed for ${checkpoint.size} entries`;
  return [
    ...comparison.result().flatMap(({ problem }) => problem ?? []),
    ...(isRoot ? [] : [`${own}: ${somewhere(comparison.agreedUpTo(), header.end)}.`]),
  ];
}

function verdictOf(reading: Reading, problems: readonly string[]): Verdict {
  const { header, checkpoint, entries, opened, erased } = reading;
  return {
    ok: problems.length === 0,
    problems,
    origin: header?.origin ?? null,
    tenant: header?.tenant ?? null,
    start: header?.start ?? null,
    end: header?.end ?? null,
    size: checkpoint?.size ?? null,
    root: checkpoint?.root.toString('base64') ?? null,
    entries,
    opened,
    erased,
    checkpoints: reading.comparison?.result() ?? [],
  };
}
