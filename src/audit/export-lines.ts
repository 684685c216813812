import * as z from 'zod';
import type { Openings } from './commitment.ts';

/** What the first line of an export says of itself. */
export const FORMAT = 'countersign-ledger-export/1';

const Index = z.int().min(0);
const Hash = z
  .base64()
  .refine((text) => Buffer.from(text, 'base64').length === 32 && text.length === 44, 'must be 32 bytes in base64');
const Hex = z.string().regex(/^([0-9a-f]{2})*$/, 'must be hex');

export const Header = z.strictObject({
  format: z.literal(FORMAT),
  origin: z.string(),
  tenant: Index,
  start: Index,
  end: Index,
  checkpoint: z.string(),
  left: z.array(Hash),
  right: z.array(Hash),
  keys: z.array(z.string()),
});
export type Header = Readonly<Omit<z.output<typeof Header>, 'left' | 'right' | 'keys'>> & {
  readonly left: readonly string[];
  readonly right: readonly string[];
  readonly keys: readonly string[];
};

export const EntryLine = z.strictObject({
  index: Index,
  entry: z.string(),
  revealed: z.record(z.string(), z.strictObject({ salt: Hex, value: z.string() })),
});
export type EntryLine = { readonly index: number; readonly entry: string; readonly revealed: Openings };

export const EndLine = z.strictObject({ end: z.literal(true), entries: Index });
export type EndLine = Readonly<z.output<typeof EndLine>>;

/** Members have this order, and there is no white space: so one export has one text. */
export function renderHeader(header: Header): string {
  const { format, origin, tenant, start, end, checkpoint, left, right, keys } = header;
  return JSON.stringify({ format, origin, tenant, start, end, checkpoint, left, right, keys });
}

export function renderEntryLine({ index, entry, revealed }: EntryLine): string {
  const sorted = Object.keys(revealed).sort();
  const shown = sorted.map((commitment) => {
    const opening = revealed[commitment];
    return `${JSON.stringify(commitment)}:${JSON.stringify({ salt: opening?.salt, value: opening?.value })}`;
  });
  return `{"index":${index},"entry":${JSON.stringify(entry)},"revealed":{${shown.join(',')}}}`;
}

/**
 * Whether a line that was parsed into this entry, of which nothing is revealed, is what {@link renderEntryLine} makes of it. Nothing can be
 * written shorter than that, so where both ends are right the length tells, and a million lines need not be written again to compare.
 */
export function isPlainEntryLine(line: string, index: number, entry: string): boolean {
  const head = `{"index":${index},"entry":`;
  const length = lengthInJson(entry);
  return length + head.length + TAIL.length === line.length && line.startsWith(head) && line.endsWith(TAIL);
}

const TAIL = ',"revealed":{}}';
const [QUOTE, BACKSLASH, SPACE] = [0x22, 0x5c, 0x20];

/** How long a string is as JSON; not a number where it has control characters. */
function lengthInJson(text: string): number {
  let length = text.length + 2;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE || code === BACKSLASH) length += 1;
    else if (code < SPACE) return Number.NaN;
  }
  return length;
}

export function renderEndLine({ entries }: EndLine): string {
  return JSON.stringify({ end: true, entries });
}
