import { isCanonical } from './canonical.ts';
import { commitmentOf, commitmentsIn } from './commitment.ts';
import {
  EndLine,
  EntryLine,
  FORMAT,
  Header,
  isPlainEntryLine,
  renderEndLine,
  renderEntryLine,
  renderHeader,
} from './export-lines.ts';

/** A line as it stands in a file: without its newline, and whether it had one. `tooLong`: the rest of it was not read. */
export type RawLine = { readonly bytes: Buffer; readonly ended: boolean; readonly tooLong?: boolean };

/** What is wrong, as one sentence without its full stop. */
export type Wrong = { readonly problem: string };

export function isWrong(value: object): value is Wrong {
  return 'problem' in value;
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text of a line. */
export function textOf({ bytes, ended, tooLong }: RawLine): string | Wrong {
  if (tooLong === true) return { problem: 'is longer than any line of an export' };
  if (!ended) return { problem: 'has no newline at its end: the file is cut off there' };
  try {
    return decoder.decode(bytes);
  } catch {
    return { problem: 'is not UTF-8, so the file is damaged there' };
  }
}

export function readHeader(text: string): Header | Wrong {
  const value = parsed(text);
  if (isWrong(value)) return { problem: 'is not the header of an export of the ledger' };
  const format = (value.json as { readonly format?: unknown } | null)?.format;
  if (typeof format !== 'string') return { problem: 'is not the header of an export of the ledger' };
  if (format !== FORMAT) return { problem: `is of the format "${format.slice(0, 60)}", and only ${FORMAT} is known` };
  const header = Header.safeParse(value.json);
  if (!header.success) {
    const [issue] = header.error.issues;
    const where = issue?.path.join('.') ?? '';
    return { problem: `is not a header as it is documented: ${where === '' ? 'it' : where} is missing or wrong` };
  }
  return renderHeader(header.data) === text ? header.data : { problem: UNTIDY };
}

const UNTIDY = 'is not written as exports are: members in their order, each once, and no white space';

/** The last line, or an entry's. */
export function readLine(text: string): EntryLine | EndLine | Wrong {
  const value = parsed(text);
  if (isWrong(value)) return value;
  const plain = plainEntry(text, value.json);
  if (plain !== undefined) return plain;
  const entry = EntryLine.safeParse(value.json);
  if (entry.success) return renderEntryLine(entry.data) === text ? entry.data : { problem: UNTIDY };
  const end = EndLine.safeParse(value.json);
  if (end.success) return renderEndLine(end.data) === text ? end.data : { problem: UNTIDY };
  return { problem: 'is neither an entry nor the end of an export' };
}

/** Most lines reveal nothing; they are told without looking at them twice. What is not told here is not wrong yet. */
function plainEntry(text: string, json: unknown): EntryLine | undefined {
  if (typeof json !== 'object' || json === null) return undefined;
  const { index, entry } = json as Readonly<Record<string, unknown>>;
  if (typeof index !== 'number' || !Number.isSafeInteger(index) || index < 0 || typeof entry !== 'string')
    return undefined;
  return isPlainEntryLine(text, index, entry) ? { index, entry, revealed: {} } : undefined;
}

function parsed(text: string): { readonly json: unknown } | Wrong {
  try {
    return { json: JSON.parse(text) };
  } catch {
    return { problem: 'is not JSON, so the file is damaged there' };
  }
}

export type Shown = { readonly opened: number; readonly erased: number };

/** Checks an entry by itself: its form, whose it is, and that what is opened is what was committed to. */
export function checkEntry({ entry, revealed }: EntryLine, tenant: number): Shown | Wrong {
  const value = canonical(entry);
  if (isWrong(value)) return value;
  const own = (value.json as { readonly tenant?: unknown } | null)?.tenant;
  if (own !== tenant)
    return { problem: `is of the organization ${JSON.stringify(own) ?? 'none'}, and not of ${tenant}` };
  const has = entry.includes('"commitment"') ? commitmentsIn(value.json) : [];
  for (const [commitment, opening] of Object.entries(revealed)) {
    if (!has.includes(commitment))
      return { problem: `opens the commitment ${commitment.slice(0, 16)}…, which the entry does not hold` };
    if (commitmentOf(opening) !== commitment)
      return { problem: `shows for the commitment ${commitment.slice(0, 16)}… what was not committed to` };
  }
  const opened = Object.keys(revealed).length;
  return { opened, erased: has.length - opened };
}

function canonical(entry: string): { readonly json: unknown } | Wrong {
  try {
    const json: unknown = JSON.parse(entry);
    if (isCanonical(entry, json)) return { json };
  } catch {
    // What cannot be parsed is not canonical either, and neither is what is nested too deeply to be looked through.
  }
  return { problem: 'is not canonical JSON (RFC 8785)' };
}
